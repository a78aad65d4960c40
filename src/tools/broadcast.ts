// broadcast: a channel whose every subscriber gets every value.
//
// 1. A value goes to all who are subscribed at that moment, or, when `send` is cancelled while it waits, to none.
// 2. A subscriber that is slow holds up `send` (`wait`), or loses its oldest values and is told how many (`dropOldest`):
//    never the others.

import { AsyncioError } from '../asyncio.ts';
import { checkOptionNames, defineError, ParkingLot } from '../lowlevel.ts';
import { checkChoice, checkLimit } from './checkArguments.ts';

/** The channel was closed.
 * @example
 * ```ts
 * import { broadcast, ChannelClosedError } from 'asyncio-ts/tools';
 * const news = broadcast<string>();
 * news.close();
 * const error = await news.send('late').catch((reason: unknown) => reason);
 * console.log(error instanceof ChannelClosedError, (error as ChannelClosedError).code); // -> true ERR_ASYNCIO_CHANNEL_CLOSED
 * ```
 */
export class ChannelClosedError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_CHANNEL_CLOSED', message, options);
  }
}

defineError(ChannelClosedError, 'ChannelClosedError');

/** Options of {@link broadcast}.
 * @example
 * ```ts
 * import { broadcast, type BroadcastOptions } from 'asyncio-ts/tools';
 * const options: BroadcastOptions = { capacity: 1, whenFull: 'dropOldest' };
 * console.log(broadcast<number>(options).subscribers); // -> 0
 * ```
 */
export interface BroadcastOptions {
  /** How many values each subscriber may have before it; 16 by default. */
  readonly capacity?: number | undefined;
  /** What `send` does when a subscriber has that many: `wait` for it, or drop its oldest value. `wait` by default. */
  readonly whenFull?: 'dropOldest' | 'wait' | undefined;
}

const NAMES: Readonly<Record<keyof BroadcastOptions, true>> = {
  capacity: true,
  whenFull: true,
};

/** A channel to many; see {@link broadcast}.
 * @example
 * ```ts
 * import { broadcast, Broadcast } from 'asyncio-ts/tools';
 * const news: Broadcast<string> = broadcast();
 * news.close();
 * console.log(news.closed); // -> true
 * ```
 */
export class Broadcast<T> {
  readonly #capacity: number;
  readonly #drops: boolean;
  readonly #subscriptions: Set<Subscription<T>> = new Set();
  readonly #senders: ParkingLot = new ParkingLot({ what: 'broadcast', kind: 'broadcast.send' });
  /** How many wait to send, or are on their way to. */
  #sending = 0;
  #closed = false;

