// A child that reports when it is ready: Trio's `nursery.start`.

import { isCancelledError, UsageError } from '../base/errors.ts';
import { currentTask } from '../core/task/createTask.ts';
import { Future } from '../core/future/future.ts';
import { hasFailed } from '../core/future/futureState.ts';
import type { Task } from '../core/task/task.ts';
import { joinAll } from './join.ts';

/** What a child started with `group.start` is given, to say that it is ready.
 * @example
 * ```ts
 * import { run, taskGroup, sleep, type TaskStatus } from 'asyncio-ts';
 * const server = async (status: TaskStatus<number>) => { status.started(8080); await sleep(60_000); };
 * await run(() => taskGroup(async (group) => {
 *   console.log(await group.start(server, { background: true })); // -> 8080
 * }));
 * ```
 */
export interface TaskStatus<T> {
  /** Says that the child is ready; `value` is what `start` resolves to.
   * @throws UsageError when called twice */
  started(value: T): void;
  /** Aborted when the child is cancelled, with the very CancelledError: for what takes a signal. */
  readonly signal: AbortSignal;
}

export class StartingChild<T> implements TaskStatus<T> {
  readonly #coro: (status: TaskStatus<T>) => PromiseLike<unknown>;
  readonly #ready: Future<T> = new Future<T>();
  #reported: boolean = false;
  #task: Task<unknown> | undefined = undefined;

  constructor(coro: (status: TaskStatus<T>) => PromiseLike<unknown>) {
    this.#coro = coro;
  }

  /** Of the child's task: this is its coroutine's. */
  get signal(): AbortSignal {
    return (this.#task as Task<unknown>).signal;
  }

  run(): PromiseLike<unknown> {
    this.#task = currentTask();
    return this.#coro(this);
  }

  started(value: T): void {
    if (this.#reported) throw new UsageError('started() was called already');
    this.#reported = true;
    if (!this.#ready.done()) this.#ready.setResult(value);
  }

  /** The child has ended. True when that is the group's business, because it had been ready before. */
  ended(task: Task<unknown>): boolean {
    if (this.#reported) return true;
    if (this.#ready.done()) {
      // Nobody waits for it any more; an error of its clean-up is for the group.
      return !task.cancelled() && hasFailed(task);
    }
    if (task.cancelled()) this.#ready.cancel('the child was cancelled before it was ready');
    else if (hasFailed(task)) this.#ready.setException(task.exception());
    else this.#ready.setException(new UsageError('the child ended without calling status.started()'));
    return false;
  }

  async ready(task: Task<unknown>): Promise<T> {
    try {
      return await this.#ready;
    } catch (error) {
      if (isCancelledError(error) && !task.done()) {
        task.cancel();
        await joinAll([task]);
      }
      throw error;
    }
  }
}
