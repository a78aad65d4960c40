import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidArgumentError } from '../../src/base/errors.ts';
import { checkWhole } from '../../src/base/wholeNumber.ts';
import {
  Barrier,
  BoundedSemaphore,
  CapacityLimiter,
  Condition,
  hedge,
  LifoQueue,
  PriorityQueue,
  Queue,
  Semaphore,
} from '../../src/asyncio.ts';

const noNumbers = [NaN, 1.5, -Infinity, '1', null, {}, Object.create(null), Symbol('one'), 1n, [2]];

test('checkWhole: whole numbers from the least on, and Infinity', () => {
  for (const good of [-3, 0, 1, 2 ** 60, Infinity]) assert.equal(checkWhole(good, 'count'), good);
  for (const good of [1, 2 ** 60, Infinity]) assert.equal(checkWhole(good, 'count', 1), good);
  for (const bad of [0, -3, ...noNumbers]) {
    assert.throws(
      () => checkWhole(bad, 'count', 1),
      (error) =>
        error instanceof InvalidArgumentError && error.message.startsWith('count must be a whole number'),
    );
  }
});

test('locks, queues, hedge: a count that is no whole number is refused where it is given', async () => {
  const takers: Record<string, (count: never) => unknown> = {
    Queue: (count) => new Queue(count),
    LifoQueue: (count) => new LifoQueue(count),
    PriorityQueue: (count) => new PriorityQueue(count),
    Semaphore: (count) => new Semaphore(count),
    BoundedSemaphore: (count) => new BoundedSemaphore(count),
    Barrier: (count) => new Barrier(count),
    CapacityLimiter: (count) => new CapacityLimiter(count),
    'CapacityLimiter.totalTokens': (count) => (new CapacityLimiter(1).totalTokens = count),
    'Condition.notify': (count) => new Condition().notify(count),
  };
  for (const [name, take] of Object.entries(takers)) {
    for (const bad of noNumbers) assert.throws(() => take(bad as never), InvalidArgumentError, name);
  }
  for (const max of [...noNumbers, 0, -1]) {
    if (max === null) continue;
    await assert.rejects(
      hedge(async () => {}, { delay: 1, max: max as never }),
      InvalidArgumentError,
    );
  }
  for (const take of [takers['Semaphore'], takers['BoundedSemaphore'], takers['CapacityLimiter']])
    assert.throws(() => take?.(-1 as never), InvalidArgumentError);
});
