// What `asyncio pstree` prints of a look.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { treeLines } from '../../../src/cli/look/tree.ts';
import type { ProcessView, ThreadView } from '../../../src/inspect/inspect.ts';
import { frame, lockOf, plain, snapshot, task, thread, view, wait } from './views.ts';

const HEAD = 'app.ts, process 100, Node 26.0.0, for 61.0s';
const lines = (of: ProcessView | ThreadView[], stacks = false): string[] =>
  treeLines(Array.isArray(of) ? view(of) : of, { screen: plain(), stacks });

test('pstree: a task that several await stands once below the first, and by its name below the others', () => {
  const tasks = [
    task(2, 'main', { waits: [wait('its task group: one, two', { holders: [3, 4] })] }),
    task(3, 'one', { parent: 2, awaiters: [2], waits: [wait('Task "timer"', { holders: [5] })] }),
    task(4, 'two', { parent: 2, awaiters: [2], waits: [wait('Task "timer"', { holders: [5] })] }),
    task(5, 'timer', { awaiters: [3, 4], waits: [wait('a sleep')] }),
  ];
  assert.deepEqual(lines([thread(tasks)]), [
    HEAD,
    '└── main thread, 4 tasks',
    '    └── main (2) waiting: its task group: one, two',
    '        ├── one (3) waiting: Task "timer"',
    '        │   └── timer (5) waiting: a sleep',
    '        └── two (4) waiting: Task "timer"',
    '            └── → timer (5)',
  ]);
});

test('pstree: several roots, in one thread and in several, one of them with nothing below it', () => {
  const first = [task(5, 'alone')];
  const second = [
    task(1, 'main'),
    ...[2, 3, 4].map((id) => task(id, `child-${id}`, { parent: 1, awaiters: [1] })),
    task(6, 'beside'),
  ];
  assert.deepEqual(lines([thread(first), thread(second, { thread: 3, name: 'pool-1' })]), [
    HEAD,
    '├── main thread, 1 task',
    '│   └── alone (5) waiting',
    '└── thread 3 "pool-1", 5 tasks',
    '    ├── main (1) waiting',
    '    │   ├── child-2 (2) waiting',
    '    │   ├── child-3 (3) waiting',
    '    │   └── child-4 (4) waiting',
    '    └── beside (6) waiting',
  ]);
});

test('pstree: a program without tasks, and a thread without a snapshot', () => {
  assert.deepEqual(lines([thread([])]), [HEAD, '└── main thread, 0 tasks']);
  const problem = { reason: 'gone', message: 'the process has closed the connection' } as const;
  assert.deepEqual(lines([{ thread: 0, name: 'main', problem }]), [
    'app.ts, process 100, Node, for 61.0s',
    '└── main thread',
    '        the process has closed the connection',
  ]);
});

test('pstree: circles come first, each on its own, and their tasks are in the tree all the same', () => {
  const tasks = [
    task(2, 'main'),
    task(3, 'a', { awaiters: [4, 2], waits: [lockOf(4, 'x')] }),
    task(4, 'b', { awaiters: [3], waits: [lockOf(3, 'y')] }),
    task(5, 'c', { waits: [lockOf(6, 'z')], awaiters: [6] }),
    task(6, 'd', { waits: [lockOf(5, 'w')], awaiters: [5] }),
  ];
  const circles = [
    [3, 4],
    [4, 5, 6],
  ];
  const printed = lines([{ thread: 0, name: 'main', snapshot: snapshot(tasks, circles) }]);
  assert.deepEqual(printed.slice(0, 7), [
    'deadlock: a → b → a',
    '  a (3) waits for Lock "x", held by b',
    '  b (4) waits for Lock "y", held by a',
    // One task may stand in two.
    'deadlock: b → c → d → b',
    '  b (4) waits for Lock "y", held by a',
    '  c (5) waits for Lock "z", held by d',
    '  d (6) waits for Lock "w", held by c',
  ]);
  for (const { id, name } of tasks)
    assert.ok(
      printed.some((line) => line.includes(`── ${name} (${id}) waiting`)),
      name,
    );
});

test('pstree: tasks that await each other and nothing else are shown, and once', () => {
  const tasks = [task(1, 'ping', { awaiters: [2] }), task(2, 'pong', { awaiters: [1] })];
  assert.deepEqual(
    lines([thread(tasks)]),
    [
      HEAD,
      '└── main thread, 2 tasks',
      '    └── ping (1) waiting',
      '        ├── pong (2) waiting',
      // It closes the circle.
    ].map((line) => line.replace('├── pong', '└── pong')),
  );
});

test('pstree: an awaiter that is unknown, and a task that awaits itself, make a root', () => {
  const tasks = [task(1, 'orphan', { awaiters: [99] }), task(2, 'itself', { awaiters: [2] })];
  assert.deepEqual(lines([thread(tasks)]).slice(2), [
    '    ├── orphan (1) waiting',
    '    └── itself (2) waiting',
  ]);
});

test('pstree: a task that waits for itself is a circle of one', () => {
  const tasks = [task(1, 'itself', { waits: [lockOf(1, 'x')], awaiters: [1] })];
  assert.deepEqual(lines([{ thread: 0, name: 'main', snapshot: snapshot(tasks, [[1]]) }]).slice(0, 2), [
    'deadlock: itself → itself',
    '  itself (1) waits for Lock "x", held by itself',
  ]);
});

