// Cursor: the rows of one statement, a page at a time.
//
// 1. A page is asked for when the one before is used up: what nobody reads stays in the worker, and there is never more
//    than a page here.
// 2. Tasks that read one cursor at once take turns, and get each row once.
// 3. A cursor that is left, by `break`, an error or a cancel, is closed in the worker. One that was read to its end is; one
//    that is forgotten is too, when it is collected: else it would hold its lock against every other connection.

import { Lock } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import type { Converters, MakeRow, RowShape, SqlRow } from './rows.ts';
import { rowMaker } from './rows.ts';
import type { ColumnHead, Done, Page, SqlValue } from './worker/protocol.ts';

/** Options of a statement. */
export interface ExecuteOptions {
  /** Whether its rows are objects or arrays; as the connection's by default. */
  readonly rows?: RowShape | undefined;
}

const NAMES: Readonly<Record<keyof ExecuteOptions, true>> = {
  rows: true,
};

/** @throws InvalidArgumentError */
export function checkExecuteOptions(options: ExecuteOptions | undefined): void {
  checkOptionNames(options, NAMES, 'a statement');
}

/** The rows of a call: of the type that it is given, or else what the shape in its options makes of them. */
export type RowOf<Row, Options extends ExecuteOptions> = [Row] extends [never]
  ? Options extends { readonly rows: 'array' }
    ? SqlValue[]
    : SqlRow
  : Row;

/** What a cursor needs of its connection. */
export interface CursorSource {
  readonly shape: RowShape;
  readonly converters: Converters | undefined;
  fetch(cursor: number, take: number, worker: string): Promise<Page>;
  leave(cursor: number, worker: string): void;
}

interface Left {
  readonly source: CursorSource;
  readonly worker: string;
  readonly cursor: number;
}

const forgotten: FinalizationRegistry<Left> = new FinalizationRegistry(({ source, cursor, worker }) =>
  source.leave(cursor, worker),
);

/** How many rows a page has at most: the first one is to be there soon. */
const PAGE = 1000;

/** The outcome of a statement, and its rows as far as nobody has read them; see `execute` of a connection. It can be iterated
 * over, with at most a page of rows in memory; leaving the loop closes it. Semantics: sqlite3.Cursor.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connect } from 'asyncio-ts/sqlite';
 * await run(async () => {
 *   await using db = await connect(':memory:');
 *   await db.execute('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)');
 *   const cursor = await db.execute('INSERT INTO notes (text) VALUES (?), (?)', ['tea', 'milk']);
 *   console.log(cursor.rowcount, cursor.lastrowid); // -> 2 2
 *   for await (const { text } of await db.execute('SELECT text FROM notes')) console.log(text);
 *   // -> tea
 *   // -> milk
 * });
 * ```
 */
export class Cursor<Row> implements AsyncIterable<Row>, AsyncDisposable {
  readonly #source: CursorSource;
  readonly #worker: string;
  readonly #columns: readonly ColumnHead[];
  readonly #makeRow: MakeRow<Row>;
  readonly #turn: Lock = new Lock({ name: 'cursor' });
  #values: readonly SqlValue[];
  #rows: number;
  #at: number = 0;
  #cursor: number | undefined;
  /** How many rows an INSERT, UPDATE, DELETE or REPLACE changed; -1 for other statements. */
  readonly rowcount: number;
  /** The rowid of the row inserted last, of an INSERT or REPLACE; null for other statements. */
  readonly lastrowid: number | bigint | null;

  /** @internal */
  constructor(source: CursorSource, done: Done) {
    const { columns = [], page, rowCount = -1, lastRowId = null, worker } = done;
    this.#source = source;
    this.#worker = worker;
    this.#columns = columns;
    this.#makeRow = rowMaker<Row>(columns, source.shape, source.converters);
    this.#values = page?.values ?? [];
    this.#rows = page?.rows ?? 0;
    this.#cursor = page?.cursor;
    if (this.#cursor !== undefined)
      forgotten.register(this, { source, worker, cursor: this.#cursor }, this);
    this.rowcount = rowCount;
    this.lastrowid = lastRowId;
  }

  /** The columns of its rows: name, and type as the table declares it; null for a statement without rows. */
  get description(): readonly ColumnHead[] | null {
    return this.#columns.length === 0 ? null : this.#columns;
  }

  /** The next row; undefined when there is none. */
  async fetchone(): Promise<Row | undefined> {
    while (await this.#fill(PAGE)) if (this.#at < this.#rows) return this.#next();
    return undefined;
  }

  /** The next rows, `size` of them at most; none when there are no more. */
  async fetchmany(size: number = 1): Promise<Row[]> {
    const rows: Row[] = [];
    while (rows.length < size && (await this.#fill(size - rows.length)))
      while (rows.length < size && this.#at < this.#rows) rows.push(this.#next());
    return rows;
  }

  /** All rows that are left. The worker is at the next page while the rows of one are made here. */
  async fetchall(): Promise<Row[]> {
    const rows: Row[] = [];
    await this.#turn.with(async () => {
      for (;;) {
        const coming = this.#cursor === undefined ? undefined : this.#fetch(this.#cursor, PAGE);
        while (this.#at < this.#rows) rows.push(this.#next());
        if (coming === undefined) return;
        this.#keep(await coming);
      }
    });
    return rows;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void> {
    try {
      while (await this.#fill(PAGE)) while (this.#at < this.#rows) yield this.#next();
    } finally {
      this.#leave();
    }
  }

  /** Gives up the rows that are left. */
  async close(): Promise<void> {
    this.#leave();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave();
  }

  // Whether there is a row, at this moment: another task may take it.
  async #fill(take: number): Promise<boolean> {
    if (this.#at < this.#rows) return true;
    return await this.#turn.with(async () => {
      while (this.#at >= this.#rows) {
        if (this.#cursor === undefined) return false;
        this.#keep(await this.#fetch(this.#cursor, Math.min(take, PAGE)));
      }
      return true;
    });
  }

  async #fetch(cursor: number, take: number): Promise<Page> {
    try {
      return await this.#source.fetch(cursor, take, this.#worker);
    } catch (error) {
      // Rows that were on the way are lost: it cannot go on as if nothing were missing.
      this.#leave();
      throw error;
    }
  }

  #keep(page: Page): void {
    this.#values = page.values;
    this.#rows = page.rows;
    this.#at = 0;
    this.#cursor = page.cursor;
    if (page.cursor === undefined) forgotten.unregister(this);
  }

  #next(): Row {
    return this.#makeRow(this.#values, this.#at++ * this.#columns.length);
  }

  #leave(): void {
    const cursor = this.#cursor;
    this.#cursor = undefined;
    this.#values = [];
    this.#rows = 0;
    this.#at = 0;
    if (cursor === undefined) return;
    forgotten.unregister(this);
    this.#source.leave(cursor, this.#worker);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const columns = this.#columns.map(({ name }) => name).join(', ');
    return `<Cursor ${columns === '' ? 'without rows' : columns}>`;
  }
}
