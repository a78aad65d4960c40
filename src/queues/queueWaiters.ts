// Those who wait at a queue of items, in three lines: for an item, for room, for the end of the work.
// Each says under which name it waits, and what a waiter's turn means.

import type { Owner } from '../core/cancel/frame.ts';
import type { Turns, Waiter } from '../sync/waitQueue.ts';
import { WaitQueue } from '../sync/waitQueue.ts';

/** A queue, as those who wait at it see it. */
export interface Sides {
  readonly what: string;
  /** @internal */
  _serveGetter(getter: Waiter): void;
  /** @internal */
  _servePutter(putter: Waiter): void;
  /** @internal */
  _passItemOn(): void;
  /** @internal */
  _passRoomOn(): void;
}

abstract class Line extends WaitQueue implements Turns {
  protected readonly queue: Sides;

  constructor(queue: Sides) {
    super();
    this.queue = queue;
  }

  get what(): string {
    return this.queue.what;
  }

  abstract get kind(): string;
  abstract resumeWaiter(waiter: Waiter): void;
  abstract abandonWaiter(waiter: Waiter): void;

  holders(): Iterable<Owner> {
    return [];
  }

  /** For one that was woken in vain. */
  joinAgain(waiter: Waiter): void {
    waiter.sleepAgain();
    void this.join(waiter);
  }
}

/** Those who wait for an item. */
export class Getters extends Line {
  override get kind(): string {
    return 'queue.get';
  }

  override resumeWaiter(waiter: Waiter): void {
    this.queue._serveGetter(waiter);
  }

  override abandonWaiter(waiter: Waiter): void {
    this.leave(waiter);
    if (waiter.woken) this.queue._passItemOn();
  }
}

/** Those who wait for room. */
export class Putters extends Line {
  override get kind(): string {
    return 'queue.put';
  }

  override resumeWaiter(waiter: Waiter): void {
    this.queue._servePutter(waiter);
  }

  override abandonWaiter(waiter: Waiter): void {
    this.leave(waiter);
    if (waiter.woken) this.queue._passRoomOn();
  }
}

/** Those who wait until all work is done. */
export class Joiners extends Line {
  override get kind(): string {
    return 'queue.join';
  }

  override resumeWaiter(waiter: Waiter): void {
    this.leave(waiter);
    waiter.grant(undefined);
  }

  override abandonWaiter(waiter: Waiter): void {
    this.leave(waiter);
  }
}
