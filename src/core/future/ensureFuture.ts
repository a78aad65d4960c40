// From anything that can be awaited to a future of ours.

import { InvalidArgumentError } from '../../base/errors.ts';
import { runningLoop } from '../../loop/running.ts';
import type { Awaitable } from '../task/coroutine.ts';
import { createTask } from '../task/createTask.ts';
import { onDone } from './doneCallback.ts';
import { follow, Following } from './foreignPromise.ts';
import { Future } from './future.ts';
import { cancelledErrorOf } from './outcome.ts';

/** True for a {@link Future} or {@link Task} of this library.
 * @example
 * ```ts
 * import { run, isFuture, sleep } from 'asyncio-ts';
 * await run(async () => console.log(isFuture(sleep(0)), isFuture(Promise.resolve()))); // -> true false
 * ```
 */
export function isFuture(value: unknown): value is Future<unknown> {
  return value instanceof Future;
}

/** A future of what `awaitable` stands for: a future is returned as it is, a coroutine becomes a task, a
 * promise is wrapped as by {@link interruptible}: cancelling its future ends the wait, and the work goes on. Semantics: asyncio.ensure_future.
 * @throws InvalidArgumentError when it is none of these; NoRunningLoopError outside of a loop
 * @example
 * ```ts
 * import { run, ensureFuture } from 'asyncio-ts';
 * console.log(await run(() => ensureFuture(async () => 1))); // -> 1
 * ```
 */
export function ensureFuture<T>(awaitable: Awaitable<T>): Future<T> {
  if (awaitable instanceof Future) return awaitable as Future<T>;
  runningLoop('ensureFuture');
  if (typeof awaitable === 'function') return createTask(awaitable);
  return wrapFuture(awaitable);
}

/** A future with the outcome of a foreign promise; a future of ours is returned as it is. Cancelling it
 * lets go of the promise, whose outcome is then ignored, and does not stop the work behind it.
 * @throws InvalidArgumentError when it is no promise
 * @example
 * ```ts
 * import { run, wrapFuture } from 'asyncio-ts';
 * console.log(await run(() => wrapFuture(Promise.resolve('here')))); // -> here
 * ```
 */
export function wrapFuture<T>(promise: PromiseLike<T>): Future<T> {
  if (promise instanceof Future) return promise as Future<T>;
  if (typeof (promise as PromiseLike<T> | undefined)?.then !== 'function') {
    throw new InvalidArgumentError(
      'awaitable',
      'expected a future, a promise or a function that returns one',
    );
  }
  const future = new Following<T>({ loop: runningLoop('wrapFuture') });
  follow(future, promise);
  return future;
}

/** Makes a wait for something foreign cancellable: `await interruptible(fetch(url))`. Given a function, it
 * is called with an AbortSignal that is aborted on cancel, so that the work stops too. The cancel is thrown
 * at once either way. Given a promise, the work behind it goes on, and what comes of it is ignored.
 * @example
 * ```ts
 * import { run, interruptible, timeout, TimeoutError } from 'asyncio-ts';
 * const never = new Promise<void>(() => {});
 * await run(async () => {
 *   try { await timeout(5, async () => { await interruptible(never); }); } catch (error) {
 *     console.log(error instanceof TimeoutError); // -> true
 *   }
 * });
 * ```
 */
export function interruptible<T>(
  work: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
): Future<T> {
  const loop = runningLoop('interruptible');
  if (typeof work !== 'function') return wrapFuture(work);
  const controller = new AbortController();
  const future = new Following<T>({ loop });
  onDone(future, () => {
    if (future.cancelled()) controller.abort(cancelledErrorOf(future));
  });
  let promise: PromiseLike<T>;
  try {
    promise = work(controller.signal);
  } catch (error) {
    future.setException(error);
    return future;
  }
  follow(future, promise);
  return future;
}
