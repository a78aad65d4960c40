// The dashboard's server without a browser: who gets in, and what a page is told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuse } from '../../../src/cli/dash/admit.ts';
import { Feed } from '../../../src/cli/dash/feed.ts';
import type { Look, Piece } from '../../../src/cli/dash/messages.ts';
import { Runs } from '../../../src/cli/dash/runs.ts';
import type { ProcessView } from '../../../src/inspect/inspect.ts';
import '../../harness.ts';
import { aProgram, aTask, aThread } from '../top/program.ts';

const gate = { port: 4000, token: '0123456789abcdef' };
const host = '127.0.0.1:4000';
const authorization = `Bearer ${gate.token}`;

function ask(path: string, headers: Record<string, string>, method = 'GET'): number {
  // The platform's Request leaves such headers out.
  const request = { method, url: `http://${host}${path}`, headers: new Headers(Object.entries(headers)) };
  return refuse(request as Request, gate)?.status ?? 200;
}

test('dash: the page is for everybody who asks for it here, and the token lets in to all else', () => {
  assert.equal(ask('/', { host, 'sec-fetch-site': 'none' }), 200);
  assert.equal(ask('/', { host, 'sec-fetch-site': 'cross-site' }), 200);
  assert.equal(
    ask('/live', { host: 'localhost:4000', authorization, 'sec-fetch-site': 'same-origin' }),
    200,
  );
  assert.equal(ask('/task', { host, authorization }), 200);
  assert.equal(ask('/cancel', { host, authorization, origin: `http://${host}` }, 'POST'), 200);
});

test('dash: nobody else gets anything', () => {
  assert.equal(ask('/live', { host }), 403);
  assert.equal(ask('/', { host }, 'POST'), 403);
  assert.equal(ask('/live', { host, authorization: 'Bearer 0123456789abcdeg' }), 403);
  assert.equal(ask('/live', { host, authorization: 'Bearer ' }), 403);
  assert.equal(ask('/live', { host, authorization: gate.token }), 403);
  // Not as a cookie, which every server of this machine would get, nor in an address, which is written down.
  assert.equal(ask('/live', { host, cookie: `asyncio_dash_4000=${gate.token}; token=${gate.token}` }), 403);
  assert.equal(ask(`/live?token=${gate.token}`, { host }), 403);
  // A name of somebody else that leads to this machine, and a page of another origin that has the token.
  assert.equal(ask('/', { host: 'evil.example:4000' }), 403);
  assert.equal(ask('/live', { host: 'evil.example:4000', authorization }), 403);
  assert.equal(ask('/live', { host: '127.0.0.1:4001', authorization }), 403);
  assert.equal(ask('/live', { host, authorization, origin: 'http://127.0.0.1:4001' }), 403);
  assert.equal(ask('/live', { host, authorization, origin: 'null' }), 403);
  assert.equal(ask('/live', { host, authorization, 'sec-fetch-site': 'same-site' }), 403);
  assert.equal(ask('/live', { host, authorization, 'sec-fetch-site': 'none' }), 403);
  assert.equal(ask('/cancel', { host, authorization, 'sec-fetch-site': 'cross-site' }, 'POST'), 403);
});

/** What a page is told that knows so much already, as the messages. */
function tell(feed: Feed, known: number): { messages: (Look | Piece)[]; known: number } {
  const messages: (Look | Piece)[] = [];
  const lines = feed.since(known);
  for (let next = lines.next(); ; next = lines.next()) {
    if (next.done === true) return { messages, known: next.value };
    messages.push(JSON.parse(new TextDecoder().decode(next.value)) as Look | Piece);
  }
}

test('dash: a page is told what has changed, and times and not what time changes', () => {
  const feed = new Feed(new Runs());
  let known = 0;
  const look = (program: ProcessView, at: number): Look => {
    feed.update(program, at);
    const told = tell(feed, known);
    known = told.known;
    assert.equal(told.messages.length, 1);
    return told.messages[0] as Look;
  };
  const sleeper = (left: number, age: number) =>
    aTask(2, {
      name: 'Ann',
      age,
      parent: 1,
      waits: [
        {
          kind: 'timer',
          what: `a sleep that ends in ${left} ms`,
          left,
          holders: [],
          held: false,
          any: false,
        },
      ],
    });
  const first = look(aProgram([aThread([aTask(1, { age: 100 }), sleeper(50, 10)])]), 1000);
  assert.deepEqual(
    first.tasks.map(({ key, born, waits, parent }) => [key, born, waits, parent]),
    [
      ['4711.0.1', 900, '', undefined],
      ['4711.0.2', 990, 'a sleep', '4711.0.1'],
    ],
  );
  assert.deepEqual(first.threads, [{ key: '4711.0', title: 'server.ts (4711)' }]);
  const second = look(aProgram([aThread([aTask(1, { age: 600 }), sleeper(20, 510)])]), 1500);
  assert.deepEqual([second.tasks, second.gone, second.threads], [[], [], undefined]);
  const third = look(aProgram([aThread([aTask(1, { age: 1100, state: 'cancelling' })])]), 2000);
  assert.deepEqual([third.tasks.map(({ state }) => state), third.gone], [['cancelling'], ['4711.0.2']]);
  const hang = {
    kind: 'script',
    since: 5000,
    hot: [],
    stack: [{ name: 'spin', file: '/a.ts', line: 3, column: 1, isAsync: false }],
  } as const;
  const stuck = look(aProgram([{ thread: 0, name: 'main', hang }]), 2500);
  assert.equal(stuck.threads?.[0]?.trouble, 'does not answer: its loop hangs in spin, /a.ts:3');
});

