// The error of the operations that refuse to wait.

import { defineError } from '../base/errorClass.ts';
import { AsyncioError } from '../base/errors.ts';

/** The operation would have to wait and was told not to. Semantics: anyio.WouldBlock.
 * @example
 * ```ts
 * import { CapacityLimiter, WouldBlockError } from 'asyncio-ts';
 * const limiter = new CapacityLimiter(1);
 * limiter.acquireOnBehalfOfNowait('a');
 * try { limiter.acquireOnBehalfOfNowait('b'); } catch (error) {
 *   console.log(error instanceof WouldBlockError, (error as WouldBlockError).code);
 *   // -> true ERR_ASYNCIO_WOULD_BLOCK
 * }
 * ```
 */
export class WouldBlockError extends AsyncioError {
  static {
    defineError(this, 'WouldBlockError', 'ERR_ASYNCIO_WOULD_BLOCK');
  }

  constructor(message: string = 'the operation would have to wait', options?: ErrorOptions) {
    super('ERR_ASYNCIO_WOULD_BLOCK', message, options);
  }
}
