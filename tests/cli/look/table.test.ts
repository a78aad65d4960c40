// What `asyncio ps` prints of a look.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableLines } from '../../../src/cli/look/table.ts';
import type { ProcessView, ThreadView } from '../../../src/inspect/inspect.ts';
import { widthOf } from '../../../src/cli/terminal/text.ts';
import { frame, lockOf, plain, snapshot, task, thread, view, wait } from './views.ts';

const HEAD = 'app.ts, process 100, Node 26.0.0, for 61.0s';
const lines = (of: ProcessView | ThreadView[], columns = Infinity, stacks = false): string[] =>
  tableLines(Array.isArray(of) ? view(of) : of, { screen: plain(columns), stacks });

test('ps: a line for each task, with what it waits for, who holds that, and where', () => {
  const tasks = [
    task(2, 'main', { age: 61_000, cpu: 1.25, waits: [wait('its task group: reader, writer')] }),
    task(3, 'reader', {
      age: 1500,
      waits: [lockOf(4, 'db')],
      stack: [frame('next', 'node:internal/x', 1), frame('read', 'file:///app/db.ts', 12)],
    }),
    task(4, 'writer', { state: 'running', cancels: 2, age: 3, waits: [] }),
  ];
  assert.deepEqual(lines([thread(tasks)]), [
    HEAD,
    'main thread, 3 tasks',
    'id  name    state         age  cpu  waits for                       where',
    ' 2  main    waiting     61.0s  1ms  its task group: reader, writer',
    ' 3  reader  waiting      1.5s       Lock "db", held by writer       read db.ts:12',
    ' 4  writer  running ×2    3ms',
  ]);
});

test('ps: columns in which nothing stands are left out; no tasks, no table', () => {
  assert.deepEqual(lines([thread([task(1, 'main')])]), [
    HEAD,
    'main thread, 1 task',
    'id  name  state',
    ' 1  main  waiting',
  ]);
  assert.deepEqual(lines([thread([])]), [HEAD, 'main thread, 0 tasks']);
  assert.deepEqual(lines([]), ['app.ts, process 100, Node, for 61.0s']);
});

test('ps: queues with their fill, timers with what is left, sockets with their peer, processes with their number', () => {
  const waits = [
    wait('Queue "jobs"', { kind: 'queue', call: 'queue.put', size: 10, limit: 10 }),
    wait('Queue', { kind: 'queue', call: 'queue.get', size: 0, limit: 0 }),
    wait('a sleep that ends in 997118 ms', { kind: 'timer', left: 997_118 }),
    wait('a sleep', { kind: 'timer', left: -1 }),
    wait('a connection', { kind: 'socket', peer: '127.0.0.1:80' }),
    wait('a process', { kind: 'process', pid: 4711 }),
    wait('Lock', { kind: 'lock', held: true, holders: [1, 2, 3, 4, 99] }),
    wait('a task that is gone', { held: true, holders: [99] }),
  ];
  const tasks = waits.map((each, index) => task(index + 1, `t${index + 1}`, { waits: [each] }));
  assert.deepEqual(
    lines([thread(tasks)])
      .slice(3)
      .map((line) => line.replace(/^ \d +t\d +waiting +/, '')),
    [
      'Queue "jobs", put, 10 of 10',
      'Queue, get, 0 in it',
      'a sleep, 16m37s left',
      'a sleep, due',
      'a connection, 127.0.0.1:80',
      'a process, process 4711',
      'Lock, held by t1, t2, t3, 2 more',
      'a task that is gone, held by task 99',
    ],
  );
  const both = task(1, 'both', { waits: [wait('Future'), wait('Event')] });
  assert.match(lines([thread([both])])[3] as string, /Future and Event/);
});

