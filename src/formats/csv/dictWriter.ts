// csv.DictWriter: objects to rows, by the names of their fields.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { TextTarget } from '../sink/textSink.ts';
import type { DialectOptions } from './dialect.ts';
import { AsyncWriter, csvWriter } from './writer.ts';
import type { TextWritable, Writer } from './writer.ts';

/** An object, or a Map, with a field for each name. */
export type Dict = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;

export interface DictWriterOptions extends DialectOptions {
  /** What is written for a name that an object has not; an empty text by default. */
  readonly restval?: unknown;
  /** What becomes of a field that has no name here: refused (`raise`), or left out (`ignore`); `raise` by default. */
  readonly extrasaction?: 'raise' | 'ignore' | undefined;
}

/** The names, and rows by them. */
class Ordering {
  readonly names: readonly string[];
  readonly #known: ReadonlySet<string>;
  readonly #restval: unknown;
  readonly #raises: boolean;

  constructor(names: Iterable<string>, { restval = '', extrasaction = 'raise' }: DictWriterOptions) {
    if (extrasaction !== 'raise' && extrasaction !== 'ignore')
      throw new InvalidArgumentError('extrasaction', "extrasaction must be 'raise' or 'ignore'");
    this.names = [...names];
    this.#known = new Set(this.names);
    this.#restval = restval;
    this.#raises = extrasaction === 'raise';
  }

  toRow(dict: Dict): unknown[] {
    const isMap = dict instanceof Map;
    if (typeof dict !== 'object' || dict === null)
      throw new InvalidArgumentError('row', 'a row by name is an object or a Map');
    if (this.#raises) {
      const wrong = [...(isMap ? dict.keys() : Object.keys(dict))].filter((name) => !this.#known.has(name));
      if (wrong.length > 0) {
        const names = wrong.map((name) => JSON.stringify(name)).join(', ');
        throw new InvalidArgumentError('row', `dict contains fields not in fieldnames: ${names}`);
      }
    }
    return this.names.map((name) => {
      if (isMap) return dict.has(name) ? dict.get(name) : this.#restval;
      return Object.hasOwn(dict, name) ? (dict as Record<string, unknown>)[name] : this.#restval;
    });
  }
}

/** Writes objects at once, from {@link dictWriter}. */
export class DictWriter<T = unknown> {
  /** What it writes with. */
  readonly writer: Writer<T>;
  readonly #ordering: Ordering;

  constructor(writer: Writer<T>, fieldnames: Iterable<string>, options: DictWriterOptions) {
    this.writer = writer;
    this.#ordering = new Ordering(fieldnames, options);
  }

  get fieldnames(): readonly string[] {
    return this.#ordering.names;
  }

  /** Writes the names. */
  writeheader(): T {
    return this.writer.writerow(this.fieldnames);
  }

  /** Writes an object. @throws InvalidArgumentError when it has a field without a name here; CsvError as `writerow` of a
   * writer */
  writerow(row: Dict): T {
    return this.writer.writerow(this.#ordering.toRow(row));
  }

  writerows(rows: Iterable<Dict>): void {
    for (const row of rows) this.writerow(row);
  }
}

/** Writes objects by and by, from {@link dictWriter}. */
export class AsyncDictWriter {
  /** What it writes with. */
  readonly writer: AsyncWriter;
  readonly #ordering: Ordering;

  constructor(writer: AsyncWriter, fieldnames: Iterable<string>, options: DictWriterOptions) {
    this.writer = writer;
    this.#ordering = new Ordering(fieldnames, options);
  }

  get fieldnames(): readonly string[] {
    return this.#ordering.names;
  }

  /** Writes the names, and waits until there is room for more. */
  writeheader(): Promise<void> {
    return this.writer.writerow(this.fieldnames);
  }

  /** Writes an object, and waits until there is room for more.
   * @throws InvalidArgumentError when it has a field without a name here; as `writerow` of a writer */
  async writerow(row: Dict): Promise<void> {
    await this.writer.writerow(this.#ordering.toRow(row));
  }

  async writerows(rows: Iterable<Dict> | AsyncIterable<Dict>): Promise<void> {
    await this.writer.writerows(this.#rows(rows));
  }

  async *#rows(rows: Iterable<Dict> | AsyncIterable<Dict>): AsyncGenerator<unknown[]> {
    for await (const row of rows) yield this.#ordering.toRow(row);
  }
}

/** Writes objects as CSV, the fields in the order of `fieldnames`. Semantics: csv.DictWriter.
 * @throws as {@link writer}; InvalidArgumentError for an `extrasaction` that is none
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * const writer = csv.dictWriter({ write: (line: string) => console.log(line.trim()) }, ['name', 'born']);
 * writer.writeheader(); // -> name,born
 * writer.writerow({ born: 1815, name: 'Ada' }); // -> Ada,1815
 * ```
 */
export function dictWriter(
  target: TextTarget,
  fieldnames: Iterable<string>,
  options?: DictWriterOptions,
): AsyncDictWriter;
export function dictWriter<T>(
  target: TextWritable<T>,
  fieldnames: Iterable<string>,
  options?: DictWriterOptions,
): DictWriter<T>;
export function dictWriter(
  target: TextTarget | TextWritable,
  fieldnames: Iterable<string>,
  options: DictWriterOptions = {},
): AsyncDictWriter | DictWriter {
  const writer = csvWriter(target as TextWritable, options);
  return (writer as object) instanceof AsyncWriter
    ? new AsyncDictWriter(writer as never, fieldnames, options)
    : new DictWriter(writer, fieldnames, options);
}
