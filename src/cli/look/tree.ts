// `asyncio pstree`: processes, their threads, and the tasks below the tasks that wait for them.
//
// 1. A task stands below the task that waits for its group; without a group below the first that awaits it.
// 2. Further tasks that await it have a line that names it, and its branch is shown once.
// 3. What stands in a circle, and so below nothing, begins at its oldest task: every task is shown.
// 4. Chains of waits may be longer than a stack, and than a line: nothing calls itself for each level, and behind so many
//    levels no further indentation is given.

import type { SeenTask, Snapshot } from '../../lowlevel.ts';
import type { ProcessView, ThreadView } from '../../inspect/inspect.ts';
import type { Screen } from '../terminal/screen.ts';
import { formatAge } from '../terminal/spans.ts';
import { harmless } from '../../lowlevel.ts';
import { cut } from '../terminal/text.ts';
import { deadlockLines } from './deadlocks.ts';
import {
  describeFrame,
  describeHang,
  describePlace,
  describeProcess,
  describeState,
  describeThread,
  describeWaits,
  nameOf,
  ownFrame,
  tasksById,
} from './describe.ts';
import type { LookStyle } from './table.ts';

interface Branch {
  readonly lines: readonly string[];
  /** What hangs below it, made when it is drawn. */
  readonly below: () => readonly Branch[];
}

/** The widest indentation where the screen has no end. */
const MOST_INDENTED = 200;

/** The lines of the whole program: circles first, then the tree. */
export function treeLines(view: ProcessView, { screen, stacks }: LookStyle): string[] {
  const circles = circleLines(view, screen);
  const lines = [...circles, ...(circles.length > 0 ? [''] : [])];
  draw(processBranch(view, stacks, screen), lines, Math.min(MOST_INDENTED, screen.columns / 2));
  return lines.map((line) => cut(line, screen.columns));
}

function circleLines(view: ProcessView, screen: Screen): string[] {
  const own = view.threads.flatMap(({ snapshot }) =>
    snapshot === undefined ? [] : deadlockLines(snapshot, screen),
  );
  return [...own, ...view.children.flatMap((child) => circleLines(child, screen))];
}

function processBranch(view: ProcessView, stacks: boolean, screen: Screen): Branch {
  const lines = [screen.paint('bold', describeProcess(view))];
  if (view.problem !== undefined) lines.push(harmless(view.problem.message));
  return {
    lines,
    below: () => [
      ...view.threads.map((thread) => threadBranch(thread, stacks, screen)),
      ...view.children.map((child) => processBranch(child, stacks, screen)),
    ],
  };
}

function threadBranch(thread: ThreadView, stacks: boolean, screen: Screen): Branch {
  const lines = [describeThread(thread)];
  const { problem, hang, snapshot } = thread;
  if (problem !== undefined) lines.push(harmless(problem.message));
  if (hang !== undefined) {
    const [first = '', ...rest] = describeHang(hang);
    lines.push(
      screen.paint(['red', 'bold'], first),
      ...rest,
      ...hang.stack.map((frame) => `at ${describeFrame(frame)}`),
    );
  }
  return { lines, below: () => (snapshot === undefined ? [] : taskBranches(snapshot, stacks, screen)) };
}

function taskBranches(snapshot: Snapshot, stacks: boolean, screen: Screen): Branch[] {
  const tasks = tasksById(snapshot);
  const children = new Map<number | undefined, SeenTask[]>();
  const others = new Map<number, SeenTask[]>();
  const add = <K>(map: Map<K, SeenTask[]>, key: K, task: SeenTask): void =>
    void (map.get(key)?.push(task) ?? map.set(key, [task]));
  for (const task of snapshot.tasks) {
    const [above, ...further] = [...new Set([task.parent, ...task.awaiters])].filter(
      (id) => id !== undefined && id !== task.id && tasks.has(id),
    );
    add(children, above, task);
    for (const id of further) if (id !== undefined) add(others, id, task);
  }
  const shown = new Set<number>();
  const branch = (task: SeenTask): Branch => ({
    lines: taskText(task, stacks),
    below: () => {
      shown.add(task.id);
      const below = (children.get(task.id) ?? []).filter(({ id }) => !shown.has(id)).map(branch);
      const again = (others.get(task.id) ?? []).map(({ id }) => ({
        lines: [screen.paint('dim', `→ ${harmless(nameOf(id, tasks))} (${id})`)],
        below: () => [],
      }));
      return [...below, ...again];
    },
  });
  const taskText = (task: SeenTask, withStack: boolean): string[] => {
    const frame = ownFrame(task.stack ?? []);
    const waits = describeWaits(task, tasks);
    const age = formatAge(task.age);
    const at = withStack || frame === undefined ? '' : `, at ${describePlace(frame)}`;
    const text = `${harmless(nameOf(task.id, tasks))} (${task.id}) ${describeState(task)}${age === '' ? '' : ` ${age}`}${waits === '' ? '' : `: ${waits}`}${at}`;
    const frames = withStack ? (task.stack ?? []) : [];
    return [text, ...frames.map((each) => screen.paint('dim', `at ${describeFrame(each)}`))];
  };
  return rootsOf(snapshot.tasks, children).map(branch);
}

/** What stands below nothing, and of each circle the oldest. */
function rootsOf(
  tasks: readonly SeenTask[],
  children: ReadonlyMap<number | undefined, readonly SeenTask[]>,
): SeenTask[] {
  const reached = new Set<number>();
  const roots: SeenTask[] = [];
  for (const task of [...(children.get(undefined) ?? []), ...tasks]) {
    if (reached.has(task.id)) continue;
    roots.push(task);
    const open = [task];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next.id)) continue;
      reached.add(next.id);
      for (const child of children.get(next.id) ?? []) open.push(child);
    }
  }
  return roots;
}

interface Open {
  readonly branch: Branch;
  /** What stands before its first line, and before the others. */
  readonly first: string;
  readonly rest: string;
}

// The further lines of a branch stand beside the line that leads to what is below it.
function draw(root: Branch, into: string[], most: number): void {
  const open: Open[] = [{ branch: root, first: '', rest: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { branch, first, rest } = next;
    const [title = '', ...further] = branch.lines;
    into.push(first + title);
    const below = branch.below();
    for (const line of further) into.push(`${rest}${below.length > 0 ? '│   ' : '    '}${line}`);
    const indent = rest.length + 4 > most ? `…${rest.slice(5)}` : rest;
    for (const [index, each] of [...below.entries()].reverse()) {
      const last = index === below.length - 1;
      open.push({
        branch: each,
        first: `${indent}${last ? '└── ' : '├── '}`,
        rest: `${indent}${last ? '    ' : '│   '}`,
      });
    }
  }
}
