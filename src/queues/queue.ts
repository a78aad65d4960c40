// The queue: items, those who wait for one, those who wait for room, and the count of unfinished work.
//
// Rules, as in asyncio:
// - an item put while somebody waits stays in the queue until that task has run; a task that asks for one
//   meanwhile gets it, and the woken task waits again;
// - a woken task that is cancelled before it could run wakes the next, if there still is what it was woken
//   for: no item stays behind while somebody waits, no room unused;
// - after `shutdown` everybody who waits wakes up, looks again, and gets what is left or an error.

import type { Waiter } from '../sync/waitQueue.ts';
import type { ItemStore } from './itemStore.ts';
import { UsageError } from '../base/errors.ts';
import { checkWhole } from '../base/wholeNumber.ts';
import { Primitive } from '../sync/primitive.ts';
import type { Inspect } from '../base/show.ts';
import type { PrimitiveOptions } from '../sync/primitive.ts';
import { FifoStore } from './itemStore.ts';
import { QueueEmpty, QueueFull, QueueShutDown } from './queueErrors.ts';
import { QueueIterator } from './queueIterator.ts';
import type { IterableSource } from './queueIterator.ts';
import { Getters, Joiners, Putters } from './queueWaiters.ts';
import type { Sides } from './queueWaiters.ts';

const DONE: Promise<void> = Promise.resolve();
/** The payload of a getter that wants an iterator's result instead of the item. */
const AS_RESULT: object = {};

/** What {@link Queue.statistics} returns.
 * @example
 * ```ts
 * import { Queue, type QueueStatistics } from 'asyncio-ts';
 * const statistics: QueueStatistics = new Queue(5).statistics();
 * console.log(statistics.size, statistics.maxsize, statistics.getters); // -> 0 5 0
 * ```
 */
export interface QueueStatistics {
  /** Items in the queue. */
  readonly size: number;
  /** Items it can hold; 0 or less for any number. */
  readonly maxsize: number;
  /** How many wait for an item. */
  readonly getters: number;
  /** How many wait for room. */
  readonly putters: number;
  /** How many wait in `join`. */
  readonly joiners: number;
  /** Items that were put and not yet declared done. */
  readonly unfinished: number;
  /** Whether it was shut down. */
  readonly shutdown: boolean;
}

/** A first-in-first-out queue between tasks. With a `maxsize` above 0, `put` waits while it is full.
 *
 * `for await` over it takes items until it is shut down and empty. An item that is itself a promise comes
 * out of `get` awaited, as out of any async function; put it into an object to avoid that.
 * Semantics: asyncio.Queue.
 * @example
 * ```ts
 * import { run, taskGroup, Queue } from 'asyncio-ts';
 * await run(() => taskGroup(async (group) => {
 *   const queue = new Queue<number>(2);
 *   group.createTask(async () => {
 *     let sum = 0;
 *     for await (const item of queue) sum += item;
 *     console.log(sum); // -> 6
 *   });
 *   for (const item of [1, 2, 3]) await queue.put(item);
 *   queue.shutdown();
 * }));
 * ```
 */
export class Queue<T> extends Primitive implements Sides, IterableSource<T> {
  /** @internal */
  static override readonly name: string = 'Queue';
  readonly #maxsize: number;
  readonly #items: ItemStore<T>;
  readonly #getters: Getters = new Getters(this);
  readonly #putters: Putters = new Putters(this);
  readonly #joiners: Joiners = new Joiners(this);
  #unfinished: number = 0;
  #shutdown: boolean = false;

  /** `maxsize` is how many items it holds at most; 0, the default, or less for any number.
   * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when it is not a whole number or Infinity. */
  constructor(maxsize: number = 0, options?: PrimitiveOptions) {
    super(options);
    this.#maxsize = checkWhole(maxsize, 'maxsize');
    this.#items = this.createStore(options);
  }

  /** Makes the place where the items are kept; called once, by the constructor. Override it for a queue
   * of another order. It must not touch fields of the subclass, which are not there yet. */
  protected createStore(_options?: PrimitiveOptions): ItemStore<T> {
    return new FifoStore<T>();
  }

  /** How many items are in it. */
  qsize(): number {
    return this.#items.length;
  }

  /** How many items it holds at most; 0 or less for any number. */
  get maxsize(): number {
    return this.#maxsize;
  }

  /** Whether there are no items in it. */
  empty(): boolean {
    return this.#items.length === 0;
  }

  /** Whether it holds `maxsize` items; never, when that is 0 or less. */
  full(): boolean {
    return this.#maxsize > 0 && this.#items.length >= this.#maxsize;
  }

