// The page of `asyncio dash`.

import { h, render } from 'preact';
import type { ComponentChild } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Detail } from './detail.ts';
import { receive } from './feed.ts';
import { List } from './list.ts';
import { Plots } from './plots.ts';
import { rowsOf } from './rows.ts';
import type { Row } from './rows.ts';
import { megabytes, span } from './spans.ts';
import { Store } from './store.ts';
import { Timeline } from './timeline.ts';
import { takeToken } from './token.ts';

const store = new Store();
const TABS = ['tasks', 'timeline', 'plots'] as const;

function Page(): ComponentChild {
  const [version, setVersion] = useState(0);
  const [lost, setLost] = useState('');
  const [search, setSearch] = useState('');
  const [selected, select] = useState<string | undefined>(undefined);
  const [shut, setShut] = useState<ReadonlySet<string>>(new Set());
  const [tab, setTab] = useState<(typeof TABS)[number]>('tasks');
  useEffect(() => {
    const take: Parameters<typeof receive>[0] = (message) => {
      store.take(message);
      setLost('');
      setVersion(store.version);
    };
    void receive(take, setLost);
  }, []);
  const rows = useMemo(() => rowsOf(store, search, shut), [version, search, shut]);
  const fold = (key: string): void => {
    const next = new Set(shut);
    if (!next.delete(key)) next.add(key);
    setShut(next);
  };
  const move = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    const at = rows.findIndex(({ key }) => key === selected);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next !== undefined) select(next.key);
  };
  const trouble = lost || store.end || store.deadlocks.map((circle) => `Deadlock: ${circle}`).join('; ');
  return h(
    'div',
    { class: 'page', 'data-tab': tab },
    h(Head, { search, setSearch }),
    h('div', { class: 'trouble', role: 'status' }, trouble),
    h(
      'nav',
      { class: 'tabs' },
      TABS.map((each) =>
        h('button', { key: each, 'aria-pressed': each === tab, onClick: () => setTab(each) }, each),
      ),
    ),
    h(Plots, { store, version }),
    h(
      'div',
      { class: 'middle' },
      h(
        'section',
        { class: 'box' },
        h(
          'div',
          { class: 'heads' },
          ['Task', 'State', 'Age', 'CPU', 'Waits for'].map((name) =>
            h('span', { key: name, class: name === 'CPU' ? 'cpu' : '' }, name),
          ),
        ),
        h(List<Row>, {
          rows,
          label: 'tasks',
          onKey: move,
          draw: (row, top) =>
            h(TaskRow, { key: row.key, row, top, isSelected: row.key === selected, select, fold }),
        }),
      ),
      h('section', { class: 'box side' }, h(Detail, { store, version, selected, onSelect: select })),
    ),
    h(Timeline, { store, version, selected, search, onSelect: select }),
  );
}

function Head({
  search,
  setSearch,
}: {
  search: string;
  setSearch: (text: string) => void;
}): ComponentChild {
  const { program, at } = store;
  const pulse = store.pulses.at(-1)?.pulse;
  const facts =
    program === undefined
      ? 'connecting …'
      : `process ${program.pid}, ${program.runtime}, up ${span(at - program.born)}, ` +
        `${pulse?.tasks ?? 0} tasks, ${megabytes(pulse?.memory ?? 0)}`;
  return h(
    'header',
    null,
    h('h1', null, program?.name ?? 'asyncio dash'),
    h('span', { class: 'dim' }, facts),
    h('input', {
      type: 'search',
      placeholder: 'Search tasks',
      'aria-label': 'search tasks',
      value: search,
      onInput: (event: Event) => setSearch((event.target as HTMLInputElement).value),
    }),
  );
}

interface TaskRowProps {
  readonly row: Row;
  readonly top: number;
  readonly isSelected: boolean;
  readonly select: (key: string) => void;
  readonly fold: (key: string) => void;
}

function TaskRow({ row, top, isSelected, select, fold }: TaskRowProps): ComponentChild {
  const { key, depth, task, title, trouble, fold: state } = row;
  const name = h(
    'span',
    { style: { paddingLeft: `${Math.min(depth, 12) * 14}px` }, title },
    h(
      'button',
      {
        class: 'fold',
        'aria-label': state === 'shut' ? 'open' : 'shut',
        style: { visibility: state === undefined ? 'hidden' : 'visible' },
        onClick: (event: MouseEvent) => {
          event.stopPropagation();
          fold(key);
        },
      },
      state === 'shut' ? '▸' : '▾',
    ),
    title,
  );
  const place = { top: `${top}px` };
  if (task === undefined)
    return h(
      'div',
      { class: 'row thread', role: 'treeitem', style: place },
      name,
      h('span', { class: 'stuck' }, trouble ?? ''),
    );
  return h(
    'div',
    {
      class: `row${isSelected ? ' selected' : ''}${task.isDeadlocked === true ? ' stuck' : ''}`,
      role: 'treeitem',
      'aria-selected': isSelected,
      style: place,
      onClick: () => select(key),
    },
    name,
    h('span', { class: `state ${task.state}` }, task.state),
    h('span', { class: 'num' }, span(store.at - task.born)),
    h('span', { class: 'num cpu' }, task.cpu === undefined ? '' : span(task.cpu)),
    h('span', { title: task.waits }, task.waits),
  );
}

takeToken();
render(h(Page, null), document.getElementById('app')!);
