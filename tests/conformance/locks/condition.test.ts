// What asyncio's test_locks.ConditionTests asks of a condition, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { CancelledError, createTask, getRunningLoop, run } from '../../../src/asyncio.ts';
import { UsageError } from '../../../src/base/errors.ts';
import { Condition } from '../../../src/sync/condition.ts';
import { Lock } from '../../../src/sync/lock.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled, failsWith, outcomeOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const usageError = failsWith(UsageError, 'ERR_ASYNCIO_USAGE');

test(
  'Condition: the notified go on one after the other, as they get the lock',
  inLoop(async () => {
    const condition = new Condition();
    const result: number[] = [];
    const waitFor = (n: number) =>
      createTask(async () => {
        await condition.acquire();
        if (await condition.wait()) result.push(n);
        return true;
      });
    const tasks = [waitFor(1), waitFor(2), waitFor(3)];
    await turns();
    assert.deepEqual(result, []);
    assert.equal(condition.locked(), false);
    assert.ok(await condition.acquire());
    condition.notify();
    await turns();
    assert.deepEqual(result, []);
    assert.equal(condition.locked(), true);
    condition.release();
    await turns();
    assert.deepEqual(result, [1]);
    assert.equal(condition.locked(), true);
    condition.notify(2);
    await turns();
    assert.deepEqual(result, [1]);
    assert.equal(condition.locked(), true);
    condition.release();
    await turns();
    assert.deepEqual(result, [1, 2]);
    assert.equal(condition.locked(), true);
    condition.release();
    await turns();
    assert.deepEqual(result, [1, 2, 3]);
    assert.equal(condition.locked(), true);
    for (const task of tasks) assert.equal(task.result(), true);
  }),
);

test(
  'Condition: a cancelled wait leaves nothing behind and holds the lock again',
  inLoop(async () => {
    const condition = new Condition();
    await condition.acquire();
    const task = createTask(() => condition.wait());
    getRunningLoop().callSoon(() => void task.cancel());
    await assertCancelled(task);
    assert.deepEqual(condition.statistics(), { locked: true, waiters: 0, lockWaiters: 0 });
  }),
);

test(
  'Condition: a wait cancelled while others want the lock holds it when it ends',
  inLoop(async () => {
    const condition = new Condition();
    await condition.acquire();
    assert.equal(condition.locked(), true);
    const task = createTask(() => condition.wait());
    await turns();
    assert.equal(condition.locked(), false);
    await condition.acquire();
    assert.equal(condition.locked(), true);
    condition.notify();
    getRunningLoop().callSoon(() => void task.cancel());
    getRunningLoop().callSoon(() => condition.release());
    await outcomeOf(task);
    assert.equal(condition.locked(), true);
  }),
);

test(
  'Condition: a cancel after the notification comes out once the lock is had',
  inLoop(async () => {
    const condition = new Condition();
    let waited = false;
    const task = createTask(() =>
      condition.with(async () => {
        waited = true;
        await condition.wait();
      }),
    );
    await turns();
    await condition.acquire();
    condition.notify();
    await turns();
    task.cancel();
    await turns();
    condition.release();
    await turns();
    assert.equal(task.cancelled(), true);
    assert.equal(waited, true);
    assert.equal(condition.locked(), false);
  }),
);

test(
  'Condition: wait without the lock is a UsageError',
  inLoop(async () => {
    await assert.rejects(new Condition().wait(), usageError);
  }),
);

test(
  'Condition: waitFor returns when the predicate holds, and not before',
  inLoop(async () => {
    const condition = new Condition();
    let holds = false;
    const result: number[] = [];
    const task = createTask(async () => {
      await condition.acquire();
      if (await condition.waitFor(() => holds)) {
        result.push(1);
        condition.release();
      }
      return true;
    });
    await turns();
    assert.deepEqual(result, []);
    await condition.acquire();
    condition.notify();
    condition.release();
    await turns();
    assert.deepEqual(result, []);
    holds = true;
    await condition.acquire();
    condition.notify();
    condition.release();
    await turns();
    assert.deepEqual(result, [1]);
    assert.equal(task.result(), true);
  }),
);

test(
  'Condition: waitFor needs the lock only when it has to wait',
  inLoop(async () => {
    const condition = new Condition();
    const value = [1, 2, 3];
    assert.equal(await condition.waitFor(() => value), value);
    await assert.rejects(
      condition.waitFor(() => false),
      usageError,
    );
  }),
);

test(
  'Condition: notify(n) wakes n, in the order they came, or all there are',
  inLoop(async () => {
    const condition = new Condition();
    const result: number[] = [];
    const tasks = [1, 2, 3].map((n) =>
      createTask(async () => {
        await condition.acquire();
        if (await condition.wait()) {
          result.push(n);
          condition.release();
        }
        return true;
      }),
    );
    await turns();
    assert.deepEqual(result, []);
    await condition.with(() => condition.notify(1));
    await turns();
    assert.deepEqual(result, [1]);
    await condition.with(() => {
      condition.notify(1);
      condition.notify(2048);
    });
    await turns();
    assert.deepEqual(result, [1, 2, 3]);
    for (const task of tasks) assert.equal(task.result(), true);
  }),
);

test(
  'Condition: notifyAll wakes everybody',
  inLoop(async () => {
    const condition = new Condition();
    const result: number[] = [];
    const tasks = [1, 2].map((n) =>
      createTask(() =>
        condition.with(async () => {
          if (await condition.wait()) result.push(n);
          return true;
        }),
      ),
    );
    await turns();
    assert.deepEqual(result, []);
    await condition.with(() => condition.notifyAll());
    await turns();
    assert.deepEqual(result, [1, 2]);
    for (const task of tasks) assert.equal(await task, true);
  }),
);

