// The queue that gives out the newest item first.

import type { ItemStore } from './itemStore.ts';
import { Queue } from './queue.ts';

/** A {@link Queue} from which the item that was put last comes first. Semantics: asyncio.LifoQueue.
 * @example
 * ```ts
 * import { LifoQueue } from 'asyncio-ts';
 * const queue = new LifoQueue<number>();
 * for (const item of [1, 2, 3]) queue.putNowait(item);
 * console.log(queue.getNowait(), queue.getNowait()); // -> 3 2
 * ```
 */
export class LifoQueue<T> extends Queue<T> {
  /** @internal */
  static override readonly name: string = 'LifoQueue';
  protected override createStore(): ItemStore<T> {
    return new LifoStore<T>();
  }
}

class LifoStore<T> implements ItemStore<T> {
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  take(): T {
    return this.#items.pop() as T;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }
}
