// A cursor: the rows of a query, some at a time, so that memory is bounded whatever their number.
//
// 1. It is a portal of the transaction that it is opened in, and ends with it. Between two steps the connection is free.
// 2. A loop that is left early closes the portal. One that is cancelled does not: the transaction is rolled back.

import { InvalidArgumentError, isCancelled } from '../../asyncio.ts';
import { checkOptionNames } from '../../lowlevel.ts';
import { InterfaceError } from '../errors/interfaceError.ts';
import { CloseNamed, ContinuePortal } from '../statement/runStatement.ts';
import { shownQuery } from '../statement/statement.ts';
import type { Statement } from '../statement/statement.ts';
import type { Row, RowReader } from '../values/decode.ts';
import type { Backend, QueryOptions } from './backend.ts';
import { checkQueryOptions } from './queries.ts';

/** How a cursor steps.
 * @example
 * ```ts
 * import type { CursorOptions } from 'asyncio-ts/postgres';
 * const options: CursorOptions = { prefetch: 1000 };
 * console.log(options.prefetch); // -> 1000
 * ```
 */
export interface CursorOptions extends QueryOptions {
  /** How many rows a step of `for await` asks for; 50 by default. */
  prefetch?: number | undefined;
}

const NAMES: Readonly<Record<keyof CursorOptions, true>> = {
  prefetch: true,
  timeout: true,
};

/** The rows of a query in steps: `for await`, or `fetch` for as many as are wanted; see `Connection.cursor`. Semantics:
 * asyncpg's cursors.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connect } from 'asyncio-ts/postgres';
 * await run(async () => {
 *   await using connection = await connect();
 *   await connection.transaction(async () => {
 *     let sum = 0;
 *     const rows = connection.cursor<{ n: number }>('SELECT n FROM generate_series(1, 1000) AS n');
 *     for await (const { n } of rows) sum += n;
 *     console.log(sum); // -> 500500
 *   });
 * });
 * ```
 */
export class Cursor<T extends object = Row> implements AsyncIterable<T>, AsyncDisposable {
  readonly #backend: Backend;
  readonly #query: string | Statement;
  readonly #args: readonly unknown[];
  readonly #options: CursorOptions;
  readonly #check: () => void;
  #portal: { readonly name: string; readonly statement: Statement; readonly read: RowReader } | undefined;
  #state: 'new' | 'open' | 'done' = 'new';

  /** @internal */
  constructor(
    backend: Backend,
    query: string | Statement,
    args: readonly unknown[],
    options: CursorOptions,
    check: () => void,
  ) {
    checkOptionNames(options, NAMES, 'cursor');
    this.#backend = backend;
    this.#query = query;
    this.#args = args;
    this.#options = options;
    this.#check = check;
    checkCount(options.prefetch ?? 50, 'prefetch');
  }

  /** The next `count` rows, or those that are left; none at the end. A cancel cancels the step at the server.
   * @throws InterfaceError outside of a transaction */
  async fetch(count: number, options: QueryOptions = {}): Promise<T[]> {
    checkCount(count, 'count');
    checkQueryOptions(options);
    this.#check();
    const { session, statements } = this.#backend;
    if (this.#state === 'done') return [];
    if (session.status === 'idle') {
      throw new InterfaceError('a cursor lives in a transaction: use it within connection.transaction()');
    }
    const limits = { timeout: options.timeout ?? this.#options.timeout };
    const step =
      this.#portal === undefined ? await this.#open(count, limits) : await this.#next(count, limits);
    this.#state = step.isSuspended ? 'open' : 'done';
    if (this.#state === 'done') {
      if (this.#portal !== undefined) statements.leaveNamed({ type: 'P', name: this.#portal.name });
      this.#leave();
    }
    return step.rows as T[];
  }

  /** The next row; undefined at the end. */
  async fetchRow(options: QueryOptions = {}): Promise<T | undefined> {
    const [row] = await this.fetch(1, options);
    return row;
  }

  /** Skips the next `count` rows.
   * @returns how many there were */
  async forward(count: number, options: QueryOptions = {}): Promise<number> {
    return (await this.fetch(count, options)).length;
  }

  /** Ends it before its rows do; harmless a second time. */
  async close(): Promise<void> {
    const portal = this.#portal;
    const { session } = this.#backend;
    const isOpen = this.#state === 'open' && portal !== undefined;
    this.#state = 'done';
    this.#leave();
    if (!isOpen || session.isClosed || session.status !== 'inTransaction') return;
    await session.perform(new CloseNamed({ type: 'P', name: portal.name }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    const count = this.#options.prefetch ?? 50;
    let cancelled = false;
    try {
      for (;;) {
        const rows = await this.fetch(count);
        yield* rows;
        if (this.#state !== 'open') return;
      }
    } catch (error) {
      cancelled = isCancelled(error);
      throw error;
    } finally {
      if (!cancelled) await this.close();
    }
  }

  async #open(limit: number, options: QueryOptions): Promise<{ rows: Row[]; isSuspended: boolean }> {
    const name = this.#backend.nextName('portal');
    const query = this.#query;
    // One of its own: the cache may have the server forget others, and with a statement go its portals.
    const statement = typeof query === 'string' ? this.#backend.statements.named(query) : query;
    try {
      const run = await this.#backend.run(statement, this.#args, options, { limit, portal: name });
      const { driver, decoders } = this.#backend.codecs;
      this.#portal = { name, statement, read: statement.reader(driver, decoders) };
      return run;
    } catch (error) {
      if (typeof query === 'string') this.#backend.statements.leave(statement);
      throw error;
    }
  }

  async #next(limit: number, options: QueryOptions): Promise<ContinuePortal> {
    const { name, read } = this.#portal as { name: string; read: RowReader };
    const step = new ContinuePortal(name, limit, read);
    await this.#backend.timed(options, () => this.#backend.session.perform(step));
    return step;
  }

  #leave(): void {
    const statement = this.#portal?.statement;
    if (statement !== undefined && statement !== this.#query) this.#backend.statements.leave(statement);
    this.#portal = undefined;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const query = typeof this.#query === 'string' ? this.#query : this.#query.text;
    return `<Cursor ${shownQuery(query)} ${this.#state}>`;
  }
}

function checkCount(count: number, name: string): void {
  if (Number.isInteger(count) && count > 0) return;
  throw new InvalidArgumentError(name, `${name} is a whole number from 1 on, not ${String(count)}`);
}
