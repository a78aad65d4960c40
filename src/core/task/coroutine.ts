// What can be run and what can be awaited.

import { InvalidArgumentError } from '../../base/errors.ts';

/** A function whose call starts the work: where Python takes a coroutine object. Not called before its
 * task's first step, so a task that is cancelled before never runs it.
 * @example
 * ```ts
 * import { run, createTask, type Coroutine } from 'asyncio-ts';
 * const answer: Coroutine<number> = async () => 42;
 * console.log(await run(() => createTask(answer))); // -> 42
 * ```
 */
export type Coroutine<T> = () => PromiseLike<T> | T;

/** What a coroutine that takes a parameter is given, where it is said to be: the task that it runs in.
 * @example
 * ```ts
 * import { run, race, sleep, type RunningTask } from 'asyncio-ts';
 * const mirror = async ({ signal }: RunningTask) => { await sleep(1); return signal.aborted; };
 * console.log(await run(() => race([mirror, mirror]))); // -> false
 * ```
 */
export interface RunningTask {
  /** Aborted when the task is cancelled, with the very CancelledError: for what takes a signal, as `fetch` does. */
  readonly signal: AbortSignal;
}

/** A {@link Coroutine} that may take its task, for the signal: groups and races give it.
 * @example
 * ```ts
 * import { run, taskGroup, type TaskBody } from 'asyncio-ts';
 * const child: TaskBody<void> = async ({ signal }) => console.log(signal.aborted); // -> false
 * await run(() => taskGroup(async (group) => group.startSoon(child)));
 * ```
 */
export type TaskBody<T> = (task: RunningTask) => PromiseLike<T> | T;

/** What can be waited for: a future or task, any promise, or a coroutine, which becomes a task.
 * @example
 * ```ts
 * import { run, gather, sleep, type Awaitable } from 'asyncio-ts';
 * const two: Awaitable<number>[] = [async () => 1, Promise.resolve(2)];
 * console.log(await run(() => gather(...two))); // -> [ 1, 2 ]
 * ```
 */
export type Awaitable<T> = PromiseLike<T> | Coroutine<T>;

/** The type of what an {@link Awaitable} gives.
 * @example
 * ```ts
 * import type { Outcome } from 'asyncio-ts';
 * const text: Outcome<() => Promise<string>> = 'a string';
 * console.log(text); // -> a string
 * ```
 */
export type Outcome<A> = A extends (...args: never[]) => infer R ? Awaited<R> : Awaited<A>;

export function checkCoroutine(coro: unknown, what: string, argument: string = 'coro'): void {
  if (typeof coro === 'function') return;
  const hint =
    typeof (coro as { then?: unknown } | undefined)?.then === 'function'
      ? `a promise is already running: pass the function that makes it${argument === 'coro' ? ', or use ensureFuture' : ''}`
      : `got ${coro === null ? 'null' : typeof coro}`;
  throw new InvalidArgumentError(argument, `${what} needs a function that returns a promise; ${hint}`);
}
