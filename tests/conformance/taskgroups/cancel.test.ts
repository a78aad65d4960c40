// TaskGroup.cancel() as asyncio 3.15 describes it, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  currentTask,
  ExceptionGroup,
  isCancelled,
  sleep,
  TaskGroup,
  taskGroup,
  UsageError,
} from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { inTime } from '../../inTime.ts';
import { assertCancelled, errorOf, typesOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

test(
  'cancel() ends the children, and the group without an error',
  inTime(async ({ loop }) => {
    const tasks: Task<void>[] = [];
    const begin = loop.time();
    await taskGroup(async (group) => {
      tasks.push(
        group.createTask(() => sleep(1000)),
        group.createTask(() => sleep(2000)),
      );
      await sleep(1);
      group.cancel();
    });
    assert.equal(loop.time(), begin + 1);
    assert.deepEqual(
      tasks.map((task) => task.cancelled()),
      [true, true],
    );
  }),
);

test(
  'cancel() interrupts the body',
  inTime(async () => {
    let reached = false;
    let seen: unknown;
    const result = await taskGroup(async (group) => {
      group.startSoon(async () => group.cancel());
      try {
        await sleep(1000);
      } catch (error) {
        seen = error;
        throw error;
      }
      reached = true;
      return 'result';
    });
    assert.equal(reached, false);
    assert.ok(isCancelled(seen));
    assert.equal(result, undefined);
    assert.equal(currentTask()?.cancelling(), 0);
    await sleep(0);
  }),
);

test(
  'cancel() from a callback while the children are waited for',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    await taskGroup(async (group) => {
      group.startSoon(() => sleep(1000));
      loop.callLater(10, () => group.cancel());
    });
    assert.equal(loop.time(), begin + 10);
  }),
);

test(
  'cancel() twice is as once',
  inTime(async () => {
    let count = 0;
    await taskGroup(async (group) => {
      group.startSoon(async () => {
        try {
          await sleep(1000);
        } catch (error) {
          if (isCancelled(error)) count++;
          await sleep(5);
          count++;
          throw error;
        }
      });
      await turns();
      group.cancel();
      group.cancel();
      try {
        await sleep(1000);
      } catch {
        group.cancel();
        await sleep(1);
      }
    });
    assert.equal(count, 2);
  }),
);

test(
  'cancel() after the end does nothing',
  inTime(async () => {
    const group = new TaskGroup();
    await group.run(async () => {
      group.startSoon(() => sleep(1));
    });
    group.cancel();
    await sleep(0);
    assert.equal(currentTask()?.cancelling(), 0);
  }),
);

test(
  'cancel() before the group is entered cancels it on entry',
  inTime(async () => {
    const group = new TaskGroup();
    group.cancel();
    let entered = false;
    await group.run(async () => {
      entered = true;
      await sleep(10_000);
      assert.fail('the sleep should be interrupted');
    });
    assert.equal(entered, true);
    assert.equal(currentTask()?.cancelling(), 0);
  }),
);

test(
  'cancel() before entry: the group takes no children',
  inTime(async ({ loop }) => {
    const group = new TaskGroup();
    group.cancel();
    const begin = loop.time();
    await group.run(async () => {
      assert.throws(() => group.createTask(() => sleep(1000)), UsageError);
    });
    assert.equal(loop.time(), begin);
  }),
);

test(
  'after cancel() the group takes no children',
  inTime(async () => {
    await taskGroup(async (group) => {
      group.cancel();
      assert.throws(() => group.createTask(() => sleep(1)), /shutting down/);
    });
  }),
);

test(
  'an error of the body after cancel() is thrown',
  inTime(async () => {
    const group = await errorOf(
      taskGroup(async (tg) => {
        tg.cancel();
        throw new RangeError('body');
      }),
      ExceptionGroup,
    );
    assert.deepEqual(typesOf(group), ['RangeError']);
  }),
);

test(
  "an error of a child's clean-up after cancel() is thrown",
  inTime(async () => {
    const group = await errorOf(
      taskGroup(async (tg) => {
        tg.startSoon(async () => {
          try {
            await sleep(1000);
          } finally {
            // eslint-disable-next-line no-unsafe-finally -- what is tested
            throw new RangeError('clean-up');
          }
        });
        await turns();
        tg.cancel();
      }),
      ExceptionGroup,
    );
    assert.deepEqual(typesOf(group), ['RangeError']);
  }),
);

test(
  'cancel() after a child failed changes nothing',
  inTime(async () => {
    const group = await errorOf(
      taskGroup(async (tg) => {
        tg.startSoon(async () => {
          throw new RangeError('child');
        });
        try {
          await sleep(1000);
        } finally {
          tg.cancel();
        }
      }),
      ExceptionGroup,
    );
    assert.deepEqual(typesOf(group), ['RangeError']);
  }),
);

test(
  "cancel() of the group and of its task: the task's cancel passes through",
  inTime(async () => {
    for (const groupFirst of [true, false]) {
      const group = new TaskGroup();
      const task = createTask(() => group.run(() => sleep(1000)));
      await turns();
      if (groupFirst) group.cancel();
      task.cancel('task');
      if (!groupFirst) group.cancel();
      await assertCancelled(task);
    }
  }),
);

test(
  'cancel() of the group is over when the group is, though the body does not wait',
  inTime(async () => {
    assert.equal(
      await taskGroup(async (group) => {
        group.cancel();
        return 'kept';
      }),
      'kept',
    );
    await sleep(0);
  }),
);
