// One task with all that is known of it: asked for when it is chosen, and again while it is shown.

import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PageFrame, TaskDetail } from '../src/cli/dash/messages.ts';
import { span } from './spans.ts';
import type { Store } from './store.ts';
import { ask as askServer } from './token.ts';

interface DetailProps {
  readonly store: Store;
  readonly version: number;
  readonly selected: string | undefined;
  readonly onSelect: (key: string) => void;
}

export function Detail({ store, version, selected, onSelect }: DetailProps): ComponentChild {
  const [detail, setDetail] = useState<TaskDetail | undefined>(undefined);
  const [notice, setNotice] = useState('');
  useEffect(() => setNotice(''), [selected]);
  useEffect(() => {
    let isCurrent = true;
    if (selected !== undefined && store.tasks.has(selected))
      void ask<TaskDetail>(`/task?key=${selected}`).then((told) => {
        if (isCurrent && typeof told !== 'string' && told !== null) setDetail(told);
      });
    return () => {
      isCurrent = false;
    };
  }, [selected, version]);
  const task = selected === undefined ? undefined : store.tasks.get(selected);
  if (selected === undefined) return h('div', { class: 'empty' }, 'Choose a task to see its await stack.');
  if (task === undefined) {
    const name = store.bars.get(selected)?.name ?? 'The task';
    return h('div', { class: 'empty' }, `${name} has ended.`);
  }
  const link = (key: string): ComponentChild =>
    h(
      'button',
      { key, class: 'fold', style: { width: 'auto' }, onClick: () => onSelect(key) },
      store.tasks.get(key)?.name ?? key,
    );
  const known: [string, ComponentChild | string | undefined][] = [
    ['state', task.state],
    ['waits for', task.waits || undefined],
    ['since', task.waitsSince === undefined ? undefined : span(store.at - task.waitsSince)],
    ['age', span(store.at - task.born)],
    ['processor', task.cpu === undefined ? undefined : `${span(task.cpu)}, ${task.steps ?? 0} steps`],
    ['in group of', task.parent === undefined ? undefined : link(task.parent)],
  ];
  const mine = detail?.key === selected ? detail : undefined;
  if ((mine?.awaiters.length ?? 0) > 0)
    known.push(['awaited by', h('span', null, mine?.awaiters.map(link))]);
  if ((mine?.cancels ?? 0) > 0) known.push(['cancels', String(mine?.cancels)]);
  const cancel = async (): Promise<void> => {
    if (!confirm(`Cancel ${task.name}?`)) return;
    const done = await ask<boolean>(`/cancel?key=${selected}`, 'POST');
    setNotice(done === true ? 'cancelled' : done === false ? 'it has ended already' : String(done));
  };
  return h(
    'div',
    { class: 'detail' },
    h('h2', null, task.name),
    h(
      'dl',
      null,
      known.flatMap(([name, value]) =>
        value === undefined ? [] : [h('dt', null, name), h('dd', null, value)],
      ),
    ),
    store.program?.mayCancel === true
      ? h('p', null, h('button', { class: 'cancel', onClick: () => void cancel() }, 'Cancel'), ' ', notice)
      : null,
    h('h3', null, 'Await stack, innermost first'),
    mine === undefined ? h('p', { class: 'dim' }, '…') : frames(mine.stack),
    mine === undefined || mine.created.length === 0
      ? null
      : [h('h3', null, 'Created at'), frames(mine.created)],
  );
}

function frames(stack: readonly PageFrame[]): ComponentChild | ComponentChild[] {
  if (stack.length === 0) return h('p', { class: 'dim' }, 'not known');
  return stack.map(({ name, file, line, isAsync, source }, index) =>
    h(
      'div',
      { class: 'frame', key: index },
      h('b', null, `${isAsync ? 'async ' : ''}${name || '(anonymous)'}`),
      ' ',
      h('span', { class: 'place' }, `${file.replace(/^file:\/\//, '')}:${line}`),
      source === undefined ? null : h('pre', null, sourceLines(source, line)),
    ),
  );
}

function sourceLines(source: readonly string[], line: number): ComponentChild[] {
  const first = Math.max(1, line - 2);
  return source.map((text, index) => {
    const number = first + index;
    return h(
      'span',
      { class: number === line ? 'here' : '', key: number },
      `${String(number).padStart(4)}  ${text}`,
    );
  });
}

/** What the server returns; a text when it refuses. */
async function ask<T>(path: string, method = 'GET'): Promise<T | string | null> {
  try {
    const response = await askServer(path, { method });
    if (response.status === 409) return ((await response.json()) as { error: string }).error;
    return response.ok ? ((await response.json()) as T) : await response.text();
  } catch (error) {
    return (error as Error).message;
  }
}
