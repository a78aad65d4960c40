// All tasks that are not done, a list for each loop, linked through the tasks themselves: registering
// costs two writes and keeps tasks alive until they finish.

import type { Loop } from '../loop/loop.ts';

export interface Listed {
  /** @internal */ readonly _loop: Loop;
  /** @internal */ _nextTask: Listed | undefined;
  /** @internal */ _previousTask: Listed | undefined;
}

export function enlist(task: Listed): void {
  const loop = task._loop;
  const newest = loop._newestTask as Listed | undefined;
  task._nextTask = newest;
  if (newest !== undefined) newest._previousTask = task;
  loop._newestTask = task;
}

export function delist(task: Listed): void {
  const next = task._nextTask;
  const previous = task._previousTask;
  if (previous === undefined) task._loop._newestTask = next;
  else previous._nextTask = next;
  if (next !== undefined) next._previousTask = previous;
  task._nextTask = task._previousTask = undefined;
}

/** The loop's unfinished tasks, oldest first. */
export function tasksOf(loop: Loop): Listed[] {
  const tasks: Listed[] = [];
  let task = loop._newestTask as Listed | undefined;
  for (; task !== undefined; task = task._nextTask) tasks.push(task);
  return tasks.reverse();
}
