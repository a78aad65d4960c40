// Who waits for whom, as text. Loaded only when there is something to tell, so it may be as long as it
// needs to be.

import type { Task } from '../core/task/task.ts';
import { titleOf, waitsOf } from './taskWaits.ts';
import type { TaskWait, WaitView } from './taskWaits.ts';
import { findCycles } from './waitCycles.ts';
import type { CycleStep } from './waitCycles.ts';

const MOST_TASKS = 50;
const MOST_WAITS = 10;
const MOST_LINES = 4;
const HINT = '  Run it with `debug: true` to see the lines where they wait.';

/** All unfinished tasks: the cycles first, then what each task waits for. */
export function waitReport(view: WaitView): string {
  const { tasks } = view;
  const cycles = findCycles(view, false);
  const inCycle = new Set(cycles.flat().map(({ task }) => task));
  const others = tasks.filter((task) => !inCycle.has(task));
  const also = cycles.length > 0 && others.length > 0 ? ['', '  also waiting:'] : [];
  return [...cycles.flatMap(cycleLines), ...also, ...taskLines(others, view), ...hint(view)].join('\n');
}

/** The cycles whose tasks are not in `told` yet, and puts them there; empty when there are none. */
export function stallReport(view: WaitView, told: WeakSet<object>): string {
  const news = findCycles(view, true).filter((cycle) => !told.has((cycle[0] as CycleStep).task));
  if (news.length === 0) return '';
  for (const { task } of news.flat()) told.add(task);
  return ['these tasks can never go on:', ...news.flatMap(cycleLines), ...hint(view)].join('\n');
}

/** The tasks that did not stop, each with the place where it waits; empty when there are none. */
export function unfinishedReport(view: WaitView): string {
  const { tasks } = view;
  if (tasks.length === 0) return '';
  const head =
    tasks.length === 1 ? '  1 task has not stopped:' : `  ${tasks.length} tasks have not stopped:`;
  return [head, ...taskLines(tasks, view), ...hint(view)].join('\n');
}

function cycleLines(cycle: readonly CycleStep[]): string[] {
  const shown = cycle.slice(0, MOST_TASKS);
  const left = cycle.length - shown.length;
  const names = shown.map(({ task }) => task.shownName);
  if (left > 0) names.push(`… ${left} more`);
  const head =
    cycle.length === 1 ? `  ${names[0]} waits for itself:` : '  a cycle, each waits for the next:';
  const width = widest(shown.map(({ task }) => task));
  return [
    head,
    ...shown.flatMap(({ task, wait }, index) => {
      const next = cycle[(index + 1) % cycle.length] as CycleStep;
      return waitLines(task, wait, width, cycle.length > 1 ? next.task : undefined);
    }),
    ...(left > 0 ? [`    … and ${left} more`] : []),
    ...(cycle.length > 1 ? [`    ${[...names, names[0]].join(' → ')}`] : []),
  ];
}

function taskLines(tasks: readonly Task[], view: WaitView): string[] {
  const shown = tasks.slice(0, MOST_TASKS);
  const width = widest(shown);
  const lines = shown.flatMap((task) => {
    const waits = waitsOf(task, view);
    if (waits.length === 0) return [`    ${titleOf(task).padEnd(width)}  ${otherState(task, view)}`];
    const shownWaits = waits.slice(0, MOST_WAITS);
    const some = shownWaits.flatMap((wait) => waitLines(task, wait, width, undefined));
    const rest = waits.length - shownWaits.length;
    return rest > 0 ? [...some, `    ${' '.repeat(width)}  and ${rest} more`] : some;
  });
  if (tasks.length > shown.length) lines.push(`    … and ${tasks.length - shown.length} more`);
  return lines;
}

function waitLines(task: Task, wait: TaskWait, width: number, holder: Task | undefined): string[] {
  const what = wait.call === undefined ? wait.what : `${wait.what} (${wait.call})`;
  return [
    `    ${titleOf(task).padEnd(width)}  waits for ${what}${holderText(wait, holder)}`,
    ...wait.place.slice(0, MOST_LINES).map((line) => `    ${' '.repeat(width)}    ${line}`),
  ];
}

function holderText(wait: TaskWait, holder: Task | undefined): string {
  if (!wait.held) return '';
  if (holder !== undefined && wait.holders.length === 1) return `, held by ${holder.shownName}`;
  const names = wait.holders
    .slice(0, 3)
    .map((task) => `${task.shownName}${task.done() ? ' (which has ended)' : ''}`);
  if (names.length === 0) return '';
  const more = wait.holders.length > 3 ? ` and ${wait.holders.length - 3} more` : '';
  return `, held by ${names.join(', ')}${more}`;
}

function otherState(task: Task, view: WaitView): string {
  if (!view.isStarted(task)) return 'has not started';
  const cancelled = view.hasPendingCancel(task) ? ' (its cancel is delivered when that ends)' : '';
  return `waits for a foreign promise${cancelled}`;
}

function widest(tasks: readonly Task[]): number {
  return Math.min(32, Math.max(...tasks.map((task) => titleOf(task).length)));
}

function hint({ debug }: WaitView): string[] {
  return debug ? [] : [HINT];
}
