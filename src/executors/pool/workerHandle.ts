// The seam between a pool and what it runs its work in: a thread, a child process, or a test's own.

import type { FromWorker, ToWorker } from '../../sys/worker/protocol.ts';
import type { Slots } from '../../sys/worker/slots.ts';

/** A worker as its pool sees it. */
export interface WorkerHandle {
  /** How reports name it: `thread 3`. */
  readonly title: string;
  /** The shared memory of its calls; undefined where none is shared: then one call is posted at a time. */
  readonly slots: Slots | undefined;
  /** After how many calls it is to be replaced; never, where undefined. */
  readonly mostCalls?: number | undefined;
  /** @throws what the host throws when something in it cannot be cloned; nothing was sent then */
  post(message: ToWorker, transfer: readonly object[]): void;
  /** Ends it now, whatever it does; `ended` follows. */
  terminate(): void;
  /** Whether the process stays alive for it. It does not in the beginning. */
  hold(on: boolean): void;
}

/** How a worker ended. */
export interface WorkerEnd {
  /** In words, to be read after the worker's title: `was ended by process.exit(3)`. */
  readonly how: string;
  /** What was thrown in it that nobody caught, or why the system ended it. */
  readonly error?: unknown;
}

/** What a worker tells its pool. */
export interface WorkerEvents {
  received(message: FromWorker): void;
  /** Once, whatever the reason. Nothing is received afterwards. */
  ended(end: WorkerEnd): void;
}

/** Starts a worker; `number` counts those of the pool, from 1. What it throws ends the calls that wait for it. */
export type StartWorker = (number: number, events: WorkerEvents) => WorkerHandle;
