// Executor: what runs functions elsewhere. Pools of threads and processes are executors, and a program may write its own.

import { CancelScope } from '../structured/cancelScope.ts';
import { timeoutAt } from '../structured/timeout.ts';
import { Deque } from '../base/deque.ts';
import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { OneLine, showValue } from '../base/show.ts';
import { checkWhole } from '../base/wholeNumber.ts';
import { cancelAll } from '../core/cancel/cancel.ts';
import type { Future } from '../core/future/future.ts';
import { runningLoop } from '../loop/running.ts';
import type { Work } from './work.ts';

/** Options of {@link Executor.shutdown}.
 * @example
 * ```ts
 * import { run, ThreadPoolExecutor, type ShutdownOptions } from 'asyncio-ts';
 * const options: ShutdownOptions = { cancelFutures: true };
 * await run(() => new ThreadPoolExecutor().shutdown(options));
 * ```
 */
export interface ShutdownOptions {
  /** Whether the promise waits for the workers' end; true by default. */
  wait?: boolean | undefined;
  /** Cancels what has not begun; false by default: it is done first. */
  cancelFutures?: boolean | undefined;
}

/** Options of {@link Executor.map}.
 * @example
 * ```ts
 * import type { MapOptions } from 'asyncio-ts';
 * const options: MapOptions = { lookAhead: 4, timeout: 60_000 };
 * console.log(options.lookAhead); // -> 4
 * ```
 */
export interface MapOptions {
  /** How many calls there are at most whose results have not been taken; 16 by default. Python's `buffersize`. */
  lookAhead?: number | undefined;
  /** How long the results may take, from the first one on, in milliseconds; for ever by default. */
  timeout?: Duration | undefined;
}

/** What {@link Executor.map} takes its items from. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** The items for each argument of a work, and options behind them. */
export type MapArguments<A extends unknown[]> = [...{ [K in keyof A]: Items<A[K]> }, options?: MapOptions];

const LOOK_AHEAD = 16;

/** Runs functions somewhere else: {@link ThreadPoolExecutor} in threads, or a class of your own, which has to write `submit`
 * and `shutdown`. Semantics: concurrent.futures.Executor.
 * @example
 * ```ts
 * import { createTask, Executor, run, type Future, type Work } from 'asyncio-ts';
 * class Here extends Executor {
 *   submit<A extends unknown[], R>(work: Work<A, R>, ...args: A): Future<Awaited<R>> {
 *     return createTask(async () => await (work as (...args: A) => R)(...args)) as Future<Awaited<R>>;
 *   }
 *   async shutdown(): Promise<void> {}
 * }
 * await run(async () => {
 *   await using executor = new Here();
 *   for await (const square of executor.map((n: number) => n * n, [1, 2, 3])) console.log(square);
 *   // -> 1
 *   // -> 4
 *   // -> 9
 * });
 * ```
 */
export abstract class Executor extends OneLine implements AsyncDisposable {
  /** Has `work` called with `args`; the future has its outcome. */
  abstract submit<A extends unknown[], R>(work: Work<A, R>, ...args: A): Future<Awaited<R>>;

  /** Takes no work any more, and resolves when all of it has ended and nothing is left of the executor. */
  abstract shutdown(options?: ShutdownOptions): Promise<void>;

  /** Calls `work` with the items of each iterable, as far as the shortest goes, and iterates over the results in the order of
   * the items. At most `lookAhead` calls are ahead of the results that were taken, so the items may be without end. The
   * first error ends it. Leaving the iteration, and a cancel, cancel the calls that are left, and wait for them.
   * Semantics: Executor.map of concurrent.futures.
   * @throws InvalidArgumentError for what cannot be iterated over and for options that make no sense; TimeoutError when
   * `timeout` has passed; else what the work throws
   * @example
   * ```ts
   * import { run, ThreadPoolExecutor } from 'asyncio-ts';
   * await run(async () => {
   *   await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
   *   for await (const sum of pool.map((a: number, b: number) => a + b, [1, 2], [10, 20])) console.log(sum);
   *   // -> 11
   *   // -> 22
   * });
   * ```
   */
  map<A extends unknown[], R>(
    work: Work<A, R>,
    ...rest: MapArguments<A>
  ): AsyncGenerator<Awaited<R>, void, undefined> {
    const parts: unknown[] = [...rest];
    const options = (isItems(parts.at(-1)) ? undefined : parts.pop()) as MapOptions | undefined;
    const lookAhead = checkWhole(options?.lookAhead ?? LOOK_AHEAD, 'lookAhead', 1);
    const limit = options?.timeout === undefined ? undefined : toMilliseconds(options.timeout, 'timeout');
    for (const items of parts) {
      if (isItems(items)) continue;
      throw new InvalidArgumentError('items', `map takes iterables of items, not ${showValue(items)}`);
    }
    if (parts.length === 0) throw new InvalidArgumentError('items', 'map needs an iterable of items');
    const submit = (args: unknown[]): Future<Awaited<R>> => this.submit(work, ...(args as A));
    return mapItems(submit, parts as Items<unknown>[], lookAhead, limit);
  }

  /** As `shutdown()`: waits for all work. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** @internal */
  protected override line(): string {
    return `<${this.constructor.name}>`;
  }
}

function isItems(value: unknown): value is Items<unknown> {
  if (value === null || value === undefined) return false;
  const { [Symbol.iterator]: iterator, [Symbol.asyncIterator]: async } = value as Partial<
    Iterable<unknown> & AsyncIterable<unknown>
  >;
  return typeof iterator === 'function' || typeof async === 'function';
}

async function* mapItems<R>(
  submit: (args: unknown[]) => Future<R>,
  items: readonly Items<unknown>[],
  lookAhead: number,
  limit: number | undefined,
): AsyncGenerator<R, void, undefined> {
  const ends = limit === undefined ? undefined : runningLoop('map').time() + limit;
  const source = zip(items);
  const ahead: Deque<Future<R>> = new Deque();
  try {
    for (let more = true; ;) {
      while (more && ahead.length < lookAhead) {
        const { done, value } = await source.next();
        if (done === true) more = false;
        else ahead.push(submit(value));
      }
      const next = ahead.front;
      if (next === undefined) return;
      const result = ends === undefined ? await next : await timeoutAt(ends, async () => await next);
      void ahead.shift();
      yield result;
    }
  } finally {
    await endAll([...ahead]);
    await source.return();
  }
}

/** Cancels what is left of a map, and waits for it whatever is cancelled around here. */
async function endAll(left: readonly Future<unknown>[]): Promise<void> {
  if (left.length === 0) return;
  cancelAll(left, 'nobody takes the results any more');
  await new CancelScope({ shield: true }).run(async () => void (await Promise.allSettled(left)));
}

async function* zip(items: readonly Items<unknown>[]): AsyncGenerator<unknown[], void, undefined> {
  const iterators = items.map((each) =>
    Symbol.asyncIterator in each ? each[Symbol.asyncIterator]() : each[Symbol.iterator](),
  );
  try {
    for (;;) {
      const args: unknown[] = [];
      for (const iterator of iterators) {
        const { done, value } = await iterator.next();
        if (done === true) return;
        args.push(value);
      }
      yield args;
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}
