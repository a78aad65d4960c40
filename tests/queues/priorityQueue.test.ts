// The priority queue: its order, with and without a compare function, and what it refuses.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { createTask } from '../../src/asyncio.ts';
import { InvalidArgumentError } from '../../src/base/errors.ts';
import { PriorityQueue } from '../../src/queues/priorityQueue.ts';
import { inLoop } from '../inLoop.ts';
import { failsWith, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

const invalid = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');

function drain<T>(queue: PriorityQueue<T>): T[] {
  return Array.from({ length: queue.qsize() }, () => queue.getNowait());
}

test('PriorityQueue: numbers, bigints, strings, dates and arrays come out smallest first', () => {
  const orders: unknown[][] = [
    [-Infinity, -1, 0, 0.5, 2, 10, Infinity],
    [-5n, 2, 3n, 10, 20n],
    ['', 'A', 'B', 'a', 'aa', 'b'],
    [false, true, 2],
    [new Date(1), new Date(2), new Date(10)],
    [[], [1], [1, 'a'], [1, 'b'], [1, 'b', 0], [2], [10, '']],
    [
      [1, ['x', 1]],
      [1, ['x', 2]],
      [1, ['y']],
    ],
  ];
  for (const order of orders) {
    const queue = new PriorityQueue<unknown>();
    for (const item of order.toReversed()) queue.putNowait(item);
    assert.deepEqual(drain(queue), order);
  }
});

test('PriorityQueue: of equal items the one that was put first comes first', () => {
  const queue = new PriorityQueue<{ priority: number; n: number }>(0, {
    compare: (a, b) => a.priority - b.priority,
  });
  const items = Array.from({ length: 100 }, (_, n) => ({ priority: n % 3, n }));
  for (const item of items) queue.putNowait(item);
  assert.deepEqual(
    drain(queue),
    items.toSorted((a, b) => a.priority - b.priority),
  );
});

test('PriorityQueue: any items in any order of puts and gets come out as from a sorted list', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ put: fc.integer({ min: 0, max: 8 }) }) },
    { weight: 2, arbitrary: fc.constant(null) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (program) => {
      const queue = new PriorityQueue<[number, { n: number }]>(0, { compare: (a, b) => a[0] - b[0] });
      const model: [number, { n: number }][] = [];
      let n = 0;
      for (const one of program) {
        if (one !== null) {
          const item: [number, { n: number }] = [one.put, { n: n++ }];
          queue.putNowait(item);
          model.push(item);
          model.sort((a, b) => a[0] - b[0]);
        } else if (model.length > 0) assert.equal(queue.getNowait(), model.shift());
      }
      assert.deepEqual(drain(queue), model);
    }),
  );
});

test(
  'PriorityQueue: items that can not be compared are refused and the queue stays as it was',
  inLoop(async () => {
    for (const [there, bad] of [
      [1, 'a'],
      [1, {}],
      ['a', null],
      [
        [1, {}],
        [1, {}],
      ],
      [undefined, 1],
      [Object.create(null), 1],
      [Symbol('a'), Symbol('b')],
      [() => 1, () => 2],
    ]) {
      const queue = new PriorityQueue<unknown>();
      queue.putNowait(there);
      assert.throws(() => queue.putNowait(bad), invalid);
      await assert.rejects(queue.put(bad), invalid);
      assert.deepEqual([queue.qsize(), queue.statistics().unfinished], [1, 1]);
      assert.equal(queue.getNowait(), there);
    }
  }),
);

test('PriorityQueue: a compare function that throws changes nothing, in put and in get', () => {
  let fails = false;
  const queue = new PriorityQueue<number>(0, {
    compare: (a, b) => {
      if (fails) throw new Error('no order');
      return a - b;
    },
  });
  for (const item of [5, 3, 8, 1, 9, 2]) queue.putNowait(item);
  fails = true;
  assert.throws(() => queue.putNowait(0), /no order/);
  assert.throws(() => queue.getNowait(), /no order/);
  assert.deepEqual([queue.qsize(), queue.statistics().unfinished], [6, 6]);
  fails = false;
  assert.deepEqual(drain(queue), [1, 2, 3, 5, 8, 9]);
});

test(
  'PriorityQueue: a putter whose item is refused at its turn gives the room to the next',
  inLoop(async () => {
    const queue = new PriorityQueue<unknown>(2);
    queue.putNowait(1);
    queue.putNowait(2);
    const bad = createTask(() => queue.put('a'));
    const good = createTask(() => queue.put(0));
    await turns();
    queue.getNowait();
    await turns(2);
    invalid(((await outcomeOf(bad)) as { error: unknown }).error);
    assert.equal(good.done(), true);
    assert.deepEqual(drain(queue), [0, 2]);
  }),
);

test(
  'PriorityQueue: get of tasks that wait goes by priority too',
  inLoop(async () => {
    const queue = new PriorityQueue<number>();
    const getting = createTask(() => queue.get());
    await turns();
    queue.putNowait(2);
    queue.putNowait(1);
    assert.equal(await getting, 1);
  }),
);

test('PriorityQueue: a compare that is no function is refused', () => {
  assert.throws(() => new PriorityQueue(0, { compare: 1 as never }), invalid);
  assert.throws(() => new PriorityQueue(NaN), invalid);
});

test('PriorityQueue: inspect shows the items in the order in which they will come out', () => {
  const queue = new PriorityQueue<number>();
  for (const item of [3, 1, 2]) queue.putNowait(item);
  assert.equal(inspect(queue), '<PriorityQueue maxsize=0 items=[ 1, 2, 3 ] unfinished=3>');
});
