// poolLoop: work in a pool calls functions of the loop, from threads and from processes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guard } from '../../harness.ts';
import {
  allTasks,
  BrokenExecutorError,
  CancelledError,
  CancelScope,
  InvalidArgumentError,
  moveOnAfter,
  poolLoop,
  ProcessPoolExecutor,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  UsageError,
  waitFor,
  workerModule,
} from '../../../src/asyncio.ts';
import type { PoolExecutor, ThreadPoolOptions } from '../../../src/asyncio.ts';
import { inLoop, keep, threadPool } from '../kept.ts';
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

/** Of a thread that was ended by force Deno keeps descriptors. */
async function forgetEnded(pool: PoolExecutor): Promise<void> {
  await pool.shutdown();
  if ('Deno' in globalThis) guard.begin();
}

const sleepsAtImport = workerModule<{ value(): void }>(
  'data:text/javascript,await new Promise(() => setInterval(() => {}, 1000)); export function value() {}',
);
const spinsAtImport = workerModule<{ value(): void }>(
  'data:text/javascript,for (;;); export function value() {}',
);

const kinds = {
  thread: (options: ThreadPoolOptions) => threadPool(options),
  process: (options: PoolOptions) => keep(new ProcessPoolExecutor(options)),
};
type PoolOptions = Pick<
  ThreadPoolOptions,
  'maxWorkers' | 'grace' | 'handlers' | 'initializer' | 'startTimeout'
>;

