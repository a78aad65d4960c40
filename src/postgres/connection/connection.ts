// A connection as the program holds it: what it says to the server, and when it may.
//
// 1. One operation at a time: another one meanwhile is refused, not queued, so nobody waits for somebody else's query without
//    knowing it. A pool is the way to do several things at once.
// 2. It can be taken back: one of a pool is of no use to whoever still holds it after it was released.

import { InvalidArgumentError } from '../../asyncio.ts';
import { checkOptionNames } from '../../lowlevel.ts';
import {
  FROM_QUERY,
  FROM_TABLE,
  formatText,
  RECORDS_TO_TABLE,
  selectText,
  tableText,
  TO_TABLE,
  whereText,
} from '../copy/copyCommands.ts';
import type { CopyFilter, CopyFormat, CopyTable } from '../copy/copyCommands.ts';
import { copyOutputOf } from '../copy/copyExchange.ts';
import type { CopyOutput, CopySource } from '../copy/copyExchange.ts';
import { recordLines } from '../copy/copyRecords.ts';
import type { Records } from '../copy/copyRecords.ts';
import { InterfaceError } from '../errors/interfaceError.ts';
import type { Row } from '../values/decode.ts';
import type { ArgumentSets, Backend, QueryOptions } from './backend.ts';
import { Cursor } from './cursor.ts';
import type { CursorOptions } from './cursor.ts';
import type { Lease } from './lease.ts';
import { Messages } from './messages.ts';
import type { NoticeListener, NotificationListener, TerminationListener } from './messages.ts';
import { PreparedStatement } from './preparedStatement.ts';
import { ask, checkArguments, checkQueryOptions, execute, ROW, ROWS, VALUE } from './queries.ts';
import type { Arguments } from './queries.ts';
import { inTransaction } from './transaction.ts';
import type { TransactionOptions } from './transaction.ts';
import { setTypeCodec } from './typeCodec.ts';
import type { TypeCodec } from './typeCodec.ts';

/** A connection to a server, of {@link connect} or of a pool. `await using` closes it, or gives it back to its pool.
 *
 * Where a task that waits for an operation is cancelled, or its `timeout` is over, the query is cancelled at the server; the
 * error is thrown when the server has said that it is, and the connection is as good as before. Semantics: asyncpg.Connection.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connect } from 'asyncio-ts/postgres';
 * await run(async () => {
 *   await using connection = await connect();
 *   console.log(await connection.fetch('SELECT n FROM generate_series(1, $1::int) AS n', [2], { timeout: 5000 }));
 *   // -> [ { n: 1 }, { n: 2 } ]
 * });
 * ```
 */
export class Connection implements AsyncDisposable {
  readonly #backend: Backend;
  readonly #lease: Lease | undefined;
  #messages: Messages | undefined = undefined;

  /** @internal */
  constructor(backend: Backend, lease?: Lease) {
    this.#backend = backend;
    this.#lease = lease;
  }

