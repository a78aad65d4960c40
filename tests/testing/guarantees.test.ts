// What the seeded scheduler must keep in every schedule, and what it must vary.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Condition,
  createTask,
  Event,
  gather,
  Lock,
  Queue,
  Semaphore,
  sleep,
  taskGroup,
} from '../../src/asyncio.ts';
import { checkpoint, runTest } from '../../src/testing/testing.ts';
import type { TestContext } from '../../src/testing/testing.ts';

const SCHEDULES = 60;

/** The logs that `body` writes, one for each schedule. */
async function logsOf(body: (log: string[], context: TestContext) => Promise<void>): Promise<string[]> {
  const logs: string[] = [];
  await runTest(
    async (context) => {
      const log: string[] = [];
      await body(log, context);
      logs.push(log.join(' '));
    },
    { schedules: SCHEDULES },
  );
  assert.equal(logs.length, SCHEDULES);
  return logs;
}

function keeps(name: string, body: (log: string[], context: TestContext) => Promise<void>): void {
  test(`keeps: ${name}`, async () => {
    const logs = new Set(await logsOf(body));
    assert.equal(logs.size, 1, [...logs].join(' | '));
  });
}

function varies(
  name: string,
  orders: number,
  body: (log: string[], context: TestContext) => Promise<void>,
): void {
  test(`varies: ${name}`, async () => {
    const logs = await logsOf(body);
    assert.equal(new Set(logs).size, orders, [...new Set(logs)].join(' | '));
  });
}

const names = ['a', 'b', 'c'];

keeps('callbacks of callSoon run first in, first out', async (log, { loop }) => {
  void createTask(async () => {});
  for (const name of names) loop.callSoon(() => log.push(name));
  void createTask(async () => {});
  await sleep(0);
});

keeps(
  'done callbacks run in the order of registration, before and after an await',
  async (log, { loop }) => {
    const future = loop.createFuture<void>();
    future.addDoneCallback(() => log.push('first'));
    const task = createTask(async () => {
      await future;
      log.push('awaiter');
    });
    await sleep(0);
    future.addDoneCallback(() => log.push('last'));
    const other = createTask(() => checkpoint());
    future.setResult();
    await gather([task, other]);
  },
);

keeps('of two timers the earlier runs first, however late both are', async (log, { loop, clock }) => {
  for (const [name, delay] of [
    ['c', 30],
    ['a', 10],
    ['b', 20],
  ] as const)
    loop.callLater(delay, () => log.push(name));
  await sleep(0);
  clock.jump(30);
  await sleep(0);
  await sleep(0);
});

keeps('sleep(0) returns when everything that was ready before it has run', async (log, { loop }) => {
  const early = names.map((name) => createTask(async () => void log.push(name)));
  loop.callSoon(() => log.push('soon'));
  await sleep(0);
  log.length = 0;
  log.push(String(early.every((task) => task.done())));
});

keeps('a lock goes to who waits first', async (log) => {
  const lock = new Lock();
  await lock.acquire();
  const tasks: unknown[] = [];
  for (const name of names) {
    tasks.push(createTask(() => lock.with(() => void log.push(name))));
    await sleep(0);
  }
  lock.release();
  await Promise.all(tasks);
});

keeps('a semaphore that lets several in takes them in order', async (log) => {
  const semaphore = new Semaphore(0);
  const tasks: unknown[] = [];
  for (const name of names) {
    tasks.push(
      createTask(async () => {
        await semaphore.acquire();
        log.push(name);
      }),
    );
    await sleep(0);
  }
  for (const _ of names) semaphore.release();
  await Promise.all(tasks);
});

keeps('items go to who waits first', async (log) => {
  const queue = new Queue<number>();
  const tasks: unknown[] = [];
  for (const name of names) {
    tasks.push(createTask(async () => void log.push(`${name}${await queue.get()}`)));
    await sleep(0);
  }
  for (const n of [1, 2, 3]) queue.putNowait(n);
  await Promise.all(tasks);
});

keeps('who waits for an event or a condition is woken in order', async (log) => {
  const event = new Event();
  const condition = new Condition();
  const tasks: unknown[] = [];
  for (const name of names) {
    tasks.push(
      createTask(async () => {
        await event.wait();
        log.push(name);
        await condition.with(async () => {
          await condition.wait();
          log.push(name);
        });
      }),
    );
    await sleep(0);
  }
  event.set();
  await sleep(1);
  await condition.with(() => condition.notifyAll());
  await Promise.all(tasks);
});

keeps('each task runs in the order of its own lines', async (log) => {
  await createTask(async () => {
    for (const name of names) {
      log.push(name);
      await checkpoint();
      log.push(name.toUpperCase());
    }
  });
});

varies('the first steps of tasks', 6, async (log) => {
  await Promise.all(names.map((name) => createTask(async () => void log.push(name))));
});

varies('the first steps of the children of a group', 6, async (log) => {
  await taskGroup(async (group) => {
    for (const name of names) void group.createTask(async () => void log.push(name));
  });
});

varies('tasks that different futures wake in one turn', 6, async (log, { loop }) => {
  const futures = names.map(() => loop.createFuture<void>());
  const tasks = names.map((name, at) =>
    createTask(async () => {
      await futures[at];
      log.push(name);
    }),
  );
  await sleep(0);
  for (const future of futures) future.setResult();
  await Promise.all(tasks);
});

varies('timers for exactly the same time', 6, async (log, { loop }) => {
  const when = loop.time() + 5;
  for (const name of names) loop.callAt(when, () => log.push(name));
  await sleep(10);
});

varies('sleeps that end at the same time', 6, async (log) => {
  await Promise.all(
    names.map((name) =>
      createTask(async () => {
        await sleep(5);
        log.push(name);
      }),
    ),
  );
});

varies('where a callback comes between the steps of tasks', 4, async (log, { loop }) => {
  const lasts = names.map(() => createTask(async () => void log.push('task')));
  loop.callSoon(() => log.push('callback'));
  await Promise.all(lasts);
  await sleep(0);
});
