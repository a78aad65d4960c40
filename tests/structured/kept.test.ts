// A child's end is told to its group by the task itself: what must hold all the same when the loop stops in
// between, and for tasks that are somebody's already when a group gets them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  createTask,
  ExceptionGroup,
  gather,
  getRunningLoop,
  newEventLoop,
  run,
  sleep,
  Task,
  taskGroup,
} from '../../src/asyncio.ts';
import type { ExceptionContext, TaskFactory } from '../../src/asyncio.ts';
import { caughtContexts, hostTurn } from '../core/reports.ts';
import '../harness.ts';
import { inLoop } from '../inLoop.ts';
import { errorOf } from '../outcome.ts';

/** Ends the loop in the very step in which a child fails, before the turn of whoever keeps it. */
const failAndStop = async (): Promise<void> => {
  await sleep(0);
  getRunningLoop().stop();
  throw new RangeError('told');
};

const keepers: Record<string, () => Promise<unknown>> = {
  'task group': () => taskGroup(async (group) => void group.createTask(failAndStop)),
  gather: async () => await gather([failAndStop]),
};

for (const [name, body] of Object.entries(keepers)) {
  test(`${name}: a child that fails as the loop stops is told where the loop never goes on`, async () => {
    const contexts: ExceptionContext[] = [];
    const loop = newEventLoop({ debug: true });
    loop.setExceptionHandler((_, context) => contexts.push(context));
    const main = loop.createTask(body);
    await loop.runForever();
    await hostTurn();
    const messages = contexts.map(({ message }) => message);
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? '', /exception was never retrieved/);
    assert.ok(contexts[0]?.exception instanceof RangeError);
    main.cancel();
    await assert.rejects(loop.runUntilComplete(main));
    loop.close();
  });

  test(`${name}: a child that fails as the loop stops is not told where the loop goes on`, async () => {
    const contexts: ExceptionContext[] = [];
    const loop = newEventLoop();
    loop.setExceptionHandler((_, context) => contexts.push(context));
    const main = loop.createTask(body);
    await loop.runForever();
    assert.equal(main.done(), false);
    await assert.rejects(loop.runUntilComplete(main));
    loop.close();
    await hostTurn();
    assert.deepEqual(contexts, []);
  });
}

test('task group: a child that fails while the loop stands still is told', async () => {
  const contexts: ExceptionContext[] = [];
  const loop = newEventLoop({ debug: true });
  loop.setExceptionHandler((_, context) => contexts.push(context));
  const foreign = Promise.withResolvers<void>();
  const main = loop.createTask(() =>
    taskGroup(async (group) => {
      void group.createTask(() => foreign.promise);
      await sleep(0);
      getRunningLoop().stop();
    }),
  );
  await loop.runForever();
  foreign.reject(new RangeError('late'));
  await hostTurn();
  await hostTurn();
  assert.equal(contexts.length, 1);
  main.cancel();
  await assert.rejects(loop.runUntilComplete(main));
  loop.close();
});

test(
  'gather: an error that is kept for the results is not told while others are waited for',
  inLoop(async () => {
    getRunningLoop().setDebug(true);
    const contexts = caughtContexts();
    const fails = async (): Promise<never> => {
      throw new RangeError('kept');
    };
    const gathered = gather([fails, () => sleep(20)], { returnExceptions: true });
    for (let i = 0; i < 4; i++) await sleep(1);
    const [error] = await gathered;
    assert.ok(error instanceof RangeError);
    assert.deepEqual(contexts, []);
  }),
);

function withFactory(factory: TaskFactory, body: () => Promise<unknown>): () => Promise<void> {
  return inLoop(async () => {
    getRunningLoop().setTaskFactory(factory);
    try {
      await body();
    } finally {
      getRunningLoop().setTaskFactory(undefined);
    }
  });
}

/** A factory that returns the same task whenever it is asked. */
function always(state: 'new' | 'done' | 'failed'): TaskFactory {
  let task: Task<unknown> | undefined;
  return ((loop) => {
    task ??= new Task<unknown>(
      async () => {
        if (state === 'failed') throw new RangeError('once');
        await sleep(1);
        return 1;
      },
      { loop },
    );
    return task;
  }) as TaskFactory;
}

test(
  'task group: a task that its factory returns twice counts twice, and the group ends with it',
  withFactory(always('new'), async () => {
    const results = await taskGroup(async (group) => {
      const first = group.createTask(async () => 0);
      const second = group.createTask(async () => 0);
      assert.equal(first, second);
      return [first, second];
    });
    assert.deepEqual(
      results.map((task) => task.result()),
      [1, 1],
    );
  }),
);

test(
  'task group: the error of a task that its factory returns twice is there twice',
  withFactory(always('failed'), async () => {
    const error = await errorOf(
      taskGroup(async (group) => {
        for (let i = 0; i < 2; i++) void group.createTask(async () => 0);
      }),
      ExceptionGroup,
    );
    assert.equal(error.errors.length, 2);
  }),
);

test(
  'two groups and a gather that share a task through a factory are each told of its end',
  withFactory(always('new'), async () => {
    const shared = async (): Promise<void> => {
      await taskGroup(async (group) => void group.createTask(async () => 0));
    };
    const a = shared();
    const b = shared();
    assert.deepEqual(await gather([async () => 0, async () => 0]), [1, 1]);
    await Promise.all([a, b]);
    // Done by now.
    await shared();
    assert.deepEqual(await gather([async () => 0]), [1]);
  }),
);

test(
  'a group hears of the end before those who wait for the child, whoever came first to it',
  inLoop(async () => {
    const order: string[] = [];
    await taskGroup(async (group) => {
      const child = group.createTask(async () => {
        await sleep(0);
        throw new RangeError('first');
      });
      child.addDoneCallback(() => order.push(`callback, group ${inspect(group)}`));
      void child.then(undefined, () => order.push('then'));
      void createTask(async () => {
        try {
          await child;
        } catch {
          order.push('await');
        }
      });
      await sleep(10);
    }).catch(() => order.push('group'));
    assert.deepEqual(order, ['callback, group <TaskGroup cancelling errors=1>', 'then', 'await', 'group']);
  }),
);

test(
  'await of a child and a then of it run in the order in which they were registered',
  inLoop(async () => {
    const order: string[] = [];
    await taskGroup(async (group) => {
      const child = group.createTask(() => sleep(1));
      void child.then(() => order.push('first then'));
      child.addDoneCallback(() => order.push('callback'));
      void child.then(() => order.push('second then'));
      await child;
      order.push('await');
    });
    assert.deepEqual(order, ['first then', 'second then', 'callback', 'await']);
  }),
);

test('a child that was cancelled before its first step never runs, and its group ends', async () => {
  const ran: string[] = [];
  await run(() =>
    taskGroup(async (group) => {
      const child = group.createTask(async () => void ran.push('child'));
      child.cancel();
      child.cancel();
      await sleep(0);
      await sleep(0);
      assert.equal(child.cancelled(), true);
    }),
  );
  assert.deepEqual(ran, []);
});
