// The events on diagnostics_channel.

import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import { test } from 'node:test';
import '../harness.ts';
import { createTask, Lock, run, sleep } from '../../src/asyncio.ts';
import type { Future, Task } from '../../src/asyncio.ts';

const NAMES = ['task:create', 'task:done', 'wait:begin', 'wait:end'];

/** Runs `main` and returns the events of the task called "watched". */
async function eventsOf(main: () => Promise<void>): Promise<string[]> {
  const events: string[] = [];
  const listeners = NAMES.map(
    (name) =>
      [
        channel(`asyncio-ts:${name}`),
        (message: unknown): void => {
          const { task, future } = message as { task: Task; future?: Future };
          if (task.getName() !== 'watched') return;
          const what = future?.blocker?.what;
          events.push(
            `${name}${what === undefined ? '' : ` ${what}`}${name === 'task:done' ? ` ${task.done()}` : ''}`,
          );
        },
      ] as const,
  );
  for (const [on, listener] of listeners) on.subscribe(listener);
  try {
    await run(main);
  } finally {
    for (const [on, listener] of listeners) on.unsubscribe(listener);
  }
  return events;
}

test('a task is made, waits and ends', async () => {
  const events = await eventsOf(async () => {
    const lock = new Lock({ name: 'door' });
    await lock.acquire();
    const task = createTask(
      async () => {
        await sleep(1);
        await lock.acquire();
      },
      { name: 'watched' },
    );
    while (lock.statistics().waiters === 0) await sleep(1);
    lock.release();
    await task;
  });
  assert.deepEqual(events, [
    'task:create',
    'wait:begin',
    'wait:end',
    'wait:begin Lock "door"',
    'wait:end Lock "door"',
    'task:done true',
  ]);
});

test('a cancelled wait ends too, and so does the task', async () => {
  const events = await eventsOf(async () => {
    const task = createTask(() => sleep(60_000), { name: 'watched' });
    await sleep(0);
    task.cancel();
    await Promise.allSettled([task]);
  });
  assert.deepEqual(events, ['task:create', 'wait:begin', 'wait:end', 'task:done true']);
});

test('nobody is told any more after unsubscribing', async () => {
  await eventsOf(async () => {});
  for (const name of NAMES) assert.equal(channel(`asyncio-ts:${name}`).hasSubscribers, false);
});
