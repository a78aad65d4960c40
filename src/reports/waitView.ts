// What the reports on waiting tasks look at; kept apart from them so that they can be loaded lazily.

import type { Loop } from '../loop/loop.ts';
import { awaitLines } from '../core/future/awaitPlace.ts';
import type { Future } from '../core/future/future.ts';
import { isStarted } from '../core/future/futureState.ts';
import { hasPendingCancel } from '../core/cancel/pendingCancel.ts';
import { isSleep } from '../core/future/sleep.ts';
import { awaitedBy } from '../core/future/wait.ts';
import { timeOf } from '../loop/timers.ts';
import { tasksOf } from '../core/task/registry.ts';
import type { Task } from '../core/task/task.ts';
import type { WaitView } from './taskWaits.ts';

export function viewWaits(loop: Loop): WaitView {
  return {
    // Who needs a part of it alone is not made to wait for a list of all.
    get tasks() {
      return tasksOf(loop) as Task[];
    },
    awaitedBy: (task) => awaitedBy(task) as Future[],
    linesOf: awaitLines,
    endOf: (future) => (isSleep(future) ? timeOf(future) : undefined),
    isStarted,
    hasPendingCancel,
    debug: loop.getDebug(),
  };
}
