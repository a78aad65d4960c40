// All tasks that are not done, a list for each loop, linked through the tasks themselves: registering
// costs two writes and keeps tasks alive until they finish.

import { tasksOn } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';

export interface Listed {
  /** @internal */ readonly _loop: Loop;
  /** @internal */ _nextTask: Listed | undefined;
  /** @internal */ _previousTask: Listed | undefined;
}

const listOf = (loop: Loop): { first: Listed | undefined } =>
  tasksOn(loop) as { first: Listed | undefined };

export function enlist(task: Listed): void {
  const list = listOf(task._loop);
  const first = list.first;
  task._nextTask = first;
  if (first !== undefined) first._previousTask = task;
  list.first = task;
}

export function delist(task: Listed): void {
  const list = listOf(task._loop);
  const next = task._nextTask;
  const previous = task._previousTask;
  if (previous === undefined) list.first = next;
  else previous._nextTask = next;
  if (next !== undefined) next._previousTask = previous;
  task._nextTask = task._previousTask = undefined;
}

/** Whether a task of the loop is not done. */
export function hasTasks(loop: Loop): boolean {
  return listOf(loop).first !== undefined;
}

/** The loop's unfinished tasks, oldest first. */
export function tasksOf(loop: Loop): Listed[] {
  const tasks: Listed[] = [];
  for (let task = listOf(loop).first; task !== undefined; task = task._nextTask) tasks.push(task);
  return tasks.reverse();
}
