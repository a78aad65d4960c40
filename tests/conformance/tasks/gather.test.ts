// What asyncio's test_tasks asks of gather, in our words: each case with futures and with coroutines that
// await them, as its two test classes do.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledError, createTask, ensureFuture, Future, gather, getRunningLoop, InvalidArgumentError, newEventLoop,
  NoRunningLoopError, sleep, type Awaitable,
} from '../../../src/asyncio.ts';
import { caughtContexts } from '../../core/reports.ts';
import { assertCancelled, errorOf, inLoop, turns } from '../../sync/turns.ts';

const ways: [string, (future: Future<number>) => Awaitable<number>][] = [
  ['futures', (future) => future],
  ['coroutines', (future) => async () => await future],
];

const futures = (count: number): Future<number>[] => Array.from({ length: count }, () => new Future<number>());

for (const [name, wrap] of ways) {
  // asyncio: GatherTestsBase.test_success, test_result_exception_success
  test(`gather of ${name}: results come in the order of the arguments, when all are done`, inLoop(async () => {
    for (const options of [{}, { returnExceptions: false }, { returnExceptions: true }]) {
      const [a, b, c] = futures(3) as [Future<number>, Future<number>, Future<number>];
      const all = gather([wrap(a), wrap(b), wrap(c)], options);
      let called = 0;
      all.addDoneCallback(() => called++);
      b.setResult(1);
      a.setResult(2);
      await turns(4);
      assert.equal(all.done(), false);
      c.setResult(3);
      await turns(5);
      assert.equal(called, 1);
      assert.deepEqual(all.result(), [2, 1, 3]);
    }
  }));

  // asyncio: GatherTestsBase.test_one_exception
  test(`gather of ${name}: the first error is the outcome at once, the rest is ignored`, inLoop(async () => {
    const contexts = caughtContexts();
    const [a, b, c, d, e] = futures(5) as Future<number>[];
    const all = gather([a, b, c, d, e].map((one) => wrap(one as Future<number>)));
    const error = new RangeError('one');
    a?.setResult(1);
    b?.setException(error);
    await turns(5);
    assert.equal(all.done(), true);
    assert.equal(all.exception(), error);
    c?.setResult(3);
    d?.cancel();
    e?.setException(new TypeError('late'));
    await turns(5);
    assert.deepEqual(contexts, []);
  }));

  // asyncio: GatherTestsBase.test_return_exceptions
  test(`gather of ${name}: returnExceptions puts errors among the results`, inLoop(async () => {
    const [a, b, c, d] = futures(4) as Future<number>[];
    const all = gather([a, b, c, d].map((one) => wrap(one as Future<number>)), { returnExceptions: true });
    const errors = [new RangeError('c'), new TypeError('d')];
    b?.setResult(1);
    c?.setException(errors[0]);
    a?.setResult(3);
    await turns(5);
    assert.equal(all.done(), false);
    d?.setException(errors[1]);
    assert.deepEqual(await all, [3, 1, ...errors]);
  }));
}

// asyncio: test_constructor_empty_sequence_without_loop, CoroutineGatherTests.test_constructor_without_loop
test('gather needs a running loop', () => {
  assert.throws(() => gather(), NoRunningLoopError);
  assert.throws(() => gather(async () => 'abc', async () => 'abc'), NoRunningLoopError);
});

// asyncio: test_constructor_empty_sequence_use_running_loop
test('gather of nothing is done with no results', inLoop(async () => {
  const none = gather();
  assert.ok(none instanceof Future);
  assert.equal(none.getLoop(), getRunningLoop());
  assert.deepEqual(await none, []);
  assert.deepEqual(await gather([]), []);
}));

// asyncio: CoroutineGatherTests.test_constructor_use_running_loop, test_constructor_homogenous_futures
test('gather belongs to the running loop', inLoop(async () => {
  const all = gather(async () => 'abc', async () => 'abc');
  assert.equal(all.getLoop(), getRunningLoop());
  assert.deepEqual(await all, ['abc', 'abc']);
  const shared = futures(3);
  const twice = [gather(shared), gather(shared)];
  shared.forEach((future, i) => future.setResult(i));
  for (const one of twice) assert.deepEqual(await one, [0, 1, 2]);
}));