test('dash: pages share what they are told, and one that missed looks is told what has changed since', () => {
  const feed = new Feed(new Runs());
  const program = (count: number, more = {}): ProcessView =>
    aProgram([aThread(Array.from({ length: count }, (_, id) => aTask(id + 1, { age: 0, ...more })))]);
  const keys = (messages: (Look | Piece)[]): string[] =>
    messages.flatMap(({ tasks }) => tasks.map(({ key }) => key));
  assert.equal(feed.covers(0), false, 'a new page begins');
  feed.update(program(3), 1000);
  const one = tell(feed, 0);
  feed.update(program(2), 1001);
  assert.equal(feed.since(one.known).next().value, feed.since(one.known).next().value);
  feed.update(program(2, { state: 'cancelling' }), 1002);
  feed.update(program(4, { state: 'cancelling' }), 1003);
  const late = tell(feed, one.known);
  assert.deepEqual(keys(late.messages), ['4711.0.1', '4711.0.2', '4711.0.3', '4711.0.4']);
  // One that was away for a while is there again.
  assert.deepEqual((late.messages[0] as Look).gone, []);
  assert.deepEqual(keys(tell(feed, late.known).messages), []);
  feed.update(program(1, { state: 'cancelling' }), 1004);
  assert.deepEqual((tell(feed, late.known).messages[0] as Look).gone.length, 3);
});

test('dash: many tasks come in pieces, of which a page that does not read has one', () => {
  const feed = new Feed(new Runs());
  const program = (count: number): ProcessView =>
    aProgram([aThread(Array.from({ length: count }, (_, id) => aTask(id + 1, { age: 0 })))]);
  feed.update(program(1000), 1000);
  const lines = feed.since(0);
  const first = JSON.parse(new TextDecoder().decode(lines.next().value as Uint8Array)) as Piece;
  assert.deepEqual([first.what, first.tasks.length], ['tasks', 250]);
  // Meanwhile the program goes on; nothing of it is lost.
  feed.update(program(999), 1001);
  const known = new Set(first.tasks.map(({ key }) => key));
  let next = lines.next();
  for (; next.done !== true; next = lines.next()) {
    const { tasks, ...rest } = JSON.parse(new TextDecoder().decode(next.value)) as Look;
    for (const { key } of tasks) known.add(key);
    for (const key of rest.gone ?? []) known.delete(key);
  }
  const { messages } = tell(feed, next.value);
  for (const message of messages as Look[]) {
    for (const { key } of message.tasks) known.add(key);
    for (const key of message.gone) known.delete(key);
  }
  assert.equal(known.size, 999);
});

test('dash: a page that has been away for too long begins anew', () => {
  const feed = new Feed(new Runs());
  for (let look = 0; look < 30; look++) {
    const tasks = Array.from({ length: 1000 }, (_, id) => aTask(look * 1000 + id + 1));
    feed.update(aProgram([aThread(tasks)]), 1000 + look);
  }
  assert.equal(feed.covers(1), false);
  assert.equal(feed.covers(29), true);
});

test('dash: when tasks ran is told in few pieces, however many steps there were', () => {
  const runs = new Runs();
  const step = (at: number, took: number, task = 1) => ({ at, what: 'step', task, took }) as const;
  runs.add(7, 0, [step(10, 2), step(12.5, 1), step(20, 1), step(20, 3, 2)], 1020);
  assert.deepEqual(runs.take(), [
    ['7.0.1', 1010, 3.5, 1020, 1],
    ['7.0.2', 1020, 3],
  ]);
  assert.deepEqual(runs.take(), []);
  runs.add(
    7,
    0,
    Array.from({ length: 10_000 }, (_, index) => step(100 + index * 5, 1)),
    60_000,
  );
  const [[, ...times] = ['']] = runs.take();
  assert.equal(times.length, 80);
  // The last piece lasts to the end of all.
  assert.equal((times.at(-2) ?? 0) + (times.at(-1) ?? 0), 1000 + 100 + 9999 * 5 + 1);
});
