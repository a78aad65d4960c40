// JSON Lines: a value on each line. The namespace `jsonl` of `asyncio-ts/formats`.
//
// 1. Lines end with \n or \r\n. Those with nothing but space on them are passed over, and so is a byte order mark in front.
// 2. After a line that is wrong, or too long, reading goes on with the next: `onError` says whether it is thrown.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { JsonDumpOptions } from '../json/dumpOptions.ts';
import { dumpsJson } from '../json/dumps.ts';
import type { JSONDecodeError } from '../json/jsonDecodeError.ts';
import { jsonLoadSettings } from '../json/loadOptions.ts';
import type { JsonLoadOptions } from '../json/loadOptions.ts';
import { checkSize } from '../json/streams.ts';
import type { PieceStream } from '../source/pieceSource.ts';
import { PulledValues } from '../source/pulledValues.ts';
import type { EncodingOptions } from '../source/textDecoding.ts';
import { TextSink } from '../sink/textSink.ts';
import type { TextTarget } from '../sink/textSink.ts';
import { writeGathered } from '../sink/writeGathered.ts';
import { LineCutter } from './lineCutter.ts';

export interface JsonLinesOptions extends JsonLoadOptions, EncodingOptions {
  /** What becomes of a line that is wrong: it is thrown (`raise`, by default), passed over (`skip`), or given to a
   * function and passed over. */
  readonly onError?: 'raise' | 'skip' | ((error: JSONDecodeError) => void) | undefined;
  /** How many characters a line may have; 16,777,216 by default. */
  readonly maxSize?: number | undefined;
}

const LINE_SIZE = 16_777_216;

/** The values of a stream of lines, as they come.
 * @throws JSONDecodeError for a line that is no JSON, or too long; the next call goes on behind it
 * @example
 * ```ts
 * import { jsonl } from 'asyncio-ts/formats';
 * async function* pieces() { yield '{"n": 1}\n{"n"'; yield ': 2}\nno\n'; }
 * for await (const row of jsonl.reader(pieces(), { onError: (error) => console.log(error.lineno) })) console.log(row);
 * // -> { n: 1 }
 * // -> { n: 2 }
 * // -> 3
 * ```
 */
export function reader<T = unknown>(source: PieceStream, options: JsonLinesOptions = {}): PulledValues<T> {
  return new PulledValues(source, options.encoding, cutter<T>(options));
}

/** The values of lines that are there.
 * @throws as {@link reader}
 * @example
 * ```ts
 * import { jsonl } from 'asyncio-ts/formats';
 * console.log(jsonl.loads('{"n": 1}\n\n[2]\n')); // -> [ { n: 1 }, [ 2 ] ]
 * ```
 */
export function loads<T = unknown>(text: string, options: JsonLinesOptions = {}): T[] {
  if (typeof text !== 'string')
    throw new InvalidArgumentError('text', 'JSON Lines are loaded from a string');
  const lines = cutter<T>(options);
  lines.feed(text);
  lines.finish();
  const values: T[] = [];
  for (let result; (result = lines.next()) !== undefined && result.done !== true;)
    values.push(result.value);
  return values;
}

/** The lines of values.
 * @throws JSONEncodeError for what can't be written
 * @example
 * ```ts
 * import { jsonl } from 'asyncio-ts/formats';
 * console.log(jsonl.dumps([{ n: 1 }, [2]]).split('\n')); // -> [ '{"n": 1}', '[2]', '' ]
 * ```
 */
export function dumps(values: Iterable<unknown>, options: JsonDumpOptions = {}): string {
  let text = '';
  for (const value of values) text += lineOf(value, options);
  return text;
}

/** Writes values as lines. */
export class LinesWriter {
  readonly #sink: TextSink;
  readonly #options: JsonDumpOptions;

  constructor(target: TextTarget, options: JsonDumpOptions) {
    this.#sink = new TextSink(target);
    this.#options = options;
  }

  /** Writes a value, and waits until there is room for more.
   * @throws JSONEncodeError for what can't be written, of which nothing is; what the target throws */
  async write(value: unknown): Promise<void> {
    await this.#sink.write(lineOf(value, this.#options));
  }

  /** Writes values one after the other, as they come. @throws as `write`; those before are written */
  async writeAll(values: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> {
    await writeGathered(this.#sink, values, (value) => lineOf(value, this.#options));
  }
}

/** Writes values as lines to a StreamWriter, a file or a stream of the host's.
 * @throws InvalidArgumentError for what can't be written to, or an indent
 * @example
 * ```ts
 * import { jsonl } from 'asyncio-ts/formats';
 * const lines: string[] = [];
 * const writer = jsonl.writer(new WritableStream<Uint8Array>({ write: (line) => void lines.push(String(line)) }));
 * await writer.write({ n: 1 });
 * console.log(lines); // -> [ '{"n": 1}\n' ]
 * ```
 */
export function writer(target: TextTarget, options: JsonDumpOptions = {}): LinesWriter {
  return new LinesWriter(target, options);
}

function lineOf(value: unknown, options: JsonDumpOptions): string {
  if (options.indent !== undefined && options.indent !== null)
    throw new InvalidArgumentError('indent', 'JSON Lines have no indent: a value is on one line');
  return `${dumpsJson(value, options)}\n`;
}

function cutter<T>(options: JsonLinesOptions): LineCutter<T> {
  const { onError = 'raise' } = options;
  if (onError !== 'raise' && onError !== 'skip' && typeof onError !== 'function')
    throw new InvalidArgumentError('onError', "onError is 'raise', 'skip' or a function");
  return new LineCutter<T>(jsonLoadSettings(options), checkSize(options.maxSize, LINE_SIZE), onError);
}
