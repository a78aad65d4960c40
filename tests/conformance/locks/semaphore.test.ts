// What asyncio's test_locks.SemaphoreTests asks of a semaphore, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createTask, getRunningLoop, sleep } from '../../../src/asyncio.ts';
import { InvalidArgumentError, UsageError } from '../../../src/base/errors.ts';
import { BoundedSemaphore } from '../../../src/sync/boundedSemaphore.ts';
import { Semaphore } from '../../../src/sync/semaphore.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled, failsWith, outcomeOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

test('Semaphore: one without permits is locked', () => {
  assert.equal(new Semaphore(0).locked(), true);
});

test(
  'Semaphore: inspect shows value, lock and waiters',
  inLoop(async () => {
    const semaphore = new Semaphore();
    assert.equal(inspect(semaphore), '<Semaphore unlocked value=1>');
    await semaphore.acquire();
    assert.equal(inspect(semaphore), '<Semaphore locked>');
    const waiting = [1, 2].map(() => createTask(() => semaphore.acquire()));
    await turns();
    assert.equal(inspect(semaphore), '<Semaphore locked waiters=2>');
    semaphore.release();
    semaphore.release();
    await Promise.all(waiting);
  }),
);

test('Semaphore: it has one permit by default and is no promise', () => {
  const semaphore = new Semaphore();
  assert.equal(semaphore.value, 1);
  assert.equal('then' in semaphore, false);
  assert.equal(semaphore.locked(), false);
});

test('Semaphore: a negative value, or none, is an InvalidArgumentError', () => {
  for (const value of [-1, NaN, '1' as never, null as never]) {
    assert.throws(
      () => new Semaphore(value),
      failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT'),
    );
    assert.throws(
      () => new BoundedSemaphore(value),
      failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT'),
    );
  }
});

test(
  'Semaphore: permits go to those who wait, as many as there are',
  inLoop(async () => {
    const semaphore = new Semaphore(3);
    const result: number[] = [];
    assert.ok(await semaphore.acquire());
    assert.ok(await semaphore.acquire());
    assert.equal(semaphore.locked(), false);
    const take = (n: number) =>
      createTask(async () => {
        await semaphore.acquire();
        result.push(n);
        return true;
      });
    const first = take(1);
    const others = [take(2), take(3)];
    await turns();
    assert.deepEqual(result, [1]);
    assert.deepEqual(semaphore.statistics(), { value: 0, locked: true, waiters: 2 });
    others.push(take(4));
    semaphore.release();
    semaphore.release();
    assert.equal(semaphore.value, 0, 'handed over, not put back');
    await turns();
    assert.deepEqual(result, [1, 2, 3]);
    assert.deepEqual(semaphore.statistics(), { value: 0, locked: true, waiters: 1 });
    assert.equal(first.result(), true);
    assert.equal(others.filter((task) => task.done()).length, 2);
    semaphore.release();
    await Promise.all(others);
  }),
);

test(
  'Semaphore: a cancelled waiter leaves nothing behind',
  inLoop(async () => {
    const semaphore = new Semaphore();
    await semaphore.acquire();
    const task = createTask(() => semaphore.acquire());
    getRunningLoop().callSoon(() => void task.cancel());
    await assertCancelled(task);
    assert.equal(semaphore.statistics().waiters, 0);
  }),
);

test(
  'Semaphore: release passes over waiters that were cancelled in the same turn',
  inLoop(async () => {
    const semaphore = new Semaphore(0);
    const tasks = [1, 2, 3, 4].map(() => createTask(() => semaphore.acquire()));
    await turns();
    tasks[0]?.cancel();
    tasks[1]?.cancel();
    semaphore.release();
    await turns(2);
    assert.deepEqual(
      tasks.map((task) => task.done()),
      [true, true, true, false],
    );
    assert.equal(tasks[2]?.cancelled(), false);
    tasks[3]?.cancel();
    await turns();
  }),
);

test(
  'Semaphore: a release is not lost to a waiter that was cancelled',
  inLoop(async () => {
    const semaphore = new Semaphore(0);
    const first = createTask(() => semaphore.acquire());
    const second = createTask(() => semaphore.acquire());
    await turns();
    first.cancel();
    semaphore.release();
    await turns(2);
    assert.equal(semaphore.locked(), true);
    assert.equal(second.done(), true);
  }),
);

