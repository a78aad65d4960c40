// A primitive's errors name it, so that the line in a log says which one it was.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Barrier, BoundedSemaphore, Condition, Lock, Queue, run } from '../../src/asyncio.ts';
import '../harness.ts';

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

test('Lock, Condition, BoundedSemaphore, Queue: their errors name them', () => {
  const name = 'db';
  const queue = new Queue<number>(1, { name });
  assert.match(
    messageOf(() => new Lock({ name }).release()),
    /^Lock "db" is not locked: release\(\)/,
  );
  assert.match(
    messageOf(() => new Lock().release()),
    /^Lock is not locked: /,
  );
  assert.match(
    messageOf(() => new Condition(undefined, { name }).notify()),
    /^Condition "db" is not locked: call notify\(\) between acquire\(\) and release\(\)/,
  );
  assert.match(
    messageOf(() => new BoundedSemaphore(2, { name }).release()),
    /^BoundedSemaphore "db" has all of its 2 permits: /,
  );
  assert.equal(
    messageOf(() => queue.getNowait()),
    'Queue "db" is empty',
  );
  assert.match(
    messageOf(() => queue.taskDone()),
    /^taskDone\(\) of Queue "db" was called more often/,
  );
  queue.putNowait(1);
  assert.equal(
    messageOf(() => queue.putNowait(2)),
    'Queue "db" is full',
  );
  queue.shutdown();
  assert.equal(
    messageOf(() => queue.putNowait(3)),
    'Queue "db" was shut down',
  );
});

test('Condition.wait, Barrier.wait: their errors name them', async () => {
  await run(async () => {
    await assert.rejects(
      new Condition(undefined, { name: 'c' }).wait(),
      /^UsageError: Condition "c" is not locked/,
    );
    const barrier = new Barrier(2, { name: 'b' });
    await barrier.abort();
    await assert.rejects(barrier.wait(), /Barrier "b" is broken: abort\(\) was called/);
  });
});