test('Condition: notify and notifyAll without the lock are UsageErrors', () => {
  const condition = new Condition();
  assert.throws(() => condition.notify(), usageError);
  assert.throws(() => condition.notifyAll(), usageError);
});

test(
  'Condition: inspect shows its lock and how many wait',
  inLoop(async () => {
    const condition = new Condition();
    assert.equal(inspect(condition), '<Condition unlocked>');
    await condition.acquire();
    assert.equal(inspect(condition), '<Condition locked>');
    condition.release();
    const tasks = [1, 2].map(() => createTask(() => condition.with(() => condition.wait())));
    await turns();
    assert.equal(inspect(condition), '<Condition unlocked waiters=2>');
    await condition.with(() => {
      assert.equal(inspect(condition), '<Condition locked waiters=2>');
      condition.notifyAll();
    });
    await Promise.all(tasks);
  }),
);

test(
  'Condition: with() and a guard hold its lock for the block',
  inLoop(async () => {
    const condition = new Condition();
    await condition.with(() => assert.equal(condition.locked(), true));
    assert.equal(condition.locked(), false);
    const guard = await condition.acquire();
    assert.equal(condition.locked(), true);
    guard[Symbol.dispose]();
    assert.equal(condition.locked(), false);
  }),
);

test(
  'Condition: a lock that is given to it is the one it uses',
  inLoop(async () => {
    const check = async (lock: Lock, condition: Condition) => {
      assert.equal(condition.lock, lock);
      assert.deepEqual([lock.locked(), condition.locked()], [false, false]);
      await condition.with(() => assert.deepEqual([lock.locked(), condition.locked()], [true, true]));
      assert.deepEqual([lock.locked(), condition.locked()], [false, false]);
      await lock.with(() => assert.deepEqual([lock.locked(), condition.locked()], [true, true]));
      assert.deepEqual([lock.locked(), condition.locked()], [false, false]);
    };
    const own = new Condition();
    await check(own.lock, own);
    const lock = new Lock();
    await check(lock, new Condition(lock));
    await check(lock, new Condition(lock));
  }),
);

test('Lock, Condition: waiting under another loop than the first is a UsageError', async () => {
  const lock = new Lock();
  const condition = new Condition(lock);
  const bind = async () => {
    const held = await lock.acquire();
    const task = createTask(() => lock.acquire());
    await turns();
    held[Symbol.dispose]();
    (await task)[Symbol.dispose]();
    await lock.acquire();
    const waiting = createTask(() => condition.wait());
    await turns();
    waiting.cancel();
    await assertCancelled(waiting);
    lock.release();
  };
  await run(bind);
  await run(async () => {
    await lock.acquire();
    await assert.rejects(
      lock.acquire(),
      (error) => usageError(error) && /different event loop/.test(String(error)),
    );
    await assert.rejects(
      condition.wait(),
      (error) => usageError(error) && /different event loop/.test(String(error)),
    );
    assert.equal(lock.locked(), true, 'it still has the lock');
  });
});

test(
  'Condition: a deadline on wait inside the block ends it with the lock held',
  inLoop(async () => {
    const condition = new Condition();
    await condition.with(async () => {
      const task = createTask(() => condition.wait());
      getRunningLoop().callLater(5, () => void task.cancel());
      await assertCancelled(task);
      assert.equal(condition.locked(), true);
    });
  }),
);

test(
  'Condition: a cancel while waiting to be notified comes out unchanged',
  inLoop(async () => {
    const condition = new Condition();
    let raised: unknown;
    const task = createTask(() =>
      condition.with(async () => {
        await assert.rejects(
          condition.waitFor(() => false),
          (error) => {
            raised = error;
            return error instanceof CancelledError;
          },
        );
        throw raised;
      }),
    );
    await turns();
    task.cancel('foo');
    await assert.rejects(task, (error) => error === raised && (error as Error).message === 'foo');
  }),
);

test(
  'Condition: a cancel while taking the lock again comes out unchanged',
  inLoop(async () => {
    const condition = new Condition();
    let wake = false;
    let raised: unknown;
    const task = createTask(() =>
      condition.with(async () => {
        await assert.rejects(
          condition.waitFor(() => wake),
          (error) => {
            raised = error;
            return error instanceof CancelledError;
          },
        );
        throw raised;
      }),
    );
    await turns();
    await condition.acquire();
    wake = true;
    condition.notify();
    await turns();
    task.cancel('foo');
    condition.release();
    await assert.rejects(task, (error) => error === raised && (error as Error).message === 'foo');
  }),
);

for (const [when, settle] of [
  ['being woken', 0],
  ['taking the lock again', 1],
] as const) {
  test(
    `Condition: a notification is not lost to a task that is cancelled while ${when}`,
    inLoop(async () => {
      const condition = new Condition();
      let state = 0;
      const consume = () =>
        createTask(() =>
          condition.with(async () => {
            for (;;) {
              await condition.waitFor(() => state !== 0);
              if (state < 0) return;
              state--;
            }
          }),
        );
      const [first, second] = [consume(), consume()];
      await turns();
      await condition.with(async () => {
        state++;
        condition.notify(1);
        await turns(settle);
        first.cancel();
        const consumed = createTask(() => condition.waitFor(() => state === 0));
        getRunningLoop().callLater(10, () => void consumed.cancel());
        await outcomeOf(consumed);
        assert.equal(state, 0);
        state = -1;
        condition.notifyAll();
      });
      await second;
    }),
  );
}
