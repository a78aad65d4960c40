// ThreadPoolExecutor under many short calls, which are posted ahead and handed to and fro between idle threads. The places
// of calls that were taken back ran out once, which a thread frees without a word, and the pool stood still: the first
// test has just that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../../harness.ts';
import { gather, sleep, timeout } from '../../../src/asyncio.ts';
import { inLoop, threadPool } from '../kept.ts';

const bursts = 6;
const calls = 4000;
const add = (a: number, b: number): number => a + b;

test(
  'submit: a thread whose places are full of calls that were taken back gets the next call when it has freed them',
  { timeout: 60_000 },
  inLoop(async () => {
    const pool = threadPool({ maxWorkers: 1 });
    // The thread is told idle, and stands still before it looks at what is posted next.
    const stall = (flag: Int32Array): void => queueMicrotask(() => void Atomics.wait(flag, 0, 0, 30_000));
    const flag = new Int32Array(new SharedArrayBuffer(4));
    // The first call waits for the function to be loaded, and must not stall.
    Atomics.store(flag, 0, 1);
    await pool.submit(stall, flag);
    Atomics.store(flag, 0, 0);
    await pool.submit(stall, flag);
    const taken = Array.from({ length: 300 }, (_, n) => pool.submit(add, n, n).cancel());
    const next = pool.submit(add, 20, 1);
    await sleep(5);
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
    assert.ok(taken.every((one) => one));
    assert.equal(await timeout(20_000, () => next), 21);
  }),
);

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
