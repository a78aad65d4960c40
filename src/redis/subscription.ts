// Listening to channels, whatever becomes of the connection: what is published comes as a stream.
//
// 1. When the connection is lost it comes back by itself and everything is subscribed again. What was published meanwhile
//    is lost, for the server keeps nothing: so the stream says that there was a gap, when everything listens again.
// 2. Redis knows no back-pressure, and cuts off who is slow: so what waits here is bounded; what does not fit is dropped,
//    the oldest first, and the stream says how many there were, in their place.
// 3. Who leaves is unsubscribed, and what waits is dropped. A cancelled wait takes nothing. It ends with the `Redis` that
//    it was made by.

import { createTask, interruptible, InvalidArgumentError, shield } from '../asyncio.ts';
import { checkOptionNames, ParkingLot } from '../lowlevel.ts';
import { RedisConnection } from './connection.ts';
import type { Listener } from './driver.ts';

/** How to listen.
 * @example
 * ```ts
 * import type { SubscribeOptions } from 'asyncio-ts/redis';
 * const options: SubscribeOptions = { patterns: true, maxWaiting: 100 };
 * console.log(options.maxWaiting); // -> 100
 * ```
 */
export interface SubscribeOptions {
  /** Whether the names are patterns (PSUBSCRIBE); false by default. */
  readonly patterns?: boolean | undefined;
  /** How many messages may wait to be taken; 1,000 by default. */
  readonly maxWaiting?: number | undefined;
}

const NAMES: Readonly<Record<keyof SubscribeOptions, true>> = {
  patterns: true,
  maxWaiting: true,
};

/** What comes of a subscription: a message, or that some were missed.
 * @example
 * ```ts
 * import type { Heard } from 'asyncio-ts/redis';
 * const show = (heard: Heard): string => (heard.gap ? 'look again' : `${heard.channel}: ${heard.message}`);
 * console.log(show({ gap: false, channel: 'news', message: 'hello' })); // -> news: hello
 * ```
 */
export type Heard =
  | { readonly gap: false; readonly channel: string; readonly message: string }
  | {
      readonly gap: true;
      /** `reconnected`: nobody listened for `duration` milliseconds; `overflow`: `dropped` messages were not taken in time. */
      readonly why: 'overflow' | 'reconnected';
      readonly dropped: number;
      readonly duration: number;
    };

/** A stream of what is published; see {@link Redis.subscribe}. */
export class Subscription implements AsyncIterableIterator<Heard, void>, AsyncDisposable {
  readonly #connection: RedisConnection;
  readonly #names: readonly string[];
  readonly #patterns: boolean;
  readonly #most: number;
  readonly #lot: ParkingLot;
  #waiting: Heard[] = [];
  #dropped = 0;
  #closed = false;
  /** @internal */ _onEnd: (() => void) | undefined;

  private constructor(connection: RedisConnection, names: readonly string[], options: SubscribeOptions) {
    this.#connection = connection;
    this.#names = names;
    this.#patterns = options.patterns === true;
    this.#most = options.maxWaiting ?? 1000;
    this.#lot = new ParkingLot({ what: `Redis channel ${names.join(', ')}`, kind: 'subscription.next' });
  }

  /** @internal */
  static async _open(
    main: RedisConnection,
    names: readonly string[],
    options: SubscribeOptions,
  ): Promise<Subscription> {
    checkOptionNames(options, NAMES, 'subscribe');
    const { maxWaiting = 1000 } = options;
    if (names.length === 0 || names.some((name) => typeof name !== 'string'))
      throw new InvalidArgumentError('channels', 'the names of channels are one or more strings');
    if (!(maxWaiting >= 1))
      throw new InvalidArgumentError('maxWaiting', `maxWaiting is a number from 1 on, not ${maxWaiting}`);
    main.check();
    const connection = await RedisConnection.open(main.settings);
    const subscription = new Subscription(connection, names, options);
    try {
      await subscription.#start();
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return subscription;
  }

  /** How many messages wait to be taken. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** The next message, or gap; done when it was closed. */
  async next(): Promise<IteratorResult<Heard, undefined>> {
    for (;;) {
      if (this.#closed) return { done: true, value: undefined };
      if (this.#dropped > 0) {
        const dropped = this.#dropped;
        this.#dropped = 0;
        return { done: false, value: { gap: true, why: 'overflow', dropped, duration: 0 } };
      }
      const value = this.#waiting.shift();
      if (value !== undefined) {
        if (this.#waiting.length > 0) this.#lot.unpark();
        return { done: false, value };
      }
      await this.#lot.park();
    }
  }

  async return(): Promise<IteratorResult<Heard, undefined>> {
    await this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Unsubscribes and ends its connection; harmless a second time. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#end();
    await shield(createTask(() => this.#connection.close()));
  }

  /** @internal Ends it at once. */
  _destroy(): void {
    if (this.#closed) return;
    this.#end();
    this.#connection.destroy();
  }

  #end(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#lot.unpark(Infinity);
    this._onEnd?.();
  }

  async #start(): Promise<void> {
    const { client } = this.#connection;
    const hear: Listener = (message, channel) => this.#hear({ gap: false, channel, message });
    this.#connection.onReturn = (duration) =>
      this.#hear({ gap: true, why: 'reconnected', dropped: 0, duration });
    try {
      await interruptible(
        this.#patterns ? client.pSubscribe(this.#names, hear) : client.subscribe(this.#names, hear),
      );
    } catch (failure) {
      throw this.#connection.error(failure, 'SUBSCRIBE');
    }
  }

  #hear(heard: Heard): void {
    if (this.#closed) return;
    if (this.#waiting.length >= this.#most) {
      this.#waiting.shift();
      this.#dropped++;
    }
    this.#waiting.push(heard);
    this.#lot.unpark();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#closed ? ' closed' : '';
    return `<Subscription ${this.#names.join(', ')} waiting=${this.waiting} dropped=${this.#dropped}${state}>`;
  }
}
