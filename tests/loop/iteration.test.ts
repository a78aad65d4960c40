// The iteration contract of the loop, and what lies between two entries.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, getRunningLoop, sleep } from '../../src/asyncio.ts';
import { viewLoop } from '../../src/lowlevel.ts';
import { inLoop } from '../inLoop.ts';
import { turns } from '../turns.ts';

/** A chain of plain promise reactions, `length` microtasks long. */
async function microtasks(length: number): Promise<void> {
  for (let i = 0; i < length; i++) await undefined;
}

test(
  'an iteration runs what was ready when it began; what that adds waits for the next',
  inLoop(async () => {
    const loop = getRunningLoop();
    const log: string[] = [];
    const add = (name: string, depth: number): void => {
      log.push(`${name}${depth}`);
      if (depth < 3) loop.callSoon(add, name, depth + 1);
    };
    for (const name of ['a', 'b', 'c']) loop.callSoon(add, name, 1);
    await turns(4);
    assert.deepEqual(log, ['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3']);
  }),
);

test(
  'the microtasks of a callback all run before the next callback',
  inLoop(async () => {
    const loop = getRunningLoop();
    const log: string[] = [];
    for (const name of ['a', 'b']) {
      loop.callSoon(() => {
        log.push(`${name} called`);
        void microtasks(50).then(() => log.push(`${name} drained`));
      });
    }
    await turns();
    assert.deepEqual(log, ['a called', 'a drained', 'b called', 'b drained']);
  }),
);

test(
  'a step of a task is complete, foreign promises included, before the next entry runs',
  inLoop(async () => {
    const log: string[] = [];
    const body = (name: string) => async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        log.push(`${name}${i} begins`);
        await microtasks(7);
        log.push(`${name}${i} ends`);
        await sleep(0);
      }
    };
    const tasks = ['a', 'b'].map((name) => createTask(body(name)));
    for (const task of tasks) await task;
    const expected: string[] = [];
    for (let i = 0; i < 3; i++)
      for (const name of ['a', 'b']) expected.push(`${name}${i} begins`, `${name}${i} ends`);
    assert.deepEqual(log, expected);
  }),
);

test(
  'the last step of a task is complete before the next entry runs',
  inLoop(async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      try {
        await sleep(0);
      } finally {
        await microtasks(5);
        log.push('ended');
      }
    });
    await turns();
    getRunningLoop().callSoon(() => log.push('callback'));
    await task;
    await turns();
    assert.deepEqual(log, ['ended', 'callback']);
  }),
);

test(
  'awaiting what is done goes on at once, in the same step',
  inLoop(async () => {
    const loop = getRunningLoop();
    const done = loop.createFuture<number>();
    done.setResult(1);
    const log: string[] = [];
    loop.callSoon(() => log.push('callback'));
    for (let i = 0; i < 10; i++) await done;
    log.push('awaited');
    await turns();
    assert.deepEqual(log, ['awaited', 'callback']);
  }),
);

test(
  'sleep(0) waits for exactly one iteration',
  inLoop(async () => {
    const view = viewLoop(getRunningLoop());
    await sleep(0);
    const before = view.iterations;
    for (let i = 0; i < 20; i++) await sleep(0);
    assert.equal(view.iterations - before, 20);
  }),
);

test(
  'who awaits one future wakes in the order of arrival, callbacks and tasks',
  inLoop(async () => {
    const loop = getRunningLoop();
    const future = loop.createFuture<void>();
    const log: number[] = [];
    const tasks = Array.from({ length: 20 }, (_, i) =>
      createTask(async () => {
        await future;
        log.push(i);
      }),
    );
    await turns();
    future.setResult();
    for (const task of tasks) await task;
    assert.deepEqual(
      log,
      Array.from({ length: 20 }, (_, i) => i),
    );
  }),
);

test(
  'callSoon from host callbacks wakes a resting loop',
  inLoop(async () => {
    const loop = getRunningLoop();
    for (const schedule of [
      setImmediate,
      (f: () => void) => setTimeout(f, 1),
      queueMicrotask,
      process.nextTick,
    ]) {
      const woken = loop.createFuture<string>();
      schedule(() => loop.callSoon(() => woken.setResult('woken')));
      assert.equal(await woken, 'woken');
    }
  }),
);

test(
  'a future settled by a host callback wakes its task',
  inLoop(async () => {
    const future = getRunningLoop().createFuture<number>();
    setTimeout(() => future.setResult(5), 2);
    assert.equal(await future, 5);
  }),
);

test(
  'a burst of entries larger than any budget runs whole and in order',
  inLoop(async () => {
    const loop = getRunningLoop();
    const log: number[] = [];
    for (let i = 0; i < 100_000; i++) loop.callSoon((n: number) => log.push(n), i);
    await turns(2);
    assert.equal(log.length, 100_000);
    assert.ok(log.every((n, i) => n === i));
  }),
);
