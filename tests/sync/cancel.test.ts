// Everything that waits, under every kind of cancel: before it starts, while it waits, in the very turn in
// which it completes, twice, by scope and by deadline. Afterwards nobody is left in a queue, and what was
// handed to the cancelled task has gone to the next one.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError, createTask, currentTask, sleep } from '../../src/asyncio.ts';
import { viewLoop } from '../../src/lowlevel.ts';
import { Queue } from '../../src/queues/queue.ts';
import { CapacityLimiter } from '../../src/sync/capacityLimiter.ts';
import { Condition } from '../../src/sync/condition.ts';
import { Event } from '../../src/sync/event.ts';
import { Lock } from '../../src/sync/lock.ts';
import { Semaphore } from '../../src/sync/semaphore.ts';
import { inLoop } from '../inLoop.ts';
import { assertCancelled, assertNotCancelled } from '../outcome.ts';
import { turns } from '../turns.ts';

/** Something to wait for. */
interface Wait {
  /** Waits; there is nothing to be had at first. */
  wait(): Promise<unknown>;
  /** Makes one thing to be had, and only one. */
  wake(): void;
  /** How many wait. */
  waiting(): number;
  /** False where a wake-up is for all who wait: one that is cancelled has nothing to pass on. */
  hands?: boolean;
}

const waits: Record<string, () => Wait> = {
  'Lock.acquire': () => {
    const lock = new Lock();
    void lock.acquire();
    return {
      wait: () => lock.acquire(),
      wake: () => lock.release(),
      waiting: () => lock.statistics().waiters,
    };
  },
  'Semaphore.acquire': () => {
    const semaphore = new Semaphore(0);
    return {
      wait: () => semaphore.acquire(),
      wake: () => semaphore.release(),
      waiting: () => semaphore.statistics().waiters,
    };
  },
  'CapacityLimiter.acquire': () => {
    const limiter = new CapacityLimiter(1);
    limiter.acquireOnBehalfOfNowait('somebody');
    return {
      wait: () => limiter.acquire(),
      wake: () => limiter.releaseOnBehalfOf('somebody'),
      waiting: () => limiter.statistics().waiters,
    };
  },
  'CapacityLimiter.acquire, total raised': () => {
    const limiter = new CapacityLimiter(0);
    return {
      wait: () => limiter.acquire(),
      wake: () => void limiter.totalTokens++,
      waiting: () => limiter.statistics().waiters,
    };
  },
  'Queue.get': () => {
    const queue = new Queue<number>();
    return {
      wait: () => queue.get(),
      wake: () => queue.putNowait(1),
      waiting: () => queue.statistics().getters,
    };
  },
  'for await over a Queue': () => {
    const queue = new Queue<number>();
    const items = queue[Symbol.asyncIterator]();
    return {
      wait: () => items.next(),
      wake: () => queue.putNowait(1),
      waiting: () => queue.statistics().getters,
    };
  },
  'Queue.put': () => {
    const queue = new Queue<number>(1);
    queue.putNowait(0);
    return {
      wait: () => queue.put(1),
      wake: () => void queue.getNowait(),
      waiting: () => queue.statistics().putters,
    };
  },
  'Condition.waitFor': () => {
    // A cancelled wait may wake another for nothing; with a predicate that goes unnoticed.
    const condition = new Condition();
    let items = 0;
    return {
      wait: () =>
        condition.with(async () => {
          await condition.waitFor(() => items > 0);
          items--;
        }),
      wake: () => {
        void condition.acquire();
        items++;
        condition.notify();
        condition.release();
      },
      waiting: () => condition.statistics().waiters + condition.statistics().lockWaiters,
    };
  },
  'Event.wait': () => {
    const event = new Event();
    return {
      wait: () => event.wait(),
      wake: () => event.set(),
      waiting: () => event.statistics().waiters,
      hands: false,
    };
  },
  'Queue.join': () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    return {
      wait: () => queue.join(),
      wake: () => queue.taskDone(),
      waiting: () => queue.statistics().joiners,
      hands: false,
    };
  },
};