  constructor(options: BroadcastOptions = {}) {
    checkOptionNames(options, NAMES, 'broadcast');
    const { capacity = 16, whenFull = 'wait' } = options;
    this.#capacity = checkLimit(capacity, 'capacity');
    this.#drops = checkChoice(whenFull, ['wait', 'dropOldest'], 'whenFull') === 'dropOldest';
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How many are subscribed. */
  get subscribers(): number {
    return this.#subscriptions.size;
  }

  /** Gives `value` to every subscriber, waiting while one of them has no room (with `whenFull: 'wait'`). Cancelled while
   * it waits, it has given it to nobody.
   * @throws ChannelClosedError */
  async send(value: T): Promise<void> {
    if (this.#sending > 0 || !this.trySend(value)) await this.#sendInTurn(value);
    // The next who waits may find room as well.
    this.#senders.unpark();
  }

  /** Behind those who came before, also while one of them is on its way to the room that it was woken for. */
  async #sendInTurn(value: T): Promise<void> {
    this.#checkOpen();
    this.#sending++;
    try {
      do await this.#senders.park();
      while (!this.trySend(value));
    } finally {
      this.#sending--;
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new ChannelClosedError('the channel is closed: nothing can be sent');
  }

  /** {@link Broadcast.send} if that needs no wait.
   * @returns whether it did
   * @throws ChannelClosedError */
  trySend(value: T): boolean {
    this.#checkOpen();
    const all = [...this.#subscriptions];
    if (!this.#drops && all.some(({ pending }) => pending >= this.#capacity)) return false;
    for (const subscription of all) subscription._take(value, this.#capacity);
    return true;
  }

  /** What is sent from now on, for one who reads: iterate it, and leave it by the end of `for await` or `using`. */
  subscribe(): Subscription<T> {
    const leave = (subscription: Subscription<T>): void => {
      this.#subscriptions.delete(subscription);
      this.#senders.unpark();
    };
    const subscription = new Subscription<T>(leave, () => this.#senders.unpark());
    if (this.#closed) subscription._end();
    else this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Nothing more can be sent; the subscribers get what they have, then their end. */
  close(): void {
    this.#closed = true;
    for (const subscription of this.#subscriptions) subscription._end();
    this.#senders.unpark(Infinity);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<broadcast subscribers=${this.subscribers}${this.#closed ? ' closed' : ''}>`;
  }
}

/** One reader of a channel; see {@link Broadcast.subscribe}.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { broadcast, type Subscription } from 'asyncio-ts/tools';
 * await run(async () => {
 *   const news = broadcast<string>();
 *   using mine: Subscription<string> = news.subscribe();
 *   await news.send('first');
 *   console.log(await mine.receive()); // -> first
 * });
 * ```
 */
export class Subscription<T> implements AsyncIterableIterator<T, void>, Disposable {
  #values: T[] = [];
  #ended = false;
  #left = false;
  #dropped = 0;
  readonly #lot: ParkingLot = new ParkingLot({ what: 'broadcast', kind: 'subscription.receive' });
  readonly #leave: (subscription: Subscription<T>) => void;
  readonly #taken: () => void;

  /** @internal */
  constructor(leave: (subscription: Subscription<T>) => void, taken: () => void) {
    this.#leave = leave;
    this.#taken = taken;
  }

  /** How many values wait. */
  get pending(): number {
    return this.#values.length;
  }

  /** How many values were dropped because this reader was slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The next value, or undefined when the channel is closed and all were received, or this was left. A cancelled wait
   * takes nothing. */
  async receive(): Promise<T | undefined> {
    const { value } = await this.next();
    return value;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.#values.length === 0) {
      if (this.#ended || this.#left) return { done: true, value: undefined };
      await this.#lot.park();
    }
    const value = this.#values.shift() as T;
    if (this.#values.length > 0) this.#lot.unpark();
    this.#taken();
    return { done: false, value };
  }

  /** Leaves: what waits is dropped. */
  return(): Promise<IteratorResult<T, undefined>> {
    this[Symbol.dispose]();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.dispose](): void {
    if (this.#left) return;
    this.#left = true;
    this.#values = [];
    this.#leave(this);
    this.#lot.unpark(Infinity);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @internal */
  _take(value: T, capacity: number): void {
    if (this.#values.length >= capacity) {
      this.#values.shift();
      this.#dropped++;
    }
    this.#values.push(value);
    this.#lot.unpark();
  }

  /** @internal */
  _end(): void {
    this.#ended = true;
    this.#lot.unpark(Infinity);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#left ? ' left' : this.#ended ? ' ended' : '';
    return `<subscription pending=${this.pending} dropped=${this.#dropped}${state}>`;
  }
}

/** A channel that gives each value to all who are subscribed; a slow one holds up the sender, or loses its oldest values.
 * Semantics: Tokio's broadcast, with a choice of what slow readers do.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`)
 * @example
 * ```ts
 * import { run, taskGroup } from 'asyncio-ts';
 * import { broadcast } from 'asyncio-ts/tools';
 * await run(() => taskGroup(async (group) => {
 *   const news = broadcast<string>();
 *   for (const name of ['A', 'B']) {
 *     const mine = news.subscribe();
 *     group.startSoon(async () => { for await (const item of mine) console.log(name, item); }); // -> A hello
 *   } // -> B hello
 *   await news.send('hello');
 *   news.close();
 * }));
 * ```
 */
export function broadcast<T>(options?: BroadcastOptions): Broadcast<T> {
  return new Broadcast(options);
}
