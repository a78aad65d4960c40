// A pool of connections, as programs use it. members.ts says who gets which connection and when.

import { InvalidArgumentError, getRunningLoop } from '../../asyncio.ts';
import { addResource, checkOptionNames } from '../../lowlevel.ts';
import type { ArgumentSets, Backend, QueryOptions } from '../connection/backend.ts';
import { Connection } from '../connection/connection.ts';
import { Lease } from '../connection/lease.ts';
import {
  ask,
  checkArguments,
  checkQueryOptions,
  isScript,
  ROW,
  ROWS,
  TAG,
  VALUE,
} from '../connection/queries.ts';
import type { Arguments, Wanted } from '../connection/queries.ts';
import { TRANSACTION_NAMES } from '../connection/transaction.ts';
import type { TransactionOptions } from '../connection/transaction.ts';
import { InterfaceError } from '../errors/interfaceError.ts';
import type { Row } from '../values/decode.ts';
import { loadDriver } from '../wire/driver.ts';
import { settingsOf } from '../wire/settings.ts';
import { within } from '../wire/within.ts';
import { askInLine } from './askInLine.ts';
import { Members } from './members.ts';
import { poolSettings } from './poolOptions.ts';
import type { PoolOptions, PoolSettings } from './poolOptions.ts';
import { leavesNoTrace } from './traces.ts';

interface Loan {
  readonly lease: Lease;
  readonly backend: Backend;
}

/** How long to wait for a connection.
 * @example
 * ```ts
 * import type { AcquireOptions } from 'asyncio-ts/postgres';
 * const options: AcquireOptions = { timeout: 1000 };
 * console.log(options.timeout); // -> 1000
 * ```
 */
export interface AcquireOptions {
  /** Milliseconds; without end by default. */
  timeout?: number | undefined;
}

const ACQUIRE_NAMES: Readonly<Record<keyof AcquireOptions, true>> = { timeout: true };
const TRANSACTION_AND_ACQUIRE: typeof TRANSACTION_NAMES & typeof ACQUIRE_NAMES = {
  ...TRANSACTION_NAMES,
  ...ACQUIRE_NAMES,
};

/** A pool of connections, of {@link createPool}. `await using` closes it. Its `fetch` and their like take a connection for one
 * query; `acquire` lends one for several. Semantics: asyncpg.Pool.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { createPool } from 'asyncio-ts/postgres';
 * await run(async () => {
 *   await using pool = await createPool({ maxSize: 20 });
 *   console.log(await pool.fetchValue('SELECT 40 + $1::int', [2])); // -> 42
 *   await pool.transaction(async (connection) => {
 *     await connection.execute('CREATE TEMP TABLE notes(text text) ON COMMIT DROP');
 *     console.log(await connection.execute('INSERT INTO notes VALUES ($1)', ['first'])); // -> INSERT 0 1
 *   });
 * });
 * ```
 */
export class Pool implements AsyncDisposable {
  readonly #settings: PoolSettings;
  readonly #members: Members;
  readonly #lent: Map<Connection, Loan> = new Map();
  readonly #forget: () => void;

