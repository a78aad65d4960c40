// Redis: one server, its commands, what waits there, channels, locks.

import { interruptible, InvalidArgumentError } from '../asyncio.ts';
import { checkOptionNames, checkpoint, isCancelDue } from '../lowlevel.ts';
import { BlockingLines } from './blocking.ts';
import type { Undo } from './blocking.ts';
import { RedisConnection } from './connection.ts';
import type { Settings } from './connection.ts';
import type { DriverCommands, RedisArgument } from './driver.ts';
import { loadDriver } from './driver.ts';
import { LeaseKeeper } from './lease.ts';
import type { LeaseOptions } from './lease.ts';
import { Subscription } from './subscription.ts';
import type { SubscribeOptions } from './subscription.ts';

/** Where and as whom.
 * @example
 * ```ts
 * import type { ConnectOptions } from 'asyncio-ts/redis';
 * const options: ConnectOptions = { url: 'redis://localhost:6379/1', connectTimeout: 2000 };
 * console.log(options.url); // -> redis://localhost:6379/1
 * ```
 */
export interface ConnectOptions {
  /** `redis://user:password@host:port/database`, or `rediss://` for TLS; by default what the environment's `REDIS_URL` says,
   * or else `redis://localhost:6379`. */
  readonly url?: string | undefined;
  /** Milliseconds for connecting; 5,000 by default. */
  readonly connectTimeout?: number | undefined;
  /** Milliseconds of the longest pause between attempts to connect again; 2,000 by default. */
  readonly maxReconnectDelay?: number | undefined;
  /** Anything else that the driver's `createClient` takes (`username`, `password`, `socket: { tls: true, … }`, …). */
  readonly driver?: Readonly<Record<string, unknown>> | undefined;
}

const CONNECT_NAMES: Readonly<Record<keyof ConnectOptions, true>> = {
  url: true,
  connectTimeout: true,
  maxReconnectDelay: true,
  driver: true,
};

/** What {@link Redis.blPop} and its like take.
 * @example
 * ```ts
 * import type { BlockOptions } from 'asyncio-ts/redis';
 * const options: BlockOptions = { timeout: 5000 };
 * console.log(options.timeout); // -> 5000
 * ```
 */
export interface BlockOptions {
  /** Milliseconds to wait at the server, after which the result is undefined; for ever by default. */
  readonly timeout?: number | undefined;
}

const BLOCK_NAMES: Readonly<Record<keyof BlockOptions, true>> = {
  timeout: true,
};

/** A server; see {@link connect}. `C` is the type of the driver's client, for {@link Redis.commands}. */
export class Redis<C = DriverCommands> implements AsyncDisposable {
  readonly #main: RedisConnection;
  readonly #lines: BlockingLines;
  readonly #subscriptions: Set<Subscription> = new Set();
  /** The driver's own methods, each call of which is a wait that a cancel ends: `await redis.commands.get('key')`. Of a
   * `multi()` it is only what it returns, and of the commands of modules (`json`, `ft`, …) none: use {@link Redis.use}
   * for those. */
  readonly commands: C;

  /** @internal */
  constructor(main: RedisConnection) {
    this.#main = main;
    this.#lines = new BlockingLines(main);
    this.commands = cancellable<C>(main);
  }

  /** Whether the connection stands at the moment; it comes back by itself. */
  get isReady(): boolean {
    return this.#main.client.isReady;
  }

