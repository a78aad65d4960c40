import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, Event, InvalidArgumentError, NoRunningLoopError, sleep } from '../../src/asyncio.ts';
import { checkpoint, runTest, waitAllTasksBlocked } from '../../src/testing/testing.ts';

test('returns when the others have run as far as they can', () =>
  runTest(async () => {
    const event = new Event();
    const log: string[] = [];
    const task = createTask(async () => {
      for (let i = 0; i < 10; i++) await sleep(0);
      for (let i = 0; i < 50; i++) await null;
      await new Promise((resolve) => setImmediate(resolve));
      log.push('waits');
      await event.wait();
      log.push('ends');
    });
    await waitAllTasksBlocked();
    assert.deepEqual(log, ['waits']);
    event.set();
    await waitAllTasksBlocked();
    assert.deepEqual(log, ['waits', 'ends']);
    await task;
  }));

test('comes before the time jumps', () =>
  runTest(async ({ clock }) => {
    const nap = createTask(() => sleep(10));
    await waitAllTasksBlocked();
    assert.equal(clock.now(), 0);
    await nap;
  }));

test('all who wait are woken together', () =>
  runTest(async () => {
    const woken: number[] = [];
    await Promise.all(
      [1, 2, 3].map((n) =>
        createTask(async () => {
          await waitAllTasksBlocked();
          woken.push(n);
        }),
      ),
    );
    assert.deepEqual(woken, [1, 2, 3]);
  }));

test('a smaller cushion comes first, and the larger waits for real quiet', () =>
  runTest(async () => {
    const woken: string[] = [];
    const began = performance.now();
    const large = createTask(async () => {
      await waitAllTasksBlocked({ cushion: 30 });
      woken.push('large');
    });
    const small = createTask(async () => {
      await waitAllTasksBlocked();
      woken.push('small');
    });
    await Promise.all([large, small]);
    assert.deepEqual(woken, ['small', 'large']);
    assert.ok(performance.now() - began >= 29);
  }));

test('a cancel ends the wait and leaves nothing behind', () =>
  runTest(async ({ loop }) => {
    const busy = createTask(async () => {
      for (;;) await checkpoint();
    });
    const waiter = createTask(() => waitAllTasksBlocked());
    await sleep(0);
    const before = loop._idleListeners.size;
    waiter.cancel();
    await Promise.allSettled([waiter]);
    assert.equal(waiter.cancelled(), true);
    assert.equal(loop._idleListeners.size, before - 1);
    busy.cancel();
    await Promise.allSettled([busy]);
  }));

test('needs a loop, and a cushion that is a length of time', async () => {
  assert.throws(() => waitAllTasksBlocked(), NoRunningLoopError);
  await runTest(() => {
    assert.throws(() => waitAllTasksBlocked({ cushion: NaN }), InvalidArgumentError);
  });
});

test('checkpoint lets everything that is ready run', () =>
  runTest(async () => {
    let ran = 0;
    for (let i = 0; i < 5; i++) void createTask(async () => void ran++);
    await checkpoint();
    assert.equal(ran, 5);
  }));

test('checkpoint delivers a cancel', () =>
  runTest(async () => {
    let passed = false;
    const task = createTask(async () => {
      task.cancel();
      await checkpoint();
      passed = true;
    });
    await Promise.allSettled([task]);
    assert.equal(task.cancelled(), true);
    assert.equal(passed, false);
  }));
