// csv.writer: rows to text, at once or by and by.
//
// 1. A row is formatted whole before any of it is written: one that is refused leaves nothing behind.
// 2. Where the target has back-pressure, a row waits for room behind what it wrote. A cancel of that wait takes nothing
//    back: the row is written.
// 3. Many rows are written in pieces of some size, not one by one.

import { InvalidArgumentError } from '../../asyncio.ts';
import { isTextTarget, TextSink } from '../sink/textSink.ts';
import type { TextTarget } from '../sink/textSink.ts';
import { writeGathered } from '../sink/writeGathered.ts';
import { Dialect } from './dialect.ts';
import type { DialectOptions } from './dialect.ts';
import { RowFormatter } from './rowFormatter.ts';

/** What takes text at once, as `process.stdout` does not. */
export interface TextWritable<T = unknown> {
  write(text: string): T;
}

/** Writes rows at once, from {@link writer}. */
export class Writer<T = unknown> {
  readonly #target: TextWritable<T>;
  readonly #formatter: RowFormatter;

  constructor(target: TextWritable<T>, formatter: RowFormatter) {
    this.#target = target;
    this.#formatter = formatter;
  }

  /** The dialect that it writes. */
  get dialect(): Dialect {
    return this.#formatter.dialect;
  }

  /** Writes a row, and returns what the target's `write` does.
   * @throws CsvError (`ERR_CSV`) for a row that can't be written in this dialect; nothing of it is written */
  writerow(row: Iterable<unknown>): T {
    return this.#target.write(this.#formatter.format(checkRow(row)));
  }

  /** Writes rows one after the other. @throws CsvError as `writerow`; those before are written */
  writerows(rows: Iterable<Iterable<unknown>>): void {
    for (const row of rows) this.writerow(row);
  }
}

/** Writes rows by and by, from {@link writer}. */
export class AsyncWriter {
  readonly #sink: TextSink;
  readonly #formatter: RowFormatter;

  constructor(target: TextTarget, formatter: RowFormatter) {
    this.#sink = new TextSink(target);
    this.#formatter = formatter;
  }

  /** The dialect that it writes. */
  get dialect(): Dialect {
    return this.#formatter.dialect;
  }

  /** Writes a row, and waits until there is room for more.
   * @throws CsvError (`ERR_CSV`) for a row that can't be written in this dialect, of which nothing is written; what the
   * target throws */
  async writerow(row: Iterable<unknown>): Promise<void> {
    await this.#sink.write(this.#formatter.format(checkRow(row)));
  }

  /** Writes rows one after the other, as they come. @throws as `writerow`; those before are written */
  async writerows(rows: Iterable<Iterable<unknown>> | AsyncIterable<Iterable<unknown>>): Promise<void> {
    await writeGathered(this.#sink, rows, (row) => this.#formatter.format(checkRow(row)));
  }
}

/** Writes CSV row by row, to a StreamWriter, a file or a stream of the host's by and by (`await writer.writerow(row)`), and
 * to anything else that has `write(text)` at once. Semantics: csv.writer.
 * @throws InvalidArgumentError for a dialect that can't be, or what can't be written to
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * const writer = csv.writer({ write: (line: string) => console.log(line.trim()) });
 * writer.writerow(['Lovelace, Ada', 1815, null, 0.5]); // -> "Lovelace, Ada",1815,,0.5
 * ```
 */
export function csvWriter(target: TextTarget, options?: DialectOptions): AsyncWriter;
export function csvWriter<T>(target: TextWritable<T>, options?: DialectOptions): Writer<T>;
export function csvWriter(
  target: TextTarget | TextWritable,
  options: DialectOptions = {},
): AsyncWriter | Writer {
  const formatter = new RowFormatter(options instanceof Dialect ? options : new Dialect(options));
  if (isTextTarget(target)) return new AsyncWriter(target, formatter);
  if (typeof (target as TextWritable | undefined)?.write !== 'function')
    throw new InvalidArgumentError('target', 'a target has a method write(text)');
  return new Writer(target, formatter);
}

/** The text of rows.
 * @throws CsvError for a row that can't be written in this dialect
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * console.log(JSON.stringify(csv.toText([['a', 'b'], [1, '2;3']], { delimiter: ';' }))); // -> "a;b\r\n1;\"2;3\"\r\n"
 * ```
 */
export function toText(rows: Iterable<Iterable<unknown>>, options: DialectOptions = {}): string {
  let text = '';
  csvWriter({ write: (line: string) => (text += line) }, options).writerows(rows);
  return text;
}

function checkRow(row: unknown): Iterable<unknown> {
  if (typeof (row as Iterable<unknown> | undefined)?.[Symbol.iterator] === 'function')
    return row as Iterable<unknown>;
  throw new InvalidArgumentError('row', `a row is an iterable of fields, not ${typeof row}`);
}
