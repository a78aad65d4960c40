// timeout: a limit of time, in the shape of p-timeout.

import { interruptible, timeout as failAfter, TimeoutError } from '../asyncio.ts';
import type { RunningTask, Task, Timeout } from '../asyncio.ts';
import { startWork } from './startWork.ts';

/** Options of {@link timeout}.
 * @example
 * ```ts
 * import { timeout, type TimeoutOptions } from 'asyncio-ts/tools';
 * const options: TimeoutOptions<string> = { milliseconds: 1000, fallback: () => 'too late' };
 * console.log(await timeout(async () => 'in time', options)); // -> in time
 * ```
 */
export interface TimeoutOptions<F> {
  /** How long it may take. */
  readonly milliseconds: number;
  /** Called for the result when it took longer, instead of a failure. */
  readonly fallback?: (() => PromiseLike<F> | F) | undefined;
  /** The error's message, or the error, when it took longer; false for the result `undefined` instead of an error. */
  readonly message?: string | Error | false | undefined;
  /** Cancels it when aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** A limit of time for work, in the shape of p-timeout. Work given as a function, or as a task, is cancelled when its time
 * is over, and waited for; of a plain promise only the wait ends, since nothing can stop what is behind it.
 * @throws TimeoutError (`ERR_ASYNCIO_TIMEOUT`) when it took longer, and neither `fallback` nor `message` say otherwise
 * @example
 * ```ts
 * import { sleep } from 'asyncio-ts';
 * import { timeout } from 'asyncio-ts/tools';
 * const quick = await timeout(() => sleep(60_000), { milliseconds: 1, fallback: () => 'gave up' });
 * console.log(quick); // -> gave up
 * ```
 */
export function timeout<T, F = never>(
  work: PromiseLike<T> | ((task: RunningTask) => PromiseLike<T> | T),
  options: TimeoutOptions<F>,
): Task<T | F> {
  const { milliseconds, message, fallback } = options;
  return startWork(async () => {
    let deadline: Timeout | undefined;
    try {
      return await failAfter(milliseconds === Infinity ? undefined : milliseconds, async (body) => {
        deadline = body;
        if (typeof work === 'function') return await work(body);
        return await interruptible(work);
      });
    } catch (error) {
      // The work may have limits of its own.
      if (!(error instanceof TimeoutError) || deadline?.expired() !== true) throw error;
      if (fallback !== undefined) return await fallback();
      if (message === false) return undefined as F;
      if (message instanceof Error) throw message;
      throw message === undefined ? error : new TimeoutError(message, { cause: error });
    }
  }, options);
}
