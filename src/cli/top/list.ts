// The table of tasks: its columns, by the width that there is.

import { formatSpan } from '../terminal/spans.ts';
import { harmless } from '../../lowlevel.ts';
import { cut, fit } from '../terminal/text.ts';
import { as } from './lines.ts';
import type { Line, Role, Size } from './lines.ts';
import type { State } from './state.ts';
import type { Column, Row } from './rows.ts';

interface Shown {
  readonly head: string;
  readonly column: Column | undefined;
  readonly width: number;
  readonly isRight: boolean;
  readonly text: (row: Row) => string;
}

function shownColumns({ columns }: Size): Shown[] {
  const name = Math.max(14, Math.min(32, Math.floor(columns * 0.26)));
  const all: Shown[] = [
    { head: 'ID', column: 'id', width: 6, isRight: true, text: ({ task }) => String(task?.id ?? '') },
    { head: 'NAME', column: 'name', width: name, isRight: false, text: nameText },
    { head: 'STATE', column: 'state', width: 10, isRight: false, text: ({ task }) => task?.state ?? '' },
    { head: 'AGE', column: 'age', width: 6, isRight: true, text: ({ task }) => span(task?.age) },
    { head: 'CPU%', column: 'cpu', width: 5, isRight: true, text: ({ load }) => percent(load) },
  ];
  if (columns >= 96)
    all.push({
      head: 'STEPS',
      column: 'steps',
      width: 7,
      isRight: true,
      text: ({ task }) => String(task?.steps ?? ''),
    });
  if (columns >= 88)
    all.push({
      head: 'SINCE',
      column: 'wait',
      width: 6,
      isRight: true,
      text: ({ task }) => span(task?.since),
    });
  const taken = all.reduce((sum, { width }) => sum + width + 1, 0);
  const rest = Math.max(0, columns - taken);
  all.push({ head: 'WAITS FOR', column: 'wait', width: rest, isRight: false, text: ({ waits }) => waits });
  return all;
}

const span = (value: number | undefined): string => (value === undefined ? '' : formatSpan(value));
const percent = (load: number | undefined): string => (load === undefined ? '' : (load * 100).toFixed(1));

function nameText({ title, depth, branch }: Row): string {
  const mark = branch === undefined ? '' : branch === 'open' ? '- ' : '+ ';
  return '  '.repeat(Math.min(depth, 8)) + mark + title;
}

/** The head, and as many rows as the list is high. */
export function listLines(rows: readonly Row[], state: State, height: number, size: Size): Line[] {
  const columns = shownColumns(size);
  const head = columns
    .map(({ head: text, column, width, isRight }) => {
      const marked =
        column === state.sort && (text !== 'WAITS FOR' || size.columns < 88)
          ? `${text}${state.isInverted ? '↑' : '↓'}`
          : text;
      return fit(marked, width, isRight);
    })
    .join(' ');
  const shown = rows.slice(state.first, state.first + height);
  const lines = shown.map((row): Line => {
    const text = columns
      .map(({ width, isRight, text: of }) => fit(harmless(of(row)), width, isRight))
      .join(' ');
    const role: Role = row.key === state.cursor ? 'cursor' : roleOf(row);
    return [as(role, cut(text, size.columns))];
  });
  if (rows.length === 0)
    lines.push([as('dim', state.filter === '' ? 'no tasks' : 'no task matches the filter')]);
  return [[as('head', cut(fit(head, size.columns), size.columns))], ...lines];
}

function roleOf(row: Row): Role {
  if (row.isDeadlocked) return 'bad';
  if (row.task === undefined) return 'strong';
  if (row.task.state === 'cancelling') return 'warn';
  if (row.task.state === 'running' || (row.load ?? 0) > 0.1) return 'good';
  return row.task.state === 'waiting' ? 'plain' : 'dim';
}
