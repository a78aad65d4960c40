// The error of bytes whose memory went away under a reader or writer.

import { AsyncioError } from '../base/errors.ts';
import { defineError } from '../base/errorClass.ts';

/** Bytes were taken away while they were in use: their memory was transferred, or made smaller, by the program
 * itself. A connection on whose way they stood ends with this error. Python's BufferError.
 * @example
 * ```ts
 * import { BufferError } from 'asyncio-ts';
 * console.log(new BufferError('the bytes are gone').code); // -> ERR_ASYNCIO_BUFFER
 * ```
 */
export class BufferError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_BUFFER', message, options);
  }
}
defineError(BufferError, 'BufferError', 'ERR_ASYNCIO_BUFFER');
