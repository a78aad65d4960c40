// How a task is started in surroundings of somebody else's, as the active span of a tracer.

import { InvalidArgumentError, InvalidStateError } from '../../base/errors.ts';
import { isStarted } from '../future/futureState.ts';
import type { Enter } from '../../sys/host/storage.ts';
import { Task } from './task.ts';

/** Lets a task that has not begun call its coroutine by `enter`, which must call what it is given at once and once, in
 * other values of AsyncLocalStorage: what `AsyncLocalStorage.snapshot()` returns does. For a subscriber to the channel
 * `asyncio-ts:task:create`, by which a tracer gives a task a span of its own.
 * @throws InvalidArgumentError for what is no task or no function; InvalidStateError when it has begun
 * @example
 * ```ts
 * import { AsyncLocalStorage } from 'node:async_hooks';
 * import { createTask, run } from 'asyncio-ts';
 * import { startTaskIn } from 'asyncio-ts/lowlevel';
 * const user = new AsyncLocalStorage<string>();
 * await run(async () => {
 *   const task = createTask(async () => user.getStore());
 *   startTaskIn(task, user.run('Ann', () => AsyncLocalStorage.snapshot()));
 *   console.log(await task); // -> Ann
 * });
 * ```
 */
export function startTaskIn(task: Task, enter: Enter): void {
  if (!(task instanceof Task)) throw new InvalidArgumentError('task', 'startTaskIn needs a task');
  if (typeof enter !== 'function') throw new InvalidArgumentError('enter', 'startTaskIn needs a function');
  if (isStarted(task)) throw new InvalidStateError('the task has begun');
  task._enter = enter;
}
