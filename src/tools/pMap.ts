// pMap, pMapIterable: a mapper over items, so many at a time, in the shape of p-map.

import { CancelledError, InvalidArgumentError, Queue, Semaphore, taskGroup } from '../asyncio.ts';
import type { Task } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import { checkFunction, checkLimit } from './checkArguments.ts';
import { eachOf } from './eachOf.ts';
import type { Items } from './eachOf.ts';
import { inSomeTask, startWork } from './startWork.ts';

/** Returned by a mapper whose item shall have no place in the result.
 * @example
 * ```ts
 * import { pMap, pMapSkip } from 'asyncio-ts/tools';
 * console.log(await pMap([1, 2, 3], (n) => (n === 2 ? pMapSkip : n))); // -> [ 1, 3 ]
 * ```
 */
export const pMapSkip: unique symbol = Symbol('pMapSkip');

/** What a mapper returns. */
export type Mapped<T> = T | typeof pMapSkip;

/** Options of {@link pMap}.
 * @example
 * ```ts
 * import { pMap, type MapOptions } from 'asyncio-ts/tools';
 * const options: MapOptions = { concurrency: 2 };
 * console.log(await pMap([1, 2], async (n) => n * 2, options)); // -> [ 2, 4 ]
 * ```
 */
export interface MapOptions {
  /** How many mappers may run at once; no limit by default. */
  readonly concurrency?: number | undefined;
  /** Whether the first failure cancels the others; else all failures together are thrown in the end. True by default. */
  readonly stopOnError?: boolean | undefined;
  /** Cancels all when aborted. */
  readonly signal?: AbortSignal | undefined;
}

const NAMES: Readonly<Record<keyof MapOptions, true>> = {
  concurrency: true,
  stopOnError: true,
  signal: true,
};

/** The results of `mapper` for each of `items`, in their order, so many at a time, in the shape of p-map. Each call is a
 * task. The first failure, and a cancel, cancel the mappers that run, wait for them and leave the source by its
 * `return()`; nothing goes on behind your back. The next item is taken when there is room for it.
 * @throws AggregateError with `stopOnError: false`, of all failures, in the order of the items
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`)
 * @example
 * ```ts
 * import { sleep } from 'asyncio-ts';
 * import { pMap } from 'asyncio-ts/tools';
 * const squares = await pMap([3, 1, 2], async (n) => { await sleep(n); return n * n; }, { concurrency: 2 });
 * console.log(squares); // -> [ 9, 1, 4 ]
 * ```
 */
export function pMap<Item, T>(
  items: Items<Item>,
  mapper: (item: Item, index: number) => PromiseLike<Mapped<T>> | Mapped<T>,
  options: MapOptions = {},
): Task<T[]> {
  checkItems(items);
  checkFunction(mapper, 'mapper');
  checkOptionNames(options, NAMES, 'pMap');
  const { stopOnError = true, signal } = options;
  const room = checkLimit(options.concurrency ?? Infinity, 'concurrency');
  return startWork(
    async () => {
      const results: Mapped<T>[] = [];
      const failures: { index: number; error: unknown }[] = [];
      let stopped = false;
      let broken: { readonly error: unknown } | undefined;
      await taskGroup(async (group) => {
        const seats = new Semaphore(room);
        let index = 0;
        await seats.acquire();
        try {
          for await (const item of eachOf(items)) {
            const place = index++;
            group.startSoon(async () => {
              try {
                results[place] = await mapper(item, place);
              } catch (error) {
                if (!stopped) failures.push({ index: place, error });
                if (!stopped && stopOnError) {
                  stopped = true;
                  group.cancel();
                }
                if (error instanceof CancelledError) throw error;
              } finally {
                seats.release();
              }
            });
            await seats.acquire();
          }
        } catch (error) {
          // Else the group would wrap what the source failed with.
          if (error instanceof CancelledError) throw error;
          stopped = true;
          broken = { error };
          group.cancel();
        }
      });
      if (broken !== undefined) throw broken.error;
      const [first] = failures;
      if (first !== undefined && stopOnError) throw first.error;
      if (first !== undefined)
        throw new AggregateError(
          failures.sort((a, b) => a.index - b.index).map(({ error }) => error),
          `${failures.length} of the mapper's calls failed`,
        );
      return results.filter((result) => result !== pMapSkip) as T[];
    },
    { signal },
  );
}

