// json.loads: a document that is there to values.
//
// 1. The host's parser reads it where the result is the same: nothing is asked for besides, no integer is too large for a
//    number, none is -0, which is 0 in Python, it is not too deep, and no name has an escape in it. A look at each
//    character tells, at a fraction of the parser's own time. (V8's parser compares a name as it is written with the
//    name that it saw at this place before: behind `{"\\": 1}` it reads `{"\n": 1}` as that.)
// 2. What the host refuses is read again here: it may be NaN, and if it is wrong the error is Python's.

import { InvalidArgumentError } from '../../asyncio.ts';
import { JSONDecodeError } from './jsonDecodeError.ts';
import { jsonLoadSettings } from './loadOptions.ts';
import type { JsonLoadOptions, JsonLoadSettings } from './loadOptions.ts';
import { parseValue, skipSpace } from './parseJson.ts';

/** Reads a JSON document; bytes are UTF-8, UTF-16 or UTF-32, as their beginning tells. Semantics: json.loads.
 * @throws JSONDecodeError (`ERR_JSON_DECODE`) for what is no JSON; what a hook throws; InvalidArgumentError for what is
 * neither text nor bytes
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * console.log(json.loads('{"n": 12345678901234567890, "f": [1.5, NaN]}'));
 * // -> { n: 12345678901234567890n, f: [ 1.5, NaN ] }
 * ```
 */
export function loadsJson(document: string | Uint8Array, options?: JsonLoadOptions): unknown {
  return loadText(documentText(document), jsonLoadSettings(options));
}

/** The text of a document. @throws InvalidArgumentError; JSONDecodeError for a byte order mark in text */
export function documentText(document: string | Uint8Array): string {
  if (typeof document === 'string') {
    if (document.charCodeAt(0) === 0xfeff)
      throw new JSONDecodeError('Unexpected UTF-8 BOM (decode using utf-8-sig)', document, 0);
    return document;
  }
  if (document instanceof Uint8Array) return decodeDocument(document);
  throw new InvalidArgumentError('document', `a JSON document is text or bytes, not ${typeof document}`);
}

/** The value of a text that has nothing else in it. */
export function loadText(text: string, settings: JsonLoadSettings): unknown {
  if (settings.isPlain && suitsHost(text, settings.maxDepth)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // Read again for NaN and for the error.
    }
  }
  const { value, end } = parseValue(text, skipSpace(text, 0), settings);
  const behind = skipSpace(text, end);
  if (behind !== text.length) throw new JSONDecodeError('Extra data', text, behind);
  return value;
}

/** Reads the value at the beginning of a text, or from `index` on; returns it and where it ends. Semantics:
 * JSONDecoder.raw_decode.
 * @throws JSONDecodeError
 * @example
 * ```ts
 * import { json } from 'asyncio-ts/formats';
 * console.log(json.rawDecode('[1] and more')); // -> [ [ 1 ], 3 ]
 * ```
 */
export function rawDecode(
  text: string,
  index: number = 0,
  options?: JsonLoadOptions,
): [value: unknown, end: number] {
  const { value, end } = parseValue(text, index, jsonLoadSettings(options));
  return [value, end];
}

const QUOTE = 34;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const BACKSLASH = 92;

/** More digits may be beyond what a number holds. */
const SAFE_DIGITS = 15;

/** Whether the host's parser makes of a document, if it is one, what Python does. */
function suitsHost(text: string, maxDepth: number): boolean {
  const { length } = text;
  let depth = 0;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      let escapes = false;
      for (;;) {
        const inside = text.charCodeAt(++at);
        if (inside === QUOTE || at >= length) break;
        if (inside === BACKSLASH) {
          escapes = true;
          at++;
        }
      }
      if (escapes && text.charCodeAt(skipSpace(text, at + 1)) === COLON) return false;
    } else if (code === MINUS || (code >= ZERO && code <= 57)) {
      const start = at;
      while (text.charCodeAt(at + 1) >= ZERO && text.charCodeAt(at + 1) <= 57) at++;
      const next = text.charCodeAt(at + 1);
      const isFloat = next === DOT || next === 69 || next === 101;
      const digits = at - start + (code === MINUS ? 0 : 1);
      if (isFloat) {
        // The digits behind the dot are no integer's.
        at++;
        while (isNumeric(text.charCodeAt(at + 1))) at++;
      } else if (digits > SAFE_DIGITS || (code === MINUS && digits === 1 && text.charCodeAt(at) === ZERO)) {
        return false;
      }
    } else if (code === 91 || code === 123) {
      if (++depth > maxDepth) return false;
    } else if (code === 93 || code === 125) depth--;
  }
  return true;
}

function isNumeric(code: number): boolean {
  return (code >= ZERO && code <= 57) || code === 43 || code === MINUS || code === 69 || code === 101;
}

/** As Python's json.detect_encoding: by the byte order mark, or where the zeros are in the first four bytes. */
function decodeDocument(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  const decode = (encoding: string, from: Uint8Array = bytes): string => {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(from);
    } catch (cause) {
      throw new InvalidArgumentError('document', `these bytes are no text in ${encoding}`, { cause });
    }
  };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return utf32(bytes.subarray(4), false);
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return utf32(bytes.subarray(4), true);
  if (a === 0xfe && b === 0xff) return decode('utf-16be');
  if (a === 0xff && b === 0xfe) return decode('utf-16le');
  if (bytes.length >= 4) {
    if (a === 0) return b === 0 ? utf32(bytes, false) : decode('utf-16be');
    if (b === 0) return c !== 0 || d !== 0 ? decode('utf-16le') : utf32(bytes, true);
  } else if (bytes.length === 2) {
    if (a === 0) return decode('utf-16be');
    if (b === 0) return decode('utf-16le');
  }
  return decode('utf-8');
}

function utf32(bytes: Uint8Array, little: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = view.getUint32(at, little);
    if (point > 0x10ffff)
      throw new InvalidArgumentError('document', `these bytes are no text in utf-32, at ${at}`);
    text += String.fromCodePoint(point);
  }
  return text;
}
