// `asyncio ps`: the tasks of a program as a table, a line each.
//
// A column is as wide as what stands in it, up to a limit. What is left of the screen is shared by the two last, what a
// task waits for and where. Where the screen has no end, nothing is cut but what is longer than anybody reads: each line
// is as wide as the longest.

import type { SeenTask, Snapshot } from '../../lowlevel.ts';
import type { ProcessView, ThreadView } from '../../inspect/inspect.ts';
import type { Screen } from '../terminal/screen.ts';
import { formatAge, formatSpan } from '../terminal/spans.ts';
import { harmless } from '../../lowlevel.ts';
import { cut, fit, widthOf } from '../terminal/text.ts';
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

export interface LookStyle {
  readonly screen: Screen;
  readonly stacks: boolean;
}

interface Row {
  readonly task: SeenTask;
  readonly cells: readonly string[];
}

const HEADS = ['id', 'name', 'state', 'age', 'cpu', 'waits for', 'where'];
const RIGHT = [true, false, false, true, true, false, false];
/** The widest that the first columns get on a screen. */
const MOST = [7, 20, 10, 6, 6];
/** The widest where the screen has no end. */
const MOST_ENDLESS = 200;
const GAP = '  ';

/** The lines of the whole program. */
export function tableLines(view: ProcessView, style: LookStyle): string[] {
  const lines = processLines(view, style);
  for (const child of view.children) {
    lines.push('');
    for (const line of tableLines(child, style)) lines.push(line);
  }
  return lines;
}

function processLines(view: ProcessView, style: LookStyle): string[] {
  const { screen } = style;
  const lines = [screen.paint('bold', cut(describeProcess(view), screen.columns))];
  if (view.problem !== undefined) lines.push(cut(harmless(view.problem.message), screen.columns));
  for (const thread of view.threads) for (const line of threadLines(thread, style)) lines.push(line);
  return lines;
}

function threadLines(thread: ThreadView, style: LookStyle): string[] {
  const { screen } = style;
  const lines = [cut(describeThread(thread), screen.columns)];
  if (thread.problem !== undefined) lines.push(cut(harmless(thread.problem.message), screen.columns));
  if (thread.hang !== undefined) {
    const [first = '', ...rest] = describeHang(thread.hang);
    lines.push(screen.paint(['red', 'bold'], cut(first, screen.columns)));
    lines.push(...rest.map((line) => cut(`  ${line}`, screen.columns)));
    lines.push(...thread.hang.stack.map((frame) => cut(`  at ${describeFrame(frame)}`, screen.columns)));
  }
  if (thread.snapshot === undefined) return lines;
  for (const line of deadlockLines(thread.snapshot, screen)) lines.push(line);
  // One by one: more than a call takes as its arguments.
  if (thread.snapshot.tasks.length > 0)
    for (const line of taskLines(thread.snapshot, style)) lines.push(line);
  return lines;
}

function taskLines(snapshot: Snapshot, { screen, stacks }: LookStyle): string[] {
  const rows = rowsOf(snapshot);
  const widths = widthsOf([HEADS, ...rows.map(({ cells }) => cells)], screen.columns);
  const format = (cells: readonly string[]): string => {
    const shown = cells
      .map((cell, index) => fit(cell, widths[index] as number, RIGHT[index]))
      .filter((_, index) => (widths[index] as number) > 0);
    return cut(shown.join(GAP).trimEnd(), screen.columns);
  };
  const lines = [screen.paint('dim', format(HEADS))];
  for (const { task, cells } of rows) {
    lines.push(format(cells));
    if (!stacks) continue;
    for (const frame of task.stack ?? [])
      lines.push(screen.paint('dim', cut(`        at ${describeFrame(frame)}`, screen.columns)));
  }
  return lines;
}

function rowsOf(snapshot: Snapshot): Row[] {
  const tasks = tasksById(snapshot);
  return snapshot.tasks.map((task) => {
    const frame = ownFrame(task.stack ?? []);
    return {
      task,
      cells: [
        String(task.id),
        harmless(nameOf(task.id, tasks)),
        describeState(task),
        formatAge(task.age),
        task.cpu === undefined ? '' : formatSpan(task.cpu),
        describeWaits(task, tasks),
        frame === undefined ? '' : describePlace(frame),
      ],
    };
  });
}

// A column that is empty but for its head is left out.
function widthsOf(lines: readonly (readonly string[])[], columns: number): number[] {
  const [, ...rows] = lines;
  const wanted = HEADS.map((_, index) =>
    rows.every((cells) => cells[index] === '')
      ? 0
      : lines.reduce((most, cells) => Math.max(most, widthOf(cells[index] ?? '')), 0),
  );
  if (columns === Infinity) return wanted.map((width) => Math.min(width, MOST_ENDLESS));
  const widths = wanted.map((width, index) => Math.min(width, MOST[index] ?? Infinity));
  const taken = widths.slice(0, 5).reduce((sum, width) => sum + (width > 0 ? width + GAP.length : 0), 0);
  const [waits = 0, where = 0] = widths.slice(5);
  const left = columns - taken - (waits > 0 && where > 0 ? GAP.length : 0);
  const short = Math.max(0, Math.min(where, Math.max(Math.floor(left / 3), left - waits)));
  return [...widths.slice(0, 5), Math.max(0, Math.min(waits, left - short)), short];
}
