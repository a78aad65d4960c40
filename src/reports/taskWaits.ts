// What a task waits for, in words and as edges to other tasks. Computed when asked for, from what the
// futures carry anyway; nothing is recorded beforehand.
//
// No values are imported: this is loaded lazily, and a bundler that puts everything into one file would
// otherwise make the whole core lazy with it.

import type { Future } from '../core/future/future.ts';
import type { Task } from '../core/task/task.ts';

/** What the reports look at. */
export interface WaitView {
  /** The unfinished tasks of the loop, oldest first. */
  readonly tasks: readonly Task[];
  /** The futures that a task waits for. */
  readonly awaitedBy: (task: Task) => readonly Future[];
  /** The lines of the await on a future in a task, innermost first; none outside of debug mode. */
  readonly linesOf: (future: object, task: object) => readonly string[];
  /** When a sleep ends; undefined for any other future. */
  readonly endOf: (future: Future) => number | undefined;
  readonly isStarted: (task: Task) => boolean;
  /** True while a cancel of the task has found nothing to cancel. */
  readonly hasPendingCancel: (task: Task) => boolean;
  readonly debug: boolean;
}

/** One thing that a task waits for; see {@link taskWaits}.
 * @example
 * ```ts
 * import type { TaskWait } from 'asyncio-ts/lowlevel';
 * const says = ({ what, holders }: TaskWait) => `${what}, held by ${holders.map((task) => task.getName()).join()}`;
 * console.log(says.length); // -> 1
 * ```
 */
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
  return view.awaitedBy(task).map((future) => describeWait(task, future, view));
}

/** One of them. */
export function describeWait(task: Task, future: Future, view: WaitView): TaskWait {
  const place = view.linesOf(future, task);
  const base = { call: undefined, holders: [], held: false, any: false, timed: false, place };
  if (isTask(future)) return { ...base, what: `task ${titleOf(future)}`, holders: [future] };
  const { blocker } = future;
  if (blocker !== undefined) {
    const holders = [...blocker.holders()] as unknown as Task[];
    if (blocker.joins !== undefined)
      return { ...base, what: joinText(blocker.what, blocker.joins, holders), holders };
    return {
      ...base,
      what: blocker.what,
      call: blocker.kind === '' ? undefined : blocker.kind,
      holders,
      held: true,
      any: holders.length > 1,
    };
  }
  const end = view.endOf(future);
  if (end !== undefined) return { ...base, what: timerText(end - future.getLoop().time()), timed: true };
  return { ...base, what: 'a future' };
}

function timerText(left: number): string {
  return `a sleep that ends in ${Math.ceil(Math.max(0, left))} ms`;
}

/** True for a task, without its class. */
function isTask(value: object): value is Task {
  return '_coro' in value;
}

function joinText(what: string, joins: Iterable<{ done(): boolean }>, tasks: readonly Task[]): string {
  let left = 0;
  for (const future of joins) if (!future.done()) left++;
  const names = tasks.slice(0, 3).map((task) => task.shownName);
  const others = left - tasks.length;
  if (others > 0) names.push(others === 1 ? 'a future' : `${others} futures`);
  if (tasks.length > 3) names.push(`${tasks.length - 3} more`);
  return `its ${what}: ${names.join(', ')}`;
}

/** The task's name, with its function's where that adds something: how reports name it. What is no text for people
 * gives the name as it is. */
export function titleOf(task: Task, name: string = task.shownName): string {
  const called = task.getCoro().name;
  // One that would do something to what is shown says nothing.
  return called === '' || /\p{C}/u.test(called) || called === name || called === 'coro'
    ? name
    : `${name} (${called})`;
}
