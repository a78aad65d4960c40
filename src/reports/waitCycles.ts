// Cycles of tasks that wait for each other.

import type { Task } from '../core/task/task.ts';
import { waitsOf } from './taskWaits.ts';
import type { TaskWait, WaitView } from './taskWaits.ts';

/** One step of a cycle: this task waits for something that the next one holds or is, and the last for the first.
 * @example
 * ```ts
 * import type { CycleStep } from 'asyncio-ts/lowlevel';
 * const names = (cycle: CycleStep[]) => cycle.map(({ task, wait }) => `${task.getName()} for ${wait.what}`);
 * console.log(names([])); // -> []
 * ```
 */
export interface CycleStep {
  readonly task: Task;
  readonly wait: TaskWait;
}

/** The cycles among the tasks, each once. With `certain`, only through waits that no third task can end. */
export function findCycles(view: WaitView, certain: boolean): CycleStep[][] {
  const cycles: CycleStep[][] = [];
  const finished: Set<Task> = new Set();
  const taken: Set<Task> = new Set();
  for (const root of view.tasks) {
    const path: Open[] = [];
    const onPath: Map<Task, number> = new Map();
    let next: Task | undefined = root;
    for (;;) {
      if (next !== undefined && !finished.has(next) && !next.done()) {
        const at = onPath.get(next);
        if (at === undefined) {
          onPath.set(next, path.length);
          path.push({ task: next, edges: edgesOf(next, view, certain), position: 0 });
        } else addCycle(path.slice(at), taken, cycles);
      }
      const top = path.at(-1);
      if (top === undefined) break;
      next = top.edges[top.position++]?.to;
      if (next !== undefined) continue;
      path.pop();
      onPath.delete(top.task);
      finished.add(top.task);
    }
  }
  return cycles;
}

interface Edge {
  readonly to: Task;
  readonly wait: TaskWait;
}

interface Open {
  readonly task: Task;
  readonly edges: readonly Edge[];
  /** Index of the edge after the one that is being followed. */
  position: number;
}

function edgesOf(task: Task, view: WaitView, certain: boolean): Edge[] {
  const edges: Edge[] = [];
  for (const wait of waitsOf(task, view)) {
    if (wait.timed || (certain && wait.any)) continue;
    for (const to of wait.holders) edges.push({ to, wait });
  }
  return edges;
}

// Of cycles that share a task one is told: the others go away with it, or show when it is mended.
function addCycle(path: readonly Open[], taken: Set<Task>, cycles: CycleStep[][]): void {
  if (path.some(({ task }) => taken.has(task))) return;
  for (const { task } of path) taken.add(task);
  cycles.push(
    path.map(({ task, edges, position }) => ({
      task,
      wait: (edges[position - 1] as Edge).wait,
    })),
  );
}
