// The errors of reading from a stream: the end came too early, or what was asked for is too long.

import { defineError } from '../base/errorClass.ts';
import { AsyncioError, hide } from '../base/errors.ts';

/** The stream ended before the read had all it asked for. `partial` is what had come; it is out of the
 * stream. Semantics: asyncio.IncompleteReadError.
 * @example
 * ```ts
 * import { run, StreamReader, IncompleteReadError } from 'asyncio-ts';
 * await run(async () => {
 *   const reader = new StreamReader();
 *   reader.feedData(Buffer.from('abc'));
 *   reader.feedEof();
 *   try { await reader.readExactly(5); } catch (error) {
 *     if (error instanceof IncompleteReadError) console.log(String(error.partial), error.expected); // -> abc 5
 *   }
 * });
 * ```
 */
export class IncompleteReadError extends AsyncioError {
  /** The bytes that had come before the end. */
  declare readonly partial: Buffer;
  /** How many were asked for; undefined where a separator was. */
  readonly expected: number | undefined;
  /** `closedHere` says so where it was this side that closed the connection; a `message` takes the place of the usual
   * one. */
  constructor(
    partial: Buffer,
    expected?: number,
    options: { cause?: unknown; closedHere?: boolean | undefined; message?: string } = {},
  ) {
    const wanted = expected === undefined ? 'a separator' : `${expected} bytes`;
    const ended = options.closedHere === true ? 'this side closed the connection' : 'the stream ended';
    super(
      'ERR_ASYNCIO_INCOMPLETE_READ',
      options.message ?? `${ended} after ${partial.length} bytes, before ${wanted}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.expected = expected;
    hide(this, 'partial', partial);
  }
}

// The limit is an option of whatever made the stream.
const RAISE = 'to allow it, give openConnection or startServer a larger `limit`';

/** What {@link LimitOverrunError} says of a message that is longer than `limit`. */
export function overrun(what: string, limit: number): string {
  return `${what} ${limit} bytes: ${RAISE}, or readUntil`;
}

/** No separator within the limit. The bytes are still in the stream, `consumed` of them belong to the part
 * that is too long. Semantics: asyncio.LimitOverrunError.
 * @example
 * ```ts
 * import { run, StreamReader, LimitOverrunError } from 'asyncio-ts';
 * await run(async () => {
 *   const reader = new StreamReader({ limit: 4 });
 *   reader.feedData(Buffer.from('too long;'));
 *   try { await reader.readUntil(Buffer.from(';')); } catch (error) {
 *     console.log(error instanceof LimitOverrunError && error.consumed); // -> 8
 *   }
 * });
 * ```
 */
export class LimitOverrunError extends AsyncioError {
  /** How many bytes in front of the stream certainly hold no separator. */
  readonly consumed: number;
  constructor(message: string, consumed: number) {
    super('ERR_ASYNCIO_LIMIT_OVERRUN', message);
    this.consumed = consumed;
  }
}

/** A line is longer than the stream's limit, and is dropped: up to its end, also what of it comes later. What asyncio's `readline` raises a ValueError for.
 * @example
 * ```ts
 * import { run, StreamReader, LineTooLongError } from 'asyncio-ts';
 * await run(async () => {
 *   const reader = new StreamReader({ limit: 4 });
 *   reader.feedData(Buffer.from('too long\nok\n'));
 *   try { await reader.readline(); } catch (error) { console.log(error instanceof LineTooLongError); } // -> true
 *   console.log(String(await reader.readline()).trimEnd()); // -> ok
 * });
 * ```
 */
export class LineTooLongError extends AsyncioError {
  /** How many bytes of the line had come and were dropped, its end not counted. */
  readonly consumed: number;
  constructor(consumed: number, limit: number, options?: ErrorOptions) {
    super(
      'ERR_ASYNCIO_LINE_TOO_LONG',
      `a line is longer than ${limit} bytes and is dropped: ${RAISE}`,
      options,
    );
    this.consumed = consumed;
  }
}

defineError(IncompleteReadError, 'IncompleteReadError', 'ERR_ASYNCIO_INCOMPLETE_READ');
defineError(LimitOverrunError, 'LimitOverrunError', 'ERR_ASYNCIO_LIMIT_OVERRUN');
defineError(LineTooLongError, 'LineTooLongError', 'ERR_ASYNCIO_LINE_TOO_LONG');
