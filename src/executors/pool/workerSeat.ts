// One worker as its pool sees it: what was posted to it, and what comes of that.
//
// 1. A worker runs one call at a time. More may be posted to it, so that it goes on without a round trip; those that it
//    has not begun can be taken back (slots.ts), and go to another worker.
// 2. Without shared memory nobody knows whether a call has begun: then one is posted at a time.
// 3. A call whose arguments were transferred cannot be taken back: they are at the worker.
// 4. While it starts, and while it loads the module of the call that it runs, its pool's `startTimeout` runs.

import { attempt } from '../../base/attempt.ts';
import { TimeoutError, UsageError } from '../../base/errors.ts';
import * as protocol from '../../sys/worker/protocol.ts';
import type { FromWorker } from '../../sys/worker/protocol.ts';
import { unheldTimer } from '../../sys/host/exit.ts';
import { monotonic } from '../../sys/host/host.ts';
import { runAtRoot } from '../../sys/host/storage.ts';
import { BrokenExecutorError } from '../brokenExecutorError.ts';
import type { Call, Seat } from './call.ts';
import type { PoolSettings } from './poolSettings.ts';
import type { WorkerEnd, WorkerHandle } from './workerHandle.ts';

/** What it needs of its pool's settings. */
export type SeatSettings = Pick<PoolSettings, 'name' | 'start' | 'startTimeout'>;

/** What a seat tells its pool. */
export interface SeatEvents {
  received(seat: WorkerSeat, message: FromWorker): void;
  ended(seat: WorkerSeat, end: WorkerEnd): void;
}

export class WorkerSeat implements Seat {
  readonly title: string;
  readonly #handle: WorkerHandle;
  readonly #calls: Map<number, Call> = new Map();
  readonly #introduced: Set<number> = new Set();
  #posted: number = 0;
  /** The works whose modules it has loaded. */
  readonly #loaded: Set<number> = new Set();
  readonly #settings: SeatSettings;
  /** It has said that it can work. */
  ready: boolean = false;
  /** Why it was ended, when it took too long to start or to load a module. */
  overdue: BrokenExecutorError | undefined = undefined;
  /** It gets no call any more. */
  leaving: boolean = false;
  /** How long its calls will take, in milliseconds, as far as is known. */
  load: number = 0;
  /** When it began with what it runs now, about. */
  since: number = 0;
  #stopIdleTimer: (() => void) | undefined = undefined;
  #stopStartTimer: (() => void) | undefined = undefined;
  #gone: boolean = false;

