// What sendfile says where the system can't do it.

import { defineError } from '../../base/errorClass.ts';
import { UsageError } from '../../base/errors.ts';

/** The system has no zero-copy way from this file to this connection, and `fallback` is false. Semantics:
 * asyncio.SendfileNotAvailableError.
 * @example
 * ```ts
 * import { SendfileNotAvailableError, UsageError } from 'asyncio-ts';
 * console.log(new SendfileNotAvailableError('no') instanceof UsageError); // -> true
 * ```
 */
export class SendfileNotAvailableError extends UsageError {
  override readonly code: string = 'ERR_ASYNCIO_SENDFILE_NOT_AVAILABLE';
}

defineError(SendfileNotAvailableError, 'SendfileNotAvailableError');
