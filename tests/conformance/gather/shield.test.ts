// What asyncio's test_tasks asks of shield, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  gather,
  isCancelled,
  newEventLoop,
  NoRunningLoopError,
  shield,
  sleep,
} from '../../../src/asyncio.ts';
import { inTime } from '../../inTime.ts';
import { assertCancelled } from '../../outcome.ts';
import { turns } from '../../turns.ts';

test(
  'a shield has the result of what it shields',
  inTime(async ({ loop }) => {
    const inner = loop.createFuture<number>();
    const outer = shield(inner);
    inner.setResult(42);
    assert.equal(await outer, 42);
  }),
);

test(
  'a shield has the error of what it shields',
  inTime(async ({ loop }) => {
    const inner = loop.createFuture<number>();
    const outer = shield(inner);
    const error = new RangeError('expected');
    inner.setException(error);
    await turns(2);
    assert.equal(outer.exception(), error);
  }),
);

test(
  'a shield is cancelled with what it shields',
  inTime(async ({ loop }) => {
    const inner = loop.createFuture<number>();
    const outer = shield(inner);
    inner.cancel('why');
    await turns(2);
    assert.equal(outer.cancelled(), true);
  }),
);

test(
  'cancelling a shield leaves nothing behind',
  inTime(async ({ loop }) => {
    const inner = loop.createFuture<number>();
    const outer = shield(inner);
    outer.cancel();
    await turns(2);
    assert.equal(outer.cancelled(), true);
    assert.equal(inner.done(), false);
    inner.setResult(1);
    await turns(2);
  }),
);

for (const times of [1, 2]) {
  test(
    `an error after ${times} cancelled shield(s) is reported once`,
    inTime(async ({ loop, reports }) => {
      const inner = loop.createFuture<number>();
      for (let i = 0; i < times; i++) {
        shield(inner).cancel();
        await turns(2);
      }
      inner.setException(new RangeError('unseen'));
      await turns(2);
      assert.equal(reports.splice(0).length, 1);
    }),
  );
}

test(
  'a shield of something done is that thing',
  inTime(async ({ loop }) => {
    const inner = loop.createFuture<number>();
    inner.setResult(42);
    assert.equal(shield(inner), inner);
    assert.equal(await shield(inner), 42);
  }),
);

test(
  'cancelling a task that waits for a shield leaves the work running',
  inTime(async ({ loop }) => {
    const waiter = loop.createFuture<void>();
    let passed = 0;
    const outer = createTask(async () => {
      await shield(async () => {
        await waiter;
        passed++;
      });
      passed += 100;
    });
    await turns(2);
    outer.cancel();
    await assertCancelled(outer);
    waiter.setResult();
    await turns(3);
    assert.equal(passed, 1);
  }),
);

test(
  'a shield around a gather keeps its children',
  inTime(async ({ loop }) => {
    const [one, two] = [loop.createFuture<number>(), loop.createFuture<number>()];
    const all = gather(one, two);
    const outer = shield(all);
    outer.cancel();
    await turns(2);
    assert.equal(outer.cancelled(), true);
    one.setResult(1);
    two.setResult(2);
    assert.deepEqual(await all, [1, 2]);
  }),
);

test(
  'a gather around shields cancels the shields only',
  inTime(async ({ loop }) => {
    const [one, two] = [loop.createFuture<number>(), loop.createFuture<number>()];
    const [first, second] = [shield(one), shield(two)];
    const all = gather(first, second);
    all.cancel();
    await turns(3);
    assert.ok(isCancelled(all.exception()));
    assert.deepEqual([first.cancelled(), second.cancelled()], [true, true]);
    one.setResult(1);
    two.setResult(2);
    await turns(2);
  }),
);

test(
  'shield of a coroutine needs a running loop and belongs to it',
  inTime(async ({ loop }) => {
    const outer = shield(async () => 42);
    assert.equal(outer.getLoop(), loop);
    assert.equal(await outer, 42);
  }),
);

test('shield without a loop: a coroutine has none, a future brings its own', () => {
  assert.throws(() => shield(async () => 42), NoRunningLoopError);
  const loop = newEventLoop();
  const outer = shield(loop.createFuture());
  assert.equal(outer.getLoop(), loop);
  loop.close();
});

test(
  'work behind a cancelled shield may be shielded again',
  inTime(async () => {
    const work = createTask(() => sleep(10, { result: 'done' }));
    shield(work).cancel();
    assert.equal(await shield(work), 'done');
  }),
);
