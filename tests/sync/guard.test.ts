// Guards, with() and what the primitives have in common: names, descriptions, statistics, loops.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createTask, currentTask, run } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { NoRunningLoopError, UsageError } from '../../src/base/errors.ts';
import { Queue } from '../../src/queues/queue.ts';
import { Barrier } from '../../src/sync/barrier.ts';
import { BoundedSemaphore } from '../../src/sync/boundedSemaphore.ts';
import { CapacityLimiter } from '../../src/sync/capacityLimiter.ts';
import { Condition } from '../../src/sync/condition.ts';
import { Event } from '../../src/sync/event.ts';
import { Lock } from '../../src/sync/lock.ts';
import { Semaphore } from '../../src/sync/semaphore.ts';
import { inLoop } from '../inLoop.ts';
import { assertCancelled, failsWith } from '../outcome.ts';
import { turns } from '../turns.ts';

const usageError = failsWith(UsageError, 'ERR_ASYNCIO_USAGE');

test(
  'Lock: a guard disposed twice releases once, even when somebody else holds the lock by then',
  inLoop(async () => {
    const lock = new Lock();
    const guard = await lock.acquire();
    const next = createTask(() => lock.acquire());
    await turns();
    guard[Symbol.dispose]();
    const theirs = await next;
    guard[Symbol.dispose]();
    assert.equal(lock.locked(), true);
    theirs.release();
    assert.equal(lock.locked(), false);
    theirs[Symbol.dispose]();
    theirs.release();
    assert.equal(lock.locked(), false);
  }),
);

test(
  'Semaphore: a guard disposed twice puts one permit back, waited for or not',
  inLoop(async () => {
    const semaphore = new Semaphore(1);
    const guard = await semaphore.acquire();
    const next = createTask(() => semaphore.acquire());
    await turns();
    guard[Symbol.dispose]();
    guard[Symbol.dispose]();
    (await next)[Symbol.dispose]();
    assert.equal(semaphore.value, 1);
  }),
);

test(
  'BoundedSemaphore: a guard goes through its own release',
  inLoop(async () => {
    const semaphore = new BoundedSemaphore(1);
    const guard = await semaphore.acquire();
    semaphore.release();
    assert.throws(() => guard[Symbol.dispose](), usageError);
    assert.equal(semaphore.value, 1);
  }),
);

test(
  'Lock, Semaphore, Condition, CapacityLimiter: with() returns what its body returns',
  inLoop(async () => {
    for (const lock of [new Lock(), new Semaphore(), new Condition(), new CapacityLimiter(1)]) {
      assert.equal(await lock.with(() => 1), 1);
      assert.equal(await lock.with(async () => 2), 2);
    }
  }),
);

test(
  'Lock, Semaphore, Condition, CapacityLimiter: with() releases when its body throws',
  inLoop(async () => {
    const limiter = new CapacityLimiter(1);
    const locks: [{ with(body: () => unknown): Promise<unknown> }, () => boolean][] = [
      Lock,
      Semaphore,
      Condition,
    ].map((type) => {
      const lock = new type();
      return [lock, () => lock.locked()];
    });
    locks.push([limiter, () => limiter.borrowedTokens > 0]);
    for (const [lock, held] of locks) {
      await assert.rejects(
        lock.with(() => {
          assert.equal(held(), true);
          throw new Error('at once');
        }),
        /at once/,
      );
      await assert.rejects(
        lock.with(() => Promise.reject(new Error('later'))),
        /later/,
      );
      assert.equal(held(), false);
    }
  }),
);

test(
  'Lock, Semaphore, CapacityLimiter: a with() that is cancelled while it waits does not run its body',
  inLoop(async () => {
    for (const lock of [new Lock(), new Semaphore(), new CapacityLimiter(1)]) {
      const inside = createTask(() => lock.with(() => turns(3)));
      const waiting = createTask(() => lock.with(() => assert.fail('ran')));
      await turns();
      waiting.cancel();
      await assertCancelled(waiting);
      await inside;
      assert.equal(lock.statistics().waiters, 0);
      await lock.with(() => undefined);
    }
  }),
);

test(
  'Lock, Semaphore, CapacityLimiter: a with() that is cancelled inside its body releases',
  inLoop(async () => {
    for (const lock of [new Lock(), new Semaphore(), new CapacityLimiter(1)]) {
      const inside = createTask(() => lock.with(() => turns(100)));
      await turns(2);
      inside.cancel();
      await assertCancelled(inside);
      await lock.with(() => undefined);
    }
  }),
);

test(
  'Lock: its holder is the task that took it, waited for or not',
  inLoop(async () => {
    const lock = new Lock({ name: 'db' });
    const holders: (Task<unknown> | null)[] = [];
    const take = () =>
      lock.with(async () => {
        holders.push(lock.statistics().holder);
        assert.deepEqual([...lock.holders()], [currentTask()]);
        await turns();
      });
    assert.deepEqual([...lock.holders()], []);
    const tasks = [createTask(take), createTask(take)];
    await Promise.all(tasks);
    assert.deepEqual(holders, tasks);
    assert.equal(lock.statistics().holder, null);
  }),
);

