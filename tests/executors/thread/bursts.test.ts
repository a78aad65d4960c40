// ThreadPoolExecutor under many short calls, which are posted ahead and handed to and fro between idle threads: the
// places of calls that were taken back ran out once, and the pool stood still.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../../harness.ts';
import { gather, timeout } from '../../../src/asyncio.ts';
import { inLoop, threadPool } from '../kept.ts';

const bursts = 6;
const calls = 4000;
const add = (a: number, b: number): number => a + b;

test(
  'submit: burst after burst of short calls on two threads ends, and each call has its own result',
  { timeout: 60_000 },
  inLoop(async () => {
    const pool = threadPool({ maxWorkers: 2 });
    for (let burst = 0; burst < bursts; burst++) {
      const futures = Array.from({ length: calls }, (_, n) => pool.submit(add, burst, n));
      const results = await timeout(30_000, () => gather(futures));
      assert.deepEqual(
        results,
        Array.from({ length: calls }, (_, n) => burst + n),
      );
    }
  }),
);

test(
  'cancel: bursts of short calls of which every third is cancelled leave no place taken',
  { timeout: 60_000 },
  inLoop(async () => {
    const pool = threadPool({ maxWorkers: 2 });
    await pool.submit(add, 1, 1);
    for (let burst = 0; burst < bursts; burst++) {
      const futures = Array.from({ length: calls }, (_, n) => pool.submit(add, burst, n));
      futures.forEach((future, n) => n % 3 === 0 && future.cancel());
      const outcomes = await timeout(30_000, () => Promise.allSettled(futures));
      outcomes.forEach((outcome, n) => {
        if (outcome.status === 'fulfilled') assert.equal(outcome.value, burst + n);
        else assert.equal(n % 3, 0);
      });
    }
    assert.equal(await pool.submit(add, 20, 1), 21);
  }),
);
