// How a relay fails: which end it was, and how far it had come.

import { defineError } from '../base/errorClass.ts';
import { AsyncioError } from '../base/errors.ts';

/** A relay ended because one of its ends did; `cause` is the error of that end. What the writer had not been handed
 * is still in the reader.
 * @example
 * ```ts
 * import { relay, RelayError, run, openConnection, startServer } from 'asyncio-ts';
 * await run(async () => {
 *   await using server = await startServer((_, writer) => void writer.transport.abort(), '127.0.0.1', 0);
 *   const [reader, writer] = await openConnection('127.0.0.1', server.port);
 *   writer.close();
 *   try { await relay(reader, writer); } catch (error) {
 *     if (error instanceof RelayError) console.log(error.side, error.bytes); // -> writer 0
 *   }
 * });
 * ```
 */
export class RelayError extends AsyncioError {
  /** Which end failed. */
  readonly side: 'reader' | 'writer';
  /** How many bytes had been handed to the writer. */
  readonly bytes: number;

  constructor(side: 'reader' | 'writer', bytes: number, cause: unknown) {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    super('ERR_ASYNCIO_RELAY', `the ${side} of a relay failed after ${bytes} bytes${why}`, { cause });
    this.side = side;
    this.bytes = bytes;
  }
}

defineError(RelayError, 'RelayError', 'ERR_ASYNCIO_RELAY');
