// waitFor: one awaitable and a deadline.

import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { isCancelledError, TimeoutError } from '../base/errors.ts';
import type { Coroutine } from '../core/task/coroutine.ts';
import { wrapFuture } from '../core/future/ensureFuture.ts';
import type { Future } from '../core/future/future.ts';
import { Task } from '../core/task/task.ts';
import type { Body } from './body.ts';
import { cancelAndWait } from './cancelAndWait.ts';
import { limited, tooLong } from './timeout.ts';
import type { Timeout } from './timeout.ts';

/** Waits for `awaitable` at most `timeout` milliseconds; undefined waits without limit. When the time has
 * passed it is cancelled, waited for until it has ended, and TimeoutError is thrown. Of a promise that is not the
 * library's the wait ends at once, and the work behind it goes on; a function is given the {@link Timeout}, whose signal
 * stops what takes one: `waitFor(({ signal }) => fetch(url, { signal }), 100)`. If it ends with a
 * result all the same, that is returned. Cancelling the wait cancels the awaitable; use {@link shield} to
 * keep it running. With 0 or less nothing is started: what is done already gives its result, the rest is
 * cancelled, waited for, and a timeout. Semantics: asyncio.wait_for.
 * @throws TimeoutError; the awaitable's error; InvalidArgumentError
 * @example
 * ```ts
 * import { run, sleep, waitFor, TimeoutError } from 'asyncio-ts';
 * await run(async () => {
 *   console.log(await waitFor(() => sleep(1, { result: 'quick' }), 1000)); // -> quick
 *   try { await waitFor(sleep(60_000), 5); } catch (error) {
 *     console.log(error instanceof TimeoutError); // -> true
 *   }
 * });
 * ```
 */
export async function waitFor<T>(
  awaitable: PromiseLike<T> | Body<Timeout, T>,
  timeout: Duration | undefined,
): Promise<T> {
  const limit = timeout === undefined ? undefined : toMilliseconds(timeout, 'timeout');
  if (limit !== undefined && limit <= 0) return await alreadyThere(awaitable, limit);
  if (typeof awaitable === 'function') return await limited('waitFor', limit, awaitable);
  const future = wrapFuture(awaitable);
  return await limited('waitFor', limit, () => future);
}

async function alreadyThere<T>(awaitable: PromiseLike<T> | Body<Timeout, T>, limit: number): Promise<T> {
  // A function becomes a task that is cancelled before its first step, and so never called: a plain one, since
  // the loop's task factory may start what it makes.
  const future: Future<T> =
    typeof awaitable === 'function' ? new Task(awaitable as Coroutine<T>) : wrapFuture(awaitable);
  if (future.done()) return future.result();
  await cancelAndWait(future);
  try {
    return future.result();
  } catch (error) {
    if (isCancelledError(error)) throw new TimeoutError(tooLong('waitFor', limit), { cause: error });
    throw error;
  }
}