  /** @internal */
  constructor(options: PoolOptions) {
    this.#settings = poolSettings(options);
    this.#members = new Members(options, this.#settings);
    this.#forget = addResource(getRunningLoop(), {
      description: 'Postgres pool',
      close: () => this.terminate(),
      end: () => this.close(),
      isClosing: () => this.#members.isClosing,
    });
  }

  /** @internal */
  async _fill(options: PoolOptions): Promise<void> {
    try {
      settingsOf(await loadDriver(), options);
      await this.#members.fill();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** How many connections there are, in use or not. */
  get size(): number {
    return this.#members.size;
  }
  /** How many of them are not in use. */
  get idleSize(): number {
    return this.#members.idleSize;
  }
  /** How many tasks wait for one. */
  get waiting(): number {
    return this.#members.waiting;
  }
  get minSize(): number {
    return this.#settings.minSize;
  }
  get maxSize(): number {
    return this.#settings.maxSize;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const { size, idleSize, waiting, maxSize } = this;
    return `<Pool used=${size - idleSize}/${maxSize} idle=${idleSize} waiting=${waiting}>`;
  }

  /** Lends a connection; `await using` gives it back. A cancel ends the wait and takes nothing.
   * @throws TimeoutError; InterfaceError when the pool is closed; as {@link connect} when one has to be made
   * @example
   * ```ts
   * import { run } from 'asyncio-ts';
   * import { createPool } from 'asyncio-ts/postgres';
   * await run(async () => {
   *   await using pool = await createPool();
   *   await using connection = await pool.acquire({ timeout: 5000 });
   *   await connection.execute("SET statement_timeout = '5s'");
   * });
   * ```
   */
  async acquire(options: AcquireOptions = {}): Promise<Connection> {
    checkOptionNames(options, ACQUIRE_NAMES, 'acquire');
    const connection = await this.#lend(options);
    try {
      await this.#settings.setup?.(connection);
      return connection;
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Gives a connection back: what `await using` does. Harmless a second time.
   * @throws InterfaceError for a connection of somebody else */
  async release(connection: Connection): Promise<void> {
    if (!(connection instanceof Connection)) {
      throw new InvalidArgumentError('connection', 'release takes a connection of this pool');
    }
    const loan = this.#lent.get(connection);
    if (loan !== undefined) return await loan.lease.end(true);
    if (!connection.isClosed) throw new InterfaceError('the connection is not of this pool');
  }

  /** As `Connection.fetch`, on a connection of its own. `timeout` is for the query, not for the wait for a connection. */
  fetch<T extends object = Row>(
    query: string,
    args: Arguments = [],
    options: QueryOptions = {},
  ): Promise<T[]> {
    return this.#ask(ROWS, query, args, options) as Promise<T[]>;
  }

  /** As `Connection.fetchRow`, on a connection of its own. */
  fetchRow<T extends object = Row>(
    query: string,
    args: Arguments = [],
    options: QueryOptions = {},
  ): Promise<T | undefined> {
    return this.#ask(ROW, query, args, options) as Promise<T | undefined>;
  }

  /** As `Connection.fetchValue`, on a connection of its own. */
  fetchValue<V = unknown>(
    query: string,
    args: Arguments = [],
    options: QueryOptions = {},
  ): Promise<V | undefined> {
    return this.#ask(VALUE, query, args, options) as Promise<V | undefined>;
  }

  /** As `Connection.execute`, on a connection of its own. */
  async execute(query: string, args: Arguments = [], options: QueryOptions = {}): Promise<string> {
    if (!isScript(query, args)) return await this.#ask(TAG, query, args, options);
    checkQueryOptions(options);
    return await this.#once(query, (backend) => backend.script(query, options));
  }

  /** As `Connection.executeMany`, on a connection of its own. */
  async executeMany(query: string, sets: ArgumentSets, options: QueryOptions = {}): Promise<void> {
    checkQueryOptions(options);
    await this.#once(query, (backend) => backend.many(query, sets, options));
  }

  /** Runs `body` in a transaction on a connection of its own. */
  async transaction<T>(
    body: (connection: Connection) => PromiseLike<T>,
    options: TransactionOptions & AcquireOptions = {},
  ): Promise<T> {
    checkOptionNames(options, TRANSACTION_AND_ACQUIRE, 'transaction');
    const { timeout, ...modes } = options;
    const connection = await this.acquire({ timeout });
    try {
      return await connection.transaction(body, modes);
    } finally {
      await connection[Symbol.asyncDispose]();
    }
  }

  /** Has every connection that there is now replaced, when it is given back or is wanted next. */
  expireConnections(): void {
    this.#members.expire();
  }

  /** Waits until all are given back, and closes them. Who waits for one hears that the pool is closed. A cancel cuts those that
   * are still out. */
  async close(): Promise<void> {
    try {
      await this.#members.close();
    } finally {
      this.#forget();
    }
  }

  /** Cuts all connections, also those that are in use. */
  terminate(): void {
    this.#members.terminate();
    this.#forget();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #lend({ timeout }: AcquireOptions): Promise<Connection> {
    const member =
      timeout === undefined
        ? await this.#members.take()
        : await within(
            timeout,
            () => this.#members.take(),
            () =>
              `no connection of the pool became free within ${timeout} ms: ${this.size - this.idleSize} of ${this.maxSize} are in use`,
          );
    const lease = new Lease(async (reset) => {
      this.#lent.delete(connection);
      if (reset) await this.#members.giveBack(member);
      else this.#members.putBack(member);
    });
    const connection = new Connection(member.backend, lease);
    this.#lent.set(connection, { lease, backend: member.backend });
    return connection;
  }

  async #onceSetUp<T>(act: (backend: Backend) => Promise<T>): Promise<T> {
    const connection = await this.acquire();
    const { backend, lease } = this.#lent.get(connection) as Loan;
    try {
      return await act(backend);
    } finally {
      await lease.end(true);
    }
  }

  async #ask<R>(wanted: Wanted<R>, query: string, args: Arguments, options: QueryOptions): Promise<R> {
    checkQueryOptions(options);
    const members = this.#members;
    if (members.isQueueing && options.timeout === undefined && this.#isPlain(query))
      return await askInLine(members, wanted, query, checkArguments(args));
    return await this.#once(query, (backend) => ask(backend, wanted, query, args, options));
  }

  /** Nothing is done on its connection before it and after it, and no time is kept. */
  #isPlain(query: string): boolean {
    const { setup, reset, commandTimeout } = this.#settings;
    if (setup !== undefined || commandTimeout !== undefined) return false;
    return reset === 'never' || (reset === 'auto' && leavesNoTrace(query));
  }

  /** One query, which nobody else sees the connection of. */
  async #once<T>(query: string, act: (backend: Backend) => Promise<T>): Promise<T> {
    const { setup, reset } = this.#settings;
    if (setup !== undefined) return await this.#onceSetUp(act);
    const member = await this.#members.take();
    let failed = true;
    try {
      const result = await act(member.backend);
      failed = false;
      return result;
    } finally {
      if (!failed && reset === 'auto' && leavesNoTrace(query)) this.#members.putBack(member);
      else await this.#members.giveBack(member);
    }
  }
}

/** Makes a pool, with its first `minSize` connections. With none of them, the default, nobody asks the server: what is wrong
 * with the address or the password is told by the first query. `minSize: 1` finds out at once.
 * @throws as {@link connect}
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { createPool } from 'asyncio-ts/postgres';
 * await run(async () => {
 *   await using pool = await createPool({ minSize: 1, maxSize: 20 });
 *   console.log(pool.size, pool.maxSize); // -> 1 20
 * });
 * ```
 */
export async function createPool(options: string | PoolOptions = {}): Promise<Pool> {
  const own = typeof options === 'string' ? { dsn: options } : options;
  const pool = new Pool(own);
  await pool._fill(own);
  return pool;
}
