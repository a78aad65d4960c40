// Listening to channels, on a connection of its own, for as long as somebody listens: what is sent comes as a stream.
//
// 1. When the connection is gone, another is made, ever more patiently, until it stands. What was sent meanwhile is lost, for
//    the server keeps nothing for those who are not there: so the stream says that there was a gap, and whoever listens looks
//    at the tables again.
// 2. The gap is told when everything listens again, so whoever looks then misses nothing.
// 3. What waits to be taken is bounded: then the connection is not read, and the server keeps it.
// 4. A connection that says nothing for long is asked for a sign of life.

import {
  cancelAndWait,
  createTask,
  getRunningLoop,
  InvalidArgumentError,
  isCancelled,
  moveOnAfter,
  shield,
  sleep,
} from '../../asyncio.ts';
import type { EventLoop, Future, Task } from '../../asyncio.ts';
import type { Backend } from '../connection/backend.ts';
import { openBackend } from '../connection/connect.ts';
import { quoteChannel } from '../connection/identifier.ts';
import type { Notification } from '../connection/messages.ts';
import { InterfaceError } from '../errors/interfaceError.ts';
import {
  InvalidAuthorizationSpecificationError,
  InvalidCatalogNameError,
} from '../errors/sessionErrors.ts';
import { checkOptionNames } from '../../lowlevel.ts';
import { CONNECT_NAMES } from '../wire/settings.ts';
import type { ConnectOptions } from '../wire/settings.ts';

/** How to listen; the rest is as for {@link connect}.
 * @example
 * ```ts
 * import type { ListenOptions } from 'asyncio-ts/postgres';
 * const options: ListenOptions = { dsn: 'postgres://localhost/shop', heartbeat: 10_000 };
 * console.log(options.heartbeat); // -> 10000
 * ```
 */
export interface ListenOptions extends ConnectOptions {
  /** Milliseconds of silence after which the server is asked for a sign of life; 30,000 by default, Infinity for never. */
  heartbeat?: number | undefined;
  /** How many notifications may wait to be taken before the connection is no longer read; 1,000 by default. */
  maxWaiting?: number | undefined;
  /** Milliseconds before the first attempt to connect again, and at most; 100 and 10,000 by default. */
  retryDelay?: readonly [first: number, most: number] | undefined;
}

const NAMES: Readonly<Record<keyof ListenOptions, true>> = {
  ...CONNECT_NAMES,
  heartbeat: true,
  maxWaiting: true,
  retryDelay: true,
};

/** Everything is listened to again after the connection was gone: what was sent in between is lost.
 * @example
 * ```ts
 * import type { Gap } from 'asyncio-ts/postgres';
 * const gap: Gap = { gap: true, duration: 120, reason: new Error('the server was restarted') };
 * console.log(gap.duration); // -> 120
 * ```
 */
export interface Gap {
  readonly gap: true;
  /** For how many milliseconds nobody listened. */
  readonly duration: number;
  /** Why the connection was gone. */
  readonly reason: unknown;
}

/** What a listener hears: somebody's notification, or that some may have been missed.
 * @example
 * ```ts
 * import type { Heard } from 'asyncio-ts/postgres';
 * const show = (heard: Heard): string => (heard.gap ? 'look at the table' : heard.payload);
 * console.log(show({ gap: false, channel: 'jobs', payload: '7', processID: 1 })); // -> 7
 * ```
 */
export type Heard = Gap | (Notification & { readonly gap: false });

const DEFAULTS = { heartbeat: 30_000, maxWaiting: 1000, retryDelay: [100, 10_000] } as const;

/** Hears what is sent to some channels, whatever becomes of connections; see {@link listen}. `await using` ends it.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connect, listen } from 'asyncio-ts/postgres';
 * await run(async () => {
 *   await using jobs = await listen('jobs');
 *   await using connection = await connect();
 *   await connection.execute("NOTIFY jobs, '7'");
 *   for await (const heard of jobs) {
 *     console.log(heard.gap ? 'look at the table: something may have been missed' : heard.payload); // -> 7
 *     break;
 *   }
 * });
 * ```
 */
export class Listener implements AsyncIterable<Heard>, AsyncDisposable {
  readonly #channels: readonly string[];
  readonly #options: ListenOptions;
  readonly #loop: EventLoop = getRunningLoop();
  readonly #heard: Heard[] = [];
  #backend: Backend | undefined = undefined;
  #keeper: Task<void> | undefined = undefined;
  #wake: Future<void> | undefined = undefined;
  #lost: Future<void> | undefined = undefined;
  #isPaused: boolean = false;
  #isClosed: boolean = false;
  #failure: unknown = undefined;

  /** @internal */
  constructor(channels: readonly string[], options: ListenOptions) {
    this.#channels = channels;
    this.#options = options;
  }

  /** @internal */
  async _start(): Promise<void> {
    await this.#connect();
    this.#keeper = createTask(() => this.#keep(), { name: 'listening to Postgres' });
  }

  /** True while it hears what is sent now. */
  get isConnected(): boolean {
    return this.#backend !== undefined && !this.#backend.session.isClosed;
  }

