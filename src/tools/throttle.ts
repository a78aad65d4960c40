// throttle: so many calls in an interval, in the shape of p-throttle; rateLimiter: the same for any code.

import { InvalidArgumentError } from '../asyncio.ts';
import type { Task } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import { Admission } from './admission.ts';
import { checkCallback, checkDuration, checkFunction } from './checkArguments.ts';
import { inSomeTask, named, startWork } from './startWork.ts';

/** Options of {@link throttle}.
 * @example
 * ```ts
 * import { throttle, type ThrottleOptions } from 'asyncio-ts/tools';
 * const options: ThrottleOptions<[number]> = { limit: 100, interval: 1000, weight: (points) => points };
 * console.log(await throttle(options)(async (points: number) => points)(5)); // -> 5
 * ```
 */
export interface ThrottleOptions<Args extends unknown[] = unknown[]> {
  /** How many calls, or how much weight, may begin in any `interval`. */
  readonly limit: number;
  /** Milliseconds. */
  readonly interval: number;
  /** The weight of a call; 1 by default. */
  readonly weight?: ((...args: Args) => number) | undefined;
  /** Called when a call has to wait, with its arguments. What it throws, the call throws, and is cancelled. */
  readonly onDelay?: ((...args: Args) => void) | undefined;
  /** Cancels the calls that wait or run when aborted. */
  readonly signal?: AbortSignal | undefined;
}

const NAMES: Readonly<Record<keyof ThrottleOptions, true>> = {
  limit: true,
  interval: true,
  weight: true,
  onDelay: true,
  signal: true,
};

const RATE_NAMES: Pick<typeof NAMES, 'limit' | 'interval'> = { limit: true, interval: true };

/** A function whose calls begin at a rate; see {@link throttle}.
 * @example
 * ```ts
 * import { throttle, type Throttled } from 'asyncio-ts/tools';
 * const slow: Throttled<[string], string> = throttle({ limit: 1, interval: 1 })(async (name: string) => name);
 * console.log(await slow('a'), slow.queueSize); // -> a 0
 * ```
 */
export interface Throttled<Args extends unknown[], T> {
  (...args: Args): Task<T>;
  /** Whether calls are held to the rate; true at first. While it is false they begin at once and take nothing of it. */
  isEnabled: boolean;
  /** How many calls wait. */
  readonly queueSize: number;
  /** Cancels the calls that wait: each of their promises fails with a CancelledError. */
  clearQueue(): void;
}

/** A rate for calls, in the shape of p-throttle: each call of the function that is returned begins when the rate lets it,
 * none is dropped. The rate holds in any window of that length. A call is a task: cancelled with the task that made it,
 * it takes nothing of the rate if it had not begun.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`)
 * @example
 * ```ts
 * import { throttle } from 'asyncio-ts/tools';
 * const get = throttle({ limit: 2, interval: 10 })(async (id: number) => id);
 * console.log(await Promise.all([1, 2, 3].map((id) => get(id)))); // -> [ 1, 2, 3 ]
 * ```
 */
export function throttle<Args extends unknown[] = unknown[]>(
  options: ThrottleOptions<Args>,
): <A extends Args, T>(fn: (...args: A) => PromiseLike<T> | T) => Throttled<A, T> {
  checkOptionNames(options, NAMES, 'throttle');
  const { limit, interval, weight, onDelay, signal } = options;
  checkCallback(weight, 'weight');
  checkCallback(onDelay, 'onDelay');
  const admission = new Admission({ ...rate(limit, interval), what: 'throttle', kind: 'throttle' });
  return <A extends Args, T>(fn: (...args: A) => PromiseLike<T> | T): Throttled<A, T> => {
    checkFunction(fn, 'fn');
    const call = function (this: unknown, ...args: A): Task<T> {
      if (!call.isEnabled) return startWork(async () => await fn.apply(this, args), { signal });
      const before = admission.waitingCount;
      const body = async (): Promise<T> => await fn.apply(this, args);
      const task = admission.run(body, { signal, weight: weight?.(...args) });
      try {
        if (admission.waitingCount > before) onDelay?.(...args);
      } catch (error) {
        // Nobody has the task, who could wait for it.
        task.cancel('onDelay failed');
        throw error;
      }
      return task;
    };
    call.isEnabled = true;
    Object.defineProperties(call, {
      queueSize: { get: () => admission.waitingCount },
      clearQueue: { value: () => admission.clear('the queue of the throttle was cleared') },
    });
    return named(call as unknown as Throttled<A, T>, fn);
  };
}

/** A limiter of a rate; see {@link rateLimiter}.
 * @example
 * ```ts
 * import { rateLimiter, RateLimiter } from 'asyncio-ts/tools';
 * const calls: RateLimiter = rateLimiter({ limit: 1, interval: 60_000 });
 * console.log(calls.tryAcquire(), calls.tryAcquire()); // -> true false
 * ```
 */
export class RateLimiter {
  readonly #admission: Admission;

  constructor(options: Pick<ThrottleOptions, 'limit' | 'interval'>) {
    checkOptionNames(options, RATE_NAMES, 'rateLimiter');
    const { limit, interval } = options;
    this.#admission = new Admission({
      ...rate(limit, interval),
      what: 'rateLimiter',
      kind: 'rateLimiter.acquire',
    });
  }

  /** Waits until the rate has room for `weight`, and takes that. First come, first served. A cancelled wait takes
   * nothing. */
  async acquire(weight: number = 1): Promise<void> {
    const entry = this.#admission.queueUp({ weight });
    await inSomeTask(async () => {
      await this.#admission.pass(entry);
      this.#admission.leave(entry);
    });
  }

  /** Takes `weight` if that needs no wait.
   * @returns whether it did */
  tryAcquire(weight: number = 1): boolean {
    const entry = this.#admission.tryEnter({ weight });
    if (entry !== undefined) this.#admission.leave(entry);
    return entry !== undefined;
  }

  /** The weight that {@link RateLimiter.tryAcquire} could take now. */
  get available(): number {
    return this.#admission.available;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#admission.waitingCount;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<rateLimiter available=${this.available} waiting=${this.waiting}>`;
  }
}

/** A limiter of a rate, for code that is no function to be wrapped: `limit` in any `interval` of milliseconds. Works
 * outside of a loop too.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`)
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { rateLimiter } from 'asyncio-ts/tools';
 * await run(async () => {
 *   const calls = rateLimiter({ limit: 2, interval: 5 });
 *   for (const n of [1, 2, 3]) {
 *     await calls.acquire();
 *     console.log(n); // -> 1
 *   } // -> 2
 *   // -> 3
 * });
 * ```
 */
export function rateLimiter(options: Pick<ThrottleOptions, 'limit' | 'interval'>): RateLimiter {
  return new RateLimiter(options);
}

function rate(limit: number, interval: number): { intervalCap: number; interval: number } {
  if (!(Number.isInteger(limit) && limit > 0))
    throw new InvalidArgumentError('limit', `limit is a whole number from 1 on, not ${limit}`);
  return { intervalCap: limit, interval: checkDuration(interval, 'interval') };
}