  /** Sends any command and waits for the reply. A cancel ends the wait; a command that was not yet written, as when the
   * connection is away, is never sent then.
   * @throws RedisReplyError when the server refuses it; RedisError when the connection is lost before the reply */
  async send<T = unknown>(...args: readonly (Buffer | number | string)[]): Promise<T> {
    return (await this.#main.send(args.map((arg) => checkArgument(arg)))) as T;
  }

  /** Gives `work` the driver's client, for what takes several calls (`multi()`, pipelines, iterators). A cancel ends the
   * wait for what `work` returns. */
  async use<T>(work: (client: C) => PromiseLike<T>): Promise<T> {
    this.#main.check();
    if (isCancelDue()) await checkpoint();
    try {
      return await interruptible((signal) => work(this.#main.client.withAbortSignal(signal) as C));
    } catch (failure) {
      throw this.#main.error(failure);
    }
  }

  /** Sends a command that waits at the server (`BLPOP`, `XREAD … BLOCK`, `WAIT`), on a connection of its own, so that
   * others go on. A cancel ends the wait at the server too. `undo` makes of a reply that came in the moment of the cancel
   * the command that puts back what was taken. Texts in the reply are Buffers. */
  async blocking<T = unknown>(
    args: readonly (Buffer | number | string)[],
    undo?: Undo,
  ): Promise<T | undefined> {
    const reply = await this.#lines.run(
      args.map((arg) => checkArgument(arg)),
      undo,
    );
    return (reply ?? undefined) as T | undefined;
  }

  /** Takes the first item of the first of `keys` that has one, waiting for it: `[key, item]`. A cancelled wait has taken
   * nothing: what the server had handed out in that moment is put back at the front. */
  async blPop(
    keys: string | readonly string[],
    options?: BlockOptions,
  ): Promise<[key: string, item: string] | undefined> {
    return await this.#pop('BLPOP', 'LPUSH', keys, options);
  }

  /** {@link Redis.blPop} from the end of the list. */
  async brPop(
    keys: string | readonly string[],
    options?: BlockOptions,
  ): Promise<[key: string, item: string] | undefined> {
    return await this.#pop('BRPOP', 'RPUSH', keys, options);
  }

  /** Moves an item from one list to another, waiting for it, so that it is never nowhere: a cancel that comes in the
   * moment of the move leaves it in `to`. */
  async blMove(
    from: string,
    to: string,
    take: 'LEFT' | 'RIGHT',
    put: 'LEFT' | 'RIGHT',
    options?: BlockOptions,
  ): Promise<string | undefined> {
    const item = await this.blocking<Buffer>(['BLMOVE', from, to, take, put, seconds(options, 'blMove')]);
    return item?.toString();
  }

  /** Takes the member of the lowest score of the first of `keys` that has one, waiting for it. A cancelled wait has taken
   * nothing. */
  async bzPopMin(
    keys: string | readonly string[],
    options?: BlockOptions,
  ): Promise<[key: string, member: string, score: number] | undefined> {
    return await this.#popMember('BZPOPMIN', keys, options);
  }

  /** {@link Redis.bzPopMin} of the highest score. */
  async bzPopMax(
    keys: string | readonly string[],
    options?: BlockOptions,
  ): Promise<[key: string, member: string, score: number] | undefined> {
    return await this.#popMember('BZPOPMAX', keys, options);
  }

  /** Listens to channels, on a connection of its own; when this returns, everything published from then on comes.
   * Iterate it; the end of `for await` or `await using` unsubscribes. */
  async subscribe(
    channels: string | readonly string[],
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    const subscription = await Subscription._open(this.#main, [channels].flat(), options);
    this.#subscriptions.add(subscription);
    subscription._onEnd = () => void this.#subscriptions.delete(subscription);
    if (!this.#main.isClosed) return subscription;
    subscription._destroy();
    throw this.#main.closedError();
  }

  /** Sends a message to who listens.
   * @returns to how many */
  async publish(channel: string, message: Buffer | string): Promise<number> {
    return await this.send('PUBLISH', channel, message);
  }

  /** A lock that processes on several machines share, as a lease: `await redis.lock('jobs').with(async ({ fence }) => …)`.
   * It is no safer than one Redis server is: what must not happen twice takes the fencing number with it. */
  lock(name: string, options: LeaseOptions = {}): LeaseKeeper {
    return new LeaseKeeper(this.#main, 'lock', name, 1, options);
  }

  /** A semaphore that processes on several machines share: at most `seats` holders at once, each with a lease. */
  semaphore(name: string, seats: number, options: LeaseOptions = {}): LeaseKeeper {
    return new LeaseKeeper(this.#main, 'semaphore', name, seats, options);
  }

  /** Waits for the replies that are on their way and ends all connections; harmless a second time. Who waits at the server
   * gets a RedisError, and has taken nothing; who listens comes to the end of the stream. */
  async close(): Promise<void> {
    try {
      for (const subscription of this.#subscriptions) await subscription.close();
      await this.#lines.close();
      await this.#main.close();
    } finally {
      this.destroy();
    }
  }

  /** Ends all connections at once; who waits for a reply gets an error. */
  destroy(): void {
    for (const subscription of this.#subscriptions) subscription._destroy();
    this.#lines.destroy();
    this.#main.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#main.isClosed ? ' closed' : this.isReady ? '' : ' away';
    return `<Redis ${this.#main.settings.where}${state}>`;
  }

  async #pop(
    command: 'BLPOP' | 'BRPOP',
    back: string,
    keys: string | readonly string[],
    options: BlockOptions = {},
  ): Promise<[string, string] | undefined> {
    const undo: Undo = ([key, item]) => [back, key as Buffer, item as Buffer];
    const reply = await this.blocking<[Buffer, Buffer]>(
      [command, ...checkKeys(keys), seconds(options, POPS[command])],
      undo,
    );
    return reply && [reply[0].toString(), reply[1].toString()];
  }

  async #popMember(
    command: 'BZPOPMIN' | 'BZPOPMAX',
    keys: string | readonly string[],
    options: BlockOptions = {},
  ): Promise<[string, string, number] | undefined> {
    const undo: Undo = ([key, member, score]) => ['ZADD', key as Buffer, String(score), member as Buffer];
    const reply = await this.blocking<[Buffer, Buffer, unknown]>(
      [command, ...checkKeys(keys), seconds(options, POPS[command])],
      undo,
    );
    return reply && [reply[0].toString(), reply[1].toString(), scoreOf(String(reply[2]))];
  }
}

/** Connects to a Redis server; the connection comes back by itself when it is lost. Works with servers that speak its
 * protocol (Valkey, KeyDB). Needs the package `redis`.
 * @throws RedisError when there is no answer in time, or the package is missing; ConnectionRefusedError and the like;
 * RedisReplyError for a wrong password
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connect } from 'asyncio-ts/redis';
 * await run(async () => {
 *   await using redis = await connect({ connectTimeout: 2000 });
 *   await redis.send('RPUSH', 'letters', 'one');
 *   console.log(await redis.blPop('letters')); // -> [ 'letters', 'one' ]
 * });
 * ```
 */
export async function connect<C = DriverCommands>(
  where: string | ConnectOptions = {},
  more: ConnectOptions = {},
): Promise<Redis<C>> {
  const options = typeof where === 'string' ? { ...more, url: where } : where;
  checkOptionNames(options, CONNECT_NAMES, 'connect');
  const {
    url = process.env['REDIS_URL'] ?? 'redis://localhost:6379',
    connectTimeout = 5000,
    maxReconnectDelay = 2000,
  } = options;
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol))
    throw new InvalidArgumentError(
      'url',
      `a URL of Redis begins with redis:// or rediss://, not ${hidden(url)}`,
    );
  for (const [name, value] of Object.entries({ connectTimeout, maxReconnectDelay }))
    if (!(value > 0))
      throw new InvalidArgumentError(name, `${name} is a number of milliseconds above 0, not ${value}`);
  const settings: Settings = {
    driver: await loadDriver(),
    options: { url, ...options.driver },
    connectTimeout,
    maxReconnectDelay,
    where: new URL(url).host,
  };
  return new Redis<C>(await RedisConnection.open(settings));
}

/** The driver's client, whose methods end their wait with a cancel. */
function cancellable<C>(main: RedisConnection): C {
  return new Proxy(main.client, {
    get(client, name) {
      const member: unknown = Reflect.get(client, name, client);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const call = member as (...args: unknown[]) => unknown;
        const isCommand =
          typeof name === 'string' && typeof Reflect.get(client, name.toUpperCase()) === 'function';
        if (!isCommand || name.toUpperCase() === 'MULTI') return call.apply(client, args);
        return main.call(String(name), (signal) => {
          const bound = client.withAbortSignal(signal);
          return (Reflect.get(bound, name, bound) as typeof call).apply(bound, args) as Promise<unknown>;
        });
      };
    },
  }) as C;
}

/** Redis writes `inf`, where it is text. */
function scoreOf(text: string): number {
  return Number(text.replace(/^(-?)inf$/, '$1Infinity'));
}

const POPS = { BLPOP: 'blPop', BRPOP: 'brPop', BZPOPMIN: 'bzPopMin', BZPOPMAX: 'bzPopMax' } as const;

function checkArgument(arg: unknown): RedisArgument {
  if (Buffer.isBuffer(arg)) return arg;
  if (typeof arg === 'string') {
    if (arg.isWellFormed()) return arg;
    throw new InvalidArgumentError('args', 'half of a surrogate pair is nothing that UTF-8 can hold');
  }
  if (typeof arg === 'number' && Number.isFinite(arg)) return String(arg);
  throw new InvalidArgumentError('args', 'the words of a command are strings, Buffers and numbers');
}

function checkKeys(keys: string | readonly string[]): readonly string[] {
  const all = [keys].flat();
  if (all.length === 0) throw new InvalidArgumentError('keys', 'keys are one key or more');
  return all;
}

function seconds(options: BlockOptions = {}, method: string): string {
  // The driver's own take a number of seconds there, which would be no limit at all.
  if (typeof options !== 'object')
    throw new InvalidArgumentError(
      'options',
      `a limit is { timeout: milliseconds }, not ${String(options)}`,
    );
  checkOptionNames(options, BLOCK_NAMES, method);
  const { timeout = Infinity } = options;
  if (!(timeout > 0))
    throw new InvalidArgumentError(
      'timeout',
      `timeout is a number of milliseconds above 0, not ${timeout}`,
    );
  return timeout === Infinity ? '0' : String(timeout / 1000);
}

/** Without the password. */
function hidden(url: string): string {
  return String(url).replace(/\/\/.*@/, '//');
}
