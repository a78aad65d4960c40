// What asyncio's test_locks.LockTests asks of a lock, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createTask, getRunningLoop } from '../../../src/asyncio.ts';
import { UsageError } from '../../../src/base/errors.ts';
import { BoundedSemaphore } from '../../../src/sync/boundedSemaphore.ts';
import { Condition } from '../../../src/sync/condition.ts';
import { Lock } from '../../../src/sync/lock.ts';
import { Semaphore } from '../../../src/sync/semaphore.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled, failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';

test(
  'Lock: inspect and toString show whether it is locked',
  inLoop(async () => {
    const lock = new Lock();
    assert.equal(inspect(lock), '<Lock unlocked>');
    await lock.acquire();
    assert.equal(inspect(lock), '<Lock locked>');
    assert.equal(String(lock), '<Lock locked>');
  }),
);

test(
  'Lock, Condition, Semaphore: awaiting the object itself takes nothing',
  inLoop(async () => {
    for (const lock of [new Lock(), new Condition(), new Semaphore(), new BoundedSemaphore()]) {
      assert.equal('then' in lock, false);
      assert.equal(lock.locked(), false);
    }
  }),
);

// asyncio: test_pep492, LockTests
test(
  'Lock, Condition, Semaphore: each is held for the block of with() and of a guard, and free after it',
  inLoop(async () => {
    for (const lock of [new Lock(), new Condition(), new Semaphore(), new BoundedSemaphore()]) {
      assert.equal(lock.locked(), false);
      await lock.with(async () => {
        assert.equal(lock.locked(), true);
        await turns();
        assert.equal(lock.locked(), true);
      });
      assert.equal(lock.locked(), false);
      const guard = await lock.acquire();
      assert.equal(lock.locked(), true);
      await turns();
      assert.equal(lock.locked(), true);
      guard[Symbol.dispose]();
      assert.equal(lock.locked(), false);
    }
  }),
);

test(
  'Lock: waiters get it one for each release, in the order they came',
  inLoop(async () => {
    const lock = new Lock();
    const result: number[] = [];
    assert.ok(await lock.acquire());
    const take = (n: number) =>
      createTask(async () => {
        if (await lock.acquire()) result.push(n);
        return true;
      });
    const first = take(1);
    const second = take(2);
    await turns();
    assert.deepEqual(result, []);
    lock.release();
    await turns();
    assert.deepEqual(result, [1]);
    await turns();
    assert.deepEqual(result, [1]);
    const third = take(3);
    lock.release();
    await turns();
    assert.deepEqual(result, [1, 2]);
    lock.release();
    await turns();
    assert.deepEqual(result, [1, 2, 3]);
    for (const task of [first, second, third]) {
      assert.equal(task.done(), true);
      assert.equal(task.result(), true);
    }
  }),
);

test(
  'Lock: a cancelled waiter leaves nothing behind',
  inLoop(async () => {
    const lock = new Lock();
    await lock.acquire();
    const task = createTask(() => lock.acquire());
    getRunningLoop().callSoon(() => void task.cancel());
    await assertCancelled(task);
    assert.equal(lock.statistics().waiters, 0);
  }),
);

test(
  'Lock: release wakes the second waiter when the first was cancelled in the same turn',
  inLoop(async () => {
    const lock = new Lock();
    const hold = async (until?: PromiseLike<unknown>) => {
      await lock.acquire();
      try {
        await until;
      } finally {
        lock.release();
      }
    };
    const gate = getRunningLoop().createFuture<void>();
    const a = createTask(() => hold(gate));
    await turns();
    assert.equal(lock.locked(), true);
    const b = createTask(() => hold());
    await turns();
    assert.equal(lock.statistics().waiters, 1);
    const c = createTask(() => hold());
    await turns();
    assert.equal(lock.statistics().waiters, 2);
    gate.setResult(undefined);
    b.cancel();
    assert.equal(lock.statistics().waiters, 2, 'the cancelled one leaves when it runs');
    await turns();
    assert.equal(lock.locked(), false);
    assert.equal(a.done(), true);
    assert.equal(b.cancelled(), true);
    await c;
  }),
);

test(
  'Lock: a cancel and a release in one callback hand it to one waiter only',
  inLoop(async () => {
    const lock = new Lock();
    let taken = 0;
    let called = 0;
    const take = () =>
      createTask(async () => {
        called++;
        await lock.acquire();
        taken++;
      });
    await lock.acquire();
    const [first, second, third] = [take(), take(), take()];
    await turns();
    getRunningLoop().callSoon(() => {
      first.cancel();
      lock.release();
    });
    await assertCancelled(first);
    await turns();
    assert.equal(taken, 1);
    assert.equal(called, 3);
    assert.equal(second.done(), true);
    third.cancel();
    await turns();
    assert.equal(third.cancelled(), true);
  }),
);

test(
  'Lock: a waiter cancelled before the release passes its turn to one that comes later',
  inLoop(async () => {
    const lock = new Lock();
    await lock.acquire();
    const b = createTask(() => lock.acquire());
    await turns();
    assert.equal(lock.statistics().waiters, 1);
    const c = createTask(() => lock.acquire());
    b.cancel();
    lock.release();
    await turns();
    assert.equal(lock.locked(), true);
    assert.equal(b.cancelled(), true);
    await c;
  }),
);

test('Lock: releasing one that is not taken is a UsageError and changes nothing', () => {
  const lock = new Lock();
  assert.throws(() => lock.release(), failsWith(UsageError, 'ERR_ASYNCIO_USAGE'));
  assert.equal(lock.locked(), false);
});

test(
  'Lock: release without waiters opens it',
  inLoop(async () => {
    const lock = new Lock();
    await lock.acquire();
    assert.equal(lock.locked(), true);
    lock.release();
    assert.equal(lock.locked(), false);
  }),
);

test(
  'Lock: with() and a guard hold it for the block, and with() releases it when the block throws',
  inLoop(async () => {
    const lock = new Lock();
    await lock.with(() => assert.equal(lock.locked(), true));
    assert.equal(lock.locked(), false);
    const guard = await lock.acquire();
    assert.equal(lock.locked(), true);
    guard[Symbol.dispose]();
    assert.equal(lock.locked(), false);
    await assert.rejects(
      lock.with(() => Promise.reject(new Error('boom'))),
      /boom/,
    );
    assert.equal(lock.locked(), false);
  }),
);
