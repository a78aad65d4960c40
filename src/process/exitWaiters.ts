// Those who wait for the end of a child. Each has a place of its own: cancelling one leaves the others waiting.

import type { BlockerDetails } from '../core/future/blocker.ts';
import type { Owner } from '../core/cancel/frame.ts';
import { Waiter, WaitQueue } from '../sync/waitQueue.ts';
import type { Turns } from '../sync/waitQueue.ts';

/** The child that is waited for. */
interface Ending {
  getPid(): number;
  getReturncode(): number | undefined;
}

export class ExitWaiters extends WaitQueue implements Turns {
  readonly kind: string = 'process.wait';
  readonly #child: Ending;

  constructor(child: Ending) {
    super();
    this.#child = child;
  }

  get what(): string {
    return `Process ${this.#child.getPid()}`;
  }

  /** No task ends it. */
  holders(): Iterable<Owner> {
    return [];
  }

  details(): BlockerDetails {
    return { sort: 'process', pid: this.#child.getPid() };
  }

  wait(): Promise<number> {
    return this.join(new Waiter<number>(this, undefined));
  }

  /** The child has ended. */
  wakeAll(): void {
    this.wake(Infinity);
  }

  resumeWaiter(waiter: Waiter): void {
    this.leave(waiter);
    waiter.grant(this.#child.getReturncode());
  }

  abandonWaiter(waiter: Waiter): void {
    this.leave(waiter);
  }
}
