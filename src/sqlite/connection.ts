// Connection: statements on one database, in a worker of its own.
//
// 1. One statement at a time, in the order in which tasks asked; a transaction is one turn.
// 2. A cancel before its turn leaves nothing behind. One that comes while the statement runs is thrown when it has ended:
//    what it had not committed is undone.
// 3. A connection is a resource of its loop.

import { rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { getRunningLoop, InvalidArgumentError } from '../asyncio.ts';
import { addResource, checkOptionNames } from '../lowlevel.ts';
import { backUp } from './backup.ts';
import type { BackupOptions } from './backup.ts';
import { checkSql, inBatches, selecting } from './bindings.ts';
import type { SqlParameters } from './bindings.ts';
import { checkExecuteOptions, Cursor } from './cursor.ts';
import type { CursorSource, ExecuteOptions, RowOf } from './cursor.ts';
import { ProgrammingError } from './errors.ts';
import { functionSettings } from './functions.ts';
import type { AggregateCallback, FunctionOptions, SqlCallback } from './functions.ts';
import type { ConnectSettings } from './options.ts';
import { rowMaker } from './rows.ts';
import { Session } from './session.ts';
import { shielded } from './shielded.ts';
import { Statement } from './statement.ts';
import type { StatementSource } from './statement.ts';
import { TRANSACTION_NAMES, Turns } from './transaction.ts';
import type { TransactionOptions } from './transaction.ts';
import type { Done, Operation } from './worker/protocol.ts';

/** How many rows a first page has: enough that most queries are over with it. */
const FIRST_PAGE = 200;
const ALL_PAGE = 1000;

/** A connection to a database; {@link connect} opens it. Its tasks wait in line for it. Semantics: aiosqlite.Connection, in
 * autocommit mode: what a statement changes is kept at once, outside of a `transaction`.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connect } from 'asyncio-ts/sqlite';
 * await run(async () => {
 *   await using db = await connect(':memory:');
 *   await db.execute('CREATE TABLE stock (item TEXT PRIMARY KEY, amount INTEGER)');
 *   await db.transaction(async () => {
 *     await db.execute('INSERT INTO stock VALUES (?, ?)', ['tea', 7]);
 *   });
 *   console.log(await db.fetchone('SELECT * FROM stock')); // -> { item: 'tea', amount: 7 }
 * });
 * ```
 */
export class Connection implements AsyncDisposable {
  readonly #settings: ConnectSettings;
  readonly #session: Session;
  readonly #turns: Turns;
  readonly #forget: () => void;
  #closed: boolean = false;

  /** @internal */
  constructor(settings: ConnectSettings) {
    this.#settings = settings;
    this.#session = new Session(settings.worker, `sqlite ${settings.name}`, settings.open);
    this.#turns = new Turns(this.#session, settings.name);
    this.#forget = addResource(getRunningLoop(), {
      description: `sqlite connection to ${settings.name}`,
      close: () => this.#abandon(),
      end: () => this.close(),
      isClosing: () => this.#closed,
    });
  }

  /** The path of the database. */
  get path(): string {
    return this.#settings.name;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether a transaction is open in SQLite, as of the last statement. */
  get inTransaction(): boolean {
    return this.#session.inTransaction;
  }

  /** @internal */
  async open(): Promise<this> {
    try {
      await this.#turns.take(() => this.#session.open());
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Executes one statement. Its rows are there as far as a first page goes; the cursor fetches the others.
   * @throws ProgrammingError for more than one statement, a wrong number of values, a closed connection; the error that
   * SQLite reports. A cancel waits until the statement has ended
   * @example
   * ```ts
   * import { run } from 'asyncio-ts';
   * import { connect } from 'asyncio-ts/sqlite';
   * await run(async () => {
   *   await using db = await connect(':memory:');
   *   const cursor = await db.execute('SELECT :a + :b AS sum', { a: 1, b: 2 });
   *   console.log(await cursor.fetchone()); // -> { sum: 3 }
   * });
   * ```
   */
  async execute<Row = never, Options extends ExecuteOptions = ExecuteOptions>(
    sql: string,
    parameters?: SqlParameters,
    options?: Options,
  ): Promise<Cursor<RowOf<Row, Options>>> {
    checkExecuteOptions(options);
    const done = await this.#request(selecting(sql, parameters, FIRST_PAGE, false));
    return new Cursor<RowOf<Row, Options>>(this.#source(options), done);
  }

  /** Executes a statement that changes rows for each set of values, in one transaction: all of them or none. The sets may
   * come from an async iterable; meanwhile the connection is the statement's.
   * @returns a cursor with the number of rows that were changed
   * @throws as {@link execute}, and what the iterable throws
   * @example
   * ```ts
   * import { run } from 'asyncio-ts';
   * import { connect } from 'asyncio-ts/sqlite';
   * await run(async () => {
   *   await using db = await connect(':memory:');
   *   await db.execute('CREATE TABLE squares (n INTEGER, square INTEGER)');
   *   const { rowcount } = await db.executemany('INSERT INTO squares VALUES (?, ?)', [[1, 1], [2, 4], [3, 9]]);
   *   console.log(rowcount); // -> 3
   * });
   * ```
   */
  async executemany(
    sql: string,
    sets: Iterable<SqlParameters> | AsyncIterable<SqlParameters>,
  ): Promise<Cursor<never>> {
    const text = checkSql(sql);
    let last: Done | undefined;
    let rowCount = 0;
    await this.transaction(async () => {
      for await (const kept of inBatches(sets)) {
        last = await this.#request({ kind: 'many', sql: text, sets: kept });
        rowCount += last.rowCount ?? 0;
      }
    });
    return new Cursor<never>(this.#source(), { ...(last as unknown as Done), rowCount });
  }

  /** Executes statements one after the other, each on its own: a script that is to be kept as a whole or not at all belongs
   * into a `transaction`. They have no parameters, and their rows are dropped.
   * @throws as {@link execute}; what came before the statement that failed is done */
  async executescript(sql: string): Promise<void> {
    await this.#request({ kind: 'script', sql: checkSql(sql) });
  }

  /** The first row of a query; undefined when it has none. */
  async fetchone<Row = never, Options extends ExecuteOptions = ExecuteOptions>(
    sql: string,
    parameters?: SqlParameters,
    options?: Options,
  ): Promise<RowOf<Row, Options> | undefined> {
    checkExecuteOptions(options);
    const { columns = [], page } = await this.#request(selecting(sql, parameters, 1, true));
    if (page === undefined || page.rows === 0) return undefined;
    return rowMaker<RowOf<Row, Options>>(
      columns,
      options?.rows ?? this.#settings.shape,
      this.#settings.converters,
    )(page.values, 0);
  }

  /** All rows of a query. They come in pages, so that a long result does not keep the loop busy at once. */
  async fetchall<Row = never, Options extends ExecuteOptions = ExecuteOptions>(
    sql: string,
    parameters?: SqlParameters,
    options?: Options,
  ): Promise<RowOf<Row, Options>[]> {
    checkExecuteOptions(options);
    const done = await this.#request(selecting(sql, parameters, ALL_PAGE, false));
    return await new Cursor<RowOf<Row, Options>>(this.#source(options), done).fetchall();
  }

  /** The rows of a query, one by one, with at most a page of them in memory. The query begins with the first row that is
   * asked for, and ends when the loop is left.
   * @throws as {@link execute}, at a row
   * @example
   * ```ts
   * import { run } from 'asyncio-ts';
   * import { connect } from 'asyncio-ts/sqlite';
   * await run(async () => {
   *   await using db = await connect(':memory:');
   *   const endless = 'WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT n FROM numbers';
   *   for await (const { n } of db.iterate(endless)) {
   *     console.log(n); // -> 1
   *     break;
   *   }
   * });
   * ```
   */
  async *iterate<Row = never, Options extends ExecuteOptions = ExecuteOptions>(
    sql: string,
    parameters?: SqlParameters,
    options?: Options,
  ): AsyncGenerator<RowOf<Row, Options>, void> {
    yield* await this.execute<Row, Options>(sql, parameters, options);
  }

  /** Checks a statement, and keeps it for values to come.
   * @throws as {@link execute} */
  async prepare<Row = never, Options extends ExecuteOptions = ExecuteOptions>(
    sql: string,
    options?: Options,
  ): Promise<Statement<RowOf<Row, Options>>> {
    checkExecuteOptions(options);
    const { columns = [], parameters = 0 } = await this.#request({ kind: 'prepare', sql: checkSql(sql) });
    // It names the type of its rows in each call.
    const source = this as unknown as StatementSource;
    return new Statement<RowOf<Row, Options>>(source, sql, columns, parameters, options ?? {});
  }

  /** Runs `body` in a transaction, which is kept when it returns, and undone when it throws or is cancelled. Until then the
   * connection belongs to it: what is called on it in the body, and in tasks that the body starts, is in the transaction,
   * and other tasks wait. In a transaction it is a savepoint.
   * @returns what `body` returns
   * @throws what `body` throws; the error that SQLite reports. A cancel that comes while it commits is thrown at the next
   * await after it
   * @example
   * ```ts
   * import { run } from 'asyncio-ts';
   * import { connect } from 'asyncio-ts/sqlite';
   * await run(async () => {
   *   await using db = await connect(':memory:');
   *   await db.execute('CREATE TABLE log (line TEXT)');
   *   await db.transaction(async () => {
   *     await db.execute("INSERT INTO log VALUES ('kept')");
   *     await db.transaction(async () => {
   *       await db.execute("INSERT INTO log VALUES ('undone')");
   *       throw new Error('no');
   *     }).catch(() => {});
   *   });
   *   console.log(await db.fetchall('SELECT line FROM log')); // -> [ { line: 'kept' } ]
   * });
   * ```
   */
  async transaction<T>(body: () => PromiseLike<T> | T, options: TransactionOptions = {}): Promise<T> {
    if (typeof body !== 'function')
      throw new InvalidArgumentError('body', `a transaction is given a function, not ${String(body)}`);
    this.#checkOpen();
    checkOptionNames(options, TRANSACTION_NAMES, 'transaction');
    const { readOnly, busyTimeout } = this.#settings.open;
    const { mode = readOnly ? 'deferred' : 'immediate' } = options;
    if (!['deferred', 'immediate', 'exclusive'].includes(mode))
      throw new InvalidArgumentError(
        'mode',
        `mode is 'deferred', 'immediate' or 'exclusive', not ${String(mode)}`,
      );
    return await this.#turns.transaction(body, mode, busyTimeout);
  }

  /** Keeps what was done since a BEGIN that was executed as a statement; without one it does nothing. A `transaction` does it
   * by itself. */
  async commit(): Promise<void> {
    if (this.inTransaction) await this.execute('COMMIT');
  }

  /** Undoes what was done since a BEGIN that was executed as a statement; without one it does nothing. */
  async rollback(): Promise<void> {
    await this.#request({ kind: 'rollback' });
  }

  /** Has SQL call a function of the program's under a name. It runs in the database's worker.
   * @throws InvalidArgumentError for what cannot be called there
   * @example
   * ```ts
   * import { run } from 'asyncio-ts';
   * import { connect } from 'asyncio-ts/sqlite';
   * await run(async () => {
   *   await using db = await connect(':memory:');
   *   await db.createFunction('shout', (text) => String(text).toUpperCase(), { deterministic: true });
   *   console.log(await db.fetchone("SELECT shout('tea') AS it")); // -> { it: 'TEA' }
   * });
   * ```
   */
  async createFunction(name: string, callback: SqlCallback, options: FunctionOptions = {}): Promise<void> {
    const settings = functionSettings('function', name, callback, options);
    await this.#request({ kind: 'define', settings });
    this.#session.remember(settings);
  }

  /** Has SQL call an aggregate of the program's: `callback` makes a group, which is given each row and then asked for the
   * result. With `inverse` it is a window function.
   * @throws InvalidArgumentError for what cannot be called there
   * @example
   * ```ts
   * import { run } from 'asyncio-ts';
   * import { connect } from 'asyncio-ts/sqlite';
   * await run(async () => {
   *   await using db = await connect(':memory:');
   *   await db.createAggregate('product', () => {
   *     let product = 1;
   *     return { step: (n) => { product *= Number(n); }, finalize: () => product };
   *   });
   *   console.log(await db.fetchone('SELECT product(column1) AS it FROM (VALUES (2), (3), (7))')); // -> { it: 42 }
   * });
   * ```
   */
  async createAggregate(
    name: string,
    callback: AggregateCallback,
    options: FunctionOptions = {},
  ): Promise<void> {
    const settings = functionSettings('aggregate', name, callback, options);
    await this.#request({ kind: 'define', settings });
    this.#session.remember(settings);
  }

  /** Copies the database to a file, page by page, while it is in use. The file is there when the copy is whole: a cancel or
   * an error leaves nothing.
   * @throws the error that SQLite reports */
  async backup(target: string | URL, options: BackupOptions = {}): Promise<void> {
    this.#checkOpen();
    const copy = (): Promise<void> => backUp(this.#session, this.#settings, target, options);
    // What is in a thread's memory is seen by that connection alone.
    if (this.#settings.worker === 'thread') await this.#turns.take(copy);
    else await copy();
  }

  /** Ends the statement that runs, for the task that waits for it by an OperationalError. Semantics:
   * sqlite3.Connection.interrupt. */
  interrupt(): void {
    this.#session.interrupt();
  }

  /** Closes it, after what runs and waits. The second call does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await shielded(async () => {
      await this.#session.close();
      const { temporary } = this.#settings.open;
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    });
    this.#forget();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#closed ? ' closed' : this.inTransaction ? ' in a transaction' : '';
    return `<Connection ${this.path}${state}>`;
  }

  #abandon(): void {
    this.#closed = true;
    this.#session.abandon();
    const { temporary } = this.#settings.open;
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }

  #checkOpen(): void {
    if (this.#closed) throw new ProgrammingError(`the connection to ${this.path} is closed`);
  }

  async #request(operation: Operation): Promise<Done> {
    this.#checkOpen();
    return await this.#turns.take(async (bound) => {
      this.#checkOpen();
      return await this.#session.request(operation, bound);
    });
  }

  #source({ rows }: ExecuteOptions = {}): CursorSource {
    return {
      shape: rows ?? this.#settings.shape,
      converters: this.#settings.converters,
      fetch: async (cursor, take, worker) => {
        this.#checkOpen();
        const { page } = await this.#turns.take(() =>
          this.#session.request({ kind: 'fetch', cursor, take }, worker),
        );
        return page as NonNullable<Done['page']>;
      },
      leave: (cursor, worker) => this.#session.leave(cursor, worker),
    };
  }
}
