// What asyncio's test_locks.EventTests asks of an event, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createTask, getRunningLoop } from '../../../src/asyncio.ts';
import { Event } from '../../../src/sync/event.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled } from '../../outcome.ts';
import { turns } from '../../turns.ts';

test(
  'Event: inspect shows whether it is set and how many wait',
  inLoop(async () => {
    const event = new Event();
    assert.equal(inspect(event), '<Event unset>');
    event.set();
    assert.equal(inspect(event), '<Event set>');
    event.clear();
    const task = createTask(() => event.wait());
    await turns();
    assert.equal(inspect(event), '<Event unset waiters=1>');
    event.set();
    await task;
  }),
);

test(
  'Event: set wakes all who wait in their order; who starts after it does not wait at all',
  inLoop(async () => {
    const event = new Event();
    assert.equal(event.isSet(), false);
    const result: number[] = [];
    const waitFor = (n: number) =>
      createTask(async () => {
        if (await event.wait()) result.push(n);
      });
    const tasks = [waitFor(1), waitFor(2)];
    await turns();
    assert.deepEqual(result, []);
    tasks.push(waitFor(3));
    event.set();
    await turns();
    assert.deepEqual(result, [3, 1, 2]);
    for (const task of tasks) {
      assert.equal(task.done(), true);
      assert.equal(task.result(), undefined);
    }
  }),
);

test(
  'Event: wait on one that is set returns true at once',
  inLoop(async () => {
    const event = new Event();
    event.set();
    assert.equal(await event.wait(), true);
  }),
);

test(
  'Event: a cancelled waiter leaves nothing behind',
  inLoop(async () => {
    const event = new Event();
    const task = createTask(() => event.wait());
    getRunningLoop().callSoon(() => void task.cancel());
    await assertCancelled(task);
    assert.equal(event.statistics().waiters, 0);
  }),
);

test('Event: clear takes the flag down', () => {
  const event = new Event();
  assert.equal(event.isSet(), false);
  event.set();
  assert.equal(event.isSet(), true);
  event.clear();
  assert.equal(event.isSet(), false);
});

test(
  'Event: who was woken goes on although it was cleared before they ran',
  inLoop(async () => {
    const event = new Event();
    const result: number[] = [];
    const task = createTask(async () => {
      if (await event.wait()) result.push(1);
      return true;
    });
    await turns();
    assert.deepEqual(result, []);
    event.set();
    event.clear();
    assert.equal(event.isSet(), false);
    event.set();
    event.set();
    assert.equal(event.statistics().waiters, 1);
    await turns();
    assert.deepEqual(result, [1]);
    assert.equal(event.statistics().waiters, 0);
    assert.equal(task.result(), true);
  }),
);
