// `asyncio pstree`: processes, their threads, and the tasks below the tasks that wait for them.
//
// 1. A task stands below the task that waits for its group; without a group below the first that awaits it.
// 2. Further tasks that await it have a line that names it, and its branch is shown once.
// 3. What stands in a circle, and so below nothing, begins at its oldest task: every task is shown.

import type { SeenTask, Snapshot } from '../../lowlevel.ts';
import type { ProcessView, ThreadView } from '../../inspect/inspect.ts';
import type { Screen } from '../terminal/screen.ts';
import { formatSpan } from '../terminal/spans.ts';
import { cut, harmless } from '../terminal/text.ts';
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
  readonly below: readonly Branch[];
}

/** The lines of the whole program: circles first, then the tree. */
export function treeLines(view: ProcessView, { screen, stacks }: LookStyle): string[] {
  const circles = circleLines(view, screen);
  const lines = [...circles, ...(circles.length > 0 ? [''] : [])];
  draw(processBranch(view, stacks, screen), '', '', lines);
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
    below: [
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
  return { lines, below: snapshot === undefined ? [] : taskBranches(snapshot, stacks, screen) };
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
  const branch = (task: SeenTask): Branch => {
    shown.add(task.id);
    const below = (children.get(task.id) ?? []).filter(({ id }) => !shown.has(id)).map(branch);
    const again = (others.get(task.id) ?? []).map(({ id }) => ({
      lines: [screen.paint('dim', `→ ${harmless(nameOf(id, tasks))} (${id})`)],
      below: [],
    }));
    return { lines: taskText(task, stacks), below: [...below, ...again] };
  };
  const taskText = (task: SeenTask, withStack: boolean): string[] => {
    const frame = ownFrame(task.stack ?? []);
    const waits = describeWaits(task, tasks);
    const age = task.age === undefined ? '' : ` ${formatSpan(task.age)}`;
    const at = withStack || frame === undefined ? '' : `, at ${describePlace(frame)}`;
    const text = `${harmless(nameOf(task.id, tasks))} (${task.id}) ${describeState(task)}${age}${waits === '' ? '' : `: ${waits}`}${at}`;
    const frames = withStack ? (task.stack ?? []) : [];
    return [text, ...frames.map((each) => screen.paint('dim', `at ${describeFrame(each)}`))];
  };
  const roots = (children.get(undefined) ?? []).map(branch);
  for (const task of snapshot.tasks) if (!shown.has(task.id)) roots.push(branch(task));
  return roots;
}

// The further lines of a branch stand beside the line that leads to what is below it.
function draw({ lines, below }: Branch, first: string, rest: string, into: string[]): void {
  const [title = '', ...further] = lines;
  into.push(first + title);
  for (const line of further) into.push(`${rest}${below.length > 0 ? '│   ' : '    '}${line}`);
  below.forEach((branch, index) => {
    const last = index === below.length - 1;
    draw(branch, `${rest}${last ? '└── ' : '├── '}`, `${rest}${last ? '    ' : '│   '}`, into);
  });
}
