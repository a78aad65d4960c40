// timeout: a limit of time, in the shape of p-timeout.

import {
  InvalidArgumentError,
  interruptible,
  Task,
  timeout as failAfter,
  TimeoutError,
} from '../asyncio.ts';
import type { Future, RunningTask, Timeout } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import { checkCallback } from './checkArguments.ts';
import { startWork } from './startWork.ts';
import { isOf, taskInTime, withinTime } from './withinTime.ts';

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

const NAMES: Readonly<Record<keyof TimeoutOptions<never>, true>> = {
  milliseconds: true,
  fallback: true,
  message: true,
  signal: true,
};

/** What {@link timeout} returns.
 * @example
 * ```ts
 * import { timeout, type TimedTask } from 'asyncio-ts/tools';
 * const answer: TimedTask<string> = timeout(async () => 'in the end', { milliseconds: 1 });
 * answer.clear();
 * console.log(await answer); // -> in the end
 * ```
 */
export interface TimedTask<T> extends Task<T> {
  /** Takes the limit away: the work may take as long as it needs. */
  clear(): void;
}

/** A limit of time for work, in the shape of p-timeout. Work given as a function is cancelled when its time
 * is over, and waited for, and so is a task. A function that waits for a promise of others, without having taken its
 * signal, is left to itself. A promise that has a `cancel()` is told by that; of another one only the wait ends, since
 * nothing can stop what is behind it. A cancel ends the work in the same way.
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
): TimedTask<T | F> {
  checkWork(work);
  checkOptionNames(options, NAMES, 'timeout');
  const { message, fallback } = options;
  const milliseconds = checkMilliseconds(options.milliseconds);
  checkCallback(fallback, 'fallback');
  let deadline: Timeout | undefined;
  let cleared = milliseconds === Infinity;
  const begun = (body: Timeout): void => {
    deadline = body;
  };
  const task = startWork(async () => {
    try {
      const limit = cleared ? undefined : milliseconds;
      if (typeof work === 'function') return await withinTime(limit, work, begun);
      if (work instanceof Task)
        return await taskInTime(
          limit,
          () => work,
          () => false,
          begun,
        );
      return await promiseInTime(limit, work, begun);
    } catch (error) {
      if (!isOf(error, deadline)) throw error;
      stop(work);
      if (fallback !== undefined) return await fallback();
      if (message === false) return undefined as F;
      if (message instanceof Error) throw message;
      throw message === undefined ? error : new TimeoutError(message, { cause: error });
    }
  }, options);
  task.addDoneCallback(() => {
    if (task.cancelled()) stop(work);
  });
  const clear = (): void => {
    cleared = true;
    if (!task.done() && deadline?.expired() === false) deadline.reschedule(undefined);
  };
  return Object.assign(task, { clear });
}

/** One that has settled when its time is up keeps its outcome. */
async function promiseInTime<T>(
  limit: number | undefined,
  work: PromiseLike<T>,
  begun: (deadline: Timeout) => void,
): Promise<T> {
  let own: Timeout | undefined;
  let wait: Future<T> | undefined;
  try {
    return await failAfter(limit, async (deadline) => {
      own = deadline;
      begun(deadline);
      return await (wait = interruptible(work));
    });
  } catch (error) {
    if (wait === undefined || wait.cancelled() || !isOf(error, own)) throw error;
    return wait.result();
  }
}

/** What runs behind a promise can be stopped where that has a `cancel()`, as a task of ours has. */
function stop(work: unknown): void {
  const { cancel } = work as { cancel?: unknown };
  if (typeof work === 'object' && typeof cancel === 'function') cancel.call(work);
}

function checkWork(work: unknown): void {
  const { then } = (work ?? {}) as { then?: unknown };
  if (typeof work !== 'function' && typeof then !== 'function')
    throw new InvalidArgumentError('work', 'the work is a function to be called, or a promise');
}

/** A time that has passed is one. */
function checkMilliseconds(value: number): number {
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new InvalidArgumentError('milliseconds', `milliseconds is a number, not ${String(value)}`);
  return value;
}
