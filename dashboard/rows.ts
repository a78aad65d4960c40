// The tasks as rows of a tree, in the order in which they were made; or, with a search, those that match.

import type { PageTask } from '../src/cli/dash/messages.ts';
import type { Store } from './store.ts';

export interface Row {
  readonly key: string;
  readonly depth: number;
  /** Undefined for a thread. */
  readonly task: PageTask | undefined;
  readonly title: string;
  readonly trouble: string | undefined;
  readonly fold: 'open' | 'shut' | undefined;
}

const threadOf = (key: string): string => key.slice(0, key.lastIndexOf('.'));

export function rowsOf(store: Store, search: string, shut: ReadonlySet<string>): Row[] {
  const wanted = search.trim().toLowerCase();
  const all = [...store.tasks.values()];
  if (wanted !== '') return all.filter((task) => matches(task, wanted)).map((task) => leaf(task, 0));
  const below = Map.groupBy(all, ({ key, parent }) =>
    parent !== undefined && store.tasks.has(parent) ? parent : threadOf(key),
  );
  const rows: Row[] = [];
  const seen = new Set<string>();
  const isOne = store.threads.length <= 1;
  const add = (top: string, depth: number): void => {
    const open = (below.get(top) ?? []).map((task) => ({ task, depth })).reverse();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { task, depth: level } = next;
      if (seen.has(task.key)) continue;
      seen.add(task.key);
      const children = below.get(task.key) ?? [];
      const isShut = shut.has(task.key);
      rows.push({
        ...leaf(task, level),
        fold: children.length === 0 ? undefined : isShut ? 'shut' : 'open',
      });
      if (!isShut) for (const task of children.toReversed()) open.push({ task, depth: level + 1 });
    }
  };
  for (const { key, title, trouble } of store.threads) {
    if (!isOne || trouble !== undefined)
      rows.push({ key, depth: 0, task: undefined, title, trouble, fold: shut.has(key) ? 'shut' : 'open' });
    if (!shut.has(key)) add(key, isOne ? 0 : 1);
  }
  return rows;
}

const leaf = (task: PageTask, depth: number): Row => ({
  key: task.key,
  depth,
  task,
  title: task.name,
  trouble: undefined,
  fold: undefined,
});

const matches = ({ name, state, waits }: PageTask, wanted: string): boolean =>
  [name, state, waits].some((text) => text.toLowerCase().includes(wanted));