for (const [kind, open] of Object.entries(kinds) as [string, (options: PoolOptions) => PoolExecutor][]) {
  test(
    `poolLoop in a ${kind}: work calls handlers, sleeping and awaiting, from several threads at once`,
    limited,
    inLoop(async () => {
      const pool = open({ maxWorkers: 2, handlers: { price } });
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
    `poolLoop in a ${kind}: a cancel of work that sleeps in a call cancels the call and wakes it, and it stays`,
    limited,
    inLoop(async () => {
      let cancelled = false;
      let waiting = false;
      const pool = open({
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
    `poolLoop in a ${kind}: a handler that waits for its own sleeping pool ends by the time limit`,
    limited,
    inLoop(async () => {
      const pool: PoolExecutor = open({
        maxWorkers: 1,
        handlers: { price, submitMore: async () => await pool.submit(work.total, ['tea']) },
      });
      await assert.rejects(pool.submit(work.asksForMore), TimeoutError);
      assert.equal(await pool.submit(work.total, ['tea']), 3);
    }),
  );

  test(
    `poolLoop in a ${kind}: arguments, results and errors of every size and class, and what cannot be sent`,
    limited,
    inLoop(async () => {
      const pool = open({
        maxWorkers: 1,
        handlers: {
          echo: (value: unknown) => value,
          fail: () => {
            throw new AggregateError([new TypeError('inner')], 'outer', { cause: new RangeError('why') });
          },
          unsendable: () => () => 1,
        },
      });
      const large = new Uint8Array(3_000_000).map((_, i) => i % 251);
      const value = { map: new Map([['a', [1n, undefined, null]]]), date: new Date(5), large };
      assert.deepEqual(await pool.submit(work.echo, value), value);
      assert.deepEqual(await pool.submit(work.failing), {
        sync: 'AggregateError: outer, caused by RangeError: why, TypeError: inner',
        async: 'AggregateError: outer, caused by RangeError: why, TypeError: inner',
        unknown: 'UsageError',
        unsendable: 'DataCloneError',
        argument: 'DataCloneError',
      });
    }),
  );

  test(
    `poolLoop in a ${kind}: calls side by side that wait, one that sleeps among them, and one that nobody waits for`,
    limited,
    inLoop(async () => {
      const told: number[] = [];
      const pool = open({
        maxWorkers: 1,
        handlers: {
          later: async (n: number) => await sleep(n, { result: n }),
          tell: (n: number) => void told.push(n),
        },
      });
      assert.deepEqual(await pool.submit(work.mixed), [30, 5, 20]);
      assert.deepEqual(told, [1, 2]);
    }),
  );

  test(
    `poolLoop in a ${kind}: a call is given up by its time limit and by its signal, and cancelled here`,
    limited,
    inLoop(async () => {
      const ends: string[] = [];
      const pool = open({
        maxWorkers: 1,
        handlers: {
          wait: async (name: string) => {
            try {
              await sleep(60_000);
            } catch (error) {
              ends.push(`${name} ${(error as Error).name}`);
              throw error;
            }
          },
        },
      });
      assert.deepEqual(await pool.submit(work.givesUp), {
        sync: 'TimeoutError',
        limit: 'TimeoutError',
        signal: 'RangeError',
      });
      while (ends.length < 3) await sleep(1);
      assert.deepEqual(ends.sort(), [
        'limit CancelledError',
        'signal CancelledError',
        'sync CancelledError',
      ]);
    }),
  );

  test(
    `poolLoop in a ${kind}: a worker that dies in a call that sleeps cancels it`,
    limited,
    inLoop(async () => {
      const { promise: over, resolve } = Promise.withResolvers<string>();
      const { promise: waits, resolve: begun } = Promise.withResolvers<void>();
      const pool = open({
        maxWorkers: 1,
        grace: 0,
        handlers: {
          price,
          async wait() {
            begun();
            try {
              await sleep(60_000);
            } finally {
              resolve('left');
            }
          },
        },
      });
      const call = pool.submit(work.stubborn);
      await waits;
      call.cancel();
      await assert.rejects(call, CancelledError);
      assert.equal(await over, 'left');
      assert.equal(await pool.submit(work.total, ['tea']), 3);
      await forgetEnded(pool);
    }),
  );

  test(
    `currentWork in a ${kind}: the deadline of the caller's timeouts, scopes and groups travels along`,
    limited,
    inLoop(async () => {
      const pool = open({ maxWorkers: 1 });
      const left = () => pool.submit(work.timeLeft);
      assert.equal(await left(), undefined);
      const near = (value: number | undefined, limit: number): void => {
        assert.ok(
          value !== undefined && value > limit - 25_000 && value <= limit + 1,
          `${value} of ${limit}`,
        );
      };
      near(await timeout(50_000, left), 50_000);
      near(await timeout(50_000, () => timeout(90_000, left)), 50_000);
      near(await timeout(50_000, () => moveOnAfter(90_000, left)), 50_000);
      near(await moveOnAfter(50_000, () => timeout(90_000, left)), 50_000);
      near(await waitFor(left, 50_000), 50_000);
      const inGroup = () => taskGroup(async (group) => await group.createTask(() => timeout(90_000, left)));
      near(await timeout(50_000, inGroup), 50_000);
      near(await moveOnAfter(50_000, inGroup), 50_000);
      const shielded = () => new CancelScope({ shield: true }).run(left);
      assert.equal(await timeout(50_000, shielded), undefined);
      assert.equal(await timeout(50_000, () => undefined).then(left), undefined);
    }),
  );
}

test(
  'startTimeout: an initializer and a module that never end are ended, and the pool heals',
  limited,
  inLoop(async () => {
    const startTimeout = 2000; // a busy machine takes its time
    let there = 0;
    const pools = Object.values(kinds).map(async (open: (options: PoolOptions) => PoolExecutor) => {
      const slow = open({ maxWorkers: 1, startTimeout, initializer: work.never });
      const starts = assert.rejects(slow.submit(work.one), (error) => {
        assert.ok(error instanceof BrokenExecutorError && error.cause instanceof TimeoutError);
        assert.match(error.message, /1.* of \w+PoolExecutor did not start within 2000 ms/);
        return true;
      });
      const loads = [sleepsAtImport.value, spinsAtImport.value].map(async (never) => {
        const pool = open({ maxWorkers: 1, startTimeout });
        // All workers are there before some of them spin.
        assert.equal(await pool.submit(() => 0), 0);
        there += 1;
        while (there < 4) await sleep(5);
        const lost = pool.submit(never);
        const behind = pool.submit(() => 1);
        await assert.rejects(lost, (error) => {
          assert.ok(error instanceof BrokenExecutorError && error.cause instanceof TimeoutError);
          assert.match(error.message, /did not load data:text\/javascript.* within 2000 ms/);
          return true;
        });
        assert.equal(await behind, 1);
      });
      await Promise.all([starts, ...loads]);
      await forgetEnded(slow);
    });
    await Promise.all(pools);
    assert.throws(() => threadPool({ startTimeout: -1 }), InvalidArgumentError);
  }),
);

test(
  'poolLoop: outside of a pool, and in one without handlers, it is a UsageError',
  limited,
  inLoop(async () => {
    assert.throws(() => poolLoop(), UsageError);
    for (const open of Object.values(kinds))
      await assert.rejects(open({ maxWorkers: 1 }).submit(work.total, ['tea']), UsageError);
  }),
);
