// withinTime: a limit of time for a function, also where it waits for a promise of others.
//
// 1. A function that waits for something of ours, or has taken its signal, is cancelled when its time is up or the caller
//    is cancelled, and waited for: what it cleans up is done when this fails.
// 2. One that waits for a promise of others can't be interrupted there. It is left: this fails at once, the cancel meets
//    it at its next await of ours, and what comes of it is ignored.
// 3. For that it runs in a task of its own, whose state tells which of both it is.
// 4. What has ended when its time is up keeps its outcome, also on a late loop, which finds both due in one go: as of a
//    promise beside a host's timer. (asyncio's timeouts drop it, and so do ours: they know nothing of the work.) A cancel
//    from outside is thrown all the same.

import { CancelledError, shield, sleep, spawn, timeout, TimeoutError } from '../asyncio.ts';
import type { RunningTask, Task, Timeout } from '../asyncio.ts';
import { taskState } from '../lowlevel.ts';

/** Runs `work`, for `milliseconds` at most.
 * @param begun told the deadline before `work` is called
 * @throws TimeoutError */
export function withinTime<T>(
  milliseconds: number | undefined,
  work: (task: RunningTask) => PromiseLike<T> | T,
  begun?: (deadline: Timeout) => void,
): Promise<T> {
  let listens = false;
  const start = (): Task<T> =>
    spawn(async (task) => {
      const told: RunningTask = {
        get signal() {
          listens = true;
          return task.signal;
        },
      };
      return await work(told);
    });
  return taskInTime(milliseconds, start, (inner) => !listens && taskState(inner) === 'elsewhere', begun);
}

/** Waits for a task, for `milliseconds` at most, and ends it then. */
export async function taskInTime<T>(
  milliseconds: number | undefined,
  start: () => Task<T>,
  isStuck: (inner: Task) => boolean,
  begun?: (deadline: Timeout) => void,
): Promise<T> {
  let own: Timeout | undefined;
  let over: Task<T> | undefined;
  try {
    return await timeout(milliseconds, async (deadline) => {
      own = deadline;
      begun?.(deadline);
      const inner = start();
      try {
        return await shield(inner);
      } catch (error) {
        if (error instanceof CancelledError && inner.done()) over = inner;
        else if (error instanceof CancelledError) {
          const stuck = isStuck(inner);
          inner.cancel();
          if (stuck && (await isLeft(inner))) inner.addDoneCallback(ignore);
          else await ended(inner);
        }
        throw error;
      }
    });
  } catch (error) {
    if (over === undefined || !isOf(error, own)) throw error;
    return over.result();
  }
}

/** Whether an error is that of this very limit: the work may have limits of its own. */
export function isOf(error: unknown, deadline: Timeout | undefined): error is TimeoutError {
  return error instanceof TimeoutError && deadline !== undefined && error.timeout === deadline;
}

/** Whether the cancel has not met it a turn later: it may have been between two awaits of ours. */
async function isLeft(inner: Task): Promise<boolean> {
  try {
    await sleep(0);
  } catch {
    // The cancel that comes is that which is thrown anyway.
  }
  return taskState(inner) === 'elsewhere';
}

/** Waits for it, whatever cancels come; they reach it as well.
 * @throws what it fails with, if that is no cancel */
async function ended(inner: Task): Promise<void> {
  while (!inner.done()) {
    try {
      await shield(inner);
    } catch (error) {
      if (inner.done() && !(error instanceof CancelledError)) throw error;
      if (!inner.done()) inner.cancel();
    }
  }
}

function ignore(task: Task): void {
  if (!task.cancelled()) task.exception();
}
