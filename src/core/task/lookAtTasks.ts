// What tasks show of themselves to the probe: who waits for one, and all that are not done, some at a time. It imports
// types alone, as lookAtLoop.ts, which it stands on.

import type { Engine } from '../../loop/engine.ts';
import { newestTask } from '../../loop/lookAtLoop.ts';
import type { Task } from './task.ts';

/** The task that waits for the group, gather or shield that `task` is in. */
export function parentOfTask(task: Task): Task | undefined {
  return (task._group as { readonly parentTask?: Task | undefined } | undefined)?.parentTask;
}

/** Adds to `found` the tasks of `loop` that are older than those in it, `most` at most, the newest first. Those that have
 * ended since are taken out from its end: where all have, it begins anew.
 * @returns whether there may be more */
export function findOlderTasks(loop: Engine, found: Task[], most: number): boolean {
  while (found.length > 0 && (found.at(-1) as Task).done()) found.length--;
  const last = found.at(-1);
  let next = (last === undefined ? newestTask(loop) : last._nextTask) as Task | undefined;
  for (let left = most; next !== undefined && left > 0; left--) {
    found.push(next);
    next = next._nextTask as Task | undefined;
  }
  return next !== undefined;
}
