// What is inside a loop, for its parts and for the layers above: the class (loop.ts) stands over the parts, so they
// see it as this interface; the layers reach the members by the functions below and never by name.

import { UsageError } from '../base/errors.ts';
import type { Handling } from './failures.ts';
import { ForeignWaits } from './foreignWaits.ts';
import type { Ready } from './ready.ts';
import type { Runnable } from './runnable.ts';
import type { Timed, Timers } from './timers.ts';

/** What a loop tells its network, which something above asked for (network.ts). */
export interface Network {
  /** How many descriptors are waited for. */
  readonly waiting: number;
  /** The name of the backend, if it is decided. */
  readonly decided: string | undefined;
  pollAgain(): void;
  resume(): void;
  suspend(): void;
  close(): void;
}

/** The tasks of a loop as it keeps them for the layer above (core/task/registry.ts), without knowing them. */
export interface TaskList {
  first: object | undefined;
}

export interface Engine extends Handling {
  /** @internal */ readonly _ready: Ready;
  /** @internal */ readonly _timers: Timers;
  /** @internal */ readonly _idleListeners: Set<() => void>;
  /** @internal */ readonly _tasks: TaskList;
  /** @internal */ _keepsPlaces: boolean;
  /** @internal */ readonly _virtual: boolean;
  /** @internal */ _foreignWaits: ForeignWaits | undefined;
  /** @internal */ _network: Network | undefined;
  /** Puts a timer into the heap and sees to the alarm. @internal */
  _addTimer(timer: Timed): void;
  time(): number;
  getDebug(): boolean;
  isRunning(): boolean;
  isClosed(): boolean;
  /** @internal */ noteDuration(what: object, duration: number): void;
}

/** @throws UsageError (`ERR_ASYNCIO_USAGE`) when the loop is closed */
export function checkOpen(loop: { isClosed(): boolean }): void {
  if (loop.isClosed()) throw new UsageError('the event loop is closed');
}

/** The ready queue, and the pump that works through it. @internal */
export function readyQueueOf(loop: Pick<Engine, '_ready'>): Ready {
  return loop._ready;
}

/** `entry` has its turn in the next iteration. @internal */
export function enqueue(loop: Pick<Engine, '_ready'>, entry: Runnable): void {
  loop._ready.push(entry);
}

/** `timer` stands in the ready queue when its time has come. */
export function addTimer(loop: Engine, timer: Timed): void {
  loop._addTimer(timer);
}

export function timersOf(loop: Engine): Timers {
  return loop._timers;
}

/** The tasks of a loop, for the registry. @internal */
export function tasksOn(loop: Pick<Engine, '_tasks'>): TaskList {
  return loop._tasks;
}

/** Told whenever the loop has nothing ready. */
export function idleListenersOf(loop: Engine): Set<() => void> {
  return loop._idleListeners;
}

/** Whether it is kept where handles, futures and tasks are made: in debug mode and under the test kit. @internal */
export function keepsPlaces(loop: Pick<Engine, '_keepsPlaces'>): boolean {
  return loop._keepsPlaces;
}

/** On a clock that is not real time: what is waited for outside of the loop. */
export function foreignWaitsOf(loop: Engine): ForeignWaits | undefined {
  if (!loop._virtual) return undefined;
  return (loop._foreignWaits ??= new ForeignWaits());
}

/** Whether descriptors are waited for. */
export function waitsForDescriptors(loop: Engine): boolean {
  return loop._network !== undefined && loop._network.waiting > 0;
}
