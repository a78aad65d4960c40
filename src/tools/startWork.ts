// Starting work for whoever calls, in a task or not.
//
// 1. What is started in a task ends with it: a cancel of the task, of a scope or of a timeout that the call stands in
//    cancels the work as well, also while the task waits for a promise of others, as Promise.all of several works.
// 2. Outside of every task it runs on the thread's own loop, as `spawn` has it, and belongs to nobody.

import { currentSignal, gather, InvalidArgumentError, spawn } from '../asyncio.ts';
import type { RunningTask, Task } from '../asyncio.ts';
import { isInTask, peekRunningLoop } from '../lowlevel.ts';

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

/** The results of all; the first failure cancels the others, waits for them, and is thrown. */
export async function allOrNone<T>(tasks: readonly Task<T>[]): Promise<T[]> {
  try {
    return await gather(tasks);
  } catch (error) {
    for (const task of tasks) task.cancel();
    await gather(tasks, { returnExceptions: true });
    throw error;
  }
}

/** Refuses what can't be called, at the edge. */
export function checkFunction(value: unknown, argument: string): void {
  if (typeof value !== 'function')
    throw new InvalidArgumentError(argument, `${argument} is a function to be called`);
}

/** Refuses what is no number of things at once. */
export function checkLimit(value: number, name: string): number {
  if (!((Number.isInteger(value) && value > 0) || value === Infinity))
    throw new InvalidArgumentError(name, `a whole number from 1 on, or Infinity, not ${value}`);
  return value;
}
