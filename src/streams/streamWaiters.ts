// Those who wait for something of a connection: that writing may go on, that it is closed. They are woken
// together; one whose turn comes gets the error that the connection ended with, if there was one.

import type { Owner } from '../core/cancel/frame.ts';
import { Waiter, WaitQueue } from '../sync/waitQueue.ts';
import type { Turns } from '../sync/waitQueue.ts';

/** What a connection tells its waiters. */
export interface ConnectionEnd {
  /** The error that the connection ended with, or undefined. @internal */
  _lostWith(): unknown;
}

export class StreamWaiters extends WaitQueue implements Turns {
  readonly what: string = 'StreamWriter';
  readonly kind: string;
  readonly #ending: ConnectionEnd;

  constructor(kind: string, ending: ConnectionEnd) {
    super();
    this.kind = kind;
    this.#ending = ending;
  }

  /** The peer is not known. */
  holders(): Iterable<Owner> {
    return [];
  }

  wait(): Promise<void> {
    return this.join(new Waiter<void>(this, undefined));
  }

  wakeAll(): void {
    this.wake(Infinity);
  }

  resumeWaiter(waiter: Waiter): void {
    this.leave(waiter);
    const error = this.#ending._lostWith();
    if (error === undefined) waiter.grant(undefined);
    else waiter.refuse(error);
  }

  abandonWaiter(waiter: Waiter): void {
    this.leave(waiter);
  }
}
