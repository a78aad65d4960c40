// Several cancels that the code has not seen yet are one: clean-up must not be hit by the second.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelScope,
  createTask,
  currentTask,
  isCancelled,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { inTime } from '../inTime.ts';
import { assertCancelled, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

/** Blocks that are cancelled by themselves while they obey a cancel from outside. */
const blocks: [string, () => Promise<unknown>][] = [
  [
    'timeout',
    () =>
      timeout(0, async () => {
        try {
          await sleep(1000);
        } finally {
          await outcomeOf(sleep(0));
        }
      }).catch((error: unknown) => {
        if (isCancelled(error)) throw error;
      }),
  ],
  [
    'scope',
    () =>
      new CancelScope().run(async (scope) => {
        try {
          await sleep(1000);
        } finally {
          scope.cancel();
        }
      }),
  ],
  [
    'group',
    () =>
      taskGroup(async (group) => {
        try {
          await sleep(1000);
        } finally {
          group.cancel();
        }
      }),
  ],
];

test(
  'two cancels in one turn are delivered as one',
  inTime(async () => {
    for (const twice of [
      (task: { cancel(): boolean }) => task.cancel(),
      (task: { cancel(): boolean }) => {
        task.cancel();
        task.cancel();
      },
    ]) {
      const task = createTask(async () => {
        const first = await outcomeOf(sleep(1000));
        const second = await outcomeOf(sleep(1, { result: 'clean-up' }));
        return [first, second];
      });
      await turns();
      task.cancel();
      twice(task);
      assert.deepEqual(await task, [{ cancelled: '' }, { value: 'clean-up' }]);
    }
  }),
);

test(
  'two cancels in one turn are one for a future that others await too',
  inTime(async ({ loop }) => {
    const shared = loop.createFuture<void>();
    shared.then(undefined, () => {});
    const task = createTask(async () => [
      await outcomeOf(shared),
      await outcomeOf(sleep(1, { result: 'clean-up' })),
    ]);
    await turns();
    task.cancel();
    task.cancel();
    assert.deepEqual(await task, [{ cancelled: '' }, { value: 'clean-up' }]);
  }),
);

test(
  'a timeout and a cancel that both find nothing to cancel are one',
  inTime(async ({ clock, loop }) => {
    const task = createTask(
      async () =>
        await timeout(10, async () => {
          clock.advance(50);
          const foreign = Promise.withResolvers<void>();
          loop.callSoon(() => loop.callSoon(() => foreign.resolve()));
          loop.callSoon(() => task.cancel());
          await foreign.promise;
          return [await outcomeOf(sleep(1000)), await outcomeOf(sleep(1, { result: 'clean-up' }))];
        }),
    );
    assert.deepEqual(await task, [{ cancelled: '' }, { value: 'clean-up' }]);
  }),
);

for (const [name, block] of blocks) {
  test(
    `${name}: a cancel that was due when it was entered is not taken for its own`,
    inTime(async ({ loop }) => {
      const task = createTask(async () => {
        const foreign = Promise.withResolvers<void>();
        loop.callSoon(() => {
          task.cancel('due');
          foreign.resolve();
        });
        await foreign.promise;
        await block();
        await sleep(1000);
      });
      await assertCancelled(task);
      assert.equal(loop.time(), 1000);
    }),
  );
}

test(
  'timeout: a cancel that the task asked for in its own step before it entered came before',
  inTime(async () => {
    const task = createTask(async () => {
      currentTask()?.cancel();
      await timeout(0, () => sleep(0));
    });
    await turns(4);
    assert.ok(task.exception() instanceof TimeoutError);
  }),
);

/** The body of a task that goes on after a cancel without taking it back. */
const afterACancel = async (body: () => Promise<unknown>): Promise<{ task: Task<void> }> => {
  const task = createTask(async () => {
    await outcomeOf(sleep(1000));
    await body();
  });
  await turns();
  task.cancel();
  return { task };
};

test(
  'taskGroup: errors cancel the parent again that has a cancel on its count',
  inTime(async () => {
    const log: unknown[] = [];
    const { task } = await afterACancel(async () => {
      const group = taskGroup(async () => await Promise.reject(new Error('x')));
      log.push(Object.keys(await outcomeOf(group)), Object.keys(await outcomeOf(sleep(0))));
      await sleep(0);
    });
    await task;
    assert.deepEqual(log, [['error'], ['cancelled']]);
    assert.equal(task.cancelling(), 1);
  }),
);

test(
  'TaskGroup.cancel: is thrown on where a cancel is on the count of the parent',
  inTime(async () => {
    const body = async (): Promise<void> => {
      await taskGroup(async (group) => {
        group.cancel();
        await sleep(1000);
      });
    };
    await body();
    const { task } = await afterACancel(body);
    await assertCancelled(task);
  }),
);
