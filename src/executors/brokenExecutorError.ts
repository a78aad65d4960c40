// What is thrown when a worker ended before its work did.

import { defineError } from '../base/errorClass.ts';
import { AsyncioError } from '../base/errors.ts';

/** The worker that ran a call ended before the call did: it was killed, ran out of memory, called `process.exit`, could not
 * start, or failed with an error that nobody caught, which is the `cause`. What the call had done by then is not known.
 * Only this call is affected: calls that had not begun go to other workers, and a new worker takes the place of the one
 * that ended. Semantics: BrokenExecutor of concurrent.futures, whose executors are of no use afterwards.
 * @example
 * ```ts
 * import { BrokenExecutorError, run, ThreadPoolExecutor } from 'asyncio-ts';
 * await run(async () => {
 *   await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 *   try { await pool.submit(() => process.exit(3)); } catch (error) {
 *     console.log(error instanceof BrokenExecutorError); // -> true
 *   }
 *   console.log(await pool.submit(() => 'a new thread')); // -> a new thread
 * });
 * ```
 */
export class BrokenExecutorError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_BROKEN_EXECUTOR', message, options);
  }
}

defineError(BrokenExecutorError, 'BrokenExecutorError', 'ERR_ASYNCIO_BROKEN_EXECUTOR');