test('pstree: a task without a name has its number for one', () => {
  const tasks = [task(1, ''), task(2, 'child', { parent: 1, waits: [lockOf(1, 'x')] })];
  assert.deepEqual(lines([thread(tasks)]).slice(2), [
    '    └── task 1 (1) waiting',
    '        └── child (2) waiting: Lock "x", held by task 1',
  ]);
});

test('pstree: --stacks shows each frame, beside the line that leads on', () => {
  const stack = [frame('read', 'file:///app/a%20b.ts', 3), frame('main', '/app/main.ts', 10)];
  const tasks = [task(1, 'main', { stack }), task(2, 'child', { parent: 1, stack: stack.slice(0, 1) })];
  assert.deepEqual(lines([thread(tasks)], true).slice(2), [
    '    └── main (1) waiting',
    '        │   at async read /app/a b.ts:3:1',
    '        │   at async main /app/main.ts:10:1',
    '        └── child (2) waiting',
    '                at async read /app/a b.ts:3:1',
  ]);
  assert.equal(lines([thread(tasks)])[2], '    └── main (1) waiting, at read a b.ts:3');
});

test('pstree: a thousand tasks below each other, and a thousand beside each other', () => {
  const deep = Array.from({ length: 1000 }, (_, id) =>
    task(id, `t${id}`, id === 0 ? {} : { parent: id - 1 }),
  );
  assert.equal(lines([thread(deep)]).length, 1002);
  const wide = Array.from({ length: 1000 }, (_, id) => task(id, `t${id}`, id === 0 ? {} : { parent: 0 }));
  const printed = lines([thread(wide)]);
  assert.equal(printed.length, 1002);
  assert.match(printed.at(-1) as string, /└── t999 \(999\)/);
});

test('pstree: the same name twice is two tasks; other scripts are text as any', () => {
  const tasks = [task(1, 'worker'), task(2, 'worker'), task(3, 'задача'), task(4, '任務 🚀')];
  assert.deepEqual(lines([thread(tasks)]).slice(2), [
    '    ├── worker (1) waiting',
    '    ├── worker (2) waiting',
    '    ├── задача (3) waiting',
    '    └── 任務 🚀 (4) waiting',
  ]);
});

test('pstree: the processes below one stand below it, with their problems', () => {
  const child = view([thread([task(1, 'job')])], { pid: 101, parent: 100, name: 'worker.ts' });
  const other = view([], {
    pid: 102,
    name: 'bun.ts',
    runtime: 'bun',
    problem: { reason: 'closed', message: 'it runs Bun' },
  });
  assert.deepEqual(lines(view([thread([])], { children: [child, other] })), [
    HEAD,
    '├── main thread, 0 tasks',
    '├── worker.ts, process 101, Node 26.0.0, for 61.0s',
    '│   └── main thread, 1 task',
    '│       └── job (1) waiting',
    '└── bun.ts, process 102, Bun, for 61.0s',
    '        it runs Bun',
  ]);
});

test('pstree: names that would be obeyed by a terminal are shown as text', () => {
  const evil = '\x1b]0;owned\x07\x1b[2J\r\n\u202egnp.exe\u0000';
  const [, , line] = lines(
    [thread([task(1, evil, { waits: [wait(evil)], stack: [frame(evil, evil, 1)] })])],
    true,
  );
  assert.equal(
    line,
    // Bun's raw strings write such characters out.
    '    └── ' +
      String.raw`\e]0;owned\x07\e[2J\r\n\u{202e}gnp.exe\x00 (1) waiting: \e]0;owned\x07\e[2J\r\n\u{202e}gnp.exe\x00`,
  );
  for (const each of lines([thread([task(1, evil, { stack: [frame(evil, evil, 1)] })])], true))
    assert.doesNotMatch(each, /[\p{Cc}\u202e]/u);
});

test('pstree: chains and circles longer than a stack and a line keep their lines short', () => {
  const most = 20_000;
  const chain = Array.from({ length: most }, (_, index) =>
    task(index + 1, `link ${index + 1}`, index === 0 ? {} : { awaiters: [index] }),
  );
  const long = lines([thread(chain)]);
  assert.equal(long.length, most + 2);
  assert.ok(long.every((line) => line.length < 300));
  assert.equal(long[3], '        └── link 2 (2) waiting');
  assert.match(long.at(-1) ?? '', /^… +└── link 20000 \(20000\) waiting$/);
  const shown = treeLines(view([thread(chain)]), { screen: plain(80), stacks: false });
  assert.match(shown.at(-1) ?? '', /^… +└── link 20000 \(20000\) waiting$/);

  const circle = chain.map((each) => (each.id === 1 ? { ...each, awaiters: [most] } : each));
  assert.equal(lines([thread(circle)]).length, most + 2);
});

test('pstree: a level that has no more below it keeps its place behind a deep one', () => {
  const deep = Array.from({ length: 70 }, (_, index) => task(index + 10, 'deep', { parent: index + 9 }));
  const tasks = [task(9, 'main'), ...deep, task(3, 'beside', { parent: 9 })];
  assert.equal(lines([thread(tasks)]).at(-1), '        └── beside (3) waiting');
});
