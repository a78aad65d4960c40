// JSON that is too large to be held, or of which there is always more: read value by value, written piece by piece.

import { InvalidArgumentError } from '../../asyncio.ts';
import { PieceSource } from '../source/pieceSource.ts';
import type { PieceStream } from '../source/pieceSource.ts';
import { PulledValues } from '../source/pulledValues.ts';
import { TextDecoding } from '../source/textDecoding.ts';
import type { EncodingOptions } from '../source/textDecoding.ts';
import { TextSink } from '../sink/textSink.ts';
import type { TextTarget } from '../sink/textSink.ts';
import type { JsonDumpOptions } from './dumpOptions.ts';
import { dumpsJson, iterencode } from './dumps.ts';
import { JSONDecodeError } from './jsonDecodeError.ts';
import { jsonLoadSettings } from './loadOptions.ts';
import type { JsonLoadOptions } from './loadOptions.ts';
import { loadText } from './loads.ts';
import { ValueCutter } from './valueCutter.ts';
import type { Layout } from './valueCutter.ts';

export interface JsonStreamOptions extends JsonLoadOptions, EncodingOptions {
  /** How many characters a value, or a whole document, may have; 16,777,216 for a value and 268,435,456 for a document by
   * default. */
  readonly maxSize?: number | undefined;
}

const VALUE_SIZE = 16_777_216;
const DOCUMENT_SIZE = 268_435_456;

/** Reads a whole document from a stream up to its end. Semantics: json.load.
 * @throws JSONDecodeError (`ERR_JSON_DECODE`) for what is no JSON, or too large; DecodingError for bytes that are no text
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * async function* pieces() { yield '{"a": [1,'; yield ' 2]}'; }
 * console.log(await json.load(pieces())); // -> { a: [ 1, 2 ] }
 * ```
 */
export async function loadJson(source: PieceStream, options: JsonStreamOptions = {}): Promise<unknown> {
  const maxSize = checkSize(options.maxSize, DOCUMENT_SIZE);
  const settings = jsonLoadSettings(options);
  const decoding = new TextDecoding(options.encoding);
  const pieces = new PieceSource(source);
  const texts: string[] = [];
  let size = 0;
  for (;;) {
    const piece = await pieces.next();
    const text =
      piece === undefined ? decoding.end() : typeof piece === 'string' ? piece : decoding.decode(piece);
    decoding.check();
    texts.push(text);
    size += text.length;
    if (size > maxSize) {
      await pieces.close();
      throw new JSONDecodeError(`document larger than the limit (${maxSize})`, '', 0);
    }
    if (piece === undefined) return loadText(texts.join(''), settings);
  }
}

/** The items of a document that is one array, as they come; the document is read up to its end.
 * @throws JSONDecodeError for what is no array, or an item that is no JSON, or too large
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * async function* pieces() { yield '[{"n": 1}, {"'; yield 'n": 2}]'; }
 * for await (const item of json.items<{ n: number }>(pieces())) console.log(item.n); // -> 1
 * // -> 2
 * ```
 */
export function items<T = unknown>(source: PieceStream, options?: JsonStreamOptions): PulledValues<T> {
  return pull<T>('items', source, options);
}

/** The entries of a document that is one object, as they come: `[name, value]`.
 * @throws as {@link items}
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * async function* pieces() { yield '{"a": 1, "b'; yield '": 2}'; }
 * for await (const [name, value] of json.entries(pieces())) console.log(name, value); // -> a 1
 * // -> b 2
 * ```
 */
export function entries<T = unknown>(
  source: PieceStream,
  options?: JsonStreamOptions,
): PulledValues<[name: string, value: T]> {
  return pull<[string, T]>('entries', source, options);
}

/** The values of documents one behind the other, with or without space between them, as they come.
 * @throws as {@link items}
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * async function* pieces() { yield '{"a": 1}{"a"'; yield ': 2} 3'; }
 * for await (const value of json.values(pieces())) console.log(value); // -> { a: 1 }
 * // -> { a: 2 }
 * // -> 3
 * ```
 */
export function values<T = unknown>(source: PieceStream, options?: JsonStreamOptions): PulledValues<T> {
  return pull<T>('values', source, options);
}

function pull<T>(layout: Layout, source: PieceStream, options: JsonStreamOptions = {}): PulledValues<T> {
  const maxSize = checkSize(options.maxSize, VALUE_SIZE);
  return new PulledValues(
    source,
    options.encoding,
    new ValueCutter<T>(layout, jsonLoadSettings(options), maxSize),
  );
}

/** Writes a value to a stream, piece by piece, as {@link dumps} would, and waits for room. Semantics: json.dump.
 * @throws JSONEncodeError for what can't be written, when all before it was; what the target throws
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * const written: string[] = [];
 * await json.dump({ a: [1, 2] }, new WritableStream<Uint8Array>({ write: (piece) => void written.push(String(piece)) }));
 * console.log(written.join('')); // -> {"a": [1, 2]}
 * ```
 */
export async function dumpJson(
  value: unknown,
  target: TextTarget,
  options?: JsonDumpOptions,
): Promise<void> {
  const sink = new TextSink(target);
  for (const piece of iterencode(value, options)) await sink.write(piece);
}

/** Writes values as the items of one array, as they come.
 * @throws as {@link dump}; what the iterable throws
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * async function* rows() { yield { n: 1 }; yield { n: 2 }; }
 * const written: string[] = [];
 * await json.dumpItems(rows(), new WritableStream<Uint8Array>({ write: (piece) => void written.push(String(piece)) }));
 * console.log(written.join('')); // -> [{"n": 1}, {"n": 2}]
 * ```
 */
export async function dumpItems(
  items: AsyncIterable<unknown> | Iterable<unknown>,
  target: TextTarget,
  options: JsonDumpOptions = {},
): Promise<void> {
  const sink = new TextSink(target);
  const [separator] = options.separators ?? [', '];
  let before = '[';
  for await (const item of items) {
    await sink.write(before + dumpsJson(item, options));
    before = separator;
  }
  await sink.write(before === '[' ? '[]' : ']');
}

/** @throws InvalidArgumentError */
export function checkSize(size: number | undefined, otherwise: number): number {
  if (size === undefined) return otherwise;
  if (typeof size === 'number' && size > 0) return size;
  throw new InvalidArgumentError('maxSize', 'maxSize is a number of characters above 0');
}
