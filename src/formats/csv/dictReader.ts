// csv.DictReader: rows as objects, by the names in the first row.
//
// 1. A row without any field is passed over, as in Python: nothing would be in the object.
// 2. Fields that are too many are an array under `restkey`; those that are missing are `restval`.
// 3. Names are data: `__proto__` is an own property as any other.

import { AsyncReader, csvReader } from './reader.ts';
import type { CsvText, Reader, ReaderOptions, Row } from './reader.ts';
import type { PieceStream } from '../source/pieceSource.ts';
import type { Dialect } from './dialect.ts';

/** Where fields beyond the names are by default: Python's key None. */
export const REST: unique symbol = Symbol('csv.REST');

/** A row by name. */
export interface DictRow {
  [name: string]: DictField;
  [REST]?: Row;
}
/** A field, what stands for one that is missing, or the fields that were too many. */
export type DictField = Row[number] | Row | undefined;

export interface DictReaderOptions extends ReaderOptions {
  /** The names; those in the first row by default. */
  readonly fieldnames?: Iterable<string> | undefined;
  /** The name for fields that are too many; {@link REST}, a symbol, by default. */
  readonly restkey?: string | undefined;
  /** What stands for fields that are missing; null by default. */
  readonly restval?: string | number | null | undefined;
}

/** The names, and rows by them. */
class Naming {
  names: string[] | undefined;
  readonly #restkey: string | typeof REST;
  readonly #restval: string | number | null;

  constructor({ fieldnames, restkey = REST as never, restval = null }: DictReaderOptions) {
    this.names = fieldnames === undefined ? undefined : [...fieldnames];
    this.#restkey = restkey;
    this.#restval = restval;
  }

  take(row: Row): void {
    this.names = row.map(String);
  }

  toDict(row: Row): DictRow {
    const names = this.names as string[];
    const dict: DictRow = {};
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string;
      const field = at < row.length ? (row[at] as Row[number]) : this.#restval;
      if (name === '__proto__')
        Object.defineProperty(dict, name, {
          value: field,
          configurable: true,
          enumerable: true,
          writable: true,
        });
      else dict[name] = field;
    }
    if (row.length > names.length) dict[this.#restkey as string] = row.slice(names.length);
    return dict;
  }
}

/** Rows by name of text that is there, from {@link dictReader}. */
export class DictReader implements IterableIterator<DictRow, undefined> {
  /** What it reads with. */
  readonly reader: Reader;
  readonly #naming: Naming;

  constructor(reader: Reader, options: DictReaderOptions) {
    this.reader = reader;
    this.#naming = new Naming(options);
  }

  get dialect(): Dialect {
    return this.reader.dialect;
  }

  get lineNum(): number {
    return this.reader.lineNum;
  }

  /** The names; they are read when they are asked for. Undefined for a document without a row. */
  get fieldnames(): readonly string[] | undefined {
    if (this.#naming.names === undefined) {
      const { value } = this.reader.next();
      if (value !== undefined) this.#naming.take(value);
    }
    return this.#naming.names;
  }

  next(): IteratorResult<DictRow, undefined> {
    if (this.fieldnames === undefined) return { done: true, value: undefined };
    for (;;) {
      const { value } = this.reader.next();
      if (value === undefined) return { done: true, value: undefined };
      if (value.length > 0) return { done: false, value: this.#naming.toDict(value) };
    }
  }

  return(): IteratorResult<DictRow, undefined> {
    this.reader.return();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** Rows by name of what comes by and by, from {@link dictReader}. */
export class AsyncDictReader implements AsyncIterableIterator<DictRow, undefined>, AsyncDisposable {
  /** What it reads with. */
  readonly reader: AsyncReader;
  readonly #naming: Naming;

  constructor(reader: AsyncReader, options: DictReaderOptions) {
    this.reader = reader;
    this.#naming = new Naming(options);
  }

  get dialect(): Dialect {
    return this.reader.dialect;
  }

  get lineNum(): number {
    return this.reader.lineNum;
  }

  /** The names, as far as they were read. */
  get fieldnames(): readonly string[] | undefined {
    return this.#naming.names;
  }

  /** Reads the names, where they were not. Undefined for a document without a row. */
  async readFieldnames(): Promise<readonly string[] | undefined> {
    if (this.#naming.names === undefined) {
      const { value } = await this.reader.next();
      if (value !== undefined) this.#naming.take(value);
    }
    return this.#naming.names;
  }

  /** The next row. A cancel loses nothing. @throws as {@link AsyncReader.next} */
  async next(): Promise<IteratorResult<DictRow, undefined>> {
    if (this.#naming.names === undefined && (await this.readFieldnames()) === undefined)
      return { done: true, value: undefined };
    for (;;) {
      const { value } = await this.reader.next();
      if (value === undefined) return { done: true, value: undefined };
      if (value.length > 0) return { done: false, value: this.#naming.toDict(value) };
    }
  }

  async return(): Promise<IteratorResult<DictRow, undefined>> {
    await this.reader.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** Reads CSV as objects, by the names in its first row or by `fieldnames`. Semantics: csv.DictReader.
 * @throws as {@link reader}
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * for (const row of csv.dictReader('name,born\r\nAda,1815\r\nAlan\r\n')) console.log(row.name, row.born); // -> Ada 1815
 * // -> Alan null
 * ```
 */
export function dictReader(source: CsvText, options?: DictReaderOptions): DictReader;
export function dictReader(source: PieceStream, options?: DictReaderOptions): AsyncDictReader;
export function dictReader(
  source: CsvText | PieceStream,
  options: DictReaderOptions = {},
): DictReader | AsyncDictReader {
  const reader = csvReader(source as never, options);
  return (reader as object) instanceof AsyncReader
    ? new AsyncDictReader(reader as never, options)
    : new DictReader(reader, options);
}
