// Making tasks, and asking for them: createTask, currentTask, allTasks, the task factory.

import { attempt } from '../../base/attempt.ts';
import { InvalidArgumentError, UsageError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';
import type { Loop } from '../../loop/loop.ts';
import { runningLoop } from '../../loop/running.ts';
import { checkCoroutine } from './coroutine.ts';
import type { Coroutine, RunningTask, TaskBody } from './coroutine.ts';
import { currentFrame } from '../cancel/frame.ts';
import { KeptTask } from './kept.ts';
import { tasksOf } from './registry.ts';
import { Task } from './task.ts';
import type { TaskOptions } from './task.ts';
import { onDone } from '../future/doneCallback.ts';

/** Makes the tasks of a loop; see `EventLoop.setTaskFactory`.
 * @example
 * ```ts
 * import { Task, run, getRunningLoop, createTask, type TaskFactory } from 'asyncio-ts';
 * const named: TaskFactory = (loop, coro, options) => new Task(coro, { ...options, loop, name: 'made' });
 * await run(async () => {
 *   getRunningLoop().setTaskFactory(named);
 *   console.log(createTask(async () => {}).getName()); // -> made
 * });
 * ```
 */
export type TaskFactory = <T>(loop: Loop, coro: Coroutine<T>, options: TaskOptions) => Task<T>;

const factories: WeakMap<Loop, TaskFactory> = new WeakMap();
// Makes a task by the factory of its loop, if that has one; undefined as long as no program has set one.
let byFactory: typeof askFactory | undefined;

export function setFactory(loop: Loop, factory: TaskFactory | undefined): void {
  if (factory !== undefined && typeof factory !== 'function') {
    throw new InvalidArgumentError('factory', 'the task factory must be a function or undefined');
  }
  if (factory === undefined) factories.delete(loop);
  else {
    factories.set(loop, factory);
    byFactory = askFactory;
  }
}

function askFactory<T>(loop: Loop, coro: Coroutine<T>, options: TaskOptions): Task<T> | undefined {
  const factory = factories.get(loop);
  if (factory === undefined) return undefined;
  checkCoroutine(coro, 'a task');
  const task = factory(loop, coro, options);
  if (task instanceof Task) return task;
  throw new InvalidArgumentError('factory', `the task factory must make a Task, not ${showValue(task)}`);
}

export function getFactory(loop: Loop): TaskFactory | undefined {
  return factories.get(loop);
}

/** A factory that starts tasks eagerly: the coroutine runs up to its first wait inside `createTask`.
 * Unlike in Python a coroutine that never waits still ends its task a microtask later, because an async
 * function's promise does not tell its state.
 * @example
 * ```ts
 * import { run, createTask, getRunningLoop, eagerTaskFactory } from 'asyncio-ts';
 * await run(async () => {
 *   getRunningLoop().setTaskFactory(eagerTaskFactory);
 *   const order: string[] = [];
 *   const task = createTask(async () => { order.push('first'); });
 *   order.push('second');
 *   await task;
 *   console.log(order.join(' ')); // -> first second
 * });
 * ```
 */
export const eagerTaskFactory: TaskFactory = (loop, coro, options) =>
  new Task(coro, { eagerStart: true, ...options, loop });

/** A factory that starts the tasks of `make` eagerly; asyncio's create_eager_task_factory.
 * @example
 * ```ts
 * import { Task, createEagerTaskFactory } from 'asyncio-ts';
 * class MyTask<T> extends Task<T> {}
 * const factory = createEagerTaskFactory((coro, options) => new MyTask(coro, options));
 * console.log(typeof factory); // -> function
 * ```
 */
export function createEagerTaskFactory(
  make: <T>(coro: Coroutine<T>, options: TaskOptions) => Task<T>,
): TaskFactory {
  return (loop, coro, options) => make(coro, { eagerStart: true, ...options, loop });
}

/** Starts `coro` as a task of the running loop: it runs in the next iteration, concurrently with the
 * caller. Keep it, or better, make it in a {@link taskGroup}. A `coro` that takes a parameter is given its task, for the
 * signal.
 * @throws NoRunningLoopError outside of a loop; InvalidArgumentError when `coro` is not a function
 * @example
 * ```ts
 * import { run, createTask, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const task = createTask(() => sleep(1, { result: 'slept' }), { name: 'napper' });
 *   console.log(await task); // -> slept
 * });
 * ```
 */
export function createTask<T>(coro: TaskBody<T>, options: TaskOptions = {}): Task<T> {
  const loop = options.loop ?? runningLoop('createTask');
  const bound = bindTask(coro);
  if (options.signal !== undefined) return createLinkedTask(bound, options, options.signal, loop);
  return makeTask(loop, bound, options);
}

/** A coroutine that gives the task it runs in to a body that takes one. Reports name the body. */
export function bindTask<T>(body: TaskBody<T>): Coroutine<T> {
  if (typeof body !== 'function' || body.length === 0) return body as Coroutine<T>;
  const bound = (): PromiseLike<T> | T => body(currentFrame()?.task as unknown as RunningTask);
  return Object.assign(Object.defineProperty(bound, 'name', { value: body.name }), { body });
}

/** Keeps a task that it starts. */
export interface Keeper<O extends TaskOptions> {
  /** @internal */
  _enlist(task: Task<unknown>, options: O | undefined): void;
}

/** As createTask, for whoever keeps the task: `keeper` is told of it before its coroutine is called, also where
 * it starts eagerly. What the first step does to its keeper would otherwise miss the task itself. */
export function createKept<T, O extends TaskOptions>(
  coro: Coroutine<T>,
  options: O | undefined,
  keeper: Keeper<O>,
): Task<T> {
  if (byFactory !== undefined || options?.eagerStart === true)
    return createKeptEagerly(coro, options ?? ({} as O), keeper);
  const task = makeKept(coro, options);
  keeper._enlist(task, options);
  return task;
}

// Apart, since a function with closures makes an object for their variables whenever it is called.
function createKeptEagerly<T, O extends TaskOptions>(
  coro: Coroutine<T>,
  options: O,
  keeper: Keeper<O>,
): Task<T> {
  checkCoroutine(coro, 'a task');
  let enlisted = false;
  const enlist = (task: Task<T>): void => {
    if (enlisted) return;
    enlisted = true;
    if (task._coro === first) task._coro = coro;
    keeper._enlist(task, options);
  };
  const first = (): PromiseLike<T> | T => {
    enlist(currentFrame()?.task as Task<T>);
    return coro();
  };
  const task = createTask(first, options);
  enlist(task);
  return task;
}

const noOptions: TaskOptions = Object.freeze({});

function makeKept<T>(coro: Coroutine<T>, options: TaskOptions = noOptions): Task<T> {
  if (options.signal !== undefined) return createTask(coro, options);
  if (options.loop === undefined) runningLoop('createTask');
  return new KeptTask(coro, options);
}

function makeTask<T>(loop: Loop, coro: Coroutine<T>, options: TaskOptions): Task<T> {
  return byFactory?.(loop, coro, options) ?? new Task(coro, options);
}

function createLinkedTask<T>(
  coro: Coroutine<T>,
  options: TaskOptions,
  signal: AbortSignal,
  loop: Loop,
): Task<T> {
  checkSignal(signal);
  const task = makeTask(loop, coro, options);
  const abort = (): void => {
    task.cancel(abortMessage(signal));
  };
  if (signal.aborted) abort();
  else {
    signal.addEventListener('abort', abort, { once: true });
    onDone(task, () => signal.removeEventListener('abort', abort));
  }
  return task;
}

/** @throws InvalidArgumentError unless it can be listened to like an AbortSignal */
export function checkSignal(signal: AbortSignal): void {
  const { addEventListener, removeEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  if (typeof addEventListener === 'function' && typeof removeEventListener === 'function') return;
  throw new InvalidArgumentError('signal', `signal must be an AbortSignal, not ${showValue(signal)}`);
}

/** What a signal's reason says, as the message of a cancel. */
export function abortMessage(signal: AbortSignal): string {
  const reason: unknown = attempt(() => signal.reason);
  const message: unknown = attempt(() => (reason instanceof Error ? reason.message : reason));
  return typeof message === 'string' ? message : 'the signal was aborted';
}

/** The task that is running this code, or undefined in a callback.
 * @throws NoRunningLoopError outside of a loop
 * @example
 * ```ts
 * import { run, currentTask } from 'asyncio-ts';
 * await run(async () => console.log(currentTask()?.done())); // -> false
 * ```
 */
export function currentTask(): Task<unknown> | undefined {
  const task = currentFrame()?.task as Task<unknown> | undefined;
  if (task === undefined) runningLoop('currentTask');
  return task;
}

/** The running task, for what makes no sense without one. */
export function requireTask(what: string): Task<unknown> {
  const task = currentFrame()?.task as Task<unknown> | undefined;
  if (task !== undefined) return task;
  runningLoop(what);
  throw new UsageError(`${what} needs a task: use createTask or spawn`);
}

/** The tasks that are not done, in the order of their creation.
 * @throws NoRunningLoopError outside of a loop when none is given
 * @example
 * ```ts
 * import { run, allTasks, createTask, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   createTask(() => sleep(1000));
 *   console.log(allTasks().size); // -> 2
 * });
 * ```
 */
export function allTasks(loop: Loop = runningLoop('allTasks')): Set<Task<unknown>> {
  return new Set(tasksOf(loop) as Task<unknown>[]);
}
