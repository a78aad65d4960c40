// What our queue adds to asyncio's: stores of one's own, statistics, unbounded sizes, and its behaviour when
// it is shut down under those who wait.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTask, run } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { InvalidArgumentError } from '../../src/base/errors.ts';
import type { ItemStore } from '../../src/queues/itemStore.ts';
import { Queue } from '../../src/queues/queue.ts';
import { QueueShutDown } from '../../src/queues/queueErrors.ts';
import { inLoop } from '../inLoop.ts';
import { failsWith, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

test('Queue: a maxsize that is no whole number is refused; Infinity, 0 and less mean any number', () => {
  for (const maxsize of [NaN, 1.5, -0.5, -Infinity, '1', null, {}, Symbol('one'), 1n]) {
    assert.throws(
      () => new Queue(maxsize as never),
      failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT'),
    );
  }
  for (const maxsize of [0, -1, Infinity]) {
    const queue = new Queue<number>(maxsize);
    for (let item = 0; item < 100; item++) queue.putNowait(item);
    assert.equal(queue.full(), false);
  }
});

test(
  'Queue: a subclass can keep its items in a store of its own',
  inLoop(async () => {
    class Latest<T> extends Queue<T> {
      protected override createStore(): ItemStore<T> {
        const items: T[] = [];
        return {
          get length() {
            return items.length;
          },
          add: (item) => {
            items[0] = item;
          },
          take: () => items.pop() as T,
          [Symbol.iterator]: () => items.values(),
        };
      }
    }
    const queue = new Latest<string>();
    const reader = createTask(() => queue.get());
    await turns();
    for (const item of ['a', 'b', 'c']) await queue.put(item);
    assert.equal(queue.qsize(), 1);
    assert.equal(await reader, 'c');
  }),
);

test(
  'Queue: undefined and null are items like others',
  inLoop(async () => {
    const queue = new Queue<undefined | null>();
    queue.putNowait(undefined);
    await queue.put(null);
    assert.equal(await queue.get(), undefined);
    assert.equal(queue.getNowait(), null);
    assert.equal(queue.empty(), true);
  }),
);

test(
  'Queue: statistics tell everything at once',
  inLoop(async () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    const tasks = [createTask(() => queue.put(2)), createTask(() => queue.join())];
    await turns();
    assert.deepEqual(
      { ...queue.statistics() },
      {
        size: 1,
        maxsize: 1,
        getters: 0,
        putters: 1,
        joiners: 1,
        unfinished: 1,
        shutdown: false,
      },
    );
    queue.shutdown(true);
    assert.deepEqual(
      { ...queue.statistics() },
      {
        size: 0,
        maxsize: 1,
        getters: 0,
        putters: 0,
        joiners: 1,
        unfinished: 0,
        shutdown: true,
      },
    );
    await Promise.allSettled(tasks);
    assert.equal(queue.statistics().joiners, 0);
  }),
);

test(
  'Queue.shutdown: twice is allowed, and the second can be immediate',
  inLoop(async () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    queue.shutdown();
    queue.shutdown();
    assert.equal(queue.qsize(), 1);
    queue.shutdown(true);
    assert.equal(queue.qsize(), 0);
    await queue.join();
  }),
);

test(
  'Queue.shutdown: a putter that was woken for room before it does not put after it',
  inLoop(async () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    const putting = createTask(() => queue.put(2));
    await turns();
    queue.getNowait();
    queue.shutdown();
    assert.ok(((await outcomeOf(putting)) as { error: unknown }).error instanceof QueueShutDown);
    assert.equal(queue.qsize(), 0);
  }),
);

test(
  'Queue.shutdown: a getter that was woken for an item before it gets that item',
  inLoop(async () => {
    const queue = new Queue<number>();
    const [first, second] = [createTask(() => queue.get()), createTask(() => queue.get())];
    await turns();
    queue.putNowait(1);
    queue.shutdown();
    assert.equal(await first, 1);
    assert.ok(((await outcomeOf(second)) as { error: unknown }).error instanceof QueueShutDown);
  }),
);

test(
  'Queue.shutdown: a getter that nobody awaits does not bring the process down',
  inLoop(async () => {
    const queue = new Queue<number>();
    const forgotten = queue.get();
    await turns();
    queue.shutdown();
    await turns(2);
    await assert.rejects(forgotten, QueueShutDown);
  }),
);

test('Queue: in any program every item that was put comes out once, or is still there', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('put' as const), count: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('get' as const), count: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('cancel' as const), task: fc.nat(6) }),
    fc.constant({ do: 'turn' as const }),
  );
  const property = fc.asyncProperty(
    fc.nat(3),
    fc.array(step, { maxLength: 60 }),
    async (maxsize, program) => {
      await run(async () => {
        const queue = new Queue<number>(maxsize);
        const tasks: Task<void>[] = [];
        const put: number[] = [];
        const got: number[] = [];
        let item = 0;
        for (const one of program) {
          const alive = tasks.filter((task) => !task.done());
          if (one.do === 'put') {
            tasks.push(
              createTask(async () => {
                for (let i = 0; i < one.count; i++) {
                  const mine = item++;
                  await queue.put(mine);
                  put.push(mine);
                }
              }),
            );
          } else if (one.do === 'get') {
            tasks.push(
              createTask(async () => {
                for (let i = 0; i < one.count; i++) got.push(await queue.get());
              }),
            );
          } else if (one.do === 'cancel') alive[one.task % (alive.length || 1)]?.cancel();
          else await turns();
          assert.ok(maxsize === 0 || queue.qsize() <= maxsize);
        }
        await turns(30);
        // Quiet now: nobody waits for what is there.
        const { size, getters, putters } = queue.statistics();
        assert.ok(getters === 0 || size === 0, `${getters} wait for ${size} items`);
        assert.ok(putters === 0 || queue.full(), `${putters} wait for room in ${size} of ${maxsize}`);
        const left = Array.from({ length: size }, () => queue.getNowait());
        for (const task of tasks) task.cancel();
        await Promise.allSettled(tasks);
        while (!queue.empty()) left.push(queue.getNowait());
        const ascending = (a: number, b: number) => a - b;
        assert.deepEqual([...got, ...left].toSorted(ascending), put.toSorted(ascending));
        assert.equal(queue.statistics().getters + queue.statistics().putters, 0);
      });
    },
  );
  await fc.assert(property, { numRuns: 300 });
});
