// Statement: one statement for many values.

import type { SqlParameters } from './bindings.ts';
import type { Cursor, ExecuteOptions } from './cursor.ts';
import type { ColumnHead } from './worker/protocol.ts';

/** What a statement needs of its connection. */
export interface StatementSource {
  execute<Row>(sql: string, values?: SqlParameters, options?: ExecuteOptions): Promise<Cursor<Row>>;
  executemany(
    sql: string,
    sets: Iterable<SqlParameters> | AsyncIterable<SqlParameters>,
  ): Promise<Cursor<never>>;
  fetchone<Row>(sql: string, values?: SqlParameters, options?: ExecuteOptions): Promise<Row | undefined>;
  fetchall<Row>(sql: string, values?: SqlParameters, options?: ExecuteOptions): Promise<Row[]>;
  iterate<Row>(sql: string, values?: SqlParameters, options?: ExecuteOptions): AsyncGenerator<Row, void>;
}

/** A statement that SQLite has checked; `prepare` of a connection makes it. The connection keeps the statements used last
 * prepared in any case, so it is there for the check, for its columns, and to say a thing once.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connect } from 'asyncio-ts/sqlite';
 * await run(async () => {
 *   await using db = await connect(':memory:');
 *   const half = await db.prepare<{ half: number }>('SELECT ? / 2.0 AS half');
 *   console.log(half.parameters, await half.fetchone([3])); // -> 1 { half: 1.5 }
 * });
 * ```
 */
export class Statement<Row> {
  readonly #connection: StatementSource;
  readonly #options: ExecuteOptions;
  readonly sql: string;
  /** The columns of its rows; none for a statement without rows. */
  readonly columns: readonly ColumnHead[];
  /** How many parameters it has. */
  readonly parameters: number;

  /** @internal */
  constructor(
    connection: StatementSource,
    sql: string,
    columns: readonly ColumnHead[],
    parameters: number,
    options: ExecuteOptions,
  ) {
    this.#connection = connection;
    this.#options = options;
    this.sql = sql;
    this.columns = columns;
    this.parameters = parameters;
  }

  async execute(parameters?: SqlParameters): Promise<Cursor<Row>> {
    return await this.#connection.execute<Row>(this.sql, parameters, this.#options);
  }

  async executemany(sets: Iterable<SqlParameters> | AsyncIterable<SqlParameters>): Promise<Cursor<never>> {
    return await this.#connection.executemany(this.sql, sets);
  }

  async fetchone(parameters?: SqlParameters): Promise<Row | undefined> {
    return await this.#connection.fetchone<Row>(this.sql, parameters, this.#options);
  }

  async fetchall(parameters?: SqlParameters): Promise<Row[]> {
    return await this.#connection.fetchall<Row>(this.sql, parameters, this.#options);
  }

  iterate(parameters?: SqlParameters): AsyncGenerator<Row, void> {
    return this.#connection.iterate<Row>(this.sql, parameters, this.#options);
  }
}