// asyncio: test_constructor_heterogenous_futures
test('gather refuses the future of another loop', inLoop(async () => {
  const other = newEventLoop();
  const foreign = other.createFuture<number>();
  assert.throws(() => gather(new Future<number>(), foreign), errorOf(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT'));
  other.close();
}));

// asyncio: FutureGatherTests.test_one_cancellation
test('gather: a cancelled child makes it fail with the CancelledError, not cancelled', inLoop(async () => {
  const [a, b, c, d] = futures(4) as Future<number>[];
  const all = gather([a, b, c, d] as Future<number>[]);
  a?.setResult(1);
  b?.cancel();
  await turns(2);
  assert.equal(all.done(), true);
  assert.equal(all.cancelled(), false);
  assert.ok(all.exception() instanceof CancelledError);
  c?.setResult(3);
  d?.cancel();
}));

// asyncio: FutureGatherTests.test_result_exception_one_cancellation
test('gather: returnExceptions puts cancels among the results', inLoop(async () => {
  const [a, b, c, d, e, f] = futures(6) as Future<number>[];
  const all = gather([a, b, c, d, e, f] as Future<number>[], { returnExceptions: true });
  const errors = [new RangeError('b'), new TypeError('f')];
  a?.setResult(1);
  b?.setException(errors[0]);
  c?.cancel();
  await turns(2);
  assert.equal(all.done(), false);
  d?.setResult(3);
  e?.cancel();
  f?.setException(errors[1]);
  const results: unknown[] = await all;
  assert.ok(results[2] instanceof CancelledError && results[4] instanceof CancelledError);
  assert.deepEqual([results[0], results[1], results[3], results[5]], [1, errors[0], 3, errors[1]]);
}));

// asyncio: CoroutineGatherTests.test_duplicate_coroutines
test('gather counts a promise given twice once, and gives its result twice', inLoop(async () => {
  let runs = 0;
  const c = (async (): Promise<string> => `${++runs}`)();
  assert.deepEqual(await gather(c, c, async () => 'def', c), ['1', '1', 'def', '1']);
}));

// asyncio: CoroutineGatherTests.test_cancellation_broadcast
test('gather: a cancel of the waiting task cancels all children', inLoop(async () => {
  const waiter = new Future<void>();
  let proof = 0;
  const inner = async (): Promise<void> => {
    await waiter;
    proof++;
  };
  const children = [createTask(inner), createTask(inner)] as const;
  let all: Future<unknown> | undefined;
  const outer = createTask(async () => {
    all = gather(...children);
    await all;
    proof += 100;
  });
  await turns(2);
  assert.equal(outer.cancel(), true);
  await assertCancelled(outer);
  assert.equal(all?.cancel(), false);
  assert.equal(waiter.cancelled(), true);
  for (const child of children) assert.equal(child.cancelled(), true);
  assert.equal(proof, 0);
}));

// asyncio: CoroutineGatherTests.test_exception_marking
test('gather: an error after the first is not reported', inLoop(async () => {
  const contexts = caughtContexts();
  getRunningLoop().setDebug(true);
  const gates = [new Future<void>(), new Future<void>()] as const;
  const inner = async (gate: Future<void>): Promise<void> => {
    await gate;
    throw new RangeError('should not be ignored');
  };
  const outer = createTask(async () => { await gather(() => inner(gates[0]), () => inner(gates[1])); });
  outer.catch(() => {});
  await turns(2);
  gates[0].setResult();
  await turns(3);
  gates[1].setResult();
  await sleep(3);
  assert.ok(outer.exception() instanceof RangeError);
  assert.deepEqual(contexts, []);
}));

// asyncio: CoroutineGatherTests.test_issue46672
test('gather refuses what cannot be awaited', inLoop(async () => {
  assert.throws(() => gather(async () => 'abc', 5 as never), errorOf(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT'));
  await turns(2);
}));

// asyncio: test_cancel_gather_1
test('gather refuses a cancel when all its children are done', inLoop(async () => {
  const future = new Future<number>();
  const all = gather(async () => await future);
  const same = ensureFuture(all);
  await turns();
  let answer: boolean | undefined;
  future.addDoneCallback(() => (answer = same.cancel()));
  future.setResult(42);
  // The child wakes first and is done before the callback runs.
  assert.deepEqual(await all, [42]);
  assert.equal(answer, false);
  assert.equal(all.cancelled(), false);
}));

// asyncio: test_cancel_gather_2
test('gather with returnExceptions still passes a cancel of the waiting task on, with its message', inLoop(async () => {
  for (const message of ['', 'my message']) {
    const task = createTask(async () => {
      for (;;) await gather([() => sleep(5)], { returnExceptions: true });
    });
    await sleep(12);
    task.cancel(message);
    await assert.rejects(task, (error) => error instanceof CancelledError && error.message === message);
    assert.equal(task.cancelled(), true);
  }
}));
