// What asyncio's test_tasks asks of sleep, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, getRunningLoop, InvalidArgumentError, sleep } from '../../../src/asyncio.ts';
import { inLoop } from '../../inLoop.ts';
import { inJumpingLoop } from '../../jumpingClock.ts';
import { assertCancelled, failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';

// asyncio: BaseTaskTests.test_sleep
test('sleep takes its time and returns the result given', () =>
  inJumpingLoop(async (loop) => {
    const start = loop.time();
    const sleeper = async (delay: number, result: string): Promise<string> => {
      await sleep(delay / 2);
      return await sleep(delay / 2, { result });
    };
    assert.equal(await createTask(() => sleeper(100, 'yeah')), 'yeah');
    assert.equal(loop.time() - start, 100);
  }));

// asyncio: test_sleep_when_delay_is_nan
test(
  'sleep refuses NaN and what is no duration',
  inLoop(async () => {
    for (const wrong of [NaN, '5', undefined, null, {}]) {
      assert.throws(
        () => sleep(wrong as never),
        failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT'),
      );
    }
  }),
);

// asyncio: SleepTests.test_sleep_zero
test(
  'sleep(0) is one whole iteration, and so is a negative one',
  inLoop(async () => {
    let result = 0;
    const inc = createTask(async () => {
      for (const delay of [0, -1, -1000]) {
        result++;
        await sleep(delay);
      }
    });
    await turns();
    assert.equal(result, 1);
    await turns();
    assert.equal(result, 2);
    await turns();
    assert.equal(result, 3);
    await inc;
    getRunningLoop().callSoon(() => result++);
    assert.equal(await sleep(0, { result: 10 }), 10);
    assert.equal(result, 4);
  }),
);

test('sleep takes whatever can say its milliseconds', () =>
  inJumpingLoop(async (loop) => {
    const start = loop.time();
    await sleep({ total: (unit) => (unit === 'milliseconds' ? 250 : NaN) });
    assert.equal(loop.time() - start, 250);
  }));

test('sleepers of the same time wake in the order in which they lay down', () =>
  inJumpingLoop(async () => {
    const woken: number[] = [];
    const tasks = Array.from({ length: 50 }, (_, i) =>
      createTask(async () => {
        await sleep(100);
        woken.push(i);
      }),
    );
    for (const task of tasks) await task;
    assert.deepEqual(
      woken,
      Array.from({ length: 50 }, (_, i) => i),
    );
  }));

test('sleep(Infinity) waits until it is cancelled', () =>
  inJumpingLoop(async () => {
    const task = createTask(() => sleep(Infinity));
    await sleep(1_000_000);
    assert.equal(task.done(), false);
    task.cancel();
    await assertCancelled(task);
  }));
