// retry: again after a failure, in the shape of p-retry.

import { AsyncioError, CancelledError, getRunningLoop, sleep, UsageError } from '../asyncio.ts';
import type { RunningTask, Task } from '../asyncio.ts';
import { checkOptionNames, defineError } from '../lowlevel.ts';
import { checkAmount, checkCallback, checkFunction } from './checkArguments.ts';
import { named, startWork } from './startWork.ts';

/** Thrown by the work to say that another try is of no use: {@link retry} fails with what it holds.
 * @example
 * ```ts
 * import { AbortError, retry } from 'asyncio-ts/tools';
 * const found = retry(async () => { throw new AbortError('there is no such page'); });
 * console.log(String(await found.catch((error: unknown) => error))); // -> Error: there is no such page
 * ```
 */
export class AbortError extends AsyncioError {
  /** What {@link retry} fails with. */
  readonly originalError: Error;

  constructor(reason: string | Error, options?: ErrorOptions) {
    super('ERR_ASYNCIO_RETRY_ABORTED', typeof reason === 'string' ? reason : reason.message, options);
    this.originalError = typeof reason === 'string' ? new Error(reason, { cause: this }) : reason;
  }
}

defineError(AbortError, 'AbortError');

/** A failed try, as the functions of {@link RetryOptions} get it.
 * @example
 * ```ts
 * import { retry, type FailedAttempt } from 'asyncio-ts/tools';
 * const tell = ({ attemptNumber, retriesLeft }: FailedAttempt) => console.log(attemptNumber, retriesLeft); // -> 1 1
 * const work = (attempt: number) => { if (attempt === 1) throw new Error('not yet'); return 'done'; };
 * console.log(await retry(work, { retries: 1, minTimeout: 1, onFailedAttempt: tell })); // -> done
 * ```
 */
export interface FailedAttempt {
  readonly error: Error;
  /** 1 for the first. */
  readonly attemptNumber: number;
  readonly retriesLeft: number;
  /** Milliseconds until the next one. */
  readonly retryDelay: number;
}

/** Options of {@link retry}.
 * @example
 * ```ts
 * import { retry, type RetryOptions } from 'asyncio-ts/tools';
 * const options: RetryOptions = { retries: 3, minTimeout: 100, randomize: true };
 * console.log(await retry(async () => 'at once', options)); // -> at once
 * ```
 */
export interface RetryOptions {
  /** How often it is tried again; 10 by default. */
  readonly retries?: number | undefined;
  /** The pause grows by this; 2 by default. */
  readonly factor?: number | undefined;
  /** Milliseconds before the second try; 1,000 by default. */
  readonly minTimeout?: number | undefined;
  /** Milliseconds of the longest pause; no limit by default. */
  readonly maxTimeout?: number | undefined;
  /** Whether each pause is a random part of its length, from half of it on, so that many who failed together do not come
   * back together. False by default. */
  readonly randomize?: boolean | undefined;
  /** Milliseconds after which no other try begins; no limit by default. */
  readonly maxRetryTime?: number | undefined;
  /** Called after each failure; the next pause begins when it is done. What it throws ends the tries. */
  readonly onFailedAttempt?: ((attempt: FailedAttempt) => PromiseLike<void> | void) | undefined;
  /** Whether to try again; always by default. */
  readonly shouldRetry?: ((attempt: FailedAttempt) => PromiseLike<boolean> | boolean) | undefined;
  /** Cancels the try or the pause when aborted. */
  readonly signal?: AbortSignal | undefined;
}

const NAMES: Readonly<Record<keyof RetryOptions, true>> = {
  retries: true,
  factor: true,
  minTimeout: true,
  maxTimeout: true,
  randomize: true,
  maxRetryTime: true,
  onFailedAttempt: true,
  shouldRetry: true,
  signal: true,
};