test(
  'every primitive: inspect and toString give name and state',
  inLoop(async () => {
    const named = { name: 'db' };
    assert.equal(inspect(new Lock(named)), '<Lock "db" unlocked>');
    assert.equal(inspect(new Event(named)), '<Event "db" unset>');
    assert.equal(inspect(new Condition(null, named)), '<Condition "db" unlocked>');
    assert.equal(inspect(new Semaphore(3, named)), '<Semaphore "db" unlocked value=3>');
    assert.equal(inspect(new BoundedSemaphore(3, named)), '<BoundedSemaphore "db" unlocked value=3>');
    assert.equal(inspect(new Barrier(3, named)), '<Barrier "db" filling waiters=0/3>');
    assert.equal(inspect(new CapacityLimiter(3, named)), '<CapacityLimiter "db" tokens=0/3>');
    assert.equal(inspect(new Queue(3, named)), '<Queue "db" maxsize=3>');
    assert.equal(`${new Lock(named)}`, '<Lock "db" unlocked>');
    class Special extends Lock {}
    assert.equal(inspect({ lock: new Special() }), '{ lock: <Special unlocked> }');
  }),
);

test('every primitive: statistics are frozen', () => {
  for (const primitive of [
    new Lock(),
    new Event(),
    new Condition(),
    new Semaphore(),
    new Barrier(2),
    new CapacityLimiter(1),
    new Queue(),
  ]) {
    assert.equal(Object.isFrozen(primitive.statistics()), true);
  }
});

test(
  'a waiting future names what it waits for, and who holds that',
  inLoop(async () => {
    const lock = new Lock({ name: 'db' });
    const me = currentTask();
    await lock.acquire();
    const condition = new Condition(null, { name: 'news' });
    const full = new Queue<number>(1, { name: 'jobs' });
    full.putNowait(1);
    const limiter = new CapacityLimiter(1, { name: 'cores' });
    limiter.acquireNowait();
    const waits: [() => Promise<unknown>, string, string, unknown[]][] = [
      [() => lock.acquire(), 'Lock "db"', 'lock.acquire', [me]],
      [() => new Event({ name: 'go' }).wait(), 'Event "go"', 'event.wait', []],
      [() => new Semaphore(0, { name: 'slots' }).acquire(), 'Semaphore "slots"', 'semaphore.acquire', []],
      [() => condition.with(() => condition.wait()), 'Condition "news"', 'condition.wait', []],
      [() => new Barrier(2, { name: 'start' }).wait(), 'Barrier "start"', 'barrier.wait', []],
      [() => limiter.acquireOnBehalfOf('me'), 'CapacityLimiter "cores"', 'capacityLimiter.acquire', [me]],
      [() => new Queue(0, { name: 'mail' }).get(), 'Queue "mail"', 'queue.get', []],
      [() => full.put(2), 'Queue "jobs"', 'queue.put', []],
      [() => full.join(), 'Queue "jobs"', 'queue.join', []],
    ];
    for (const [wait, what, kind, holders] of waits) {
      const task = createTask(wait);
      await turns(2);
      const { blocker } = task._waits as unknown as {
        blocker: { what: string; kind: string; holders(): Iterable<unknown> };
      };
      assert.deepEqual([blocker.what, blocker.kind, [...blocker.holders()]], [what, kind, holders]);
      task.cancel();
      await assertCancelled(task);
    }
  }),
);

test('Event, Queue: waiting under a second loop is a UsageError, also for get, put and join', async () => {
  const event = new Event();
  const queue = new Queue<number>(1);
  await run(async () => {
    const tasks = [createTask(() => event.wait()), createTask(() => queue.get())];
    await turns();
    event.set();
    queue.putNowait(1);
    await Promise.all(tasks);
  });
  await run(async () => {
    event.clear();
    await assert.rejects(event.wait(), usageError);
    await assert.rejects(queue.get(), usageError);
    await queue.put(1);
    await assert.rejects(queue.put(2), usageError);
    await assert.rejects(queue.join(), usageError);
    assert.equal(await queue.get(), 1);
  });
});

test('Lock, Event, Queue: waiting outside of any loop is a NoRunningLoopError, and leaves nothing', async () => {
  const noLoop = failsWith(NoRunningLoopError, 'ERR_ASYNCIO_NO_RUNNING_LOOP');
  const lock = new Lock();
  (await lock.acquire())[Symbol.dispose]();
  await lock.acquire();
  await assert.rejects(lock.acquire(), noLoop);
  assert.equal(lock.statistics().waiters, 0);
  await assert.rejects(new Event().wait(), noLoop);
  await assert.rejects(new Queue().get(), noLoop);
  const limiter = new CapacityLimiter(0);
  await assert.rejects(limiter.acquireOnBehalfOf('me'), noLoop);
  await assert.rejects(
    limiter.acquireOnBehalfOf('me'),
    noLoop,
    'the first did not stay on the list of those who wait',
  );
});
