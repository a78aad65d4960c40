// Where a queue keeps its items: what a store must offer, and the store of an ordinary queue.

import { Fifo } from '../base/fifo.ts';

/** Where a queue keeps its items, and which of them comes out first.
 * @example
 * ```ts
 * import { Queue, type ItemStore } from 'asyncio-ts';
 * class SetQueue<T> extends Queue<T> {
 *   protected override createStore(): ItemStore<T> {
 *     const items = new Set<T>();
 *     return {
 *       get length() { return items.size; },
 *       add: (item) => void items.add(item),
 *       take: () => { const [item] = items as Iterable<T>; items.delete(item as T); return item as T; },
 *       [Symbol.iterator]: () => items.values(),
 *     };
 *   }
 * }
 * const queue = new SetQueue<string>();
 * queue.putNowait('a');
 * queue.putNowait('a');
 * console.log(queue.qsize()); // -> 1
 * ```
 */
export interface ItemStore<T> extends Iterable<T> {
  /** How many items are in it. */
  readonly length: number;
  /** Adds an item. When it throws it must have changed nothing. */
  add(item: T): void;
  /** Takes out the next item; called only when there is one. */
  take(): T;
}

/** First in, first out. */
export class FifoStore<T> implements ItemStore<T> {
  readonly #items: Fifo<T> = new Fifo();

  get length(): number {
    return this.#items.length;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  take(): T {
    return this.#items.shift() as T;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }
}
