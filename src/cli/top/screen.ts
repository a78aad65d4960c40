// What stands on the screen, line by line, for a size: text with the roles of its parts. It draws nothing.
//
// 1. Text of the looked-at program comes here by `harmless`, and never wraps: a line has at most `columns`.
// 2. The screen has at most `rows` lines; the head keeps its place, the list gets the rest.

import type { SeenFrame } from '../../lowlevel.ts';
import type { ProcessView } from '../../inspect/inspect.ts';
import { formatBytes, formatSpan } from '../terminal/spans.ts';
import { harmless } from '../../lowlevel.ts';
import { cut, fit, widthOf } from '../terminal/text.ts';
import { detailLines } from './detail.ts';
import { as, clip, oneLine, plain, shortPlace } from './lines.ts';
import type { Line, Size, Span, Role } from './lines.ts';
import { listLines } from './list.ts';
import { sparkline } from './measures.ts';
import type { Measures } from './measures.ts';
import { matches, COLUMNS } from './state.ts';
import type { State } from './state.ts';
import { sortRows, taskRows, treeRows } from './rows.ts';
import { threadsOf } from '../look/describe.ts';
import type { Column, Row } from './rows.ts';

/** The keys, for people: as htop has them. */
const HELP: readonly string[] = [
  'Keys, as htop has them',
  '',
  '  ↑ ↓ PgUp PgDn Home End   move',
  '  Enter                    the await stack of the task under the cursor',
  '  F3 /                     search: go to the first task that matches',
  '  F4 \\                     filter by name, state or wait; Esc ends it',
  '  F5 t                     tree: threads, and tasks below their group',
  '  + - Space                in the tree: open, shut',
  '  F6 >                     choose what to sort by',
  '  P T W N                  sort by processor time, age, time of the wait, number',
  '  I                        the other way round',
  '  F9 k                     cancel the task under the cursor, after a question',
  '  Z                        pause, go on',
  '  F10 q Ctrl-C             quit',
  '',
  'CPU% and STEPS count from when the first looker came. SINCE is known of waits',
  'that began while somebody looked.',
];

/** Lines above and below the list. */
const AROUND = 6;

export const listHeight = ({ rows }: Size): number => Math.max(1, rows - AROUND);

/** The rows of the list, as the state wants them. */
export function listRows(program: ProcessView, measures: Measures, state: State): Row[] {
  const all = taskRows(program, (key) => measures.load(key));
  const sorted = sortRows(all, state.sort, state.isInverted);
  const kept = state.filter === '' ? sorted : sorted.filter((row) => matches(row, state.filter));
  return state.isTree ? treeRows(program, kept, state.shut) : kept;
}

export interface Content {
  readonly program: ProcessView;
  readonly measures: Measures;
  readonly state: State;
  readonly rows: readonly Row[];
  /** The stack of the row in detail, when it has come. */
  readonly detail: readonly SeenFrame[] | undefined;
}

export function drawScreen(content: Content, size: Size): Line[] {
  const { state, rows } = content;
  const head = [
    titleLine(content, size),
    tasksLine(content, size),
    loopLine(content, size),
    troubleLine(content, size),
  ];
  const height = listHeight(size);
  const middle =
    state.mode === 'help'
      ? HELP.map((text) => [plain(cut(text, size.columns))])
      : state.mode === 'detail'
        ? detailLines(rows[state.position], rows, content.detail, size).slice(state.scroll)
        : state.mode === 'sort'
          ? sortLines(state, size)
          : listLines(rows, state, height, size);
  const filled = [...middle.slice(0, height + 1)];
  while (filled.length < height + 1) filled.push([]);
  const lines = [...head, ...filled, bottomLine(content, size)].slice(0, size.rows);
  return lines.map((line) => clip(line, size.columns));
}

function titleLine({ program, state }: Content, { columns }: Size): Line {
  const { pid, name, runtime, age } = program;
  const version =
    threadsOf(program).find(({ view }) => view.snapshot !== undefined)?.view.snapshot?.runtime ?? runtime;
  const right = state.isPaused ? ' paused ' : '';
  const text = cut(
    harmless(` ${name}, process ${pid}, ${version}, up ${formatSpan(age)}`),
    columns - 11 - right.length,
  );
  return [as('strong', 'asyncio top'), plain(text), ...(right === '' ? [] : [as('warn', right)])];
}

function tasksLine({ program, measures }: Content, { columns }: Size): Line {
  const states = new Map<string, number>();
  let total = 0;
  for (const { view } of threadsOf(program)) {
    total += view.snapshot?.total ?? 0;
    for (const { state } of view.snapshot?.tasks ?? []) states.set(state, (states.get(state) ?? 0) + 1);
  }
  const parts = [...states].sort(([, a], [, b]) => b - a).map(([state, count]) => `${count} ${state}`);
  const { rates } = measures;
  const perSecond = (value: number): string =>
    value >= 10 ? Math.round(value).toString() : value.toFixed(1);
  const change =
    rates === undefined
      ? ''
      : `; ${perSecond(rates.created)}/s new, ${perSecond(rates.cancelled)} cancelled, ${perSecond(rates.failed)} failed`;
  return [
    plain(cut(`Tasks ${total}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${change}`, columns)),
  ];
}

