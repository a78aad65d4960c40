// What asyncio's test_waitfor asks of waitFor, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  isCancelled,
  shield,
  sleep,
  TimeoutError,
  wait,
  waitFor,
} from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { inTime } from '../../inTime.ts';
import { assertCancelled, errorOf, outcomeOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

/** Runs for its time whatever cancels come. */
class Stubborn {
  static readonly time = 200;
  exited = false;

  async run(now: () => number): Promise<void> {
    const end = now() + Stubborn.time;
    while (now() < end) await outcomeOf(sleep(end - now()));
    this.exited = true;
  }
}

test(
  'a cancelled waitFor waits for what refuses to be cancelled',
  inTime(async ({ loop }) => {
    const stubborn = new Stubborn();
    const task = createTask(() => waitFor(() => stubborn.run(() => loop.time()), Stubborn.time * 2));
    await sleep(0);
    task.cancel();
    await wait([task]);
    assert.equal(stubborn.exited, true);
  }),
);

test(
  'a waitFor whose time is over waits for what refuses to be cancelled',
  inTime(async ({ loop }) => {
    const stubborn = new Stubborn();
    await outcomeOf(waitFor(() => stubborn.run(() => loop.time()), Stubborn.time / 2));
    assert.equal(stubborn.exited, true);
  }),
);

test(
  'with no time at all a done future gives its result',
  inTime(async ({ loop }) => {
    const future = loop.createFuture<string>();
    future.setResult('done');
    assert.equal(await waitFor(future, 0), 'done');
  }),
);

test(
  'with no time at all a function is not called',
  inTime(async () => {
    let called = false;
    const call = async (): Promise<void> => {
      called = true;
    };
    await errorOf(waitFor(call, 0), TimeoutError);
    assert.equal(called, false);
  }),
);

for (const limit of [0, -1, 100]) {
  test(
    `a task that takes longer than ${limit} ms is cancelled and waited for`,
    inTime(async () => {
      let running: boolean | undefined;
      const task = createTask(async () => {
        running = true;
        try {
          await sleep(10_000);
        } finally {
          running = false;
        }
        return 'done';
      });
      await turns();
      assert.equal(running, true);
      await errorOf(waitFor(task, limit), TimeoutError);
      assert.deepEqual([task.cancelled(), running], [true, false]);
    }),
  );
}

test(
  'without a limit it waits for the result',
  inTime(async () => {
    assert.equal(await waitFor(async () => 'done', undefined), 'done');
  }),
);

test(
  'a result that is set in the next iteration is in time',
  inTime(async ({ loop }) => {
    const future = loop.createFuture<string>();
    const waiting = waitFor(future, 200);
    loop.callSoon(() => future.setResult('ok'));
    assert.equal(await waiting, 'ok');
  }),
);

test(
  'a coroutine that swallows the cancel gives its result',
  inTime(async () => {
    const inner = async (): Promise<number> => {
      await assertCancelled(sleep(1000));
      return 1;
    };
    assert.equal(await waitFor(inner, 10), 1);
  }),
);

for (const limit of [0.1, 0]) {
  test(
    `clean-up that waits is waited for (${limit} ms)`,
    inTime(async () => {
      let ended = false;
      const inner = createTask(async () => {
        try {
          await sleep(10_000);
        } catch (error) {
          await sleep(0.1);
          throw error;
        } finally {
          ended = true;
        }
      });
      await sleep(0.05);
      const error = await errorOf(waitFor(inner, limit), TimeoutError);
      assert.equal(ended, true);
      assert.ok(isCancelled(error.cause));
    }),
  );
}

test(
  'an error of the clean-up wins over TimeoutError',
  inTime(async () => {
    const inner = createTask(async () => {
      try {
        await sleep(200);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- what is tested
        throw new RangeError('clean-up');
      }
    });
    await errorOf(waitFor(inner, 0.1), RangeError);
  }),
);

for (const limit of [undefined, 60_000]) {
  test(
    `cancelling the wait cancels the task (limit ${limit})`,
    inTime(async ({ loop }) => {
      const task = createTask(async () => {
        await loop.createFuture();
      });
      const waiting = createTask(() => waitFor(task, limit));
      loop.callSoon(() => waiting.cancel());
      await assertCancelled(waiting);
      assert.equal(task.cancelled(), true);
    }),
  );
}

test(
  'a task that swallows the cancel and returns gives its value',
  inTime(async () => {
    const answer = createTask(async () => {
      await assertCancelled(sleep(10_000));
      return 42;
    });
    assert.equal(await waitFor(answer, 100), 42);
  }),
);

test(
  'a cancel in the turn in which the task has completed is not lost',
  inTime(async () => {
    const inner = createTask(async () => 'done');
    let reached = false;
    const task = createTask(async () => {
      await waitFor(inner, 100);
      await sleep(1);
      reached = true;
    });
    await sleep(0);
    task.cancel();
    await assertCancelled(task);
    assert.equal(await inner, 'done');
    assert.equal(reached, false);
  }),
);

const shielded = (): { task: Task<string>; outer: PromiseLike<string> & { cancelled(): boolean } } => {
  const task = createTask(() => sleep(100, { result: 'done' }));
  return { task, outer: shield(task) };
};

test(
  'shield and no time: the shield is cancelled and the work goes on',
  inTime(async () => {
    const { task, outer } = shielded();
    await errorOf(waitFor(outer, 0), TimeoutError);
    assert.deepEqual([task.done(), outer.cancelled()], [false, true]);
    await sleep(200);
    assert.equal(task.result(), 'done');
  }),
);

test(
  'shield and no limit: it waits',
  inTime(async () => {
    const { task, outer } = shielded();
    assert.equal(await waitFor(outer, undefined), 'done');
    assert.equal(task.result(), 'done');
  }),
);

test(
  'shield and a limit: the work goes on',
  inTime(async () => {
    const { task, outer } = shielded();
    await errorOf(waitFor(outer, 10), TimeoutError);
    assert.deepEqual([task.done(), outer.cancelled()], [false, true]);
    assert.equal(await task, 'done');
  }),
);
