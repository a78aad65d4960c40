// What asyncio's test_queues asks of the queues (basics, get, put, order), in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createTask, getRunningLoop } from '../../../src/asyncio.ts';
import { LifoQueue } from '../../../src/queues/lifoQueue.ts';
import { PriorityQueue } from '../../../src/queues/priorityQueue.ts';
import { Queue } from '../../../src/queues/queue.ts';
import { QueueEmpty, QueueFull } from '../../../src/queues/queueErrors.ts';
import { Event } from '../../../src/sync/event.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled, failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const queueEmpty = failsWith(QueueEmpty, 'ERR_ASYNCIO_QUEUE_EMPTY');
const queueFull = failsWith(QueueFull, 'ERR_ASYNCIO_QUEUE_FULL');

for (const [how, show] of [
  ['inspect', inspect],
  ['String', String],
] as const) {
  test(
    `Queue: ${how} shows maxsize, getters, putters and items`,
    inLoop(async () => {
      assert.equal(show(new Queue()), '<Queue maxsize=0>');
      const starved = new Queue<number>();
      const getter = createTask(() => starved.get());
      await turns();
      assert.match(show(starved), /getters=1/);
      starved.putNowait(0);
      assert.equal(await getter, 0);
      const full = new Queue<number>(1);
      full.putNowait(1);
      const putter = createTask(() => full.put(2));
      await turns();
      assert.match(show(full), /putters=1/);
      full.getNowait();
      await putter;
      const one = new Queue<number>();
      one.putNowait(1);
      assert.match(show(one), how === 'inspect' ? /items=\[ 1 \]/ : /size=1/);
    }),
  );
}

test(
  'Queue: empty tells whether it is',
  inLoop(async () => {
    const queue = new Queue<number>();
    assert.equal(queue.empty(), true);
    await queue.put(1);
    assert.equal(queue.empty(), false);
    assert.equal(await queue.get(), 1);
    assert.equal(queue.empty(), true);
  }),
);

test(
  'Queue: full tells whether it is; without a maxsize it never is',
  inLoop(async () => {
    const endless = new Queue<number>();
    assert.equal(endless.full(), false);
    await endless.put(1);
    assert.equal(endless.full(), false);
    const queue = new Queue<number>(1);
    await queue.put(1);
    assert.equal(queue.full(), true);
  }),
);

for (const [type, expected] of [
  [Queue, [1, 3, 2]],
  [LifoQueue, [2, 3, 1]],
  [PriorityQueue, [1, 2, 3]],
] as const) {
  test(
    `${type.name}: items come out in its order`,
    inLoop(async () => {
      const queue = new type<number>();
      for (const item of [1, 3, 2]) await queue.put(item);
      assert.deepEqual([await queue.get(), await queue.get(), await queue.get()], expected);
    }),
  );
}

test(
  'Queue: put waits while maxsize items are in it',
  inLoop(async () => {
    const queue = new Queue<number>(2);
    assert.equal(queue.maxsize, 2);
    const put: number[] = [];
    const task = createTask(async () => {
      for (const item of [0, 1, 2]) {
        await queue.put(item);
        put.push(item);
      }
      return true;
    });
    await turns(2);
    assert.deepEqual(put, [0, 1]);
    assert.equal(await queue.get(), 0);
    await turns();
    assert.deepEqual(put, [0, 1, 2]);
    assert.equal(await queue.get(), 1);
    assert.equal(await queue.get(), 2);
    assert.equal(task.result(), true);
  }),
);

test(
  'Queue: get returns an item that is there at once',
  inLoop(async () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    assert.equal(await queue.get(), 1);
  }),
);

test(
  'Queue: get wakes a putter that waits',
  inLoop(async () => {
    const queue = new Queue<number>(1);
    await queue.put(1);
    const putter = createTask(() => queue.put(2));
    await turns();
    assert.equal(await queue.get(), 1);
    await turns();
    assert.equal(putter.result(), undefined);
    assert.equal(queue.qsize(), 1);
  }),
);

test(
  'Queue: get waits for an item',
  inLoop(async () => {
    const queue = new Queue<number>();
    const started = new Event();
    let finished = false;
    const task = createTask(async () => {
      started.set();
      const item = await queue.get();
      finished = true;
      return item;
    });
    await started.wait();
    assert.equal(finished, false);
    getRunningLoop().callLater(2, () => queue.putNowait(1));
    assert.equal(await task, 1);
    assert.equal(finished, true);
  }),
);

test('Queue: getNowait takes what is there, outside of a loop too', () => {
  const queue = new Queue<number>();
  queue.putNowait(1);
  assert.equal(queue.getNowait(), 1);
});

test('Queue: getNowait on an empty one is a QueueEmpty', () => {
  assert.throws(() => new Queue().getNowait(), queueEmpty);
});

test(
  'Queue: an item goes to the next getter when the first was cancelled',
  inLoop(async () => {
    const queue = new Queue<string>();
    const first = createTask(() => queue.get());
    const second = createTask(() => queue.get());
    await turns();
    first.cancel();
    await turns();
    assert.equal(first.done(), true);
    await queue.put('a');
    await turns();
    assert.equal(await second, 'a');
  }),
);

test(
  'Queue: get takes from putters that had to wait',
  inLoop(async () => {
    const queue = new Queue<string>(1);
    const putters = ['a', 'b'].map((item) => createTask(() => queue.put(item)));
    assert.equal(await queue.get(), 'a');
    assert.equal(await queue.get(), 'b');
    await Promise.all(putters);
  }),
);

