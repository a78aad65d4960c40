// Tasks that wait for each other in a circle: nothing can wake them, but nothing breaks either. Those of
// the first test never end, so the harness, which tells every task that is left, is not asked here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, Future, newEventLoop } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { turns } from '../turns.ts';

test('cancelling one of a circle of tasks ends, and counts once for each', async () => {
  const loop = newEventLoop();
  await loop.runUntilComplete(async () => {
    const tasks: Task<unknown>[] = [];
    for (let i = 0; i < 3; i++)
      tasks.push(
        createTask(async () => {
          await tasks[(i + 1) % 3];
        }),
      );
    await turns(2);
    assert.equal(tasks[0]?.cancel(), true);
    assert.deepEqual(
      tasks.map((task) => task.cancelling()),
      [2, 1, 1],
    );
  });
  loop.close();
});

test('a circle through a future of their own is broken by the cancel', async () => {
  const loop = newEventLoop();
  await loop.runUntilComplete(async () => {
    const future = new Future<void>();
    const second: Task<void> = createTask(async () => {
      await Promise.all([first, future]);
    });
    const first: Task<void> = createTask(async () => {
      await second;
    });
    await turns(2);
    first.cancel();
    await turns(4);
    assert.deepEqual([first.cancelled(), second.cancelled()], [true, true]);
  });
  loop.close();
});