for (const [name, make] of Object.entries(waits)) {
  test(
    `${name}: a cancel before the task starts leaves no waiter`,
    inLoop(async () => {
      const { wait, waiting } = make();
      const task = createTask(wait);
      task.cancel();
      await assertCancelled(task);
      assert.equal(waiting(), 0);
    }),
  );

  test(
    `${name}: a cancel that was pending before the wait ends it, and the next one gets its turn`,
    inLoop(async () => {
      const { wait, wake, waiting } = make();
      const task = createTask(async () => {
        currentTask()?.cancel('pending');
        await wait();
      });
      const next = createTask(wait);
      await assert.rejects(task, (error) => error instanceof CancelledError && error.message === 'pending');
      await turns();
      assert.equal(waiting(), 1);
      wake();
      await next;
      assert.equal(waiting(), 0);
    }),
  );

  for (const times of [1, 2]) {
    test(
      `${name}: cancelled ${times} times while it waits, the next one gets its turn`,
      inLoop(async () => {
        const { wait, wake, waiting } = make();
        const [first, next] = [createTask(wait), createTask(wait)];
        await turns(2);
        assert.equal(waiting(), 2);
        for (let i = 0; i < times; i++) first.cancel();
        await assertCancelled(first);
        await turns();
        assert.equal(waiting(), 1);
        wake();
        await next;
        assert.equal(waiting(), 0);
      }),
    );

    for (const [when, before] of [
      ['after', true],
      ['before', false],
    ] as const) {
      test(
        `${name}: cancelled ${times} times ${when} it was woken in that turn, the next one gets it`,
        inLoop(async () => {
          const { wait, wake, waiting, hands = true } = make();
          const [first, next] = [createTask(wait), createTask(wait)];
          await turns(2);
          if (before) wake();
          for (let i = 0; i < times; i++) first.cancel();
          if (!before) wake();
          await assertCancelled(first);
          await turns(3);
          assert.equal(next.done(), true, 'the wake-up was not lost');
          await assertNotCancelled(next);
          assert.equal(waiting(), 0);
          if (!hands) return;
          const third = createTask(wait);
          await turns(3);
          assert.equal(third.done(), false, 'and came only once');
          third.cancel();
          await assertCancelled(third);
          assert.equal(waiting(), 0);
        }),
      );
    }
  }

  test(
    `${name}: a cancel in the turn after it completed changes nothing`,
    inLoop(async () => {
      const { wait, wake, waiting } = make();
      const task = createTask(wait);
      await turns(2);
      wake();
      await turns(2);
      task.cancel();
      await assertNotCancelled(task);
      assert.equal(waiting(), 0);
    }),
  );

  test(
    `${name}: a cancel taken back in the turn in which it was woken changes nothing`,
    inLoop(async () => {
      const { wait, wake, waiting } = make();
      const task = createTask(wait);
      await turns(2);
      wake();
      task.cancel();
      task.cancel();
      task.uncancel();
      task.uncancel();
      await assertNotCancelled(task);
      assert.equal(waiting(), 0);
    }),
  );

  test(
    `${name}: all cancelled at once, nobody is left, and the next one gets its turn`,
    inLoop(async () => {
      const { wait, wake, waiting } = make();
      const tasks = [1, 2, 3, 4, 5].map(() => createTask(wait));
      await turns(2);
      wake();
      for (const task of tasks.toReversed()) task.cancel();
      for (const task of tasks) await assertCancelled(task);
      assert.equal(waiting(), 0);
      await wait();
    }),
  );

  test(
    `${name}: returned without an await, through functions, a cancel finds it`,
    inLoop(async () => {
      const { wait, waiting } = make();
      const inner = async () => wait();
      const task = createTask(async () => inner());
      await turns(3);
      assert.equal(waiting(), 1);
      task.cancel();
      await turns(3);
      assert.equal(task.cancelled(), true);
      assert.equal(waiting(), 0);
    }),
  );

  test(
    `${name}: inside Promise.all a cancel ends it with the others`,
    inLoop(async () => {
      const { wait, waiting } = make();
      const task = createTask(() => Promise.all([sleep(60_000), wait()]));
      await turns(2);
      assert.equal(waiting(), 1);
      task.cancel();
      await assertCancelled(task);
      await turns(2);
      assert.equal(waiting(), 0);
    }),
  );

  test(
    `${name}: a task that catches the cancel can wait again`,
    inLoop(async () => {
      const { wait, wake, waiting } = make();
      const task = createTask(async () => {
        await assert.rejects(wait(), CancelledError);
        currentTask()?.uncancel();
        await wait();
        return 'had it';
      });
      await turns(2);
      task.cancel();
      await turns(3);
      assert.equal(waiting(), 1);
      wake();
      assert.equal(await task, 'had it');
      assert.equal(waiting(), 0);
    }),
  );
}

