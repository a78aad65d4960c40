// What asyncio's test_queues asks of join, task_done and shutdown of all three queues, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask } from '../../../src/asyncio.ts';
import { UsageError } from '../../../src/base/errors.ts';
import { LifoQueue } from '../../../src/queues/lifoQueue.ts';
import { PriorityQueue } from '../../../src/queues/priorityQueue.ts';
import { Queue } from '../../../src/queues/queue.ts';
import { QueueShutDown } from '../../../src/queues/queueErrors.ts';
import { inLoop } from '../../inLoop.ts';
import { failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const usageError = failsWith(UsageError, 'ERR_ASYNCIO_USAGE');
const shutDown = failsWith(QueueShutDown, 'ERR_ASYNCIO_QUEUE_SHUT_DOWN');

async function assertShutDown(queue: Queue<string>): Promise<void> {
  await assert.rejects(queue.put('data'), shutDown);
  assert.throws(() => queue.putNowait('data'), shutDown);
  await assert.rejects(queue.get(), shutDown);
  assert.throws(() => queue.getNowait(), shutDown);
}

for (const type of [Queue, LifoQueue, PriorityQueue]) {
  test(`${type.name}: taskDone called too often is a UsageError`, () => {
    assert.throws(() => new type().taskDone(), usageError);
  });

  test(
    `${type.name}: join waits until every item was declared done`,
    inLoop(async () => {
      const queue = new type<number>();
      for (let i = 0; i < 100; i++) queue.putNowait(i);
      let sum = 0;
      let running = true;
      const work = async () => {
        while (running) {
          sum += await queue.get();
          queue.taskDone();
        }
      };
      const workers = [createTask(work), createTask(work)];
      await queue.join();
      assert.equal(sum, 4950);
      running = false;
      for (const _ of workers) queue.putNowait(0);
      await Promise.all(workers);
    }),
  );

  test(
    `${type.name}: join of an empty one returns at once, again and again`,
    inLoop(async () => {
      const queue = new type();
      await queue.join();
      await queue.join();
    }),
  );

  test(`${type.name}: its description names unfinished work and shutdown`, () => {
    const queue = new type<number>();
    assert.equal(String(queue), `<${type.name} maxsize=0>`);
    queue.putNowait(1);
    queue.putNowait(2);
    queue.getNowait();
    queue.getNowait();
    assert.equal(String(queue), `<${type.name} maxsize=0 unfinished=2>`);
    const down = new type();
    down.shutdown();
    assert.equal(String(down), `<${type.name} maxsize=0 shutdown>`);
  });

  test(
    `${type.name}: shutdown of an empty one ends get, put and those who wait`,
    inLoop(async () => {
      const queue = new type<string>();
      const getting = createTask(() => queue.get());
      await turns();
      queue.shutdown();
      assert.equal(queue.qsize(), 0);
      await queue.join();
      await turns();
      assert.equal(getting.done(), true);
      await assert.rejects(getting, shutDown);
      await assertShutDown(queue);
    }),
  );

  test(
    `${type.name}: after shutdown get gives what is left, then ends`,
    inLoop(async () => {
      const queue = new type<string>(1);
      queue.putNowait('data');
      const joining = createTask(() => queue.join());
      const putting = createTask(() => queue.put('data2'));
      await turns();
      assert.equal(putting.done(), false);
      queue.shutdown();
      assert.equal(queue.qsize(), 1);
      await turns();
      assert.equal(putting.done(), true);
      await assert.rejects(putting, shutDown);
      assert.equal(await queue.get(), 'data');
      await turns();
      assert.equal(joining.done(), false);
      await assertShutDown(queue);
      queue.taskDone();
      await turns();
      assert.equal(joining.done(), true);
      await joining;
      assert.throws(() => queue.taskDone(), usageError);
    }),
  );

  test(
    `${type.name}: immediate shutdown drops what is left and lets join return`,
    inLoop(async () => {
      const queue = new type<string>();
      queue.putNowait('data');
      const joining = createTask(() => queue.join());
      queue.shutdown(true);
      assert.equal(queue.qsize(), 0);
      await turns();
      assert.equal(joining.done(), true);
      await joining;
      await assertShutDown(queue);
      assert.throws(() => queue.taskDone(), usageError);
    }),
  );

  test(
    `${type.name}: immediate shutdown leaves work that was taken out unfinished`,
    inLoop(async () => {
      const queue = new type<string>();
      queue.putNowait('data');
      queue.putNowait('data');
      const joining = createTask(() => queue.join());
      assert.equal(await queue.get(), 'data');
      queue.shutdown(true);
      assert.equal(queue.qsize(), 0);
      await turns();
      assert.equal(joining.done(), false);
      await assertShutDown(queue);
      queue.taskDone();
      assert.throws(() => queue.taskDone(), usageError);
      await turns();
      assert.equal(joining.done(), true);
      await joining;
    }),
  );
}
