// The table of `asyncio top`, without a terminal: rows, keys and lines.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Measures, sparkline } from '../../../src/cli/top/measures.ts';
import { drawScreen, listHeight, listRows } from '../../../src/cli/top/screen.ts';
import { press, settle, START } from '../../../src/cli/top/state.ts';
import type { Key, Order, State } from '../../../src/cli/top/state.ts';
import { widthOf } from '../../../src/cli/terminal/text.ts';
import type { ProcessView } from '../../../src/inspect/inspect.ts';
import '../../harness.ts';
import { aProgram, aTask, aThread } from './program.ts';

const SIZE = { columns: 80, rows: 23 };
const named = (name: string): Key => ({ name, text: undefined, ctrl: false });
const typed = (text: string): Key => ({ name: text, text, ctrl: false });

class Top {
  state: State = START;
  order: Order;
  readonly measures: Measures = new Measures();
  #now = 0;
  program: ProcessView;

  constructor(program: ProcessView) {
    this.program = program;
    this.look(program);
  }

  look(program: ProcessView): void {
    this.program = program;
    this.measures.update(program, (this.#now += 1000));
    this.#settle();
  }

  press(...keys: Key[]): void {
    for (const key of keys) {
      [this.state, this.order] = press(this.state, key, this.rows, listHeight(SIZE));
      this.#settle();
    }
  }

  get rows() {
    return listRows(this.program, this.measures, this.state);
  }

  get titles(): string[] {
    return this.rows.map(({ title, depth }) => '  '.repeat(depth) + title);
  }

  screen(size = SIZE): string[] {
    const { program, measures, state, rows } = this;
    const lines = drawScreen({ program, measures, state, rows, detail: undefined }, size);
    return lines.map((line) => line.map(({ text }) => text).join(''));
  }

  #settle(): void {
    this.state = settle(this.state, this.rows, listHeight(SIZE));
  }
}

const tasks = [
  aTask(1, { name: 'main', age: 900, called: 'serve', steps: 9, cpu: 5 }),
  aTask(2, { name: 'Ann', age: 500, parent: 1, steps: 3, cpu: 70 }),
  aTask(3, { name: 'Bob', age: 700, parent: 2, state: 'running', steps: 4, cpu: 20 }),
];

test('top: tasks are sorted by what they use, and by each column, both ways', () => {
  const top = new Top(aProgram([aThread(tasks)]));
  assert.deepEqual(top.titles, ['Ann', 'Bob', 'main (serve)']);
  // From now on what counts is the time since the last look.
  top.look(aProgram([aThread([{ ...tasks[0]!, cpu: 505 }, tasks[1]!, tasks[2]!])]));
  assert.deepEqual(top.titles, ['main (serve)', 'Ann', 'Bob']);
  assert.equal(top.rows[0]?.load, 0.5);
  top.press(typed('T'));
  assert.deepEqual(top.titles, ['main (serve)', 'Bob', 'Ann']);
  top.press(typed('I'));
  assert.deepEqual(top.titles, ['Ann', 'Bob', 'main (serve)']);
  top.press(named('f6'), named('down'), named('return'));
  assert.equal(top.state.sort, 'steps');
  assert.equal(top.state.mode, 'list');
});

test('top: the cursor stays on its task while others come, go and change places', () => {
  const top = new Top(aProgram([aThread(tasks)]));
  top.press(named('down'));
  assert.equal(top.state.cursor, '4711.0.3');
  top.look(aProgram([aThread([...tasks, aTask(4, { cpu: 99, name: 'new' })])]));
  assert.equal(top.state.cursor, '4711.0.3');
  assert.equal(top.rows[top.state.position]?.title, 'Bob');
  // Its task has ended: the one in its place has it.
  top.look(aProgram([aThread([tasks[0]!, tasks[1]!])]));
  assert.equal(top.state.position, 1);
  assert.equal(top.state.cursor, top.rows[1]?.key);
  top.look(aProgram([aThread([])]));
  assert.equal(top.state.cursor, undefined);
});

test('top: a tree has groups below their tasks, threads and processes above them, and can be shut', () => {
  const child = aProgram([aThread([aTask(1, { name: 'work' })])], { pid: 4712, name: 'child.ts' });
  const top = new Top(aProgram([aThread(tasks), aThread([aTask(1)], {}, 3)], { children: [child] }));
  top.press(typed('t'));
  assert.deepEqual(top.titles, [
    'process 4711 server.ts',
    '  main (serve)',
    '    Ann',
    '      Bob',
    'thread 3 of 4711 worker 3',
    '  Task-1',
    'process 4712 child.ts',
    '  work',
  ]);
  top.press(named('home'), named('down'), typed('-'));
  assert.deepEqual(top.titles.slice(0, 3), [
    'process 4711 server.ts',
    '  main (serve)',
    'thread 3 of 4711 worker 3',
  ]);
  top.press(typed('+'));
  assert.equal(top.titles.length, 8);
});

test('top: a task is cancelled after a question, and no other one than was asked for', () => {
  const top = new Top(aProgram([aThread(tasks)]));
  top.press(named('f9'));
  assert.match(top.screen().at(-1) ?? '', /^Cancel task 2 Ann\? y\/n$/);
  top.press(typed('n'));
  assert.deepEqual([top.order, top.state.mode, top.state.notice], [undefined, 'list', 'not cancelled']);
  top.press(typed('k'), typed('y'));
  assert.equal(top.order?.what === 'cancel' && top.order.row.title, 'Ann');
  // It goes while the question stands: the row that takes its place is not meant.
  top.press(named('f9'));
  const asked = top.state;
  [top.state, top.order] = press(asked, typed('y'), [top.rows[1]!], 10);
  assert.deepEqual([top.order, top.state.notice], [undefined, 'it has ended meanwhile']);
  top.press({ name: 'c', text: '\u0003', ctrl: true });
  assert.deepEqual(top.order, { what: 'quit' });
});

test('top: search goes to a task, filter leaves the others out', () => {
  const top = new Top(aProgram([aThread(tasks)]));
  top.press(typed('/'), typed('b'), typed('o'), named('return'));
  assert.equal(top.rows[top.state.position]?.title, 'Bob');
  top.press(named('f4'), typed('A'), typed('x'), named('backspace'));
  assert.equal(top.state.filter, 'A');
  assert.deepEqual(top.titles, ['Ann', 'main (serve)']);
  top.press(typed('!'));
  assert.ok(top.screen().includes('no task matches the filter'));
  top.press(named('escape'));
  assert.equal(top.titles.length, 3);
});

test('top: the screen fits 80×24 and says what is wrong', () => {
  const many = Array.from({ length: 100 }, (_, id) => aTask(id + 1, { age: id }));
  const top = new Top(aProgram([aThread(many, { utilisation: 0.5, delay: 12, deadlocks: [[2, 3]] })]));
  const screen = top.screen();
  assert.equal(screen.length, 23);
  assert.ok(screen.every((line) => widthOf(line) <= 80));
  assert.equal(screen[0], 'asyncio top server.ts, process 4711, Node 26.10.0, up 1h03m');
  assert.match(screen[1] ?? '', /^Tasks 100: 100 waiting/);
  assert.match(screen[2] ?? '', /^Loop {2}50 % ▅ {2}delay 12ms █ {2}memory 100M$/);
  assert.equal(screen[3], 'DEADLOCK: Task-2 → Task-3 → Task-2');
  assert.match(screen.at(-1) ?? '', /^F1Help {2}F3Search {2}F4Filter .*F10Quit/);
  top.press(named('end'));
  assert.ok(top.screen().some((line) => line.includes('Task-100')));
  const hang = {
    kind: 'script',
    since: 65_000,
    stack: [],
    hot: [{ share: 1, frame: { name: 'spin', file: '/a/b/c.ts', line: 7, column: 1, isAsync: false } }],
  } as const;
  const stuck = new Top(aProgram([{ thread: 0, name: 'main', hang }]));
  assert.equal(stuck.screen()[3], 'HANGS for 65.0s: main of 4711 does not answer, in spin (b/c.ts:7)');
});

test('top: whatever the text, the size and the keys, no line is too long or obeyed by a terminal', () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 });
  const task = fc.record({ name: text, called: text, what: text, id: fc.nat(5), parent: fc.nat(5) });
  const key = fc.oneof(
    fc
      .constantFrom('up', 'down', 'pageup', 'end', 'return', 'escape', 'f1', 'f3', 'f4', 'f5', 'f6', 'f9')
      .map(named),
    text.map(typed),
  );
  fc.assert(
    fc.property(
      fc.array(task, { maxLength: 6 }),
      fc.array(key, { maxLength: 8 }),
      fc.integer({ min: 20, max: 130 }),
      (list, keys, columns) => {
        const seen = list.map(({ name, called, what, id, parent }) =>
          aTask(id, {
            name,
            called,
            parent,
            waits: [{ kind: 'other', what, holders: [id], held: true, any: false }],
          }),
        );
        const top = new Top(aProgram([aThread(seen)]));
        for (const each of keys) {
          top.press(each);
          for (const line of top.screen({ columns, rows: 23 })) {
            assert.ok(widthOf(line) <= columns, JSON.stringify(line));
            assert.doesNotMatch(line, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('top: a search finds a name before who waits for it, and a group is not found by its members', () => {
  const wait = (kind: 'lock' | 'group', what: string) => [
    { kind, what, holders: [3], held: kind === 'lock', any: false },
  ];
  const main = aTask(1, { name: 'main', waits: wait('group', 'its task group: Ann, Bob') });
  const top = new Top(
    aProgram([
      aThread([main, aTask(2, { name: 'Ann', waits: wait('lock', 'Lock') }), aTask(3, { name: 'Bob' })]),
    ]),
  );
  top.press(typed('N'), typed('/'), typed('Bob'), named('return'));
  assert.equal(top.rows[top.state.position]?.title, 'Bob');
  top.press(named('f4'), typed('Bob'), named('return'));
  assert.deepEqual(top.titles, ['Ann', 'Bob']);
});

test('sparkline: the latest values, the highest full', () => {
  assert.equal(sparkline([0, 0.5, 1], 10, 1), '▁▅█');
  assert.equal(sparkline([1, 2, 3, 4], 2, 1), '▇█');
  assert.equal(sparkline([], 5, 1), '');
});
