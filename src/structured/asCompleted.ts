// asCompleted: futures in the order in which they finish.

import { Deque } from '../base/deque.ts';
import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { InvalidArgumentError, TimeoutError } from '../base/errors.ts';
import type { Awaitable, Outcome } from '../core/coroutine.ts';
import { ensureFuture } from '../core/ensureFuture.ts';
import { Future } from '../core/future.ts';
import { Joined } from '../core/joined.ts';
import { Deadline } from '../loop/deadline.ts';
import { runningLoop } from '../loop/running.ts';

/** What {@link asCompleted} returns: an async iterator of futures, or a plain one of promises.
 * @example
 * ```ts
 * import { run, asCompleted, sleep, type AsCompleted } from 'asyncio-ts';
 * await run(async () => {
 *   const results: AsCompleted<number> = asCompleted([sleep(2, { result: 2 }), sleep(1, { result: 1 })]);
 *   for (const next of results) console.log(await next); // -> 1
 *   // -> 2
 * });
 * ```
 */
export interface AsCompleted<T> extends AsyncIterableIterator<Completed<T>>, Iterable<Promise<T>> {}

/** A future that is done, as the loop over {@link asCompleted} sees it: ask it for `result()`. It is the very
 * future that was given; its type leaves out `then`, because TypeScript takes what `for await` yields for
 * awaited when it has one, and would call the future a result.
 * @example
 * ```ts
 * import { run, asCompleted, sleep, type Completed } from 'asyncio-ts';
 * const show = (future: Completed<number>) => console.log(future.result() + 1);
 * await run(async () => {
 *   for await (const future of asCompleted([sleep(1, { result: 1 })])) show(future);
 * });
 * ```
 */
export type Completed<T> = Omit<Future<T>, 'then' | 'catch' | 'finally'>;

/** Runs awaitables concurrently and yields them as they finish. `for await` yields the futures themselves:
 * those that were given, and new tasks for what was not one. A plain `for` yields promises of the next
 * result each. Ending the loop early leaves the rest running. Semantics: asyncio.as_completed (3.13).
 * @throws TimeoutError from the iteration when `timeout` milliseconds have passed
 * @throws InvalidArgumentError when `awaitables` is no list of awaitables
 * @example
 * ```ts
 * import { run, asCompleted, createTask, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const slow = createTask(() => sleep(3, { result: 'slow' }));
 *   const quick = createTask(() => sleep(1, { result: 'quick' }));
 *   for await (const task of asCompleted([slow, quick])) {
 *     console.log(task === quick, task.result()); // -> true quick
 *     // -> false slow
 *   }
 * });
 * ```
 */
export function asCompleted<A extends Awaitable<unknown>>(
  awaitables: Iterable<A>, options: { timeout?: Duration | undefined } = {},
): AsCompleted<Outcome<A>> {
  if ((awaitables as unknown) instanceof Promise || typeof awaitables?.[Symbol.iterator] !== 'function') {
    throw new InvalidArgumentError('awaitables', 'asCompleted needs a list of awaitables');
  }
  const limit = options.timeout === undefined ? undefined : toMilliseconds(options.timeout, 'timeout');
  return new CompletionOrder<Outcome<A>>(awaitables as Iterable<Awaitable<Outcome<A>>>, limit);
}

class CompletionOrder<T> implements AsCompleted<T> {
  readonly #done: Deque<Future<T>> = new Deque();
  readonly #todo: Set<Future<T>>;
  readonly #waiters: Deque<Future<void>> = new Deque();
  readonly #deadline: Deadline | undefined;
  #expired: boolean = false;
  #left: number;

  constructor(awaitables: Iterable<Awaitable<T>>, limit: number | undefined) {
    const loop = runningLoop('asCompleted');
    this.#todo = new Set([...new Set(awaitables)].map((awaitable) => ensureFuture(awaitable)));
    this.#left = this.#todo.size;
    for (const future of this.#todo) future._watch(() => this.#completed(future));
    this.#deadline = limit === undefined || this.#left === 0
      ? undefined : new Deadline(loop, loop.time() + limit, () => this.#expire());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Completed<T>>> {
    if (this.#left === 0) return { value: undefined, done: true };
    this.#left--;
    return { value: (await this.#take()).future, done: false };
  }

  async return(): Promise<IteratorResult<Completed<T>>> {
    this.#left = 0;
    this.#deadline?.cancel();
    return { value: undefined, done: true };
  }

  *[Symbol.iterator](): Generator<Promise<T>, void, undefined> {
    while (this.#left > 0) {
      this.#left--;
      yield this.#takeResult();
    }
  }

  async #takeResult(): Promise<T> {
    return await (await this.#take()).future;
  }

  // In an object: a future that an async function returns alone would be waited for.
  async #take(): Promise<{ future: Future<T> }> {
    for (;;) {
      const future = this.#done.shift();
      if (future !== undefined) return { future };
      if (this.#expired) throw new TimeoutError();
      const waiter = new Future<void>();
      waiter.blocker = new Joined('asCompleted', this.#todo);
      this.#waiters.push(waiter);
      try {
        await waiter;
      } catch (error) {
        this.#left++;
        if (!this.#waiters.remove(waiter) && this.#done.length > 0) this.#wakeOne();
        throw error;
      }
    }
  }

  #wakeOne(): void {
    for (let waiter = this.#waiters.shift(); waiter !== undefined; waiter = this.#waiters.shift()) {
      if (waiter.done()) continue;
      waiter.setResult();
      return;
    }
  }

  #completed(future: Future<T>): void {
    if (!this.#todo.delete(future)) return;
    this.#done.push(future);
    if (this.#todo.size === 0) this.#deadline?.cancel();
    this.#wakeOne();
  }

  #expire(): void {
    this.#expired = true;
    this.#todo.clear();
    while (this.#waiters.length > 0) this.#wakeOne();
  }
}
