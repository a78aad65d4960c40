// A cancel that has to go through many tasks, each of which awaits the next.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, sleep, type Task } from '../../src/asyncio.ts';
import { assertCancelled, inLoop, turns } from '../sync/turns.ts';

test(
  'a cancel goes down a chain of a thousand tasks, and all clean up, innermost first',
  inLoop(async () => {
    const depth = 1000;
    const ended: number[] = [];
    const tasks: Task<void>[] = [];
    const start = (level: number): Task<void> => {
      const task = createTask(async () => {
        try {
          if (level === 0) await sleep(60_000);
          else await start(level - 1);
        } finally {
          ended.push(level);
        }
      });
      tasks.push(task);
      return task;
    };
    const top = start(depth);
    await turns(depth + 2);
    top.cancel();
    await assertCancelled(top);
    assert.deepEqual(
      ended,
      Array.from({ length: depth + 1 }, (_, i) => i),
    );
    assert.ok(tasks.every((task) => task.cancelled() && task.cancelling() === 1));
  }),
);
