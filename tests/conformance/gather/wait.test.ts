// What asyncio's test_tasks asks of wait, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  InvalidArgumentError,
  newEventLoop,
  NoRunningLoopError,
  sleep,
  wait,
} from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { inTime } from '../../inTime.ts';
import { assertCancelled } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const nap = (ms: number): Task<void> => createTask(() => sleep(ms));
const crash = (ms: number): Task<void> =>
  createTask(async () => {
    if (ms > 0) await sleep(ms);
    throw new RangeError('crash');
  });
const stop = (...tasks: Task<void>[]): Promise<unknown> => {
  for (const task of tasks) task.cancel();
  return wait(tasks);
};

test(
  'wait returns when all are done, and at once when they are',
  inTime(async ({ loop }) => {
    const [a, b] = [nap(100), nap(150)];
    const begin = loop.time();
    for (let i = 0; i < 2; i++) {
      const [done, pending] = await wait([b, a]);
      assert.deepEqual([done, pending], [new Set([a, b]), new Set()]);
      assert.equal(loop.time(), begin + 150);
    }
  }),
);

test(
  'a task given twice is in the set once',
  inTime(async () => {
    const task = createTask(async () => 'test');
    const [done, pending] = await wait([task, task, createTask(async () => 'spam')]);
    assert.equal(pending.size, 0);
    assert.deepEqual(
      [...done].map((future) => future.result()),
      ['test', 'spam'],
    );
  }),
);

test(
  'wait refuses what it cannot wait for',
  inTime(async () => {
    const bad = (call: () => Promise<unknown>): Promise<void> => assert.rejects(call, InvalidArgumentError);
    await bad(() => wait([]));
    await bad(() => wait(new Set<Task<void>>()));
    const task = nap(0);
    await bad(() => wait([task], { returnWhen: -1 as never }));
    await bad(() => wait(task as never));
    await bad(() => wait((async () => {}) as never));
    await bad(() => wait([async () => {}] as never));
    await bad(() => wait([Promise.resolve()] as never));
    await task;
  }),
);

test(
  'FIRST_COMPLETED returns with the first',
  inTime(async ({ loop }) => {
    const [a, b] = [nap(10_000), nap(100)];
    const begin = loop.time();
    const [done, pending] = await wait([b, a], { returnWhen: FIRST_COMPLETED });
    assert.deepEqual([done, pending], [new Set([b]), new Set([a])]);
    assert.deepEqual([a.done(), b.done(), loop.time()], [false, true, begin + 100]);
    await stop(a);
  }),
);

test(
  'what is done when wait returns counts as done though it was not the first',
  inTime(async () => {
    const a = createTask(() => turns(1));
    const b = createTask(() => turns(2));
    const [done] = await wait([b, a], { returnWhen: FIRST_COMPLETED });
    assert.deepEqual(done, new Set([b, a]));
  }),
);

for (const delay of [0, 10]) {
  test(
    `FIRST_EXCEPTION returns with the first error (after ${delay} ms)`,
    inTime(async ({ loop }) => {
      const [a, b] = [nap(10_000), crash(delay)];
      const begin = loop.time();
      const [done, pending] = await wait([b, a], { returnWhen: FIRST_EXCEPTION });
      assert.deepEqual([done, pending], [new Set([b]), new Set([a])]);
      assert.equal(loop.time(), begin + delay);
      await stop(a);
    }),
  );
}

test(
  'FIRST_EXCEPTION: a cancelled task is no error',
  inTime(async () => {
    const [a, b] = [nap(100), nap(10_000)];
    b.cancel();
    const [done] = await wait([b, a], { returnWhen: FIRST_EXCEPTION });
    assert.equal(done.size, 2);
  }),
);

test(
  'errors are in the done tasks',
  inTime(async ({ loop }) => {
    const [a, b] = [nap(100), crash(150)];
    const begin = loop.time();
    for (let i = 0; i < 2; i++) {
      const [done, pending] = await wait([b, a]);
      assert.deepEqual([done.size, pending.size, loop.time()], [2, 0, begin + 150]);
      assert.equal([...done].filter((future) => future.exception() !== undefined).length, 1);
    }
  }),
);

for (const limit of [110, 100]) {
  test(
    `wait returns what there is after ${limit} ms`,
    inTime(async ({ loop }) => {
      const [a, b] = [nap(100), nap(150)];
      await turns();
      const begin = loop.time();
      const [done, pending] = await wait([b, a], { timeout: limit });
      assert.deepEqual([done, pending], [new Set([a]), new Set([b])]);
      assert.equal(loop.time(), begin + limit);
      await b;
    }),
  );
}

test(
  'wait takes any iterable, a generator too',
  inTime(async () => {
    const [a, b] = [nap(1), nap(2)];
    assert.deepEqual((await wait([b, a].values()))[0], new Set([a, b]));
    function* make(): Generator<Task<number>> {
      for (let i = 0; i < 10; i++) yield createTask(async () => i);
    }
    const [done, pending] = await wait(make());
    assert.deepEqual([done.size, pending.size], [10, 0]);
  }),
);

test(
  'cancelling the wait leaves the tasks running',
  inTime(async ({ loop }) => {
    const waiter = loop.createFuture<void>();
    let passed = 0;
    const inner = createTask(async () => {
      await waiter;
      passed++;
    });
    const outer = createTask(async () => {
      await wait([inner]);
      passed += 100;
    });
    await turns(2);
    outer.cancel();
    await assertCancelled(outer);
    waiter.setResult();
    await inner;
    assert.equal(passed, 1);
  }),
);

test('wait without a loop is a NoRunningLoopError', async () => {
  const loop = newEventLoop();
  await assert.rejects(wait([loop.createFuture()]), NoRunningLoopError);
  loop.close();
});
