// Bytes that come in pieces to text, strictly: what can't be decoded is an error that says where.
//
// 1. What stands before bytes that are no text is text, as far as the encoding lets it be told: of UTF-8 up to the byte.
// 2. After the error nothing more comes: what would follow is not what was written.

import { AsyncioError, InvalidArgumentError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** Bytes that are no text in the encoding that they were read with; `position` is where the first of them is, in bytes from
 * the beginning: of UTF-8 the byte itself, of other encodings the beginning of the piece that it came in.
 * @example
 * ```ts
 * import { csv, DecodingError } from 'asyncio-ts/formats';
 * try {
 *   [...csv.reader(Buffer.from([0x61, 0x2c, 0xff]))];
 * } catch (error) {
 *   console.log(error instanceof DecodingError, (error as DecodingError).encoding); // -> true utf-8
 * }
 * ```
 */
export class DecodingError extends AsyncioError {
  readonly encoding: string;
  readonly position: number;

  constructor(message: string, options: ErrorOptions & { encoding?: string; position?: number } = {}) {
    super('ERR_DECODING', message, options);
    this.encoding = options.encoding ?? '';
    this.position = options.position ?? 0;
  }
}
defineError(DecodingError, 'DecodingError');

const UTF8 = /^(?:utf-?8|u8|cp65001)$/i;
const UTF8_SIG = /^utf[-_]?8[-_]sig$/i;

/** How text of bytes is decoded. */
export interface EncodingOptions {
  /** `utf-8` by default, which keeps a byte order mark, as Python's does; `utf-8-sig` takes one away; or what the host's
   * TextDecoder knows. */
  readonly encoding?: string | undefined;
}

export class TextDecoding {
  readonly #encoding: string;
  readonly #decoder: TextDecoder;
  /** UTF-8 is decoded by whole characters: that is several times as fast as the host's own way with pieces. */
  readonly #isUtf8: boolean;
  #dropsMark: boolean;
  #rest: Uint8Array | undefined = undefined;
  #position: number = 0;
  /** Of what comes behind the text that was returned last. */
  #error: DecodingError | undefined = undefined;
  #failed: boolean = false;

  /** @throws InvalidArgumentError for an encoding that is not known */
  constructor(encoding: string = 'utf-8') {
    this.#encoding = encoding;
    this.#dropsMark = UTF8_SIG.test(encoding);
    this.#isUtf8 = this.#dropsMark || UTF8.test(encoding);
    try {
      const label = this.#isUtf8 ? 'utf-8' : encoding;
      this.#decoder = new TextDecoder(label, { fatal: true, ignoreBOM: this.#isUtf8 });
    } catch (cause) {
      throw new InvalidArgumentError('encoding', `unknown encoding ${JSON.stringify(encoding)}`, { cause });
    }
  }

  /** Whether an error was thrown: nothing more comes. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Throws what comes behind the text that was returned last, if that is no text; to be called when all of it was used.
   * @throws DecodingError */
  check(): void {
    if (this.#error === undefined || this.#failed) return;
    this.#failed = true;
    throw this.#error;
  }

  /** The text of the next bytes, as far as it is complete. @throws DecodingError */
  decode(bytes: Uint8Array): string {
    if (!this.#isUtf8) return this.#text(bytes, true);
    const whole = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = wholeCharacters(whole);
    this.#rest = end === whole.length ? undefined : whole.slice(end);
    return this.#text(end === whole.length ? whole : whole.subarray(0, end), false);
  }

  /** The text of what is left at the end. @throws DecodingError when that is half a character */
  end(): string {
    this.check();
    const rest = this.#rest ?? new Uint8Array();
    this.#rest = undefined;
    return this.#text(rest, false);
  }

  #text(bytes: Uint8Array, stream: boolean): string {
    let text: string;
    try {
      text = this.#decoder.decode(bytes, { stream });
      this.#position += bytes.length;
    } catch (cause) {
      text = this.#fail(bytes, cause);
    }
    if (!this.#dropsMark || text === '') return text;
    this.#dropsMark = false;
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  /** The text before what is none. @throws DecodingError where there is no such text */
  #fail(bytes: Uint8Array, cause: unknown): string {
    const text = this.#isUtf8 ? textBefore(bytes) : '';
    this.#position += Buffer.byteLength(text);
    const [encoding, position] = [this.#encoding, this.#position];
    this.#error = new DecodingError(
      `these bytes are no ${encoding}, from byte ${position} on: give the encoding that they have`,
      { cause, encoding, position },
    );
    if (text === '') this.check();
    return text;
  }
}

/** The UTF-8 before what is none. */
function textBefore(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString();
  const replaced = Buffer.from('\ufffd');
  let offset = 0;
  for (let from = 0; ;) {
    const at = text.indexOf('\ufffd', from);
    if (at < 0) return text;
    offset += Buffer.byteLength(text.slice(from, at));
    if (!buffer.subarray(offset, offset + 3).equals(replaced)) return text.slice(0, at);
    offset += 3;
    from = at + 1;
  }
}

/** Up to where the bytes are whole characters of UTF-8, as far as the last ones tell. */
function wholeCharacters(bytes: Uint8Array): number {
  const end = bytes.length;
  for (let back = 1; back <= Math.min(3, end); back++) {
    const byte = bytes[end - back] as number;
    if (byte < 0x80) return end;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? end - back : end;
  }
  return end;
}
