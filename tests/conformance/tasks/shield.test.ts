// What asyncio's test_tasks asks of shield, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledError, createTask, Future, gather, getRunningLoop, NoRunningLoopError, shield,
} from '../../../src/asyncio.ts';
import { caughtContexts } from '../../core/reports.ts';
import { assertCancelled, inLoop, outcomeOf, turns } from '../../sync/turns.ts';

// asyncio: test_shield_result
test('shield passes the result on', inLoop(async () => {
  const inner = new Future<number>();
  const outer = shield(inner);
  inner.setResult(42);
  assert.equal(await outer, 42);
}));

// asyncio: test_shield_exception
test('shield passes the error on', inLoop(async () => {
  const inner = new Future<number>();
  const outer = shield(inner);
  const error = new RangeError('expected');
  inner.setException(error);
  await turns(2);
  assert.equal(outer.exception(), error);
}));

// asyncio: test_shield_cancel_inner
test('a cancel of what is shielded cancels the shield', inLoop(async () => {
  const inner = new Future<number>();
  const outer = shield(inner);
  inner.cancel('inner');
  await turns(2);
  assert.equal(outer.cancelled(), true);
  await assert.rejects(outer, (error) => error instanceof CancelledError && error.message === 'inner');
}));

// asyncio: test_shield_cancel_outer, test_shield_cancel_outer_result
test('a cancel of the shield leaves alone what is shielded, and its result is no news', inLoop(async () => {
  const contexts = caughtContexts();
  const inner = new Future<number>();
  const outer = shield(inner);
  outer.cancel();
  await turns(2);
  assert.equal(outer.cancelled(), true);
  assert.equal(inner.done(), false);
  inner.setResult(1);
  await turns(2);
  assert.deepEqual(contexts, []);
}));

// asyncio: test_shield_cancel_outer_exception
test('an error after the shield was cancelled is reported', inLoop(async () => {
  const contexts = caughtContexts();
  const inner = new Future<number>();
  const outer = shield(inner);
  outer.cancel();
  await turns(2);
  const error = new RangeError('foo');
  inner.setException(error);
  await turns(2);
  assert.equal(contexts.length, 1);
  assert.equal(contexts[0]?.exception, error);
}));

// asyncio: test_shield_duplicate_log_once
test('an error after two shields of it were cancelled is reported once', inLoop(async () => {
  const contexts = caughtContexts();
  const inner = new Future<number>();
  for (let i = 0; i < 2; i++) {
    shield(inner).cancel();
    await turns(2);
  }
  inner.setException(new RangeError('foo'));
  await turns(2);
  assert.equal(contexts.length, 1);
}));

// asyncio: test_shield_shortcut
test('a shield of a done future is that future', inLoop(async () => {
  const future = new Future<number>();
  future.setResult(42);
  assert.equal(shield(future), future);
  assert.equal(await shield(future), 42);
}));

// asyncio: test_shield_effect
test('a cancel of the waiting task does not reach what it shields', inLoop(async () => {
  const waiter = new Future<void>();
  let proof = 0;
  const outer = createTask(async () => {
    await shield(async () => {
      await waiter;
      proof += 1;
    });
    proof += 100;
  });
  await turns(2);
  outer.cancel();
  await assertCancelled(outer);
  waiter.setResult();
  await turns(2);
  assert.equal(proof, 1);
}));

// asyncio: test_shield_gather
test('a shielded gather goes on when the shield is cancelled', inLoop(async () => {
  const children = [new Future<number>(), new Future<number>()] as const;
  const parent = gather(...children);
  const outer = shield(parent);
  await turns();
  outer.cancel();
  await turns();
  assert.equal(outer.cancelled(), true);
  children[0].setResult(1);
  children[1].setResult(2);
  await turns(2);
  assert.deepEqual(parent.result(), [1, 2]);
}));

// asyncio: test_gather_shield
test('a cancelled gather of shields cancels the shields and not what they shield', inLoop(async () => {
  const children = [new Future<number>(), new Future<number>()] as const;
  const shields = children.map((child) => shield(child));
  const parent = gather(...shields);
  await turns();
  parent.cancel();
  await turns();
  assert.ok(parent.exception() instanceof CancelledError);
  for (const one of shields) assert.equal(one.cancelled(), true);
  for (const child of children) {
    assert.equal(child.done(), false);
    child.setResult(1);
  }
  await turns(2);
}));

// asyncio: test_shield_coroutine_without_loop
test('shield of a coroutine needs a running loop', () => {
  assert.throws(() => shield(async () => 42), NoRunningLoopError);
});

// asyncio: test_shield_coroutine_use_running_loop
test('shield of a coroutine uses the running loop', inLoop(async () => {
  const outer = shield(async () => 42);
  assert.equal(outer.getLoop(), getRunningLoop());
  assert.deepEqual(await outcomeOf(outer), { value: 42 });
}));
