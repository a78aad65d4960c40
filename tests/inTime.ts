// Running a test on a loop whose time jumps: no test of the structured layer sleeps for real. After the
// body nothing may be left: no task, no timer, no report to the exception handler that the test did not
// take, no cancel that was asked for and not taken back.

import assert from 'node:assert/strict';
import { allTasks, currentTask, newEventLoop } from '../src/asyncio.ts';
import type { EventLoop, ExceptionContext } from '../src/asyncio.ts';
import { viewLoop } from '../src/lowlevel.ts';
import { JumpingClock } from './jumpingClock.ts';

/** What a test's body is given. */
export interface InTime {
  readonly loop: EventLoop;
  readonly clock: JumpingClock;
  /** What the exception handler was told; a test that expects something takes it out. */
  readonly reports: ExceptionContext[];
}

/** Makes a test of a body; see above. */
export function inTime(
  body: (test: InTime) => Promise<unknown>,
  prepare?: (loop: EventLoop) => void,
): () => Promise<void> {
  return async () => {
    const clock = new JumpingClock();
    const loop = newEventLoop({ clock });
    const reports: ExceptionContext[] = [];
    loop.setExceptionHandler((_loop, context) => reports.push(context));
    prepare?.(loop);
    let cancelling = -1;
    try {
      await loop.runUntilComplete(async () => {
        await body({ loop, clock, reports });
        cancelling = currentTask()?.cancelling() ?? -1;
      });
      assert.deepEqual([...allTasks(loop)].map(String), [], 'no task is left');
      assert.equal(viewLoop(loop).nextTimer, Infinity, 'no timer is left');
      assert.equal(cancelling, 0, 'no cancel is left over');
      assert.deepEqual(reports, [], 'nothing was reported');
    } finally {
      const left = [...allTasks(loop)];
      for (const task of left) task.cancel();
      if (left.length > 0) await loop.runUntilComplete(() => Promise.allSettled(left));
      loop.close();
    }
  };
}
