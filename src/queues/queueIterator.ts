// `for await` over a queue: each step is one `get`, and a queue that is shut down is the end.
//
// It is an object and not an async generator: a generator's body runs in the context of whoever calls
// `next`, and it would hold on to the item that it gave out last. The queue fills in the results itself, so
// that an item that is a promise is not awaited on its way.

/** What the iterator needs of a queue. */
export interface IterableSource<T> {
  /** @internal */
  _next(): Promise<IteratorResult<T, undefined>>;
}

/** Takes items out of a {@link Queue} until that is shut down and empty. What `for await` uses.
 * @example
 * ```ts
 * import { run, Queue } from 'asyncio-ts';
 * await run(async () => {
 *   const queue = new Queue<string>();
 *   queue.putNowait('a');
 *   queue.shutdown();
 *   const items = queue[Symbol.asyncIterator]();
 *   console.log(await items.next()); // -> { value: 'a', done: false }
 *   console.log(await items.next()); // -> { value: undefined, done: true }
 * });
 * ```
 */
export class QueueIterator<T> implements AsyncIterableIterator<T, undefined> {
  #source: IterableSource<T> | undefined;

  /** @internal */
  constructor(source: IterableSource<T>) {
    this.#source = source;
  }

  /** The next item. A wait that is cancelled takes nothing, and the iterator can be used on. */
  next(): Promise<IteratorResult<T, undefined>> {
    return this.#source === undefined ? this.return() : this.#source._next();
  }

  /** Ends the iteration; the items that are left stay in the queue. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#source = undefined;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
