// The tasks of the thread, in slices, oldest first.
//
// 1. Those that are made meanwhile are not in it; those that end meanwhile may be.
// 2. Each gets its number here, before others name it: numbers rise with the age of tasks.

import { findOlderTasks } from '../core/task/lookAtTasks.ts';
import type { Task } from '../core/task/task.ts';
import type { Loop } from '../loop/loop.ts';
import { numberOf } from './numbers.ts';
import type { Slices } from './slices.ts';

/** Steps through a list, which takes nanoseconds for each. */
const AT_ONCE = 500;

/** The unfinished tasks of a loop. */
export async function listTasks(loop: Loop, slices: Slices): Promise<Task[]> {
  const found: Task[] = [];
  let most = AT_ONCE;
  for (;;) {
    const before = found.length;
    if (!findOlderTasks(loop, found, most)) break;
    // Where tasks end faster than they are listed, they are few.
    if (found.length < before) most = Infinity;
    else if (slices.over) await slices.turn();
  }
  void found.reverse();
  for (const task of found) {
    numberOf(task);
    if (slices.over) await slices.turn();
  }
  return found;
}

/** The task of that number, out of those of some loops; in an object, since a promise of a task waits for its end. */
export async function findTask(
  loops: readonly Loop[],
  number: number,
  slices: Slices,
): Promise<{ readonly task: Task } | undefined> {
  for (const loop of loops)
    for (const task of await listTasks(loop, slices))
      if (numberOf(task) === number) return task.done() ? undefined : { task };
  return undefined;
}