test(
  'Queue: producer and consumer over one place do not get stuck',
  inLoop(async () => {
    const queue = new Queue<number>(1);
    const producer = createTask(async () => {
      for (let i = 0; i < 5; i++) await queue.put(i);
    });
    const consumer = createTask(async () => {
      for (let i = 0; i < 5; i++) assert.equal(await queue.get(), i);
    });
    await Promise.all([producer, consumer]);
  }),
);

test(
  'Queue: a cancelled getter leaves nothing behind',
  inLoop(async () => {
    const queue = new Queue<number>(5);
    const task = createTask(() => queue.get());
    getRunningLoop().callLater(2, () => void task.cancel());
    await assertCancelled(task);
    assert.equal(queue.statistics().getters, 0);
  }),
);

test(
  'Queue: put into one without maxsize never waits',
  inLoop(async () => {
    const queue = new Queue<number>();
    await queue.put(1);
    assert.equal(await queue.get(), 1);
  }),
);

test(
  'Queue: put waits for room',
  inLoop(async () => {
    const queue = new Queue<number>(1);
    const started = new Event();
    let finished = false;
    getRunningLoop().callLater(2, () => void queue.getNowait());
    const task = createTask(async () => {
      started.set();
      await queue.put(1);
      await queue.put(2);
      finished = true;
    });
    await started.wait();
    assert.equal(finished, false);
    await task;
    assert.equal(finished, true);
  }),
);

test('Queue: putNowait puts, outside of a loop too', () => {
  const queue = new Queue<number>();
  queue.putNowait(1);
  assert.equal(queue.getNowait(), 1);
});

test(
  'Queue: no item is lost with a reader that is cancelled after it was woken',
  inLoop(async () => {
    const queue = new Queue<number>();
    const reader = createTask(() => queue.get());
    await turns();
    queue.putNowait(1);
    queue.putNowait(2);
    reader.cancel();
    await assertCancelled(reader);
    assert.equal(await createTask(() => queue.get()), 1);
  }),
);

test(
  'Queue: the other readers get the items when one is cancelled after it was woken',
  inLoop(async () => {
    const queue = new Queue<number>();
    const [first, second, third] = [1, 2, 3].map(() => createTask(() => queue.get()));
    await turns();
    queue.putNowait(1);
    queue.putNowait(2);
    first?.cancel();
    await assertCancelled(first as Promise<number>);
    assert.deepEqual(
      [await second, await third].toSorted((a, b) => Number(a) - Number(b)),
      [1, 2],
    );
  }),
);

test(
  'Queue: a writer that is cancelled after it was woken has put nothing',
  inLoop(async () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    const writer = createTask(() => queue.put(2));
    await turns();
    assert.equal(queue.getNowait(), 1);
    writer.cancel();
    await assertCancelled(writer);
    assert.equal(queue.qsize(), 0);
    await createTask(() => queue.put(2));
    assert.equal(queue.getNowait(), 2);
    assert.equal(queue.qsize(), 0);
  }),
);

test('Queue: putNowait into a full one is a QueueFull', () => {
  const queue = new Queue<number>(1);
  queue.putNowait(1);
  assert.throws(() => queue.putNowait(2), queueFull);
  assert.equal(queue.qsize(), 1);
});

test('Queue: a maxsize with a fraction is refused', () => {
  assert.throws(() => new Queue<number>(1.3), {
    code: 'ERR_ASYNCIO_INVALID_ARGUMENT',
    argument: 'maxsize',
  });
});

test(
  'Queue: a task that puts without waiting is done by the time its item is got',
  inLoop(async () => {
    const queue = new Queue<number>();
    const task = createTask(async () => {
      await queue.put(1);
      return true;
    });
    assert.equal(await queue.get(), 1);
    assert.equal(task.result(), true);
  }),
);

test(
  'Queue: the next writer puts when another that waited is cancelled',
  inLoop(async () => {
    const queue = new Queue<string>(1);
    const [a, b, c] = ['a', 'b', 'X'].map((item) => createTask(() => queue.put(item)));
    await turns();
    assert.equal(a?.done(), true);
    assert.equal(b?.done(), false);
    c?.cancel();
    await turns();
    assert.equal(c?.done(), true);
    assert.equal(queue.getNowait(), 'a');
    await turns();
    assert.equal(queue.getNowait(), 'b');
    await b;
  }),
);

test(
  'Queue: put gives to a getter that waits',
  inLoop(async () => {
    const queue = new Queue<string>();
    const task = createTask(() => queue.get());
    await turns();
    await queue.put('a');
    assert.equal(await task, 'a');
  }),
);

test(
  'Queue: all writers get in when a reader takes everything at once',
  inLoop(async () => {
    const queue = new Queue<number>(2);
    const reader = createTask(async () => {
      await turns();
      for (let left = queue.qsize(); left > 0; left--) queue.getNowait();
    });
    const writers = [0, 1, 2, 3].map((item) => createTask(() => queue.put(item)));
    await Promise.all([reader, ...writers]);
    assert.equal(queue.qsize(), 2);
  }),
);

test(
  'Queue: a cancelled putter leaves nothing behind',
  inLoop(async () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    const task = createTask(() => queue.put(1));
    await turns();
    assert.equal(queue.statistics().putters, 1);
    task.cancel();
    await assertCancelled(task);
    assert.equal(queue.statistics().putters, 0);
  }),
);

test(
  'Queue: a putter that was dismissed and then cancelled ends as cancelled',
  inLoop(async () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    const task = createTask(() => queue.put(1));
    await turns();
    queue.getNowait();
    assert.equal(queue.statistics().putters, 0);
    task.cancel();
    await assertCancelled(task);
  }),
);