  /** The rows of a query as objects.
   * @param args the values of `$1`, `$2` …: numbers, strings, booleans, null, Date, bytes, arrays, and for json anything
   * @throws PostgresError as the server says; ParameterError for an argument that can't be sent; TimeoutError
   * @example
   * ```ts
   * import { run } from 'asyncio-ts';
   * import { connect } from 'asyncio-ts/postgres';
   * await run(async () => {
   *   await using connection = await connect();
   *   for (const { n } of await connection.fetch<{ n: number }>('SELECT $1::int AS n', [7])) console.log(n); // -> 7
   * });
   * ```
   */
  async fetch<T extends object = Row>(
    query: string,
    args: Arguments = [],
    options: QueryOptions = {},
  ): Promise<T[]> {
    return (await ask(this.#usable(), ROWS, query, args, options)) as T[];
  }

  /** The first row; undefined when there is none. */
  async fetchRow<T extends object = Row>(
    query: string,
    args: Arguments = [],
    options: QueryOptions = {},
  ): Promise<T | undefined> {
    return (await ask(this.#usable(), ROW, query, args, options)) as T | undefined;
  }

  /** The first column of the first row; null for NULL, undefined when there is no row. */
  async fetchValue<V = unknown>(
    query: string,
    args: Arguments = [],
    options: QueryOptions = {},
  ): Promise<V | undefined> {
    return (await ask(this.#usable(), VALUE, query, args, options)) as V | undefined;
  }

  /** Runs a command, or without arguments a script of several, in one transaction.
   * @returns what the (last) command has done, such as `INSERT 0 1` */
  async execute(query: string, args: Arguments = [], options: QueryOptions = {}): Promise<string> {
    return await execute(this.#usable(), query, args, options);
  }

  /** Runs a command once for each set of arguments, all or none of them, without waiting in between. */
  async executeMany(query: string, sets: ArgumentSets, options: QueryOptions = {}): Promise<void> {
    checkQueryOptions(options);
    await this.#usable().many(query, sets, options);
  }

  /** As {@link executeMany}, with the rows that all of them return, one after the other. */
  async fetchMany<T extends object = Row>(
    query: string,
    sets: ArgumentSets,
    options: QueryOptions = {},
  ): Promise<T[]> {
    checkQueryOptions(options);
    return (await this.#usable().many(query, sets, options)) as T[];
  }

  /** Prepares a statement that is held, with what the server says of its parameters and columns. */
  async prepare<T extends object = Row>(
    query: string,
    options: QueryOptions = {},
  ): Promise<PreparedStatement<T>> {
    checkQueryOptions(options);
    const backend = this.#usable();
    const statement = await backend.prepare(query, options);
    return new PreparedStatement<T>(backend, statement, () => void this.#usable());
  }

  /** The rows of a query some at a time: for results of any size. It must be used within {@link transaction}. */
  cursor<T extends object = Row>(
    query: string,
    args: Arguments = [],
    options: CursorOptions = {},
  ): Cursor<T> {
    return new Cursor<T>(this.#usable(), query, checkArguments(args), options, () => void this.#usable());
  }

  /** Runs `body` in a transaction: committed when it returns, rolled back when it throws or is cancelled. Within another one
   * it is a savepoint.
   *
   * A cancel in the very moment of COMMIT leaves it to the server which of both it was.
   * @throws InFailedSQLTransactionError when a query in it had failed and the body returned all the same */
  async transaction<T>(
    body: (connection: Connection) => PromiseLike<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    if (typeof body !== 'function')
      throw new InvalidArgumentError('body', 'a transaction takes a function');
    return await inTransaction(this.#usable(), () => body(this), options);
  }

  /** True within a transaction, also one that has failed. */
  get isInTransaction(): boolean {
    return this.#backend.session.status !== 'idle';
  }

  /** Copies data into a table, in a form that COPY reads; without `format` its text format.
   * @returns what was done: `COPY 3` */
  async copyToTable(
    table: string,
    options: CopyTable & CopyFormat & CopyFilter & QueryOptions & { source: CopySource },
  ): Promise<string> {
    checkOptionNames(options, TO_TABLE, 'copyToTable');
    const text = `COPY ${tableText(table, options)} FROM STDIN${formatText(options)}${whereText(options)}`;
    return await this.#usable().copyIn(text, options.source, options);
  }

  /** Copies records, arrays of values, into a table. */
  async copyRecordsToTable(
    table: string,
    options: CopyTable & CopyFilter & QueryOptions & { records: Records },
  ): Promise<string> {
    checkOptionNames(options, RECORDS_TO_TABLE, 'copyRecordsToTable');
    return await this.#usable().timed(options, async () => {
      const { schema, columns } = options;
      const known = await this.#backend.prepare(selectText(table, options), { timeout: undefined });
      const types = known.fields.map((field) => field.dataTypeID);
      this.#backend.statements.leave(known);
      const text = `COPY ${tableText(table, { schema, columns })} FROM STDIN${whereText(options)}`;
      const lines = recordLines(options.records, types, this.#backend.encoders);
      return await this.#backend.copyIn(text, lines, {});
    });
  }

  /** Copies a table out. */
  async copyFromTable(
    table: string,
    options: CopyTable & CopyFormat & QueryOptions & { output: CopyOutput },
  ): Promise<string> {
    checkOptionNames(options, FROM_TABLE, 'copyFromTable');
    const text = `COPY ${tableText(table, options)} TO STDOUT${formatText(options)}`;
    return await this.#usable().copyOut(text, copyOutputOf(options.output), options);
  }

  /** Copies the rows of a query out. */
  async copyFromQuery(
    query: string,
    options: CopyFormat & QueryOptions & { output: CopyOutput },
  ): Promise<string> {
    checkOptionNames(options, FROM_QUERY, 'copyFromQuery');
    // The query may end with a comment.
    const text = `COPY (${query}\n) TO STDOUT${formatText(options)}`;
    return await this.#usable().copyOut(text, copyOutputOf(options.output), options);
  }

  /** Any `COPY … FROM STDIN`. Called off, or when `source` throws, nothing of it stays. */
  async copyIn(command: string, source: CopySource, options: QueryOptions = {}): Promise<string> {
    checkQueryOptions(options);
    return await this.#usable().copyIn(command, source, options);
  }

  /** Any `COPY … TO STDOUT`; the server waits while `output` does. */
  async copyOut(command: string, output: CopyOutput, options: QueryOptions = {}): Promise<string> {
    checkQueryOptions(options);
    return await this.#usable().copyOut(command, copyOutputOf(output), options);
  }

  /** Calls `listener` for what is sent to a channel from now on; see also {@link listen}, which outlives a connection. */
  async addListener(channel: string, listener: NotificationListener): Promise<void> {
    const backend = this.#usable();
    await this.#heard.addListener(channel, listener, (text) => backend.script(text));
  }

  async removeListener(channel: string, listener: NotificationListener): Promise<void> {
    const backend = this.#usable();
    await this.#heard.removeListener(channel, listener, (text) => backend.script(text));
  }

  /** Calls `listener` for each notice of the server. */
  addLogListener(listener: NoticeListener): void {
    this.#heard.addNoticeListener(listener);
  }

  removeLogListener(listener: NoticeListener): void {
    this.#heard.removeNoticeListener(listener);
  }

  /** Calls `listener` when the connection is gone, however that came. */
  addTerminationListener(listener: TerminationListener): void {
    this.#heard.addTerminationListener(listener);
  }

  removeTerminationListener(listener: TerminationListener): void {
    this.#heard.removeTerminationListener(listener);
  }

  /** Writes and reads the values of a type, and of its arrays, in another way from now on. */
  async setTypeCodec<T>(type: string, codec: TypeCodec<T>): Promise<void> {
    await setTypeCodec(this.#usable(), type, codec);
  }

  /** Has the server forget the state of the session: settings, locks, cursors, what it listens to. A pool does so. */
  async reset(options: QueryOptions = {}): Promise<void> {
    checkQueryOptions(options);
    this.#messages?.clearChannels();
    await this.#usable().reset(options);
  }

  /** The server's process, as pg_stat_activity and a notification have it. */
  get serverProcessID(): number {
    return this.#backend.session.processID;
  }

  /** What the server reports of itself and the session: `server_version`, `TimeZone`, `client_encoding` … */
  get settings(): ReadonlyMap<string, string> {
    return this.#backend.session.serverSettings;
  }

  get isClosed(): boolean {
    return this.#lease?.isOver === true || this.#backend.session.isClosed;
  }

  /** Ends the connection and waits for its end; one of a pool too, which makes another when it needs one. Harmless a second
   * time. */
  async close(): Promise<void> {
    if (this.#lease?.isOver === true) return;
    await this.#backend.session.close();
    await this.#lease?.end(false);
  }

  /** Cuts the connection without a word. What is in progress fails; a pool has room for another at once. */
  terminate(): void {
    if (this.#lease?.isOver === true) return;
    this.#backend.session.destroy();
    void this.#lease?.end(false);
  }

  /** Gives it back to its pool; closes one that has none. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#lease === undefined) await this.close();
    else await this.#lease.end(true);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.isClosed ? ' closed' : this.isInTransaction ? ' in a transaction' : '';
    return `<Connection process=${this.serverProcessID}${state}>`;
  }

  #usable(): Backend {
    if (this.#lease?.isOver === true) {
      throw new InterfaceError('the connection was given back to its pool: acquire another one');
    }
    this.#backend.session.checkUsable();
    return this.#backend;
  }

  /** Made for those who listen. */
  get #heard(): Messages {
    if (this.#messages !== undefined) return this.#messages;
    const messages = new Messages(this.#backend.session);
    if (this.#lease !== undefined) this.#lease.onEnd = () => messages.clear();
    return (this.#messages = messages);
  }
}
