// A statement that is prepared once and runs often, as the program holds it.

import { InterfaceError } from '../errors/interfaceError.ts';
import type { Row } from '../values/decode.ts';
import { shownQuery } from '../statement/statement.ts';
import type { Statement } from '../statement/statement.ts';
import { CloseNamed } from '../statement/runStatement.ts';
import { Cursor } from './cursor.ts';
import type { CursorOptions } from './cursor.ts';
import type { ArgumentSets, Backend, QueryOptions } from './backend.ts';
import { ask, checkArguments, checkQueryOptions, execute, ROW, ROWS, VALUE } from './queries.ts';
import type { Arguments } from './queries.ts';

/** A column of a result, or a parameter: its type by the number that the catalogue has for it.
 * @example
 * ```ts
 * import type { Attribute } from 'asyncio-ts/postgres';
 * const id: Attribute = { name: 'id', type: 23 };
 * console.log(id.type); // -> 23
 * ```
 */
export interface Attribute {
  readonly name: string;
  readonly type: number;
}

/** A prepared statement; see `Connection.prepare`. Queries that come again need none: connections keep those by themselves.
 * Semantics: asyncpg's PreparedStatement.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connect } from 'asyncio-ts/postgres';
 * await run(async () => {
 *   await using connection = await connect();
 *   await using sum = await connection.prepare('SELECT $1::int + $2::int AS sum');
 *   console.log(await sum.fetchValue([1, 2]), sum.parameters); // -> 3 [ 23, 23 ]
 * });
 * ```
 */
export class PreparedStatement<T extends object = Row> implements AsyncDisposable {
  readonly #backend: Backend;
  readonly #statement: Statement;
  readonly #check: () => void;
  #isClosed: boolean = false;

  /** @internal */
  constructor(backend: Backend, statement: Statement, check: () => void) {
    this.#backend = backend;
    this.#statement = statement;
    this.#check = check;
  }

  get query(): string {
    return this.#statement.text;
  }

  /** The types of the parameters, by their numbers in the catalogue. */
  get parameters(): readonly number[] {
    return this.#statement.parameterTypes ?? [];
  }

  /** The columns of the result. */
  get attributes(): readonly Attribute[] {
    return this.#statement.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
  }

  /** As `Connection.fetch`. */
  async fetch(args: Arguments = [], options: QueryOptions = {}): Promise<T[]> {
    return (await ask(this.#open(), ROWS, this.#statement, args, options)) as T[];
  }

  /** As `Connection.fetchRow`. */
  async fetchRow(args: Arguments = [], options: QueryOptions = {}): Promise<T | undefined> {
    return (await ask(this.#open(), ROW, this.#statement, args, options)) as T | undefined;
  }

  /** As `Connection.fetchValue`. */
  async fetchValue<V = unknown>(args: Arguments = [], options: QueryOptions = {}): Promise<V | undefined> {
    return (await ask(this.#open(), VALUE, this.#statement, args, options)) as V | undefined;
  }

  /** As `Connection.execute`. */
  async execute(args: Arguments = [], options: QueryOptions = {}): Promise<string> {
    return await execute(this.#open(), this.#statement, args, options);
  }

  /** As `Connection.executeMany`. */
  async executeMany(sets: ArgumentSets, options: QueryOptions = {}): Promise<void> {
    checkQueryOptions(options);
    await this.#open().many(this.#statement, sets, options);
  }

  /** As `Connection.fetchMany`. */
  async fetchMany(sets: ArgumentSets, options: QueryOptions = {}): Promise<T[]> {
    checkQueryOptions(options);
    return (await this.#open().many(this.#statement, sets, options)) as T[];
  }

  /** As `Connection.cursor`. */
  cursor(args: Arguments = [], options: CursorOptions = {}): Cursor<T> {
    return new Cursor<T>(
      this.#open(),
      this.#statement,
      checkArguments(args),
      options,
      () => void this.#open(),
    );
  }

  /** Has the server forget it; harmless a second time, and when the connection is gone. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { session } = this.#backend;
    // With a transaction that has failed, or something in progress, it goes with the next statement.
    if (session.isClosed || session.isBusy || session.status === 'failed') {
      this.#backend.statements.leave(this.#statement);
      return;
    }
    const name = this.#statement.wireName;
    this.#statement.forget();
    await session.perform(new CloseNamed({ type: 'S', name }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(): Backend {
    this.#check();
    if (this.#isClosed) throw new InterfaceError('the prepared statement is closed');
    return this.#backend;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<PreparedStatement ${shownQuery(this.query)}${this.#isClosed ? ' closed' : ''}>`;
  }
}
