// Circles of tasks that wait for each other, in slices.

import type { Task } from '../core/task/task.ts';
import { waitsOf } from '../reports/taskWaits.ts';
import type { WaitView } from '../reports/taskWaits.ts';
import type { Slices } from './slices.ts';

/** The circles among tasks, each of which alone keeps the one before it from going on. Of circles that share a task one
 * is told. `stoppers` has those whom each waits for; what it says may have changed since, so a circle is looked at
 * again. */
export async function findDeadlocks(
  stoppers: ReadonlyMap<Task, readonly Task[]>,
  view: WaitView,
  slices: Slices,
): Promise<Task[][]> {
  const circles: Task[][] = [];
  const finished: Set<Task> = new Set();
  const told: Set<Task> = new Set();
  for (const root of stoppers.keys()) {
    const path: { readonly task: Task; next: number }[] = [];
    const at: Map<Task, number> = new Map();
    let next: Task | undefined = root;
    for (;;) {
      if (slices.over) await slices.turn();
      if (next !== undefined && !finished.has(next)) {
        const seen = at.get(next);
        if (seen === undefined) {
          at.set(next, path.length);
          path.push({ task: next, next: 0 });
        } else addCircle(path.slice(seen).map(({ task }) => task));
      }
      const top = path.at(-1);
      if (top === undefined) break;
      next = stoppers.get(top.task)?.[top.next++];
      if (next !== undefined) continue;
      path.pop();
      at.delete(top.task);
      finished.add(top.task);
    }
  }
  return circles;

  function addCircle(circle: Task[]): void {
    if (circle.some((task) => told.has(task)) || !isCircle(circle, view)) return;
    for (const task of circle) told.add(task);
    circles.push(circle);
  }
}

/** Whether each still waits for the next, and the last for the first. */
function isCircle(circle: readonly Task[], view: WaitView): boolean {
  return circle.every((task, index) => {
    const next = circle[(index + 1) % circle.length] as Task;
    return waitsOf(task, view).some(({ timed, any, holders }) => !timed && !any && holders.includes(next));
  });
}
