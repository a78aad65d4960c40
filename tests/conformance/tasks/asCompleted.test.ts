// What asyncio's test_tasks asks of as_completed, in our words: each case with the async iterator, which
// yields futures, and with the plain one, which yields promises.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asCompleted, createTask, Future, InvalidArgumentError, NoRunningLoopError, sleep, TimeoutError, type Awaitable,
} from '../../../src/asyncio.ts';
import { inJumpingLoop } from '../../core/jumpingClock.ts';
import { assertCancelled, errorOf, inLoop, turns } from '../../sync/turns.ts';

const badArgument = errorOf(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');

type Collect = <T>(awaitables: Iterable<Awaitable<T>>) => Promise<T[]>;

const ways: [string, Collect][] = [
  ['plain', async <T>(awaitables: Iterable<Awaitable<T>>) => {
    const values: T[] = [];
    for (const next of asCompleted(awaitables)) values.push((await next) as T);
    return values;
  }],
  ['async', async <T>(awaitables: Iterable<Awaitable<T>>) => {
    const values: T[] = [];
    for await (const done of asCompleted(awaitables)) values.push(done.result() as T);
    return values;
  }],
];

const sleeper = (ms: number, value: string) => async (): Promise<string> => {
  await sleep(ms);
  return value;
};

// asyncio: BaseTaskTests.test_as_completed
test('asCompleted gives results in the order of completion', () => inJumpingLoop(async (loop) => {
  for (const [name, collect] of ways) {
    const start = loop.time();
    const values = await collect([sleeper(20, 'b'), sleeper(150, 'c'), sleeper(10, 'a')]);
    assert.deepEqual(values, ['a', 'b', 'c'], name);
    assert.equal(loop.time() - start, 150);
  }
}));

// asyncio: test_as_completed_same_tasks_in_as_out
test('asCompleted yields the very tasks that it was given', inLoop(async () => {
  const tasks = [createTask(async () => 'b'), createTask(async () => 'd')];
  const seen = new Set<unknown>();
  for await (const done of asCompleted([async () => 'a', ...tasks, async () => 'c'])) {
    assert.equal(done.done(), true);
    seen.add(done);
  }
  assert.equal(seen.size, 4);
  for (const task of tasks) assert.equal(seen.has(task), true);
}));

// asyncio: test_as_completed_with_timeout
test('asCompleted throws TimeoutError when its time is over', () => inJumpingLoop(async (loop) => {
  for (const style of ['plain', 'async']) {
    const start = loop.time();
    const a = createTask(() => sleep(100, { result: 'a' }));
    const b = createTask(() => sleep(150, { result: 'b' }));
    const values: string[] = [];
    const errors: unknown[] = [];
    try {
      if (style === 'plain') {
        for (const next of asCompleted([a, b], { timeout: 120 })) values.push(await next);
      } else {
        for await (const done of asCompleted([a, b], { timeout: 120 })) values.push(done.result());
      }
    } catch (error) {
      errors.push(error);
    }
    assert.deepEqual(values, ['a'], style);
    assert.ok(errors[0] instanceof TimeoutError, style);
    assert.equal(loop.time() - start, 120);
    assert.equal(await b, 'b');
  }
}));

// asyncio: test_as_completed_with_unused_timeout
test('asCompleted leaves no timer behind when all are done in time', () => inJumpingLoop(async (loop) => {
  for await (const done of asCompleted([sleeper(10, 'a')], { timeout: 1000 })) assert.equal(done.result(), 'a');
  for (const next of asCompleted([sleeper(10, 'a')], { timeout: 1000 })) assert.equal(await next, 'a');
  assert.equal(loop._timers.live, 0);
}));

// asyncio: test_as_completed_resume_iterator
test('a plain loop over asCompleted can be left and resumed', inLoop(async () => {
  const completions = asCompleted([0, 1, 2, 3].map((n) => async () => n));
  const values: number[] = [];
  for (const next of completions) {
    values.push(await next);
    if (values.length === 2) break;
  }
  assert.equal(values.length, 2);
  for (const next of completions) values.push(await next);
  assert.deepEqual(values.sort(), [0, 1, 2, 3]);
}));

test('leaving an async loop over asCompleted ends it and takes its timer back', () => inJumpingLoop(async (loop) => {
  const slow = createTask(() => sleep(50));
  for await (const done of asCompleted([async () => 1, slow], { timeout: 1000 })) {
    assert.equal(done.result(), 1);
    break;
  }
  assert.equal(slow.done(), false);
  await slow;
  assert.equal(loop._timers.live, 0);
}));

// asyncio: test_as_completed_reverse_wait
test('whichever promise of asCompleted is awaited first gets the first result', () => inJumpingLoop(async (loop) => {
  const start = loop.time();
  const [first, second] = [...asCompleted([sleeper(50, 'a'), sleeper(100, 'b')])];
  assert.equal(await second, 'a');
  assert.equal(loop.time() - start, 50);
  assert.equal(await first, 'b');
  assert.equal(loop.time() - start, 100);
}));

// asyncio: test_as_completed_concurrent
test('the promises of asCompleted can be awaited all at once', () => inJumpingLoop(async () => {
  const promises = [...asCompleted([sleeper(50, 'a'), sleeper(100, 'b')])];
  assert.deepEqual((await Promise.all(promises)).sort(), ['a', 'b']);
}));

// asyncio: test_as_completed_duplicate_coroutines
test('asCompleted counts a promise given twice once', inLoop(async () => {
  for (const [name, collect] of ways) {
    const ham = (async (): Promise<string> => 'ham')();
    assert.deepEqual((await collect([ham, ham, async () => 'spam'])).sort(), ['ham', 'spam'], name);
  }
}));

// asyncio: test_as_completed_coroutine_without_loop
test('asCompleted needs a running loop', () => {
  assert.throws(() => asCompleted([async () => 1]), NoRunningLoopError);
});

// asyncio: test_as_completed_coroutine_use_running_loop
test('asCompleted uses the running loop', inLoop(async () => {
  const promises = [...asCompleted([async () => 42])];
  assert.deepEqual(await Promise.all(promises), [42]);
}));

// asyncio: test_as_completed_invalid_args
test('asCompleted refuses a single future and a function', inLoop(async () => {
  assert.throws(() => asCompleted(new Future() as never), badArgument);
  assert.throws(() => asCompleted((async () => 1) as never), badArgument);
  assert.throws(() => asCompleted([1 as never]), badArgument);
}));

test('asCompleted of nothing ends at once', inLoop(async () => {
  assert.deepEqual([...asCompleted([])], []);
  for await (const done of asCompleted([])) assert.fail(String(done));
}));

test('a cancel ends a loop over asCompleted and leaves the tasks alone', inLoop(async () => {
  const task = createTask(() => sleep(60_000));
  const outer = createTask(async () => {
    for await (const done of asCompleted([task])) assert.fail(String(done));
  });
  await turns(2);
  outer.cancel();
  await assertCancelled(outer);
  assert.equal(task.done(), false);
  task.cancel();
}));