/** Calls `fn` until it does not fail, in the shape of p-retry: the pause before another try is `minTimeout`, then each
 * time `factor` longer. A cancel ends the try or the pause, and is never tried again; an {@link AbortError} ends the tries
 * as well. Fails with the last error, and with a UsageError, at once, when what was thrown is no error. Unlike p-retry it
 * tries again after a TypeError too: say so by `shouldRetry` where that is no use.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`)
 * @example
 * ```ts
 * import { retry } from 'asyncio-ts/tools';
 * const answer = await retry(async (attempt) => {
 *   if (attempt < 3) throw new Error('busy');
 *   return `after ${attempt} tries`;
 * }, { minTimeout: 1 });
 * console.log(answer); // -> after 3 tries
 * ```
 */
export function retry<T>(
  fn: (attempt: number, task: RunningTask) => PromiseLike<T> | T,
  options: RetryOptions = {},
): Task<T> {
  checkFunction(fn, 'fn');
  checkOptionNames(options, NAMES, 'retry');
  const {
    retries = 10,
    factor = 2,
    minTimeout = 1000,
    maxTimeout = Infinity,
    maxRetryTime = Infinity,
  } = options;
  for (const [name, value] of Object.entries({ retries, factor, minTimeout, maxTimeout, maxRetryTime }))
    checkAmount(value, name);
  const { onFailedAttempt, shouldRetry } = options;
  checkCallback(onFailedAttempt, 'onFailedAttempt');
  checkCallback(shouldRetry, 'shouldRetry');
  return startWork(async (task) => {
    const begun = getRunningLoop().time();
    for (let attemptNumber = 1; ; attemptNumber++) {
      try {
        return await fn(attemptNumber, task);
      } catch (thrown) {
        if (thrown instanceof CancelledError) throw thrown;
        if (thrown instanceof AbortError) throw thrown.originalError;
        const error = errorThatWas(thrown);
        // 0 of what has grown past all numbers is no number.
        const grown = minTimeout === 0 ? 0 : minTimeout * factor ** (attemptNumber - 1);
        const whole = Math.min(grown, maxTimeout);
        const retryDelay = options.randomize === true ? (whole * (1 + Math.random())) / 2 : whole;
        const retriesLeft = retries - attemptNumber + 1;
        const attempt = Object.freeze({ error, attemptNumber, retriesLeft, retryDelay });
        await onFailedAttempt?.(attempt);
        const late = getRunningLoop().time() - begun + retryDelay > maxRetryTime;
        if (attempt.retriesLeft <= 0 || late) throw error;
        if ((await shouldRetry?.(attempt)) === false) throw error;
        await sleep(retryDelay);
      }
    }
  }, options);
}

/** A function whose calls are those of `fn`, each with {@link retry}: with its arguments and its `this`.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`), the function that is returned too
 * @example
 * ```ts
 * import { makeRetriable } from 'asyncio-ts/tools';
 * let calls = 0;
 * const load = makeRetriable(async (name: string) => {
 *   if (++calls === 1) throw new Error('busy');
 *   return `${name} after ${calls} tries`;
 * }, { minTimeout: 1 });
 * console.log(await load('a page')); // -> a page after 2 tries
 * ```
 */
export function makeRetriable<Args extends unknown[], T>(
  fn: (...args: Args) => PromiseLike<T> | T,
  options: RetryOptions = {},
): (...args: Args) => Task<T> {
  checkFunction(fn, 'fn');
  checkOptionNames(options, NAMES, 'makeRetriable');
  const retriable = function (this: unknown, ...args: Args): Task<T> {
    return retry(() => fn.apply(this, args), options);
  };
  return named(retriable, fn);
}

/** @throws UsageError for what is no error: it says nothing of whether another try is of use */
function errorThatWas(thrown: unknown): Error {
  // Of any realm.
  if (thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]')
    return thrown as Error;
  const message = `a try failed with what is no Error, so there is no other: ${String(thrown)}`;
  throw new UsageError(message, { cause: thrown });
}
