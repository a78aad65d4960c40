// Text that can't be made of bytes, and bytes that can't be made of text.

import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

function hidden(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, enumerable: false });
}

/** What the two have in common. Semantics: Python's UnicodeError.
 * @example
 * ```ts
 * import { UnicodeDecodeError, UnicodeError } from 'asyncio-ts/files';
 * console.log(new UnicodeDecodeError('ascii', Buffer.from([255]), 0, 1, 'no') instanceof UnicodeError); // -> true
 * ```
 */
export class UnicodeError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions & { code?: string }) {
    super(options?.code ?? 'ERR_ASYNCIO_UNICODE', message, options);
  }
}

/** Bytes from `start` to `end` of `object` are no text in this encoding. Semantics: Python's UnicodeDecodeError.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { open, TemporaryFile, UnicodeDecodeError } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using file = await TemporaryFile('w+', { encoding: 'latin-1' });
 *   await file.write('naïve');
 *   await file.flush();
 *   await using again = await open(`/proc/self/fd/${file.fileno()}`, 'r', { encoding: 'utf-8' });
 *   console.log(await again.read(2)); // -> na
 *   try { await again.read(); } catch (error) {
 *     if (error instanceof UnicodeDecodeError) console.log(error.reason, error.position);
 *     // -> invalid continuation byte 2
 *   }
 * });
 * ```
 */
export class UnicodeDecodeError extends UnicodeError {
  readonly encoding: string;
  /** The bytes that were being decoded. */
  declare readonly object: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly reason: string;
  /** Where `start` is in the file, where that is known. */
  readonly position: number | undefined;
  constructor(
    encoding: string,
    object: Uint8Array,
    start: number,
    end: number,
    reason: string,
    position?: number,
  ) {
    const at = position ?? start;
    const first = (object[start] ?? 0).toString(16).padStart(2, '0');
    const what =
      end - start === 1
        ? `byte 0x${first} in position ${at}`
        : `bytes in position ${at}-${at + end - start - 1}`;
    super(`'${encoding}' codec can't decode ${what}: ${reason}`, {
      code: 'ERR_ASYNCIO_UNICODE_DECODE',
    });
    this.encoding = encoding;
    hidden(this, 'object', object);
    this.start = start;
    this.end = end;
    this.reason = reason;
    this.position = position;
  }
}

/** The characters from `start` to `end` of `object` can't be written in this encoding; both count as JavaScript does.
 * Semantics: Python's UnicodeEncodeError.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { TemporaryFile, UnicodeEncodeError } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using file = await TemporaryFile('w', { encoding: 'ascii' });
 *   try { await file.write('naïve'); } catch (error) {
 *     if (error instanceof UnicodeEncodeError) console.log(error.start, error.reason); // -> 2 ordinal not in range(128)
 *   }
 * });
 * ```
 */
export class UnicodeEncodeError extends UnicodeError {
  readonly encoding: string;
  /** The text that was being encoded. */
  declare readonly object: string;
  readonly start: number;
  readonly end: number;
  readonly reason: string;
  constructor(encoding: string, object: string, start: number, end: number, reason: string) {
    const code = (object.codePointAt(start) ?? 0).toString(16).padStart(4, '0');
    const what =
      end - start === 1
        ? `character U+${code} in position ${start}`
        : `characters in position ${start}-${end - 1}`;
    super(`'${encoding}' codec can't encode ${what}: ${reason}`, {
      code: 'ERR_ASYNCIO_UNICODE_ENCODE',
    });
    this.encoding = encoding;
    hidden(this, 'object', object);
    this.start = start;
    this.end = end;
    this.reason = reason;
  }
}

defineError(UnicodeError, 'UnicodeError');
defineError(UnicodeDecodeError, 'UnicodeDecodeError');
defineError(UnicodeEncodeError, 'UnicodeEncodeError');
