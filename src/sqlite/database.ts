// Database: one connection that writes and several that read, over one file in WAL mode.
//
// 1. SQLite has one writer at a time: here there is one connection for it, and tasks wait for it in line, instead of trying.
// 2. Readers never wait for the writer, nor it for them. A reader sees what was committed when its query began.
// 3. A reader that is being opened is not given up when who waits for it is cancelled: it serves the next.
// 4. Inside of a `transaction` reads go to the writer, so that they see what the transaction has done.

import {
  Context,
  ContextVar,
  createTask,
  InvalidArgumentError,
  Semaphore,
  shield,
  wait,
} from '../asyncio.ts';
import type { Task } from '../asyncio.ts';
import type { BackupOptions } from './backup.ts';
import type { SqlParameters } from './bindings.ts';
import type { Connection } from './connection.ts';
import { connect } from './connect.ts';
import type { Cursor, ExecuteOptions, RowOf } from './cursor.ts';
import type { AggregateCallback, FunctionOptions, SqlCallback } from './functions.ts';
import { checkOptionNames } from '../lowlevel.ts';
import { CONNECT_NAMES } from './options.ts';
import type { ConnectOptions } from './options.ts';
import { ProgrammingError } from './errors.ts';
import { shielded } from './shielded.ts';
import type { TransactionOptions } from './transaction.ts';

/** Options of {@link openDatabase}.
 * @example
 * ```ts
 * import type { DatabaseOptions } from 'asyncio-ts/sqlite';
 * const options: DatabaseOptions = { readers: 2 };
 * console.log(options.readers); // -> 2
 * ```
 */
export interface DatabaseOptions extends Omit<ConnectOptions, 'readOnly'> {
  /** How many connections there are at most for reading; they are opened when they are needed. 2 by default. */
  readonly readers?: number | undefined;
}

/** The connection that a task has for itself: what is asked for in it goes there. */
const held: ContextVar<{ readonly database: Database; readonly connection: Connection } | undefined> =
  new ContextVar('connection of a database', { default: undefined });

/** Opens the database in a file for one writer and many readers, and sets it to WAL mode.
 * @throws as `connect`; InvalidArgumentError for a database in memory, which has one connection
 * @example
 * ```ts
 * import { gather, run } from 'asyncio-ts';
 * import { TemporaryDirectory } from 'asyncio-ts/files';
 * import { openDatabase } from 'asyncio-ts/sqlite';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory();
 *   await using db = await openDatabase(`${folder.name}/shop.db`);
 *   await db.executescript('CREATE TABLE stock (item TEXT, amount INTEGER)');
 *   const add = (item: string) => db.execute('INSERT INTO stock VALUES (?, 1)', [item]);
 *   await gather(() => add('tea'), () => add('milk'));
 *   console.log(await db.fetchone('SELECT count(*) AS items FROM stock')); // -> { items: 2 }
 * });
 * ```
 */