  constructor(number: number, settings: SeatSettings, events: SeatEvents) {
    this.#settings = settings;
    this.#handle = settings.start(number, {
      received: (message) => events.received(this, message),
      ended: (end) => {
        this.#gone = true;
        this.#stopStartTimer?.();
        events.ended(this, end);
      },
    });
    this.title = this.#handle.title;
    this.#watchStart(() => `did not start within ${settings.startTimeout} ms`);
  }

  becomeReady(): void {
    this.ready = true;
    this.#watchFront();
  }

  noteLoaded(work: number): void {
    this.#loaded.add(work);
    this.#watchFront();
  }

  // What it runs now, if it runs anything, was posted first.
  #watchFront(): void {
    if (!this.ready || this.#settings.startTimeout === Infinity) return;
    this.#stopStartTimer?.();
    const [front] = this.#calls.values();
    if (front === undefined) return;
    const { number, source } = front.input.work;
    if (!('url' in source) || this.#loaded.has(number)) return;
    this.#watchStart(() => `did not load ${source.url} within ${this.#settings.startTimeout} ms`);
  }

  #watchStart(what: () => string): void {
    const { startTimeout, name } = this.#settings;
    if (startTimeout === Infinity) return;
    const late = (): void => {
      if (this.#gone) return;
      const cause = new TimeoutError(what());
      this.overdue = new BrokenExecutorError(`${this.title} of ${name} ${cause.message}`, { cause });
      this.terminate();
    };
    this.#stopStartTimer = runAtRoot(() => unheldTimer(startTimeout, late));
  }

  get size(): number {
    return this.#calls.size;
  }

  /** It has had as many calls as it may. */
  get spent(): boolean {
    return this.#posted >= (this.#handle.mostCalls ?? Infinity);
  }

  get takesMany(): boolean {
    return this.#handle.slots !== undefined;
  }

  calls(): Call[] {
    return [...this.#calls.values()];
  }

  hold(on: boolean): void {
    this.#handle.hold(on);
  }

  /** Posts a call. False when it has no room for it.
   * @throws what the host throws when an argument cannot be cloned */
  post(call: Call): boolean {
    const { work, args, transfer, room, luggage } = call.input;
    const slots = this.#handle.slots;
    const slot = slots === undefined ? -1 : slots.post();
    if (slots !== undefined && slot < 0) return false;
    this.#introduce(call);
    try {
      const message = [protocol.CALL, call.id, slot, work.number, args, room] as const;
      this.#handle.post(luggage === undefined ? message : [...message, luggage], transfer);
    } catch (error) {
      slots?.unpost(slot);
      throw error;
    }
    if (this.#calls.size === 0) this.since = monotonic();
    call.seat = this;
    call.slot = slot;
    this.#posted++;
    this.#calls.set(call.id, call);
    this.load += work.typical ?? 0;
    if (this.#calls.size === 1) this.#watchFront();
    return true;
  }

  #introduce({ input: { work } }: Call): void {
    if (this.#introduced.has(work.number)) return;
    this.#introduced.add(work.number);
    this.#handle.post([protocol.WORK, work.number, work.source], []);
  }

  /** The call that a message is about; undefined for one that was given up. */
  find(id: number): Call | undefined {
    return this.#calls.get(id);
  }

  /** The call has ended. */
  remove(call: Call): void {
    if (!this.#calls.delete(call.id)) return;
    this.load = this.#calls.size === 0 ? 0 : this.load - (call.input.work.typical ?? 0);
    this.since = monotonic();
    this.#watchFront();
  }

  /** Whether it has begun with the call, as far as is known. */
  runs(call: Call): boolean {
    return this.#handle.slots?.begun(call.slot) ?? true;
  }

  /** Takes back a call that it has not begun. */
  revoke(call: Call): boolean {
    if (this.#handle.slots === undefined || !this.#handle.slots.revoke(call.slot)) return false;
    this.remove(call);
    call.seat = undefined;
    call.slot = -1;
    return true;
  }

  /** Asks the running call to stop. */
  ask(call: Call, message: string, left: boolean): void {
    this.#handle.slots?.ask(call.slot, left);
    this.tell([protocol.CANCEL, call.id, message, left]);
  }

  tell(message: protocol.ToWorker): void {
    // One that has just ended hears nothing.
    attempt(() => this.#handle.post(message, []));
  }

  terminate(): void {
    this.leaving = true;
    this.#handle.terminate();
  }

  /** No call follows; it ends when nothing is left to do in it, and by force after `grace` milliseconds. */
  close(grace: number): void {
    this.leaving = true;
    this.tell([protocol.CLOSE]);
    if (grace !== Infinity)
      runAtRoot(() => unheldTimer(grace, () => this.#gone || this.#handle.terminate()));
  }

  /** Idle from now on: calls `late` after so many milliseconds without a call. */
  rest(idleTimeout: number, late: () => void): void {
    this.hold(false);
    this.endRest();
    if (idleTimeout !== Infinity)
      this.#stopIdleTimer = runAtRoot(() => unheldTimer(idleTimeout, () => this.size === 0 && late()));
  }

  endRest(): void {
    this.#stopIdleTimer?.();
    this.#stopIdleTimer = undefined;
  }
}

/** The error for arguments that the host cannot clone. */
export function cannotSend(call: Call, cause: unknown): UsageError {
  const { title } = call.input.work;
  return new UsageError(
    `the arguments of ${title} cannot be sent to a worker: ${(cause as Error).message}`,
    { cause },
  );
}
