// The queue of those who wait on a primitive, first come first served, and a place in it: the future that the
// waiting task awaits (core/future/parked.ts says how it lives). The links are in the waiters themselves: joining
// and leaving cost O(1) wherever one stands, and an empty queue holds nothing.
//
// Rules, as in asyncio:
// - a waiter of a lock, semaphore, event or condition leaves the queue when its turn comes, not when it is
//   woken or cancelled. So whoever looks at the queue in between sees that somebody is about to run, and
//   does not overtake them;
// - a waiter of a queue of items is dismissed when it is woken, and joins again at the end if it was woken
//   in vain;
// - who wakes passes over those who are woken or cancelled already.

import type { Blocker } from '../core/future/blocker.ts';
import { Parked } from '../core/future/parked.ts';

/** What a primitive does when the turn of one of its waiters has come. */
export interface Turns extends Blocker {
  /** A woken waiter's task is about to run: `grant` it, `refuse` it, or let it sleep again. @internal */
  resumeWaiter(waiter: Waiter): void;
  /** A cancelled waiter's task is about to run: take it out, and pass on what it was woken for.
   * @internal */
  abandonWaiter(waiter: Waiter): void;
}

export class WaitQueue {
  #first: Waiter | undefined = undefined;
  #last: Waiter | undefined = undefined;
  #length: number = 0;

  get length(): number {
    return this.#length;
  }

  /** Who came first and has not left. */
  get first(): Waiter | undefined {
    return this.#first;
  }

  /** Adds a waiter at the end, and returns it. */
  join<W extends Waiter>(waiter: W): W {
    const last = this.#last;
    waiter.queue = this;
    waiter.before = last;
    if (last === undefined) this.#first = waiter;
    else last.after = waiter;
    this.#last = waiter;
    this.#length++;
    return waiter;
  }

  /** Takes a waiter out; does nothing for one that does not stand here. */
  leave(waiter: Waiter): void {
    if (waiter.queue !== this) return;
    const { before, after } = waiter;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    waiter.queue = waiter.before = waiter.after = undefined;
    this.#length--;
  }

  /** Wakes the first `count` who are asleep, in order; returns how many there were. */
  wake(count: number): number {
    let woken = 0;
    for (let waiter = this.#first; waiter !== undefined && woken < count; waiter = waiter.after) {
      if (!waiter.asleep) continue;
      waiter.wake();
      woken++;
    }
    return woken;
  }

  /** Takes waiters out from the front until one was asleep, and wakes that one. */
  dismissNext(): void {
    for (let waiter = this.#first; waiter !== undefined; waiter = this.#first) {
      this.leave(waiter);
      if (!waiter.asleep) continue;
      waiter.wake();
      return;
    }
  }

  /** Takes everybody out and wakes who is asleep, in order. */
  dismissAll(): void {
    for (let waiter = this.#first; waiter !== undefined; waiter = this.#first) {
      this.leave(waiter);
      if (waiter.asleep) waiter.wake();
    }
  }
}

/** A place in a wait queue. */
export class Waiter<T = unknown> extends Parked<T> {
  /** Whose waiter it is. @internal */ declare blocker: Turns;
  /** What its primitive has to remember of it: the item to put, the borrower. @internal */
  declare readonly payload: unknown;
  /** The queue it stands in, with its neighbours. @internal */ declare queue: WaitQueue | undefined;
  /** @internal */ declare before: Waiter | undefined;
  /** @internal */ declare after: Waiter | undefined;

  constructor(turns: Turns, payload: unknown) {
    super();
    this.payload = payload;
    this.queue = undefined;
    this.before = undefined;
    this.after = undefined;
    this.blocker = turns;
  }

  protected override decide(): void {
    this.blocker.resumeWaiter(this);
  }

  protected override abandon(): void {
    this.blocker.abandonWaiter(this);
  }

  protected override withdraw(): void {
    this.queue?.leave(this);
  }
}
