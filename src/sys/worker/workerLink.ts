// The program of a worker on one side, what it runs in on the other: a thread's port, a child's channel.

import type { FromWorker, ToWorker, WorkerSetup } from './protocol.ts';
import type { Slots } from './slots.ts';

export interface WorkerLink {
  readonly setup: WorkerSetup;
  /** The shared memory of its calls, where there is any. */
  readonly slots: Slots | undefined;
  /** Where no memory is shared: whether a call was asked to stop, for code that lets no message in. */
  readonly asked?: (id: number) => boolean;
  /** The worker's end of the portal to the pool's handlers, where it has any. */
  readonly portal?: object | undefined;
  /** @throws when something in it cannot be cloned */
  post(message: FromWorker, transfer: readonly object[]): void;
  /** Calls `listener` with each message from the pool. */
  receive(listener: (message: ToWorker) => void): void;
  /** Nothing is received any more: the worker ends when nothing else keeps it. */
  close(): void;
}
