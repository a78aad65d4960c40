// One connection to the server: connecting, commands whose wait a cancel ends, and its end.
//
// 1. A command that is cancelled before it was written is never sent, also while the connection is away. One that was
//    written may be carried out: the wait ends, and its reply is dropped.
// 2. The first attempt to connect fails at once with what is wrong; a connection that once stood comes back by itself,
//    with growing pauses, unless it is made for one wait (`comesBack: false`).
// 3. It is a resource of its loop, and ends with it.

import { getRunningLoop, interruptible, isCancelled, TimeoutError, timeout } from '../asyncio.ts';
import { addResource, checkpoint, explainWait, isCancelDue } from '../lowlevel.ts';
import type { CommandOptions, Driver, DriverClient, RedisArgument } from './driver.ts';
import { RedisError, toError } from './errors.ts';

/** How a connection is made. */
export interface Settings {
  readonly driver: Driver;
  /** What the driver is told. */
  readonly options: Record<string, unknown>;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Milliseconds of the longest pause between two attempts. */
  readonly maxReconnectDelay: number;
  /** Host and port, for messages. */
  readonly where: string;
}

/** See the head of the file. */
export class RedisConnection {
  readonly client: DriverClient;
  readonly settings: Settings;
  /** Told when the connection, once lost, stands again, with the number of milliseconds in between. */
  onReturn: ((away: number, reason: unknown) => void) | undefined;
  #forget: () => void = () => {};
  #ended = false;
  #lostAt: number | undefined;
  #reason: unknown;

  private constructor(client: DriverClient, settings: Settings) {
    this.client = client;
    this.settings = settings;
    client.on('error', (error) => {
      this.#reason = error;
    });
    client.on('reconnecting', () => {
      this.#lostAt ??= performance.now();
    });
  }

  static async open(
    settings: Settings,
    { comesBack = true }: { comesBack?: boolean } = {},
  ): Promise<RedisConnection> {
    if (isCancelDue()) await checkpoint();
    let stood = false;
    const { driver, options, connectTimeout, maxReconnectDelay, where } = settings;
    const reconnectStrategy = (retries: number, cause: Error): Error | number => {
      if (!stood || !comesBack) return cause;
      return Math.min(2 ** retries * 50, maxReconnectDelay) * (0.5 + Math.random() / 2);
    };
    const { socket, ...rest } = options as { socket?: object };
    const client = driver.createClient({
      ...rest,
      socket: { ...socket, connectTimeout, reconnectStrategy },
    });
    const connection = new RedisConnection(client, settings);
    let given = false;
    let abandoned = false;
    const abandon = (): void => {
      abandoned = true;
      client.unref();
      if (given && client.isOpen) client.destroy();
    };
    // The driver forgets a socket that is not yet connected when it is told to end: so it is told once that is connected.
    client.on('connect', () => {
      given = true;
      if (abandoned) client.destroy();
    });
    try {
      await timeout(connectTimeout, () => interruptible(client.connect()));
    } catch (failure) {
      abandon();
      if (failure instanceof TimeoutError)
        throw new RedisError(`no connection to Redis at ${where} within ${connectTimeout} ms`, {
          cause: failure,
        });
      throw connection.error(failure, 'connect');
    }
    stood = true;
    client.on('ready', () => connection.#returned());
    client.on('end', () => connection.#end());
    connection.#forget = addResource(getRunningLoop(), {
      description: `Redis connection to ${where}`,
      close: () => connection.destroy(),
      end: () => connection.close(),
      rest: () => client.unref(),
      resume: () => client.ref(),
      isClosing: () => connection.#ended,
    });
    return connection;
  }

  get isClosed(): boolean {
    return this.#ended;
  }

  /** Sends a command and waits for the reply. */
  send(args: readonly RedisArgument[], options: CommandOptions = {}): Promise<unknown> {
    return this.call(String(args[0]), (abortSignal) =>
      this.client.sendCommand(args, { ...options, abortSignal }),
    );
  }

  /** Waits for what the driver does, which is given what takes back a command that was not yet written. */
  async call(name: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
    this.check();
    if (isCancelDue()) await checkpoint();
    try {
      return await explainWait(interruptible(work), {
        what: `Redis command ${name.toUpperCase()}`,
        sort: 'query',
      });
    } catch (failure) {
      throw this.error(failure, name.toUpperCase());
    }
  }

  /** @throws RedisError when it was closed */
  check(): void {
    if (this.#ended) throw this.closedError();
  }

  closedError(): RedisError {
    return new RedisError(`the connection to Redis at ${this.settings.where} is closed`);
  }

  error(failure: unknown, command?: string): unknown {
    return toError(failure, (error) => error instanceof this.settings.driver.ErrorReply, command);
  }

  /** Waits for the replies that are on their way, then ends it. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#end();
    try {
      // The driver waits for a server that is away: then there is nothing to wait for.
      if (this.client.isReady)
        await timeout(this.settings.connectTimeout, () => interruptible(this.client.close()));
    } catch (failure) {
      if (isCancelled(failure)) throw failure;
    } finally {
      this.destroy();
    }
  }

  /** Ends it at once. */
  destroy(): void {
    this.#end();
    try {
      // Also of one that is closing, and says that it is not open: it waits for replies that may never come.
      this.client.destroy();
    } catch {
      // It has ended, and some versions of the driver mind being told again.
    }
  }

  #end(): void {
    this.#ended = true;
    this.#forget();
  }

  #returned(): void {
    const away = this.#lostAt === undefined ? 0 : performance.now() - this.#lostAt;
    this.#lostAt = undefined;
    this.onReturn?.(away, this.#reason);
  }
}