function loopLine({ program, measures }: Content, { columns }: Size): Line {
  const busy = measures.busy.at(-1);
  const delay = measures.delays.at(-1);
  const memory = formatBytes(threadsOf(program)[0]?.view.snapshot?.memory ?? 0);
  const bars = Math.max(0, Math.min(30, Math.floor((columns - 44) / 2)));
  if (busy === undefined && delay === undefined) return [plain(`Loop …  memory ${memory}`)];
  const load = Math.round((busy ?? 0) * 100);
  const role: Role = load > 90 ? 'bad' : load > 60 ? 'warn' : 'good';
  return [
    plain(`Loop ${String(load).padStart(3)} % `),
    as(role, sparkline(measures.busy, bars, 1)),
    plain(`  delay ${formatSpan(delay ?? 0)} `),
    as((delay ?? 0) > 100 ? 'bad' : 'good', sparkline(measures.delays, bars, 10)),
    plain(`  memory ${memory}`),
  ];
}

function troubleLine({ program }: Content, { columns }: Size): Line {
  for (const {
    process: { pid },
    view,
  } of threadsOf(program)) {
    const { hang, snapshot, problem } = view;
    if (hang !== undefined) {
      const hottest = hang.hot[0]?.frame ?? hang.stack[0];
      const where =
        hottest === undefined ? '' : `, in ${hottest.name || '(anonymous)'} (${shortPlace(hottest)})`;
      const text = `HANGS for ${formatSpan(hang.since)}: ${view.name} of ${pid} does not answer${where}`;
      return oneLine(text, columns, 'bad');
    }
    const circle = snapshot?.loops.flatMap(({ deadlocks }) => deadlocks)[0];
    if (circle !== undefined) {
      const name = (id: number): string =>
        snapshot?.tasks.find((task) => task.id === id)?.name ?? `task ${id}`;
      const text = `DEADLOCK: ${[...circle, circle[0] ?? 0].map(name).join(' → ')}`;
      return oneLine(text, columns, 'bad');
    }
    if (problem !== undefined) return oneLine(problem.message, columns, 'warn');
  }
  return [];
}

function sortLines(state: State, size: Size): Line[] {
  const names: Record<Column, string> = {
    cpu: 'processor time',
    wait: 'time of the present wait',
    age: 'age',
    steps: 'steps',
    state: 'state',
    name: 'name',
    id: 'number',
  };
  return [
    [as('head', fit('Sort by', size.columns))],
    ...COLUMNS.map((column, index): Line => [
      as(index === state.choice ? 'cursor' : 'plain', fit(` ${names[column]}`, 30)),
    ]),
  ];
}

function bottomLine({ state, rows }: Content, { columns }: Size): Line {
  const row = rows[state.position];
  switch (state.mode) {
    case 'search':
      return [as('key', 'Search: '), plain(cut(harmless(state.search), columns - 10)), plain('_')];
    case 'filter':
      return [as('key', 'Filter: '), plain(cut(harmless(state.filter), columns - 10)), plain('_')];
    case 'confirm':
      return [
        as('warn', cut(harmless(`Cancel task ${row?.task?.id ?? ''} ${row?.title ?? ''}? y/n`), columns)),
      ];
    case 'detail':
      return keyLine(
        [
          ['↑↓', 'scroll'],
          ['Esc', 'back'],
        ],
        columns,
      );
    case 'sort':
      return keyLine(
        [
          ['↑↓', 'choose'],
          ['Enter', 'sort'],
          ['Esc', 'back'],
        ],
        columns,
      );
    case 'help':
      return keyLine([['any key', 'back']], columns);
    case 'list':
      if (state.notice !== '') return oneLine(state.notice, columns, 'warn');
      return keyLine(
        [
          ['F1', 'Help'],
          ['F3', 'Search'],
          ['F4', state.filter === '' ? 'Filter' : 'FILTER'],
          ['F5', state.isTree ? 'List' : 'Tree'],
          ['F6', 'Sort'],
          ['F9', 'Cancel'],
          ['F10', 'Quit'],
          ['Enter', 'Stack'],
        ],
        columns,
      );
  }
}

function keyLine(keys: readonly (readonly [string, string])[], columns: number): Line {
  const line: Span[] = [];
  let used = 0;
  for (const [key, meaning] of keys) {
    const width = widthOf(key) + widthOf(meaning) + 2;
    if (used + width > columns) break;
    line.push(as('key', key), plain(`${meaning}  `));
    used += width;
  }
  return line;
}
