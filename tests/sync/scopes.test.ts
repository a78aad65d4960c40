// Locks and queues inside deadlines, scopes and shields, and their promises given to other waits.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelScope,
  createTask,
  FIRST_COMPLETED,
  gather,
  getRunningLoop,
  moveOnAfter,
  run,
  shield,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  wait,
  waitFor,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { Queue } from '../../src/queues/queue.ts';
import { Condition } from '../../src/sync/condition.ts';
import { Event } from '../../src/sync/event.ts';
import { Lock } from '../../src/sync/lock.ts';
import { inLoop } from '../inLoop.ts';
import { assertCancelled } from '../outcome.ts';
import { turns } from '../turns.ts';

test(
  'Lock.acquire, Queue.get, Event.wait: a deadline ends the wait and leaves nothing',
  inLoop(async () => {
    const lock = new Lock();
    await lock.acquire();
    const queue = new Queue<number>();
    const event = new Event();
    const bodies: (() => Promise<unknown>)[] = [
      () => lock.acquire(),
      () => queue.get(),
      () => event.wait(),
    ];
    for (const body of bodies) {
      await assert.rejects(timeout(2, body), TimeoutError);
      await assert.rejects(waitFor(body, 2), TimeoutError);
      await assert.rejects(waitFor(body(), 2), TimeoutError);
      assert.equal(await moveOnAfter(2, body), undefined);
    }
    assert.deepEqual(
      [lock.statistics().waiters, queue.statistics().getters, event.statistics().waiters],
      [0, 0, 0],
    );
  }),
);

test(
  'Lock.with: a deadline inside the body releases the lock',
  inLoop(async () => {
    const lock = new Lock();
    await assert.rejects(
      lock.with(() => timeout(2, () => sleep(60_000))),
      TimeoutError,
    );
    await assert.rejects(
      timeout(2, () => lock.with(() => sleep(60_000))),
      TimeoutError,
    );
    assert.equal(lock.locked(), false);
  }),
);

test(
  'Queue.get: wait() and gather() can be given its promise',
  inLoop(async () => {
    const queue = new Queue<number>();
    const other = new Queue<number>();
    const [first, second] = [createTask(() => queue.get()), createTask(() => other.get())];
    queue.putNowait(1);
    const { done } = await wait([first, second], { returnWhen: FIRST_COMPLETED }).then(([finished]) => ({
      done: finished,
    }));
    assert.deepEqual([...done], [first]);
    other.putNowait(2);
    getRunningLoop().callLater(1, () => queue.putNowait(3));
    assert.deepEqual(await gather(queue.get(), other.get()), [3, 2]);
  }),
);

test(
  'Queue.get: a shielded wait goes on when the task is cancelled, and its item can be had',
  inLoop(async () => {
    const queue = new Queue<number>();
    const getting = createTask(() => queue.get());
    const task = createTask(() => shield(getting));
    await turns(2);
    task.cancel();
    await assertCancelled(task);
    queue.putNowait(1);
    assert.equal(await getting, 1);
  }),
);

test(
  'Condition.wait: in a scope that was cancelled for good it still holds the lock when it ends',
  inLoop(async () => {
    const condition = new Condition();
    const scope = new CancelScope();
    const log: string[] = [];
    const task: Task<void | undefined> = createTask(() =>
      scope.run(() =>
        condition.with(async () => {
          try {
            await condition.wait();
          } finally {
            log.push(`ended, locked ${condition.locked()}`);
            assert.deepEqual([...condition.holders()], [task]);
          }
        }),
      ),
    );
    await turns(2);
    await condition.acquire();
    scope.cancel();
    await turns(5);
    assert.deepEqual(log, []);
    condition.release();
    await task;
    assert.deepEqual(log, ['ended, locked true']);
    assert.equal(scope.cancelledCaught, true);
    assert.equal(condition.locked(), false);
  }),
);

test(
  'Lock.acquire: in a shielded scope a cancel from outside waits until it has the lock',
  inLoop(async () => {
    const lock = new Lock();
    await lock.acquire();
    let had = false;
    const task = createTask(async () => {
      await new CancelScope({ shield: true }).run(async () => {
        await lock.with(() => {
          had = true;
        });
      });
      await sleep(60_000);
    });
    await turns(2);
    task.cancel();
    await turns(3);
    assert.equal(lock.statistics().waiters, 1);
    lock.release();
    await assertCancelled(task);
    assert.equal(had, true);
    assert.equal(lock.locked(), false);
  }),
);

test(
  'Queue: workers in a group end when it is shut down, and the group with them',
  inLoop(async () => {
    const queue = new Queue<number>(3);
    const done: number[] = [];
    await taskGroup(async (group) => {
      for (let i = 0; i < 4; i++) {
        void group.createTask(async () => {
          for await (const item of queue) {
            await sleep(0);
            done.push(item);
            queue.taskDone();
          }
        });
      }
      for (let item = 0; item < 50; item++) await queue.put(item);
      await queue.join();
      queue.shutdown();
    });
    assert.deepEqual(
      done.toSorted((a, b) => a - b),
      Array.from({ length: 50 }, (_, item) => item),
    );
  }),
);

test(
  'Queue: a worker that fails cancels the producer that waits for room',
  inLoop(async () => {
    const queue = new Queue<number>(1);
    await assert.rejects(
      taskGroup(async (group) => {
        void group.createTask(async () => {
          await queue.get();
          throw new Error('worker');
        });
        for (let item = 0; ; item++) await queue.put(item);
      }),
      (error) => error instanceof AggregateError && (error.errors[0] as Error).message === 'worker',
    );
    assert.equal(queue.statistics().putters, 0);
  }),
);

// Where microtasks can starve the host, its timers never come, and the test hangs.
test('Lock, Queue: hand-over among many tasks does not keep the host’s timers from firing', async () => {
  await run(async () => {
    const queue = new Queue<number>(1);
    const lock = new Lock();
    let handedOver = 0;
    const busy = Array.from({ length: 50 }, (_, n) =>
      createTask(async () => {
        for (;;) {
          if (n % 2 === 0) await queue.put(n);
          else await queue.get();
          (await lock.acquire())[Symbol.dispose]();
          handedOver++;
        }
      }),
    );
    for (let timer = 0; timer < 10; timer++) {
      const before = handedOver;
      await new Promise((resolve) => void setTimeout(resolve, 1));
      assert.ok(handedOver > before, 'the tasks went on meanwhile');
    }
    for (const task of busy) task.cancel();
    await Promise.allSettled(busy);
  });
});