test(
  'Semaphore: a waiter cancelled in the turn in which it was handed a permit puts it back',
  inLoop(async () => {
    const semaphore = new Semaphore(1);
    const first = createTask(async () => {
      await semaphore.with(() => turns());
      second.cancel();
    });
    const second = createTask(async () => {
      await semaphore.with(() => assert.fail('was cancelled'));
    });
    assert.deepEqual(await outcomeOf(first), { value: undefined });
    await assertCancelled(second);
    await semaphore.acquire();
  }),
);

test('BoundedSemaphore: a release too many is a UsageError and changes nothing', () => {
  const semaphore = new BoundedSemaphore();
  assert.throws(() => semaphore.release(), failsWith(UsageError, 'ERR_ASYNCIO_USAGE'));
  assert.equal(semaphore.value, 1);
});

test(
  'Semaphore: release without waiters opens it',
  inLoop(async () => {
    const semaphore = new Semaphore();
    await semaphore.acquire();
    assert.equal(semaphore.locked(), true);
    semaphore.release();
    assert.equal(semaphore.locked(), false);
  }),
);

test(
  'Semaphore: tasks that come again stand behind those who wait',
  inLoop(async () => {
    const semaphore = new Semaphore(1);
    const result: string[] = [];
    const work = async (name: string) => {
      for (const round of [1, 2]) {
        await semaphore.acquire();
        result.push(`${name}_${round}`);
        await sleep(2);
        semaphore.release();
      }
    };
    await Promise.all(['a', 'b', 'c'].map((name) => createTask(() => work(name))));
    assert.deepEqual(result, ['a_1', 'b_1', 'c_1', 'a_2', 'b_2', 'c_2']);
  }),
);

test(
  'Semaphore: who releases and acquires again does not overtake',
  inLoop(async () => {
    const semaphore = new Semaphore(1);
    const result: number[] = [];
    const once = (n: number) =>
      createTask(async () => {
        await semaphore.acquire();
        result.push(n);
      });
    const first = once(1);
    const second = createTask(async () => {
      await semaphore.acquire();
      result.push(2);
      semaphore.release();
      await semaphore.acquire();
      result.push(4);
    });
    const third = once(3);
    await turns();
    semaphore.release();
    semaphore.release();
    await Promise.all([first, second, third]);
    assert.deepEqual(result, [1, 2, 3, 4]);
  }),
);

test(
  'Semaphore: the waiters behind a cancelled one keep their order',
  inLoop(async () => {
    const semaphore = new Semaphore(0);
    const result: number[] = [];
    const tasks = [1, 2, 3].map((n) =>
      createTask(async () => {
        await semaphore.acquire();
        result.push(n);
      }),
    );
    await turns();
    tasks[0]?.cancel();
    await turns();
    semaphore.release();
    semaphore.release();
    await Promise.allSettled(tasks);
    assert.deepEqual(result, [2, 3]);
  }),
);

test(
  'Semaphore: a waiter that leaves wakes as many as there are permits',
  inLoop(async () => {
    const semaphore = new Semaphore(0);
    const result: number[] = [];
    let fourth: Promise<void> | undefined;
    const first = createTask(async () => {
      assert.equal(semaphore.value, 0);
      await semaphore.acquire();
      assert.equal(semaphore.value, 0, 'all were handed out when this one left');
      fourth = createTask(async () => void result.push(4));
      result.push(1);
    });
    const second = createTask(async () => {
      for (let i = 0; i < 3; i++) semaphore.release();
      assert.equal(semaphore.value, 2);
      assert.equal(semaphore.locked(), true, 'the first has not run yet');
      await semaphore.acquire();
      result.push(2);
    });
    const third = createTask(async () => {
      await semaphore.acquire();
      assert.equal(semaphore.locked(), true);
      result.push(3);
    });
    await turns();
    assert.deepEqual(semaphore.statistics(), { value: 2, locked: true, waiters: 3 });
    await turns();
    await Promise.all([first, second, third, fourth]);
    assert.deepEqual(result, [1, 2, 3, 4]);
  }),
);
