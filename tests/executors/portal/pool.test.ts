// poolLoop: work in a ThreadPoolExecutor calls functions of the loop.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../../harness.ts';
import {
  allTasks,
  CancelledError,
  poolLoop,
  sleep,
  ThreadPoolExecutor,
  TimeoutError,
  UsageError,
  workerModule,
} from '../../../src/asyncio.ts';
import { inLoop, threadPool } from '../kept.ts';
import type * as workModule from './work.mjs';

const work = workerModule<typeof workModule>(import.meta.resolve('./work.mjs'));
const prices: Record<string, number> = { tea: 3, milk: 2 };

async function price(name: string): Promise<number> {
  await sleep(1);
  const found = prices[name];
  if (found === undefined) throw new RangeError(`no ${name} here`);
  return found;
}

const limited = { timeout: 30_000 };

test(
  'poolLoop: work calls handlers, sleeping and awaiting, from several threads at once',
  limited,
  inLoop(async () => {
    const pool = threadPool({ maxWorkers: 2, handlers: { price } });
    const calls = [
      pool.submit(work.total, ['tea', 'milk', 'tea']),
      pool.submit(work.priceOf, 'milk'),
      pool.submit(work.total, ['milk']),
    ];
    assert.deepEqual(await Promise.all(calls), [8, 2, 2]);
    await assert.rejects(pool.submit(work.total, ['salt']), {
      name: 'RangeError',
      message: 'no salt here',
    });
  }),
);

test(
  'poolLoop: a cancel of work that sleeps in a call cancels the call and wakes it, and its thread stays',
  limited,
  inLoop(async () => {
    let cancelled = false;
    let waiting = false;
    const pool = threadPool({
      maxWorkers: 1,
      grace: Infinity,
      handlers: {
        price,
        async wait() {
          waiting = true;
          try {
            await sleep(60_000);
          } catch (error) {
            cancelled = error instanceof CancelledError;
            throw error;
          }
        },
      },
    });
    const call = pool.submit(work.sleeps);
    while (!waiting) await sleep(1);
    call.cancel();
    await assert.rejects(call, CancelledError);
    assert.equal(cancelled, true);
    assert.equal(await pool.submit(work.total, ['tea']), 3);
    assert.equal(allTasks().size, 1);
  }),
);

test(
  'poolLoop: a handler that waits for its own sleeping pool ends by the time limit',
  limited,
  inLoop(async () => {
    const pool: ThreadPoolExecutor = new ThreadPoolExecutor({
      maxWorkers: 1,
      handlers: { price, submitMore: async () => await pool.submit(work.total, ['tea']) },
    });
    await assert.rejects(pool.submit(work.asksForMore), TimeoutError);
    assert.equal(await pool.submit(work.total, ['tea']), 3);
    await pool.shutdown();
  }),
);

test(
  'poolLoop: outside of a pool, and in one without handlers, it is a UsageError',
  limited,
  inLoop(async () => {
    assert.throws(() => poolLoop(), UsageError);
    const pool = threadPool({ maxWorkers: 1 });
    await assert.rejects(pool.submit(work.total, ['tea']), UsageError);
  }),
);
