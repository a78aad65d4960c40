// What a task waits for, in words and as edges to other tasks. Computed when asked for, from what the
// futures carry anyway; nothing is recorded beforehand.
//
// No values are imported: this is loaded lazily, and a bundler that puts everything into one file would
// otherwise make the whole core lazy with it.

import type { Future } from './future.ts';
import type { Task } from './task.ts';

/** What the reports look at. */
export interface WaitView {
  /** The unfinished tasks of the loop, oldest first. */
  readonly tasks: readonly Task[];
  /** The lines of the await on a future, innermost first; none outside of debug mode. */
  readonly linesOf: (future: object) => readonly string[];
  readonly debug: boolean;
}

/** One thing that a task waits for. */
export interface TaskWait {
  /** The thing: `Lock "db"`, `Task worker`, `a timer`. */
  readonly what: string;
  /** What was called, where that says more: `lock.acquire`. */
  readonly call: string | undefined;
  /** The tasks that can end the wait, where that is known. */
  readonly holders: readonly Task[];
  /** How the holders stand to the thing: they hold it, or they are it. */
  readonly held: boolean;
  /** True when any one of the holders can end the wait, false when all must. */
  readonly any: boolean;
  /** True when time alone ends it. */
  readonly timed: boolean;
  /** The lines of the await, innermost first; empty outside of debug mode. */
  readonly place: readonly string[];
}

/** What `task` waits for; empty when it is done, running, not started, or waits for something foreign. */
export function waitsOf(task: Task, view: WaitView): TaskWait[] {
  const waits = task._waits;
  if (waits === undefined) return [];
  const futures = (waits instanceof Set ? [...waits] : [waits]) as Future[];
  return futures.map((future) => describeWait(task, future, view));
}

function describeWait(task: Task, future: Future, view: WaitView): TaskWait {
  const place = view.linesOf(future);
  const base = { call: undefined, holders: [], held: false, any: false, timed: false, place };
  if (isTask(future)) return { ...base, what: `task ${title(future)}`, holders: [future] };
  const { blocker } = future;
  if (blocker !== undefined) {
    const holders = [...blocker.holders()] as unknown as Task[];
    return {
      ...base,
      what: blocker.what,
      call: blocker.kind,
      holders,
      held: true,
      any: holders.length > 1,
    };
  }
  if ('_when' in future)
    return { ...base, what: timerText(future as unknown as { _when: number } & Future), timed: true };
  const children = childrenAwaited(task, future, view.tasks);
  if (children.length > 0) return { ...base, what: groupText(children), holders: children };
  return { ...base, what: 'a future' };
}

function timerText(sleep: { readonly _when: number } & Future): string {
  const left = Math.max(0, sleep._when - sleep.getLoop().time());
  return `a sleep that ends in ${Math.ceil(left)} ms`;
}

/** The tasks that a future of a group, gather, wait or shield stands for. */
export function childrenAwaited(waiting: Task, future: Future, tasks: readonly Task[]): Task[] {
  const listed = (future as { _children?: readonly Future[] })._children;
  if (listed !== undefined) return listed.filter((child) => isTask(child) && !child.done()) as Task[];
  return tasks.filter((task) => task._group?.parentTask === waiting);
}

/** True for a task, without its class. */
export function isTask(value: object): value is Task {
  return '_coro' in value;
}

function groupText(children: readonly Task[]): string {
  const names = children
    .slice(0, 3)
    .map((child) => child.getName())
    .join(', ');
  const more = children.length > 3 ? ` and ${children.length - 3} more` : '';
  return children.length === 1 ? `its child ${names}` : `its ${children.length} children: ${names}${more}`;
}

/** The task's name, with its function's where that adds something. */
export function title(task: Task): string {
  const name = task.getName();
  const called = task.getCoro().name;
  return called === '' || called === name || called === 'coro' ? name : `${name} (${called})`;
}
