// One task with all that is known of it.

import type { SeenFrame } from '../../lowlevel.ts';
import { formatSpan } from '../terminal/spans.ts';
import { harmless } from '../../lowlevel.ts';
import { fit } from '../terminal/text.ts';
import { as, oneLine, shortPlace } from './lines.ts';
import type { Line, Role, Size } from './lines.ts';
import type { Row } from './rows.ts';

/** @param detail its await stack, when that has come */
export function detailLines(
  row: Row | undefined,
  rows: readonly Row[],
  detail: readonly SeenFrame[] | undefined,
  size: Size,
): Line[] {
  const task = row?.task;
  const line = (text: string, role: Role = 'plain'): Line => oneLine(text, size.columns, role);
  if (row === undefined || task === undefined) return [line('it has ended', 'dim')];
  const known: [string, string | undefined][] = [
    ['state', task.cancels > 0 ? `${task.state}, ${task.cancels} cancels asked for` : task.state],
    ['age', formatSpan(task.age)],
    ['waits', row.waits === '' ? undefined : row.waits],
    ['since', task.since === undefined ? undefined : formatSpan(task.since)],
    ['steps', task.steps === undefined ? undefined : String(task.steps)],
    ['processor', task.cpu === undefined ? undefined : formatSpan(task.cpu)],
    ['in group of', task.parent === undefined ? undefined : nameOf(rows, row, task.parent)],
    [
      'awaited by',
      task.awaiters.length === 0 ? undefined : task.awaiters.map((id) => nameOf(rows, row, id)).join(', '),
    ],
  ];
  const stack = (frames: readonly SeenFrame[] | undefined): Line[] =>
    (frames ?? []).map((frame) =>
      line(`    ${frame.isAsync ? 'async ' : ''}${frame.name || '(anonymous)'}  ${shortPlace(frame)}`),
    );
  return [
    [as('head', fit(harmless(`Task ${task.id}: ${row.title}`), size.columns))],
    ...known.flatMap(([name, value]) => (value === undefined ? [] : [line(`${name.padEnd(12)}${value}`)])),
    line('await stack, innermost first:', 'dim'),
    ...(detail === undefined
      ? [line('    …', 'dim')]
      : detail.length === 0
        ? [line('    not known', 'dim')]
        : stack(detail)),
    ...(task.created === undefined || task.created.length === 0
      ? []
      : [line('created at:', 'dim'), ...stack(task.created)]),
  ];
}

function nameOf(rows: readonly Row[], near: Row, id: number): string {
  const found = rows.find(
    ({ task, pid, thread }) => task?.id === id && pid === near.pid && thread === near.thread,
  );
  return found?.title ?? `task ${id}`;
}