  /** What has come, one after the other, for as long as it is open. One loop at a time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Heard, void, undefined> {
    for (;;) {
      const heard = await this.next();
      if (heard === undefined) return;
      yield heard;
    }
  }

  /** The next that has come, or comes; undefined when it is closed. A cancel ends the wait, and loses nothing. */
  async next(): Promise<Heard | undefined> {
    while (this.#heard.length === 0) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isClosed) return undefined;
      if (this.#wake !== undefined)
        throw new InterfaceError('another task waits for this listener already');
      this.#wake = this.#loop.createFuture();
      try {
        await this.#wake;
      } finally {
        this.#wake = undefined;
      }
    }
    const heard = this.#heard.shift();
    if (this.#isPaused && this.#heard.length < this.#most / 2) {
      this.#isPaused = false;
      this.#backend?.session.resume();
    }
    return heard;
  }

  /** Ends it, and its connection; a loop over it ends. Harmless a second time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#notice();
    if (this.#keeper !== undefined) await cancelAndWait(this.#keeper);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #most(): number {
    return this.#options.maxWaiting ?? DEFAULTS.maxWaiting;
  }

  async #connect(): Promise<void> {
    const backend = await openBackend(this.#options);
    const { session } = backend;
    this.#lost = this.#loop.createFuture();
    const lost = this.#lost;
    session.events = {
      notification: ({ channel, payload, processId }) =>
        this.#hear({ gap: false, channel, payload, processID: processId }),
      lost: () => void (lost.done() || lost.setResult()),
    };
    try {
      await backend.script(this.#channels.map((channel) => `LISTEN ${quoteChannel(channel)}`).join('; '));
    } catch (error) {
      await session.close();
      throw error;
    }
    this.#backend = backend;
    if (this.#isPaused) session.pause();
  }

  /** Keeps it connected, until it is cancelled. */
  async #keep(): Promise<void> {
    try {
      for (;;) {
        const reason = await this.#untilLost();
        const since = this.#loop.time();
        await this.#reconnect();
        this.#hear({ gap: true, duration: this.#loop.time() - since, reason });
      }
    } catch (error) {
      if (isCancelled(error)) throw error;
      this.#failure = error;
      this.#notice();
    } finally {
      await this.#backend?.session.close();
    }
  }

  async #untilLost(): Promise<unknown> {
    const { session } = this.#backend as Backend;
    const heartbeat = this.#options.heartbeat ?? DEFAULTS.heartbeat;
    while (!session.isClosed) {
      const silent = await moveOnAfter(heartbeat, async () => {
        await shield(this.#lost as Future<void>);
        return false;
      });
      if (silent === false || session.isClosed) break;
      if (!this.#isPaused) await this.#ask(this.#backend as Backend);
    }
    return session.lostBy;
  }

  /** One that does not answer is cut, which ends the wait for its end. */
  async #ask(backend: Backend): Promise<void> {
    try {
      await backend.script('', { timeout: this.#options.cancelTimeout ?? 5000 });
    } catch (error) {
      if (isCancelled(error)) throw error;
      backend.session.destroy();
    }
  }

  async #reconnect(): Promise<void> {
    const [first, most] = this.#options.retryDelay ?? DEFAULTS.retryDelay;
    for (let delay: number = first; ; delay = Math.min(delay * 2, most)) {
      // Not all at once, when a server comes back that many listened to.
      await sleep(delay * (0.5 + Math.random() / 2));
      try {
        await this.#connect();
        return;
      } catch (error) {
        if (isCancelled(error) || isHopeless(error)) throw error;
      }
    }
  }

  #hear(heard: Heard): void {
    this.#heard.push(heard);
    if (this.#heard.length >= this.#most && !this.#isPaused) {
      this.#isPaused = true;
      this.#backend?.session.pause();
    }
    this.#notice();
  }

  #notice(): void {
    if (this.#wake?.done() === false) this.#wake.setResult();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#isClosed ? 'closed' : this.isConnected ? 'connected' : 'away';
    return `<Listener ${this.#channels.join(', ')} ${state} waiting=${this.#heard.length}>`;
  }
}

/** Trying again would not help. */
function isHopeless(error: unknown): boolean {
  return (
    error instanceof InvalidAuthorizationSpecificationError ||
    error instanceof InvalidCatalogNameError ||
    error instanceof InvalidArgumentError
  );
}

/** Listens to one or more channels on a connection of its own, which is made again whenever it is gone. It listens when the
 * promise is fulfilled.
 * @throws as {@link connect}, for the first connection, and later when the server no longer lets the user in
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { listen } from 'asyncio-ts/postgres';
 * await run(async () => {
 *   await using orders = await listen(['orders', 'refunds']);
 *   console.log(orders.isConnected); // -> true
 * });
 * ```
 */
export async function listen(
  channels: string | readonly string[],
  options: string | ListenOptions = {},
): Promise<Listener> {
  if (typeof options === 'object') checkOptionNames(options, NAMES, 'listen');
  const names = typeof channels === 'string' ? [channels] : [...channels];
  if (names.length === 0) throw new InvalidArgumentError('channels', 'listen takes a channel, or several');
  for (const name of names) quoteChannel(name);
  const listener = new Listener(names, typeof options === 'string' ? { dsn: options } : options);
  await listener._start();
  return listener;
}
