// Starting work for whoever calls, in a task or not.
//
// 1. What is started in a task ends with it: a cancel of the task, of a scope or of a timeout that the call stands in
//    cancels the work as well, also while the task waits for a promise of others, as Promise.all of several works.
// 2. Outside of every task it runs on the thread's own loop, as `spawn` has it, and belongs to nobody.

import { currentSignal, gather, spawn } from '../asyncio.ts';
import type { RunningTask, Task } from '../asyncio.ts';
import { isInTask, peekRunningLoop } from '../lowlevel.ts';
import { checkSignal } from './checkArguments.ts';

/** Options of everything here that starts work. */
export interface WorkOptions {
  /** Cancels the work when aborted, besides the cancel of the task that calls. */
  readonly signal?: AbortSignal | undefined;
  /** The task's name in reports. */
  readonly name?: string | undefined;
}

/** Starts `body` as a task that is cancelled with the calling one. */
export function startWork<T>(body: (task: RunningTask) => Promise<T>, options: WorkOptions = {}): Task<T> {
  const { name, signal } = options;
  if (signal !== undefined) checkSignal(signal);
  const around = isInTask() ? currentSignal() : undefined;
  const both =
    signal === undefined || around === undefined ? (signal ?? around) : AbortSignal.any([signal, around]);
  return spawn(body, { name, signal: both });
}

/** Runs `body` in the calling task where there is one, so that its waits are the caller's own. */
export function inSomeTask<T>(body: () => Promise<T>): Promise<T> {
  return isInTask() ? body() : spawn(body);
}

/** Milliseconds on the clock of the running loop, which may be a virtual one, or else the host's. */
export function timeNow(): number {
  return peekRunningLoop()?.time() ?? performance.now();
}

/** Tasks that were started together, as one: the first failure cancels the others, waits for them, and is what it fails
 * with; a cancel of it cancels them. */
export function together<T>(tasks: readonly Task<T>[]): Task<T[]> {
  const cancelAll = (): void => {
    for (const task of tasks) task.cancel();
  };
  const all = startWork(async () => {
    try {
      return await gather(tasks);
    } catch (error) {
      cancelAll();
      await gather(tasks, { returnExceptions: true });
      throw error;
    }
  });
  // Cancelled before it began it has run nothing of the above; those that have ended are not touched.
  all.addDoneCallback(cancelAll);
  return all;
}

/** Gives `wrapper` the name of the function that it wraps, for stacks. */
export function named<F extends (...args: never[]) => unknown>(wrapper: F, fn: { name: string }): F {
  return Object.defineProperty(wrapper, 'name', { value: fn.name });
}
