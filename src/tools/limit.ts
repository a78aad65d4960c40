// limit: so many at a time, in the shape of p-limit.

import { InvalidArgumentError } from '../asyncio.ts';
import type { Task } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import { Admission } from './admission.ts';
import { checkFunction, checkIterable, checkLimit } from './checkArguments.ts';
import { named, together } from './startWork.ts';

/** Options of {@link limit}.
 * @example
 * ```ts
 * import { limit, type LimitOptions } from 'asyncio-ts/tools';
 * const options: LimitOptions = { concurrency: 2, name: 'downloads' };
 * console.log(limit(options).concurrency); // -> 2
 * ```
 */
export interface LimitOptions {
  /** How many may run at once. */
  readonly concurrency: number;
  /** What reports call it. */
  readonly name?: string | undefined;
}

const NAMES: Readonly<Record<keyof LimitOptions, true>> = {
  concurrency: true,
  name: true,
};

/** A function that runs others, so many at a time; see {@link limit}.
 * @example
 * ```ts
 * import { limit, type Limit } from 'asyncio-ts/tools';
 * const two: Limit = limit(2);
 * console.log(await two((name: string) => `hello ${name}`, 'you')); // -> hello you
 * ```
 */
export interface Limit {
  /** Runs `fn(...args)` in a task of its own as soon as there is room, and returns that task. */
  <Args extends unknown[], T>(fn: (...args: Args) => PromiseLike<T> | T, ...args: Args): Task<T>;
  /** How many run. */
  readonly activeCount: number;
  /** How many wait for room. */
  readonly pendingCount: number;
  /** May be changed at any time; those who run go on. */
  concurrency: number;
  /** Cancels those who wait: each of their promises fails with a CancelledError. */
  clearQueue(): void;
  /** The results of `fn` for each item, in order. The first failure cancels the other calls, waits for them and is what
   * this fails with. */
  map<Item, T>(items: Iterable<Item>, fn: (item: Item, index: number) => PromiseLike<T> | T): Task<T[]>;
}

/** A limit of concurrency, in the shape of p-limit: `limit(2)` returns a function that calls what it is given, two at a
 * time, first come, first served. Each call is a task. It is cancelled with the task that made the call, or by its own
 * `cancel()`, while it waits for room as well as later; nothing stays in the queue then. Works outside of a loop too.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) for a concurrency that is no whole number from 1 on
 * @example
 * ```ts
 * import { sleep } from 'asyncio-ts';
 * import { limit } from 'asyncio-ts/tools';
 * const two = limit(2);
 * const work = async (name: string) => { await sleep(1); return name.toUpperCase(); };
 * console.log(await Promise.all(['a', 'b', 'c'].map((name) => two(work, name)))); // -> [ 'A', 'B', 'C' ]
 * ```
 */
export function limit(concurrency: number | LimitOptions): Limit {
  const settings = typeof concurrency === 'object' ? concurrency : { concurrency };
  checkOptionNames(settings, NAMES, 'limit');
  // Forgotten, it would be no limit at all.
  if ((settings.concurrency as number | undefined) === undefined)
    throw new InvalidArgumentError('concurrency', 'concurrency says how many may run at once');
  const admission = new Admission({
    concurrency: checkLimit(settings.concurrency, 'concurrency'),
    what: settings.name === undefined ? 'limit' : `limit "${settings.name}"`,
    kind: 'limit',
  });
  const call = <Args extends unknown[], T>(
    fn: (...args: Args) => PromiseLike<T> | T,
    ...args: Args
  ): Task<T> => {
    checkFunction(fn, 'fn');
    return admission.run(async () => await fn(...args));
  };
  Object.defineProperties(call, {
    activeCount: { get: () => admission.insideCount },
    pendingCount: { get: () => admission.waitingCount },
    concurrency: {
      get: () => admission.concurrency,
      set: (value: number) => {
        admission.concurrency = checkLimit(value, 'concurrency');
      },
    },
    clearQueue: { value: () => admission.clear('the queue of the limit was cleared') },
    map: {
      value: (items: Iterable<unknown>, fn: (item: unknown, index: number) => unknown) => {
        checkIterable(items, 'items');
        checkFunction(fn, 'fn');
        return together([...items].map((item, index) => call(fn, item, index)));
      },
    },
  });
  return call as Limit;
}

/** A function that is called so often at once; see {@link limit}.
 * @example
 * ```ts
 * import { limitFunction } from 'asyncio-ts/tools';
 * const one = limitFunction(async (n: number) => n + 1, { concurrency: 1 });
 * console.log(await Promise.all([1, 2].map((n) => one(n)))); // -> [ 2, 3 ]
 * ```
 */
export function limitFunction<Args extends unknown[], T>(
  fn: (...args: Args) => PromiseLike<T> | T,
  options: number | LimitOptions,
): ((...args: Args) => Task<T>) & Pick<Limit, 'clearQueue'> {
  checkFunction(fn, 'fn');
  const call = limit(options);
  const limited = Object.assign((...args: Args) => call(fn, ...args), { clearQueue: call.clearQueue });
  return named(limited, fn);
}
