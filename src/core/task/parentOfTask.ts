// Who waits for a task, for the probe. It imports types alone, as lookAtWait.ts.

import type { Task } from './task.ts';

/** The task that waits for the group, gather or shield that `task` is in. */
export function parentOfTask(task: Task): Task | undefined {
  return (task._group as { readonly parentTask?: Task | undefined } | undefined)?.parentTask;
}
