// The error of a barrier that was aborted or reset.

import { defineError } from '../base/errorClass.ts';
import { AsyncioError } from '../base/errors.ts';

/** The barrier is broken, or was broken or reset while the task waited for it.
 * Semantics: asyncio.BrokenBarrierError.
 * @example
 * ```ts
 * import { run, Barrier, BrokenBarrierError } from 'asyncio-ts';
 * await run(async () => {
 *   const barrier = new Barrier(2);
 *   await barrier.abort();
 *   try { await barrier.wait(); } catch (error) {
 *     console.log(error instanceof BrokenBarrierError, (error as BrokenBarrierError).code);
 *     // -> true ERR_ASYNCIO_BROKEN_BARRIER
 *   }
 * });
 * ```
 */
export class BrokenBarrierError extends AsyncioError {
  static {
    defineError(this, 'BrokenBarrierError', 'ERR_ASYNCIO_BROKEN_BARRIER');
  }

  constructor(message: string = 'Barrier aborted', options?: ErrorOptions) {
    super('ERR_ASYNCIO_BROKEN_BARRIER', message, options);
  }
}
