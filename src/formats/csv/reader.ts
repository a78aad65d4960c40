// csv.reader: rows of text that is there, and of what comes by and by.
//
// 1. A string, or bytes, is a whole document. The strings of an iterable are lines, as in Python, or with `chunks` pieces
//    that may be cut anywhere; bytes always are, and so is what comes from readers, files and streams of the host's.
// 2. A row is made when it is asked for. What was read ahead stays in the reader: a loop that was left, or a read that was
//    cancelled, goes on with the next row, unless leaving the loop closed the source, as `for await` does.
// 3. After an error in a line the next row is that of the line behind it.

import { InvalidArgumentError } from '../../asyncio.ts';
import { PieceSource } from '../source/pieceSource.ts';
import type { Piece, PieceStream } from '../source/pieceSource.ts';
import { TextDecoding } from '../source/textDecoding.ts';
import type { EncodingOptions } from '../source/textDecoding.ts';
import { Dialect } from './dialect.ts';
import type { DialectOptions } from './dialect.ts';
import { checkFieldSize, fieldSizeLimit } from './fieldSizeLimit.ts';
import { RowParser } from './rowParser.ts';
import type { CsvField } from './rowParser.ts';

/** A row: text, and numbers and null where the dialect's quoting says so. */
export type Row = CsvField[];

export interface ReaderOptions extends DialectOptions, EncodingOptions {
  /** How many characters a field may have; what {@link fieldSizeLimit} says by default. */
  readonly limit?: number | undefined;
  /** The strings of an iterable are no lines: they may be cut anywhere. */
  readonly chunks?: boolean | undefined;
}

/** What rows are read from at once. */
export type CsvText = string | Uint8Array | Iterable<Piece>;

/** What reading by and by, and reading at once, have in common. */
class Rows {
  readonly dialect: Dialect;
  readonly #options: ReaderOptions;
  readonly #limit: number;
  readonly #decoding: TextDecoding;
  #parser: RowParser | undefined = undefined;

  constructor(options: ReaderOptions) {
    this.dialect = options instanceof Dialect ? options : new Dialect(options);
    this.#options = options;
    this.#limit = options.limit === undefined ? fieldSizeLimit() : checkFieldSize(options.limit);
    this.#decoding = new TextDecoding(options.encoding);
  }

  get lineNum(): number {
    return this.#parser?.lineNum ?? 0;
  }

  /** Nothing more comes: what came was no text. */
  get failed(): boolean {
    return this.#decoding.failed;
  }

  next(): Row | undefined {
    const row = this.#parser?.next();
    if (row === undefined) this.#decoding.check();
    return row;
  }

  end(): Row | undefined {
    this.feed(this.#decoding.end(), true);
    return this.#parser?.end();
  }

  /** @param cut whether text is no line */
  feed(piece: Piece, cut: boolean): void {
    const isText = typeof piece === 'string';
    const byLine = isText && !cut && this.#options.chunks !== true;
    this.#parser ??= new RowParser(this.dialect, this.#limit, byLine);
    const text = isText ? piece : this.#decoding.decode(piece);
    if (byLine || text !== '') this.#parser.feed(text);
  }
}

/** V8 drops what it has compiled of a class when a full collection finds no object of it: whoever reads one document after
 * the other would wait for the compiler again and again. This one reads nothing, and is there. */
let kept: Reader | undefined;

/** The rows of text that is there, from {@link reader}: `for (const row of reader)`. */
export class Reader implements IterableIterator<Row, undefined> {
  readonly #rows: Rows;
  readonly #source: Iterator<Piece>;
  readonly #cut: boolean;
  #over: boolean = false;
  #closed: boolean = false;

  constructor(source: CsvText, options: ReaderOptions) {
    this.#rows = new Rows(options);
    this.#cut = typeof source === 'string' || source instanceof Uint8Array;
    const pieces = this.#cut ? [source as Piece] : (source as Iterable<Piece>);
    this.#source = pieces[Symbol.iterator]();
  }

  /** The dialect that it reads. */
  get dialect(): Dialect {
    return this.#rows.dialect;
  }

  /** How many lines were read up to the row that came last: more than rows, where fields have line ends in them. */
  get lineNum(): number {
    return this.#rows.lineNum;
  }