/** Options of {@link pMapIterable}.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { pMapIterable, type MapIterableOptions } from 'asyncio-ts/tools';
 * const options: MapIterableOptions = { concurrency: 2, backpressure: 4 };
 * await run(async () => {
 *   for await (const n of pMapIterable([1, 2], async (n) => -n, options)) console.log(n); // -> -1
 *   // -> -2
 * });
 * ```
 */
export interface MapIterableOptions {
  /** How many mappers may run at once; no limit by default. */
  readonly concurrency?: number | undefined;
  /** How many items may be in work or wait to be taken; the concurrency by default. */
  readonly backpressure?: number | undefined;
}

const ITERABLE_NAMES: Readonly<Record<keyof MapIterableOptions, true>> = {
  concurrency: true,
  backpressure: true,
};

/** The results of `mapper`, in the order of the items, as they are ready: {@link pMap} as an async iterable. It reads
 * ahead so far as `backpressure` says. Leaving the iteration early cancels what runs and leaves the source. Works outside
 * of a loop too.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`)
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { pMapIterable } from 'asyncio-ts/tools';
 * await run(async () => {
 *   for await (const line of pMapIterable(['a', 'b'], async (name) => `${name}.txt`, { concurrency: 2 })) {
 *     console.log(line); // -> a.txt
 *     break;
 *   }
 * });
 * ```
 */
export function pMapIterable<Item, T>(
  items: Items<Item>,
  mapper: (item: Item, index: number) => PromiseLike<Mapped<T>> | Mapped<T>,
  options: MapIterableOptions = {},
): AsyncGenerator<T, void, undefined> {
  checkItems(items);
  checkFunction(mapper, 'mapper');
  checkOptionNames(options, ITERABLE_NAMES, 'pMapIterable');
  const room = checkLimit(options.concurrency ?? Infinity, 'concurrency');
  const ahead = checkLimit(options.backpressure ?? room, 'backpressure');
  return mapAhead(items, mapper, room, ahead);
}

async function* mapAhead<Item, T>(
  items: Items<Item>,
  mapper: (item: Item, index: number) => PromiseLike<Mapped<T>> | Mapped<T>,
  room: number,
  ahead: number,
): AsyncGenerator<T, void, undefined> {
  const seats = new Semaphore(room);
  const places = new Semaphore(ahead);
  const ready = new Queue<Task<Mapped<T>>>();
  const started: Set<Task<unknown>> = new Set();
  const reader = startWork(async () => {
    try {
      let index = 0;
      await places.acquire();
      for await (const item of eachOf(items)) {
        const place = index++;
        const work = startWork(() => seats.with(async () => await mapper(item, place)));
        started.add(work);
        work.addDoneCallback(() => started.delete(work));
        ready.putNowait(work);
        await places.acquire();
      }
    } finally {
      ready.shutdown();
    }
  });
  try {
    for (;;) {
      const work = await inSomeTask(() => nextOf(ready));
      if (work === undefined) break;
      const result = await work();
      // Taken, it makes room: also while whoever iterates is busy with it.
      places.release();
      if (result !== pMapSkip) yield result;
    }
    await reader;
  } finally {
    for (const task of [reader, ...started]) task.cancel();
    await Promise.allSettled([reader, ...started]);
  }
}

/** As a function, since a task that a promise resolves with would be awaited by it. */
async function nextOf<T>(ready: Queue<Task<T>>): Promise<(() => Task<T>) | undefined> {
  for await (const work of ready) return () => work;
  return undefined;
}

function checkItems(items: unknown): void {
  const given = items as Partial<AsyncIterable<unknown> & Iterable<unknown>> | undefined | null;
  if (typeof given?.[Symbol.asyncIterator] !== 'function' && typeof given?.[Symbol.iterator] !== 'function')
    throw new InvalidArgumentError('items', 'items are an iterable or an async iterable');
}
