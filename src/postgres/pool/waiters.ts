// Who waits for a connection of the pool: first come, first served.
//
// 1. A connection goes to the first who still waits. A cancel in the turn in which it came gives it on.
// 2. Nobody overtakes: as long as somebody waits, whoever comes goes to the end.

import { getRunningLoop } from '../../asyncio.ts';
import type { Future } from '../../asyncio.ts';

export class Waiters<T> {
  readonly #waiting: Set<Future<T>> = new Set();

  get length(): number {
    return this.#waiting.size;
  }

  /** Joins the line. Whoever awaits the future and is cancelled calls {@link leave}. */
  join(): Future<T> {
    const future: Future<T> = getRunningLoop().createFuture();
    this.#waiting.add(future);
    return future;
  }

  /** Gives up waiting.
   * @returns what came together with the cancel, for somebody else */
  leave(future: Future<T>): T | undefined {
    this.#waiting.delete(future);
    const came = future.done() && !future.cancelled() && future.exception() === undefined;
    return came ? future.result() : undefined;
  }

  /** Hands `item` to the first in the line.
   * @returns false when nobody waits */
  give(item: T): boolean {
    for (const future of this.#waiting) {
      this.#waiting.delete(future);
      if (future.done()) continue;
      future.setResult(item);
      return true;
    }
    return false;
  }

  /** Everybody waits in vain. */
  fail(error: Error): void {
    for (const future of this.#waiting) if (!future.done()) future.setException(error);
    this.#waiting.clear();
  }

  /** The first waits in vain, because of `error`.
   * @returns false when nobody waits */
  failFirst(error: unknown): boolean {
    for (const future of this.#waiting) {
      this.#waiting.delete(future);
      if (future.done()) continue;
      future.setException(error);
      return true;
    }
    return false;
  }
}
