// Who waits for a connection of the pool: first come, first served.
//
// 1. A connection goes to the first who still waits. A cancel in the turn in which it came gives it on.
// 2. Nobody overtakes: as long as somebody waits, whoever comes goes to the end.
// 3. They are a linked list: a Set from which the first is taken again and again is looked through from its begin, past all
//    that were there, and its old tables keep each other alive.

import { getRunningLoop } from '../../asyncio.ts';
import type { Future } from '../../asyncio.ts';

/** One who waits. Whoever awaits `turn` and is cancelled calls {@link Waiters.leave}. */
export interface Waiter<T> {
  readonly turn: Future<T>;
  /** Takes what comes, in place of the turn, the moment it comes. It throws nothing. */
  readonly take: ((item: T) => void) | undefined;
  before: Waiter<T> | undefined;
  after: Waiter<T> | undefined;
  isInLine: boolean;
}

export class Waiters<T> {
  #first: Waiter<T> | undefined = undefined;
  #last: Waiter<T> | undefined = undefined;
  #length: number = 0;

  get length(): number {
    return this.#length;
  }

  /** Joins the line. */
  join(take?: (item: T) => void): Waiter<T> {
    const turn: Future<T> = getRunningLoop().createFuture();
    const waiter: Waiter<T> = { turn, take, before: this.#last, after: undefined, isInLine: true };
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.after = waiter;
    this.#last = waiter;
    this.#length++;
    return waiter;
  }

  /** Gives up waiting.
   * @returns what came together with the cancel, for somebody else */
  leave(waiter: Waiter<T>): T | undefined {
    this.#remove(waiter);
    const { turn } = waiter;
    const came = turn.done() && !turn.cancelled() && turn.exception() === undefined;
    return came ? turn.result() : undefined;
  }

  /** Hands `item` to the first in the line.
   * @returns false when nobody waits */
  give(item: T): boolean {
    const waiter = this.#next();
    if (waiter?.take !== undefined) waiter.take(item);
    else waiter?.turn.setResult(item);
    return waiter !== undefined;
  }

  /** Everybody waits in vain. */
  fail(error: Error): void {
    while (this.failFirst(error));
  }

  /** The first waits in vain, because of `error`.
   * @returns false when nobody waits */
  failFirst(error: unknown): boolean {
    const waiter = this.#next();
    waiter?.turn.setException(error);
    return waiter !== undefined;
  }

  /** The first who still waits; it has left the line. */
  #next(): Waiter<T> | undefined {
    for (let waiter = this.#first; waiter !== undefined; waiter = this.#first) {
      this.#remove(waiter);
      if (!waiter.turn.done()) return waiter;
    }
    return undefined;
  }

  #remove(waiter: Waiter<T>): void {
    if (!waiter.isInLine) return;
    const { before, after } = waiter;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    waiter.before = waiter.after = undefined;
    waiter.isInLine = false;
    this.#length--;
  }
}