test('ps: nothing is wider than the screen, and what is cut ends in an ellipsis', () => {
  const long = '漢字'.repeat(40);
  const tasks = [
    task(1_234_567_890, long, {
      age: 1e9,
      cpu: 1e9,
      waits: [wait(long, { held: true, holders: [1_234_567_890] })],
      stack: [frame(long, `/x/${long}.ts`, 1)],
    }),
    task(2, 'e\u0301'.repeat(100)),
  ];
  const hung: ThreadView = {
    thread: 1,
    name: long,
    hang: { kind: 'script', since: 5000, task: long, hot: [], stack: [frame(long, long, 1)] },
  };
  const of = [{ ...thread(tasks), snapshot: snapshot(tasks, [[1_234_567_890, 2]]) }, hung];
  for (const columns of [20, 40, 80, 81, 200])
    for (const line of lines(of, columns, true)) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`);
  const row = lines(of, 80).find((line) => line.startsWith('123456'));
  assert.match(row as string, /^123456…  漢/);
});

test('ps: in 80 columns the last two share what is left', () => {
  const tasks = [
    task(3, 'worker-1', {
      age: 1000,
      waits: [wait(`a response of ${'x'.repeat(60)}`)],
      stack: [frame('askTheOtherService', '/app/src/services/other.ts', 120)],
    }),
  ];
  assert.deepEqual(lines([thread(tasks)], 80).slice(2), [
    'id  name      state     age  waits for                          where',
    ' 3  worker-1  waiting  1.0s  a response of xxxxxxxxxxxxxxxxxx…  askTheOtherServ…',
  ]);
});

test('ps: --stacks shows the frames below their task', () => {
  const tasks = [task(1, 'main', { stack: [frame('read', '/app/db.ts', 3)] })];
  assert.equal(lines([thread(tasks)], Infinity, true)[4], '        at async read /app/db.ts:3:1');
});

test('ps: a hung thread is told apart: since when, in which task and function', () => {
  const hot = [
    { frame: frame('spin', '/app/spin.ts', 7, false), share: 0.93 },
    { frame: frame('tick', '/app/spin.ts', 9, false), share: 0.01 },
  ];
  const hang = { kind: 'script', since: 12_300, task: 'worker', hot, stack: [hot[0]!.frame] } as const;
  assert.deepEqual(lines([{ thread: 0, name: 'main', hang }]).slice(1), [
    'main thread',
    'hangs: its loop has not turned for 12.3s at least; it runs JavaScript of task "worker", in spin spin.ts:7',
    '   93 % of the time in spin /app/spin.ts:7:1',
    '  at spin /app/spin.ts:7:1',
  ]);
  const native = {
    kind: 'native',
    since: 1000,
    hot: [],
    stack: [],
    wait: 'do_epoll_wait',
    children: [{ pid: 7, name: 'sh' }],
  } as const;
  assert.deepEqual(lines([{ thread: 0, name: 'main', hang: native }]).slice(2), [
    'hangs: its thread waits in a call outside of JavaScript for 1.0s at least (do_epoll_wait)',
    '  below it: sh (7)',
  ]);
  const told = (kind: 'native' | 'stopped' | 'unknown'): string =>
    lines([{ thread: 0, name: 'main', hang: { kind, since: 1000, hot: [], stack: [] } }])[2] as string;
  assert.match(told('native'), /computes in a call outside of JavaScript/);
  assert.match(told('stopped'), /the process is stopped/);
  assert.match(told('unknown'), /nothing says why/);
});

test('ps: a name of a megabyte makes no table of megabytes, and a wrong URL is shown as it is', () => {
  const tasks = Array.from({ length: 50 }, (_, id) =>
    task(id, id === 0 ? 'x'.repeat(1_000_000) : 'short', { stack: [frame('f', 'file:///a%zz/%b.ts', 1)] }),
  );
  const shown = lines([thread(tasks)], Infinity, true);
  assert.ok(shown.join('').length < 50_000);
  assert.match(shown.at(-1) ?? '', /at async f file:\/\/\/a%zz\/%b\.ts:1/);
});

test('ps: as many tasks as there are, more than a call takes arguments', () => {
  const many = Array.from({ length: 200_000 }, (_, index) => task(index + 1, 'many'));
  const lines = tableLines(view([thread(many)]), { screen: plain(), stacks: false });
  assert.equal(lines.length, 200_003);
});
