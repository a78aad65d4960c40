// asCompleted: futures in the order in which they finish.

import { Deque } from '../base/deque.ts';
import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { TimeoutError } from '../base/errors.ts';
import type { Awaitable, Outcome } from '../core/task/coroutine.ts';
import { onDone } from '../core/future/doneCallback.ts';
import { ensureFuture } from '../core/future/ensureFuture.ts';
import { Future } from '../core/future/future.ts';
import { JointBlocker } from '../core/future/jointBlocker.ts';
import { Deadline } from '../loop/deadline.ts';
import type { Loop } from '../loop/loop.ts';
import { runningLoop } from '../loop/running.ts';
import { listAwaitables } from './awaitables.ts';

/** What {@link asCompleted} returns: an async iterator of futures, or a plain one of promises.
 * @example
 * ```ts
 * import { run, asCompleted, sleep, type AsCompleted } from 'asyncio-ts';
 * await run(async () => {
 *   const results: AsCompleted<number> = asCompleted([sleep(50, { result: 2 }), sleep(1, { result: 1 })]);
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
 * result each: the first that is awaited gets the first result. Ending the loop early, or cancelling it, leaves the rest running,
 * and another loop over the same object goes on from there. Semantics: asyncio.as_completed (3.13).
 * @throws TimeoutError from the iteration when `timeout` milliseconds have passed
 * @throws InvalidArgumentError when `awaitables` is no list of awaitables
 * @example
 * ```ts
 * import { run, asCompleted, createTask, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const slow = createTask(() => sleep(50, { result: 'slow' }));
 *   const quick = createTask(() => sleep(1, { result: 'quick' }));
 *   for await (const task of asCompleted([slow, quick])) {
 *     console.log(task === quick, task.result()); // -> true quick
 *     // -> false slow
 *   }
 * });
 * ```
 */
export function asCompleted<A extends Awaitable<unknown>>(
  awaitables: Iterable<A>,
  options: { timeout?: Duration | undefined } = {},
): AsCompleted<Outcome<A>> {
  const list = listAwaitables(awaitables as Iterable<Awaitable<Outcome<A>>>, 'asCompleted');
  const limit = options.timeout === undefined ? undefined : toMilliseconds(options.timeout, 'timeout');
  return new CompletionOrder<Outcome<A>>(list, limit);
}

class CompletionOrder<T> implements AsCompleted<T> {
  readonly #loop: Loop = runningLoop('asCompleted');
  readonly #done: Deque<Future<T>> = new Deque();
  readonly #todo: Set<Future<T>>;
  readonly #waiters: Deque<Future<void>> = new Deque();
  readonly #end: number;
  #deadline: Deadline | undefined = undefined;
  #expired: boolean = false;
  #left: number;

  constructor(awaitables: Awaitable<T>[], limit: number | undefined) {
    this.#end = limit === undefined ? Infinity : this.#loop.time() + limit;
    // A promise given twice is one piece of work; each mention of a function is a call of its own.
    const given = [...awaitables];
    const distinct = given.filter((one, at) => typeof one === 'function' || given.indexOf(one) === at);
    this.#todo = new Set(distinct.map((awaitable) => ensureFuture(awaitable)));
    this.#left = this.#todo.size;
    for (const future of this.#todo) onDone(future, () => this.#completed(future));
    this.#arm();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Completed<T>>> {
    if (this.#left === 0) return { value: undefined, done: true };
    this.#left--;
    try {
      return { value: (await this.#take()).future, done: false };
    } catch (error) {
      // A wait that was cancelled took nothing.
      if (!this.#expired) this.#left++;
      throw error;
    }
  }

  /** The loop was left; no timer waits for one that may never go on. */
  async return(): Promise<IteratorResult<Completed<T>>> {
    this.#disarm();
    return { value: undefined, done: true };
  }

  *[Symbol.iterator](): Generator<Promise<T>, void, undefined> {
    let ended = false;
    try {
      while (this.#left > 0) {
        this.#left--;
        yield new NextResult(() => this.#takeResult());
      }
      ended = true;
    } finally {
      if (!ended) this.#disarm();
    }
  }

  async #takeResult(): Promise<T> {
    return await (
      await this.#take()
    ).future;
  }

  // In an object: a future that an async function returns alone would be waited for.
  async #take(): Promise<{ future: Future<T> }> {
    this.#arm();
    for (;;) {
      const future = this.#done.shift();
      if (future !== undefined) return { future };
      if (this.#expired) throw new TimeoutError();
      const waiter = new Future<void>();
      waiter.blocker = new JointBlocker('asCompleted', this.#todo);
      this.#waiters.push(waiter);
      try {
        await waiter;
      } catch (error) {
        if (!this.#waiters.remove(waiter) && this.#done.length > 0) this.#wakeOne();
        throw error;
      }
    }
  }

  #arm(): void {
    if (this.#end === Infinity || this.#expired || this.#todo.size === 0 || this.#deadline !== undefined)
      return;
    this.#deadline = new Deadline(this.#loop, this.#end, () => this.#expire(), true);
  }

  #disarm(): void {
    this.#deadline?.cancel();
    this.#deadline = undefined;
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
    if (this.#todo.size === 0) this.#disarm();
    this.#wakeOne();
  }

  #expire(): void {
    this.#expired = true;
    this.#todo.clear();
    while (this.#waiters.length > 0) this.#wakeOne();
  }
}

/** A promise of the next result that takes its turn when somebody asks for it, as Python's coroutine does: so
 * one that nobody awaits takes no result and is no unhandled rejection. */
class NextResult<T> implements Promise<T> {
  readonly [Symbol.toStringTag]: string = 'Promise';
  readonly #take: () => Promise<T>;
  #result: Promise<T> | undefined = undefined;

  constructor(take: () => Promise<T>) {
    this.#take = take;
  }

  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return (this.#result ??= this.#take()).then(onResult, onError);
  }

  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onError);
  }

  finally(callback?: (() => void) | null): Promise<T> {
    return (this.#result ??= this.#take()).finally(callback);
  }
}
