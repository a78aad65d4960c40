// json.dumps: values to a document, at once or in pieces.

import { jsonDumpSettings } from './dumpOptions.ts';
import type { JsonDumpOptions } from './dumpOptions.ts';
import { Encoder } from './encoder.ts';

const PIECE = 65_536;

/** The JSON of a value, as Python's json.dumps writes it, byte for byte: a number that is a safe integer as an int, every
 * other number, and a {@link Float}, as a float, a bigint as an int.
 * @throws JSONEncodeError (`ERR_JSON_ENCODE`) for what can't be written; what `default` throws; InvalidArgumentError for
 * options that are none
 * @example
 * ```ts
 * import { Float, json } from 'asyncio-ts/formats';
 * console.log(json.dumps({ b: [1, 1.5, new Float(2), 10n ** 20n], a: 'é' }, { sortKeys: true }));
 * // -> {"a": "\u00e9", "b": [1, 1.5, 2.0, 100000000000000000000]}
 * ```
 */
export function dumpsJson(value: unknown, options?: JsonDumpOptions): string {
  return new Encoder(jsonDumpSettings(options)).encode(value);
}

/** The JSON of a value in pieces, as {@link dumps} writes it, for what is too large to be one text. Semantics:
 * JSONEncoder.iterencode.
 * @throws as dumps
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * console.log([...json.iterencode([1, 2])].join('')); // -> [1, 2]
 * ```
 */
export function iterencode(value: unknown, options?: JsonDumpOptions): IterableIterator<string> {
  return new Encoder(jsonDumpSettings(options)).pieces(value, PIECE);
}