export async function openDatabase(path: string | URL, options: DatabaseOptions = {}): Promise<Database> {
  const { readOnly: _connections, ...others } = CONNECT_NAMES;
  checkOptionNames(options, { ...others, readers: true }, 'openDatabase');
  const { readers = 2, ...own } = options;
  if (!(Number.isInteger(readers) && readers > 0))
    throw new InvalidArgumentError(
      'readers',
      `readers is a whole number from 1 on, not ${String(readers)}`,
    );
  if (path === ':memory:' || path === '')
    throw new InvalidArgumentError('path', 'a database in memory has one connection: use connect()');
  const setup = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${own.setup ?? ''}`;
  return new Database(path, await connect(path, { ...own, setup }), readers, own);
}

/** One writer and many readers; {@link openDatabase} opens it. Each read takes a reader for its time; everything else goes to
 * the writer, in line.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { TemporaryDirectory } from 'asyncio-ts/files';
 * import { openDatabase } from 'asyncio-ts/sqlite';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory();
 *   await using db = await openDatabase(`${folder.name}/log.db`, { readers: 1 });
 *   await db.transaction(async () => {
 *     await db.execute('CREATE TABLE log (line TEXT)');
 *     console.log(await db.fetchall('SELECT * FROM log')); // -> []
 *   });
 * });
 * ```
 */
export class Database implements AsyncDisposable {
  readonly #path: string | URL;
  readonly #options: ConnectOptions;
  readonly #free: Semaphore;
  readonly #readers: Connection[] = [];
  readonly #idle: Connection[] = [];
  readonly #functions: ((connection: Connection) => Promise<void>)[] = [];
  readonly #opening: Set<Task<Connection>> = new Set();
  #closed: boolean = false;
  /** The connection that writes. */
  readonly writer: Connection;

  /** @internal */
  constructor(path: string | URL, writer: Connection, readers: number, options: ConnectOptions) {
    this.#path = path;
    this.#options = options;
    this.#free = new Semaphore(readers);
    this.writer = writer;
  }

  /** As of a connection, on the writer. */
  async execute<Row = never, Options extends ExecuteOptions = ExecuteOptions>(
    sql: string,
    parameters?: SqlParameters,
    options?: Options,
  ): Promise<Cursor<RowOf<Row, Options>>> {
    return await this.writer.execute<Row, Options>(sql, parameters, options);
  }

  /** As of a connection, on the writer. */
  async executemany(
    sql: string,
    sets: Iterable<SqlParameters> | AsyncIterable<SqlParameters>,
  ): Promise<Cursor<never>> {
    return await this.writer.executemany(sql, sets);
  }

  /** As of a connection, on the writer. */
  async executescript(sql: string): Promise<void> {
    await this.writer.executescript(sql);
  }

  /** The first row of a query, by a reader. */
  async fetchone<Row = never, Options extends ExecuteOptions = ExecuteOptions>(
    sql: string,
    parameters?: SqlParameters,
    options?: Options,
  ): Promise<RowOf<Row, Options> | undefined> {
    return await this.read((reader) => reader.fetchone<Row, Options>(sql, parameters, options));
  }

  /** All rows of a query, by a reader. */
  async fetchall<Row = never, Options extends ExecuteOptions = ExecuteOptions>(
    sql: string,
    parameters?: SqlParameters,
    options?: Options,
  ): Promise<RowOf<Row, Options>[]> {
    return await this.read((reader) => reader.fetchall<Row, Options>(sql, parameters, options));
  }

  /** The rows of a query, one by one, by a reader that it keeps until the loop is left. */
  async *iterate<Row = never, Options extends ExecuteOptions = ExecuteOptions>(
    sql: string,
    parameters?: SqlParameters,
    options?: Options,
  ): AsyncGenerator<RowOf<Row, Options>, void> {
    const own = this.#held();
    const reader = own ?? (await this.#take());
    try {
      yield* reader.iterate<Row, Options>(sql, parameters, options);
    } finally {
      if (own === undefined) this.#giveBack(reader);
    }
  }

  /** Calls `body` with a reader that is its own meanwhile; in a `transaction` with the writer. */
  async read<T>(body: (reader: Connection) => PromiseLike<T> | T): Promise<T> {
    const own = this.#held();
    if (own !== undefined) return await body(own);
    const reader = await this.#take();
    try {
      return await body(reader);
    } finally {
      this.#giveBack(reader);
    }
  }

  /** Calls `body` in a transaction for reading: all queries in it see the database as it was at the first one. */
  async snapshot<T>(body: (reader: Connection) => PromiseLike<T> | T): Promise<T> {
    return await this.read((reader) =>
      reader.transaction(() => this.#holding(reader, () => body(reader)), { mode: 'deferred' }),
    );
  }

  /** As of a connection, on the writer; reads in it are the writer's too. */
  async transaction<T>(body: () => PromiseLike<T> | T, options?: TransactionOptions): Promise<T> {
    const { writer } = this;
    return await writer.transaction(() => this.#holding(writer, body), options);
  }

  /** As of a connection, for all of them. */
  async createFunction(name: string, callback: SqlCallback, options?: FunctionOptions): Promise<void> {
    await this.#onAll((connection) => connection.createFunction(name, callback, options));
  }

  /** As of a connection, for all of them. */
  async createAggregate(
    name: string,
    callback: AggregateCallback,
    options?: FunctionOptions,
  ): Promise<void> {
    await this.#onAll((connection) => connection.createAggregate(name, callback, options));
  }

  /** As of a connection. */
  async backup(target: string | URL, options?: BackupOptions): Promise<void> {
    await this.writer.backup(target, options);
  }

  /** Closes all of its connections. */
  async close(): Promise<void> {
    this.#closed = true;
    await shielded(async () => {
      if (this.#opening.size > 0) await wait(this.#opening);
      for (const connection of [...this.#readers, this.writer]) await connection.close();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<Database ${this.writer.path}${this.writer.closed ? ' closed' : ''} readers=${this.#readers.length}>`;
  }

  #held(): Connection | undefined {
    const here = held.get();
    return here?.database === this ? here.connection : undefined;
  }

  async #holding<T>(connection: Connection, body: () => PromiseLike<T> | T): Promise<T> {
    const token = held.set({ database: this, connection });
    try {
      return await body();
    } finally {
      held.reset(token);
    }
  }

  async #onAll(act: (connection: Connection) => Promise<void>): Promise<void> {
    await act(this.writer);
    this.#functions.push(act);
    for (const reader of this.#readers) await act(reader);
  }

  async #take(): Promise<Connection> {
    this.#checkOpen();
    await this.#free.acquire();
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    const options = { name: 'opening a reader', context: new Context() };
    const opening = createTask(() => this.#open(), options);
    this.#opening.add(opening);
    opening.addDoneCallback(() => this.#opening.delete(opening));
    try {
      return await shield(opening);
    } catch (error) {
      opening.addDoneCallback(() => {
        if (opening.cancelled() || opening.exception() !== undefined) this.#free.release();
        else this.#giveBack(opening.result());
      });
      throw error;
    }
  }

  async #open(): Promise<Connection> {
    const reader = await connect(this.#path, { ...this.#options, readOnly: true });
    try {
      // What is defined meanwhile comes too: it finds this reader among the others only later.
      for (const act of this.#functions) await act(reader);
      this.#checkOpen();
      this.#readers.push(reader);
      return reader;
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new ProgrammingError(`the database ${this.writer.path} is closed`);
  }

  #giveBack(connection: Connection): void {
    this.#idle.push(connection);
    this.#free.release();
  }
}