test(
  'Queue.put: cancelled in the turn in which it was woken, it has put nothing',
  inLoop(async () => {
    const queue = new Queue<string>(1);
    queue.putNowait('first');
    const task = createTask(() => queue.put('lost'));
    await turns();
    assert.equal(queue.getNowait(), 'first');
    task.cancel();
    await assertCancelled(task);
    assert.deepEqual([queue.qsize(), queue.statistics().unfinished], [0, 1]);
  }),
);

test(
  'Queue.get: an item taken by another before the woken task ran, it waits again, at the end of the line',
  inLoop(async () => {
    const queue = new Queue<string>();
    const got: string[] = [];
    const get = (name: string) => createTask(async () => void got.push(`${name} ${await queue.get()}`));
    const tasks = [get('a'), get('b')];
    await turns();
    queue.putNowait('x');
    assert.equal(queue.qsize(), 1, 'it stays in the queue until the woken task runs');
    assert.equal(queue.getNowait(), 'x');
    await turns();
    assert.equal(queue.statistics().getters, 2);
    queue.putNowait('y');
    queue.putNowait('z');
    await Promise.all(tasks);
    assert.deepEqual(got, ['b y', 'a z']);
  }),
);

test(
  'Queue.get: a task that waits again after it was woken in vain can be cancelled',
  inLoop(async () => {
    const queue = new Queue<string>();
    const task = createTask(() => queue.get());
    await turns();
    queue.putNowait('x');
    queue.getNowait();
    await turns();
    task.cancel();
    await assertCancelled(task);
    assert.equal(queue.statistics().getters, 0);
  }),
);

test(
  'Condition.wait: cancelled again and again while the lock is held, it keeps its place and holds the lock at last',
  inLoop(async () => {
    const condition = new Condition();
    const order: string[] = [];
    const task = createTask(() =>
      condition.with(async () => {
        try {
          await condition.wait();
        } catch (error) {
          order.push(`waiter ${(error as Error).message}`);
          assert.equal(condition.locked(), true);
          assert.deepEqual([...condition.holders()], [task]);
          throw error;
        }
      }),
    );
    await turns();
    await condition.acquire();
    condition.notify();
    await turns();
    const later = createTask(() => condition.with(() => void order.push('later')));
    await turns();
    for (const message of ['one', 'two', 'three']) {
      task.cancel(message);
      await turns();
    }
    condition.release();
    await assertCancelled(task);
    await later;
    assert.deepEqual(order, ['waiter three', 'later']);
    assert.deepEqual(condition.statistics(), { locked: false, waiters: 0, lockWaiters: 0 });
  }),
);

test(
  'Condition.wait: a cancel does not keep the loop busy until the lock is free',
  inLoop(async () => {
    const condition = new Condition();
    const task = createTask(() => condition.with(() => condition.wait()));
    await turns();
    await condition.acquire();
    task.cancel();
    await turns(3);
    const view = viewLoop(task.getLoop());
    const before = view.entriesRun;
    await sleep(5);
    assert.ok(view.entriesRun - before < 5, 'nothing ran meanwhile');
    condition.release();
    await assertCancelled(task);
  }),
);

test(
  'Condition.notify: a number that is none is refused before anything happens',
  inLoop(async () => {
    const condition = new Condition();
    await condition.acquire();
    assert.throws(() => condition.notify(NaN), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
    assert.throws(() => condition.notify('1' as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
  }),
);
