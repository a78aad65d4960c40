// `for await` over a queue.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask } from '../../src/asyncio.ts';
import { LifoQueue } from '../../src/queues/lifoQueue.ts';
import { Queue } from '../../src/queues/queue.ts';
import { inLoop } from '../inLoop.ts';
import { assertCancelled } from '../outcome.ts';
import { turns } from '../turns.ts';

test(
  'for await: takes items until the queue is shut down and empty',
  inLoop(async () => {
    const queue = new Queue<number>(2);
    const seen: number[] = [];
    const reader = createTask(async () => {
      for await (const item of queue) seen.push(item);
      return 'ended';
    });
    for (const item of [1, 2, 3, 4, 5]) await queue.put(item);
    queue.shutdown();
    assert.equal(await reader, 'ended');
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  }),
);

test(
  'for await: ends at once when the queue is shut down immediately',
  inLoop(async () => {
    const queue = new LifoQueue<number>();
    const reader = createTask(async () => {
      for await (const _ of queue) assert.fail('there is nothing');
    });
    await turns();
    queue.shutdown(true);
    await reader;
  }),
);

test(
  'for await: break leaves the rest in the queue, for the next loop',
  inLoop(async () => {
    const queue = new Queue<number>();
    for (const item of [1, 2, 3]) queue.putNowait(item);
    for await (const item of queue) {
      assert.equal(item, 1);
      break;
    }
    assert.equal(queue.qsize(), 2);
    queue.shutdown();
    const rest: number[] = [];
    for await (const item of queue) rest.push(item);
    assert.deepEqual(rest, [2, 3]);
  }),
);

test(
  'for await: several loops share the items, each goes to one of them',
  inLoop(async () => {
    const queue = new Queue<number>(1);
    const seen: number[] = [];
    const readers = [1, 2, 3].map(() =>
      createTask(async () => {
        for await (const item of queue) {
          seen.push(item);
          await turns();
        }
      }),
    );
    for (let item = 0; item < 30; item++) await queue.put(item);
    queue.shutdown();
    await Promise.all(readers);
    assert.deepEqual(
      seen.toSorted((a, b) => a - b),
      Array.from({ length: 30 }, (_, item) => item),
    );
  }),
);

test(
  'for await: a cancel throws at the loop and loses no item',
  inLoop(async () => {
    const queue = new Queue<number>();
    const reader = createTask(async () => {
      for await (const _ of queue) assert.fail('was cancelled');
    });
    await turns();
    queue.putNowait(1);
    reader.cancel();
    await assertCancelled(reader);
    assert.equal(queue.getNowait(), 1);
  }),
);

test(
  'for await: an item that is a promise is given as it is, waited for or not',
  inLoop(async () => {
    const queue = new Queue<Promise<number>>();
    const items = [Promise.resolve(1), Promise.resolve(2)] as const;
    const seen: Promise<number>[] = [];
    const reader = createTask(async () => {
      for await (const item of queue) seen.push(item);
    });
    await turns();
    for (const item of items) queue.putNowait(item);
    queue.shutdown();
    await reader;
    assert.deepEqual(seen, items);
    assert.equal(seen[0], items[0]);
    assert.equal(seen[1], items[1]);
  }),
);

test(
  'QueueIterator: after its end, and after return, it stays at its end',
  inLoop(async () => {
    const queue = new Queue<number>();
    const items = queue[Symbol.asyncIterator]();
    assert.equal(items[Symbol.asyncIterator](), items);
    queue.putNowait(1);
    assert.deepEqual(await items.next(), { value: 1, done: false });
    queue.putNowait(2);
    assert.deepEqual(await items.return(), { value: undefined, done: true });
    assert.deepEqual(await items.next(), { value: undefined, done: true });
    assert.equal(queue.qsize(), 1);
    queue.shutdown();
    const others = queue[Symbol.asyncIterator]();
    await others.next();
    assert.deepEqual(await others.next(), { value: undefined, done: true });
    assert.deepEqual(await others.next(), { value: undefined, done: true });
  }),
);
