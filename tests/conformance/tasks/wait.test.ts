// What asyncio's test_tasks asks of wait, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALL_COMPLETED, createTask, FIRST_COMPLETED, FIRST_EXCEPTION, Future, InvalidArgumentError, sleep, wait,
} from '../../../src/asyncio.ts';
import { inJumpingLoop } from '../../core/jumpingClock.ts';
import { assertCancelled, errorOf, inLoop, turns } from '../../sync/turns.ts';

const badArgument = errorOf(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');
const nap = (ms: number) => createTask(async () => { await sleep(ms); });
const failAfter = (ms: number) => createTask(async () => {
  if (ms > 0) await sleep(ms);
  throw new RangeError('err');
});

// asyncio: BaseTaskTests.test_wait
test('wait returns when all are done, and at once when they are already', () => inJumpingLoop(async (loop) => {
  const start = loop.time();
  const a = nap(100);
  const b = nap(150);
  for (let i = 0; i < 2; i++) {
    const [done, pending] = await wait([b, a]);
    assert.deepEqual([...done], [b, a]);
    assert.equal(pending.size, 0);
    assert.equal(loop.time() - start, 150);
  }
}));

// asyncio: test_wait_duplicate_coroutines
test('wait counts a task that is given twice once', inLoop(async () => {
  const c = createTask(async () => 'test');
  const [done, pending] = await wait([c, c, createTask(async () => 'spam')]);
  assert.equal(pending.size, 0);
  assert.deepEqual([...done].map((task) => task.result()).sort(), ['spam', 'test']);
}));

// asyncio: test_wait_errors, test_wait_invalid_args
test('wait refuses an empty list, a single future, functions and unknown conditions', inLoop(async () => {
  await assert.rejects(wait([]), badArgument);
  await assert.rejects(wait(new Set<Future<void>>()), badArgument);
  await assert.rejects(wait(new Future() as never), badArgument);
  await assert.rejects(wait([(async () => {}) as never]), badArgument);
  await assert.rejects(wait([Promise.resolve() as never]), badArgument);
  const task = nap(10);
  await assert.rejects(wait([task], { returnWhen: -1 as never }), badArgument);
  await assert.rejects(wait([task], { timeout: NaN }), badArgument);
  await task;
}));

// asyncio: test_wait_first_completed
test('wait with FIRST_COMPLETED returns with the first', () => inJumpingLoop(async (loop) => {
  const start = loop.time();
  const a = nap(10_000);
  const b = nap(100);
  const [done, pending] = await wait([b, a], { returnWhen: FIRST_COMPLETED });
  assert.deepEqual([[...done], [...pending]], [[b], [a]]);
  assert.equal(a.done(), false);
  assert.equal(loop.time() - start, 100);
  a.cancel();
}));

// asyncio: test_wait_really_done
test('wait counts as done what became so before it returns', inLoop(async () => {
  const a = createTask(async () => { await sleep(0); });
  const b = createTask(async () => {
    await sleep(0);
    await sleep(0);
  });
  const [done, pending] = await wait([b, a], { returnWhen: FIRST_COMPLETED });
  assert.deepEqual([...done], [b, a]);
  assert.equal(pending.size, 0);
}));

// asyncio: test_wait_first_exception, test_wait_first_exception_in_wait
test('wait with FIRST_EXCEPTION returns with the first error, before or during the wait', () => inJumpingLoop(
  async (loop) => {
    for (const delay of [0, 10]) {
      const start = loop.time();
      const a = nap(10_000);
      const b = failAfter(delay);
      const [done, pending] = await wait([b, a], { returnWhen: FIRST_EXCEPTION });
      assert.deepEqual([[...done], [...pending]], [[b], [a]]);
      assert.equal(loop.time() - start, delay);
      a.cancel();
    }
  }));

test('wait with FIRST_EXCEPTION waits for all when none fails, cancels included', () => inJumpingLoop(async (loop) => {
  const start = loop.time();
  const a = nap(100);
  const b = nap(50);
  loop.callLater(10, () => b.cancel());
  const [done] = await wait([a, b], { returnWhen: FIRST_EXCEPTION });
  assert.equal(done.size, 2);
  assert.equal(loop.time() - start, 100);
}));

// asyncio: test_wait_with_exception
test('wait does not throw the errors of what it waits for', () => inJumpingLoop(async () => {
  const a = nap(100);
  const b = failAfter(150);
  for (let i = 0; i < 2; i++) {
    const [done, pending] = await wait([b, a], { returnWhen: ALL_COMPLETED });
    assert.equal(done.size, 2);
    assert.equal(pending.size, 0);
    assert.equal([...done].filter((task) => task.exception() !== undefined).length, 1);
  }
}));

// asyncio: test_wait_with_timeout
test('wait returns at its timeout with what there is, and cancels nothing', () => inJumpingLoop(async (loop) => {
  const start = loop.time();
  const a = nap(100);
  const b = nap(150);
  const [done, pending] = await wait([b, a], { timeout: 110 });
  assert.deepEqual([[...done], [...pending]], [[a], [b]]);
  assert.equal(loop.time() - start, 110);
  await b;
  assert.equal(loop.time() - start, 150);
}));

// asyncio: test_wait_concurrent_complete
test('wait whose timeout comes together with a completion tells of that', () => inJumpingLoop(async () => {
  const a = nap(100);
  const b = nap(150);
  await turns();
  const [done, pending] = await wait([b, a], { timeout: 100 });
  assert.deepEqual([[...done], [...pending]], [[a], [b]]);
  await b;
}));

// asyncio: test_wait_with_iterator_of_tasks, test_wait_generator
test('wait takes any iterable of tasks', inLoop(async () => {
  function* tasks() {
    for (let i = 0; i < 10; i++) yield createTask(async () => i);
  }
  const [done, pending] = await wait(tasks());
  assert.equal(done.size, 10);
  assert.equal(pending.size, 0);
}));

// asyncio: test_yield_wait_does_not_shield_cancel
test('a cancel ends wait and leaves what it waits for alone', inLoop(async () => {
  const waiter = new Future<void>();
  let proof = 0;
  const inner = createTask(async () => {
    await waiter;
    proof += 1;
  });
  const outer = createTask(async () => {
    await wait([inner]);
    proof += 100;
  });
  await turns(2);
  outer.cancel();
  await assertCancelled(outer);
  waiter.setResult();
  await inner;
  assert.equal(proof, 1);
}));

test('wait leaves no callback and no timer behind', () => inJumpingLoop(async (loop) => {
  const future = new Future<void>();
  for (let i = 0; i < 3; i++) await wait([future], { timeout: 10 });
  const task = createTask(() => wait([future], { timeout: 100 }));
  await turns(2);
  task.cancel();
  await assertCancelled(task);
  assert.equal(future._callbacks, undefined);
  assert.equal(loop._timers.live, 0);
}));