  /** @throws CsvError (`ERR_CSV`) for what the dialect does not allow; the next call goes on behind that line */
  next(): IteratorResult<Row, undefined> {
    while (!this.#closed && !this.#rows.failed) {
      const row = this.#over ? this.#rows.end() : this.#rows.next();
      if (row !== undefined) return { done: false, value: row };
      if (this.#over) break;
      const { done, value } = this.#source.next();
      if (done === true) this.#over = true;
      else this.#rows.feed(checkPiece(value), this.#cut);
    }
    return { done: true, value: undefined };
  }

  /** Closes the source, where it is one that a loop closes. */
  return(): IteratorResult<Row, undefined> {
    if (this.#source.return !== undefined) {
      this.#closed = true;
      this.#source.return();
    }
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** The rows of what comes by and by, from {@link reader}: `for await (const row of reader)`. */
export class AsyncReader implements AsyncIterableIterator<Row, undefined>, AsyncDisposable {
  readonly #rows: Rows;
  readonly #source: PieceSource;
  #over: boolean = false;
  #closed: boolean = false;

  constructor(source: PieceStream, options: ReaderOptions) {
    this.#rows = new Rows(options);
    this.#source = new PieceSource(source);
  }

  /** The dialect that it reads. */
  get dialect(): Dialect {
    return this.#rows.dialect;
  }

  /** How many lines were read up to the row that came last: more than rows, where fields have line ends in them. */
  get lineNum(): number {
    return this.#rows.lineNum;
  }

  /** The next row. A cancel loses nothing.
   * @throws CsvError (`ERR_CSV`) for what the dialect does not allow; the next call goes on behind that line.
   * DecodingError for bytes that are no text; what the source throws; UsageError while another task waits for a row */
  next(): Promise<IteratorResult<Row, undefined>> {
    try {
      const row = this.#closed || this.#over || this.#rows.failed ? undefined : this.#rows.next();
      return row === undefined ? this.#wait() : Promise.resolve({ done: false, value: row });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #wait(): Promise<IteratorResult<Row, undefined>> {
    while (!this.#closed && !this.#rows.failed) {
      const row = this.#over ? this.#rows.end() : this.#rows.next();
      if (row !== undefined) return { done: false, value: row };
      if (this.#over) break;
      const piece = await this.#source.next();
      if (piece === undefined) this.#over = true;
      else this.#rows.feed(piece, this.#source.cutsAnywhere);
    }
    return { done: true, value: undefined };
  }

  /** The rows as they come, many at once, for programs to whom a step for each row is too dear. */
  async *batches(): AsyncGenerator<Row[], undefined> {
    for (;;) {
      const first = await this.next();
      if (first.done === true) return undefined;
      const batch = [first.value];
      let failed: { readonly error: unknown } | undefined;
      try {
        for (let row; !this.#over && (row = this.#rows.next()) !== undefined;) batch.push(row);
      } catch (error) {
        failed = { error };
      }
      yield batch;
      if (failed !== undefined) throw failed.error;
    }
  }

  /** Closes the source, where it is one that `for await` closes. */
  async return(): Promise<IteratorResult<Row, undefined>> {
    if (await this.#source.close()) this.#closed = true;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** Reads CSV row by row: `for (const row of …)` where the text is there, `for await` where it comes from a StreamReader, a
 * file, a stream of the host's or an async iterable, in bounded memory. Semantics: csv.reader.
 * @throws InvalidArgumentError for a dialect that can't be, or what can't be read
 * @example
 * ```ts
 * import { run, StreamReader } from 'asyncio-ts';
 * import { csv } from 'asyncio-ts/formats';
 * for (const row of csv.reader('name,born\r\n"Lovelace, Ada",1815\r\n')) console.log(row); // -> [ 'name', 'born' ]
 * // -> [ 'Lovelace, Ada', '1815' ]
 * await run(async () => {
 *   const stream = new StreamReader();
 *   stream.feedData(Buffer.from('a;b\n1;2\n'));
 *   stream.feedEof();
 *   for await (const row of csv.reader(stream, { delimiter: ';' })) console.log(row); // -> [ 'a', 'b' ]
 *   // -> [ '1', '2' ]
 * });
 * ```
 */
export function csvReader(source: CsvText, options?: ReaderOptions): Reader;
export function csvReader(source: PieceStream, options?: ReaderOptions): AsyncReader;
export function csvReader(
  source: CsvText | PieceStream,
  options: ReaderOptions = {},
): Reader | AsyncReader {
  if (kept === undefined) {
    kept = new Reader('', {});
    kept.next();
  }
  if (typeof source === 'string' || typeof (source as Iterable<Piece>)?.[Symbol.iterator] === 'function')
    return new Reader(source as CsvText, options);
  return new AsyncReader(source as PieceStream, options);
}

function checkPiece(piece: unknown): Piece {
  if (typeof piece === 'string' || piece instanceof Uint8Array) return piece;
  throw new InvalidArgumentError('source', `the lines of a source are strings, not ${typeof piece}`);
}
