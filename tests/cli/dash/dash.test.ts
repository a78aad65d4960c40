// The dashboard's server without a browser: who gets in, and what a page is told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit } from '../../../src/cli/dash/admit.ts';
import { Feed } from '../../../src/cli/dash/feed.ts';
import { Runs } from '../../../src/cli/dash/runs.ts';
import '../../harness.ts';
import { aProgram, aTask, aThread } from '../top/program.ts';

const gate = { port: 4000, token: '0123456789abcdef' };
const host = '127.0.0.1:4000';
const cookie = `other=1; asyncio_dash_4000=${gate.token}`;

function ask(path: string, headers: Record<string, string>, method = 'GET'): number | string {
  // The platform's Request leaves such headers out.
  const request = { method, url: `http://${host}${path}`, headers: new Headers(Object.entries(headers)) };
  const admission = admit(request as Request, gate);
  return admission.isAdmitted ? (admission.cookie ?? 200) : admission.response.status;
}

test('dash: the token lets in, by the address once and then by its cookie', () => {
  assert.match(
    String(ask(`/?token=${gate.token}`, { host, 'sec-fetch-site': 'cross-site' })),
    /^asyncio_dash_4000=0123456789abcdef; HttpOnly; SameSite=Strict; Path=\/$/,
  );
  assert.equal(ask('/', { host, cookie, 'sec-fetch-site': 'none' }), 200);
  assert.equal(ask('/live', { host: 'localhost:4000', cookie, 'sec-fetch-site': 'same-origin' }), 200);
  assert.equal(ask('/task', { host, cookie }), 200);
});

test('dash: nobody else gets anything', () => {
  assert.equal(ask('/', { host }), 403);
  assert.equal(ask('/?token=0123456789abcdeg', { host }), 403);
  assert.equal(ask('/?token=', { host }), 403);
  assert.equal(ask('/live', { host, cookie: 'asyncio_dash_4000=0123' }), 403);
  assert.equal(ask('/live', { host, cookie: `asyncio_dash_4001=${gate.token}` }), 403);
  // A name of somebody else that leads to this machine, and a page of another origin that has the cookie.
  assert.equal(ask('/live', { host: 'evil.example:4000', cookie }), 403);
  assert.equal(ask('/live', { host: '127.0.0.1:4001', cookie }), 403);
  assert.equal(ask('/live', { host, cookie, origin: 'http://evil.example' }), 403);
  assert.equal(ask('/live', { host, cookie, origin: 'null' }), 403);
  assert.equal(ask('/live', { host, cookie, 'sec-fetch-site': 'same-site' }), 403);
  assert.equal(ask('/live', { host, cookie, 'sec-fetch-site': 'none' }), 403);
  assert.equal(ask('/cancel', { host, cookie, 'sec-fetch-site': 'cross-site' }, 'POST'), 403);
  // The token in the address is for the page alone.
  assert.equal(ask(`/live?token=${gate.token}`, { host }), 403);
});

test('dash: a page is told what has changed, and times and not what time changes', () => {
  const feed = new Feed(new Runs());
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
  const first = feed.look(aProgram([aThread([aTask(1, { age: 100 }), sleeper(50, 10)])]), 1000);
  assert.deepEqual(
    first.tasks.map(({ key, born, waits, parent }) => [key, born, waits, parent]),
    [
      ['4711.0.1', 900, '', undefined],
      ['4711.0.2', 990, 'a sleep', '4711.0.1'],
    ],
  );
  assert.deepEqual(first.threads, [{ key: '4711.0', title: 'server.ts (4711)' }]);
  const second = feed.look(aProgram([aThread([aTask(1, { age: 600 }), sleeper(20, 510)])]), 1500);
  assert.deepEqual([second.tasks, second.gone, second.threads], [[], [], undefined]);
  const third = feed.look(aProgram([aThread([aTask(1, { age: 1100, state: 'cancelling' })])]), 2000);
  assert.deepEqual([third.tasks.map(({ state }) => state), third.gone], [['cancelling'], ['4711.0.2']]);
  const hang = {
    kind: 'script',
    since: 5000,
    hot: [],
    stack: [{ name: 'spin', file: '/a.ts', line: 3, column: 1, isAsync: false }],
  } as const;
  const stuck = feed.look(aProgram([{ thread: 0, name: 'main', hang }]), 2500);
  assert.equal(stuck.threads?.[0]?.trouble, 'does not answer: its loop hangs in spin, /a.ts:3');
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