  /** Puts an item in, waiting for room where there is none. A wait that is cancelled puts nothing.
   * @throws QueueShutDown (`ERR_ASYNCIO_QUEUE_SHUT_DOWN`) when it was shut down before the item was in.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when others already wait at it under another loop. */
  put(item: T): Promise<void> {
    if (this.#shutdown) return Promise.reject(this.#down());
    if (this.full()) return this.waitIn(this.#putters, this.#putters, item);
    try {
      this.#add(item);
    } catch (error) {
      return Promise.reject(error);
    }
    return DONE;
  }

  /** Puts an item in, if there is room.
   * @throws QueueFull (`ERR_ASYNCIO_QUEUE_FULL`) when there is none.
   * @throws QueueShutDown (`ERR_ASYNCIO_QUEUE_SHUT_DOWN`) when it was shut down. */
  putNowait(item: T): void {
    if (this.#shutdown) throw this.#down();
    if (this.full()) throw new QueueFull(`${this.what} is full`);
    this.#add(item);
  }

  /** Takes the next item out, waiting for one where there is none. A wait that is cancelled takes nothing.
   * @throws QueueShutDown (`ERR_ASYNCIO_QUEUE_SHUT_DOWN`) when it was shut down and is empty.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when others already wait at it under another loop. */
  get(): Promise<T> {
    if (this.#items.length === 0) {
      return this.#shutdown ? Promise.reject(this.#down()) : this.waitIn(this.#getters, this.#getters);
    }
    try {
      return Promise.resolve(this.#take());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes the next item out, if there is one.
   * @throws QueueEmpty (`ERR_ASYNCIO_QUEUE_EMPTY`) when there is none.
   * @throws QueueShutDown (`ERR_ASYNCIO_QUEUE_SHUT_DOWN`) when it was shut down and is empty. */
  getNowait(): T {
    if (this.#items.length > 0) return this.#take();
    throw this.#shutdown ? this.#down() : new QueueEmpty(`${this.what} is empty`);
  }

  /** Says that the work on an item that was taken out is done. When it was the last, `join` returns.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when called more often than items were put. */
  taskDone(): void {
    if (this.#unfinished <= 0) {
      throw new UsageError(`taskDone() of ${this.what} was called more often than items were put`);
    }
    this.#unfinished--;
    if (this.#unfinished === 0) this.#joiners.wake(Infinity);
  }

  /** Waits until the work on every item is done: `taskDone` was called as often as items were put.
   * A cancel ends the wait and changes nothing. */
  join(): Promise<void> {
    return this.#unfinished === 0 ? DONE : this.waitIn(this.#joiners, this.#joiners);
  }

  /** Shuts the queue down: it takes nothing more, `get` gives what is left and then throws, and whoever
   * waits is woken to find that out. With `immediate` what is left is dropped, and counts as done.
   * Shutting down again is allowed. */
  shutdown(immediate: boolean = false): void {
    this.#shutdown = true;
    if (immediate) this.#drain();
    this.#getters.dismissAll();
    this.#putters.dismissAll();
  }

  /** Takes items out until the queue is shut down and empty. `break` leaves the rest in it. */
  [Symbol.asyncIterator](): QueueIterator<T> {
    return new QueueIterator(this);
  }

  /** Its state at this moment. */
  statistics(): QueueStatistics {
    return Object.freeze({
      size: this.qsize(),
      maxsize: this.#maxsize,
      getters: this.#getters.length,
      putters: this.#putters.length,
      joiners: this.#joiners.length,
      unfinished: this.#unfinished,
      shutdown: this.#shutdown,
    });
  }

  /** @internal */
  protected override describe(inspect?: Inspect): string {
    let text = `maxsize=${this.#maxsize}`;
    if (!this.empty())
      text += inspect === undefined ? ` size=${this.qsize()}` : ` items=${inspect([...this.#items])}`;
    if (this.#getters.length > 0) text += ` getters=${this.#getters.length}`;
    if (this.#putters.length > 0) text += ` putters=${this.#putters.length}`;
    if (this.#unfinished > 0) text += ` unfinished=${this.#unfinished}`;
    return this.#shutdown ? `${text} shutdown` : text;
  }

  #add(item: T): void {
    this.#items.add(item);
    this.#unfinished++;
    this.#getters.dismissNext();
  }

  #take(): T {
    const item = this.#items.take();
    this.#putters.dismissNext();
    return item;
  }

  /** As `get`, for the iterator. @internal */
  _next(): Promise<IteratorResult<T, undefined>> {
    if (this.#items.length === 0) {
      if (this.#shutdown) return Promise.resolve({ value: undefined, done: true });
      return this.waitIn(this.#getters, this.#getters, AS_RESULT);
    }
    try {
      return Promise.resolve({ value: this.#take(), done: false });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A getter was woken: takes an item, or waits again at the end of the line. @internal */
  _serveGetter(getter: Waiter): void {
    if (this.#items.length === 0) {
      if (!this.#shutdown) this.#getters.joinAgain(getter);
      else if (getter.payload === AS_RESULT) getter.grant({ value: undefined, done: true });
      else getter.refuse(this.#down());
      return;
    }
    try {
      const item = this.#take();
      getter.grant(getter.payload === AS_RESULT ? { value: item, done: false } : item);
    } catch (error) {
      getter.refuse(error);
      this._passItemOn();
    }
  }

  /** A putter was woken: puts its item in, or waits again at the end of the line. @internal */
  _servePutter(putter: Waiter): void {
    if (this.#shutdown) {
      putter.refuse(this.#down());
    } else if (this.full()) {
      this.#putters.joinAgain(putter);
    } else {
      try {
        this.#add(putter.payload as T);
        putter.grant(undefined);
      } catch (error) {
        putter.refuse(error);
        this._passRoomOn();
      }
    }
  }

  /** A task that was woken for an item does not take it. @internal */
  _passItemOn(): void {
    if (!this.empty()) this.#getters.dismissNext();
  }

  /** A task that was woken for room does not use it. @internal */
  _passRoomOn(): void {
    if (!this.full()) this.#putters.dismissNext();
  }

  #down(): QueueShutDown {
    return new QueueShutDown(`${this.what} was shut down`);
  }

  #drain(): void {
    while (this.#items.length > 0) {
      this.#items.take();
      if (this.#unfinished > 0) this.#unfinished--;
    }
    if (this.#unfinished === 0) this.#joiners.wake(Infinity);
  }
}
