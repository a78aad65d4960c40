// What CPython's test_concurrent_futures asks of pools of threads and of processes alike (executor.py, test_wait,
// test_as_completed, test_shutdown, test_init, test_deadlock), in our words, of both.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { guard } from '../../harness.ts';
import {
  ALL_COMPLETED,
  asCompleted,
  BrokenExecutorError,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  gather,
  getRunningLoop,
  InvalidArgumentError,
  ProcessPoolExecutor,
  run,
  sleep,
  ThreadPoolExecutor,
  TimeoutError,
  UsageError,
  wait,
  workerModule,
} from '../../../src/asyncio.ts';
import type { Future, PoolExecutor, ProcessPoolOptions, ThreadPoolOptions } from '../../../src/asyncio.ts';
import { runtime } from '../../../src/lowlevel.ts';
import { inLoop, keep } from '../kept.ts';
import type * as workModule from './work.mjs';

const work = workerModule<typeof workModule>(import.meta.resolve('./work.mjs'));
const folder = mkdtempSync(join(tmpdir(), 'both-pools-'));
after(() => rmSync(folder, { recursive: true }));

type Options = Pick<ThreadPoolOptions & ProcessPoolOptions, 'maxWorkers' | 'initializer' | 'initargs'>;
const kinds: readonly (readonly [name: string, make: (options: Options) => PoolExecutor])[] = [
  ['ThreadPoolExecutor', (options) => new ThreadPoolExecutor(options)],
  ['ProcessPoolExecutor', (options) => new ProcessPoolExecutor(options)],
];

/** Two files: where work says that it has begun, and whose being there lets it go. */
interface Gate {
  readonly paths: [log: string, go: string];
  begun(count?: number): Promise<void>;
  open(): void;
}
const gates: Gate[] = [];
function newGate(): Gate {
  const [log, go] = [join(folder, `log${gates.length}`), join(folder, `go${gates.length}`)];
  writeFileSync(log, '');
  const gate: Gate = {
    paths: [log, go],
    async begun(count = 1): Promise<void> {
      while (readFileSync(log, 'utf8').split('\n').length <= count) await sleep(2);
    },
    open: () => writeFileSync(go, ''),
  };
  gates.push(gate);
  return gate;
}

/** One of each: with a result, an error, a cancel. */
function doneFutures(): [succeeded: Future<unknown>, failed: Future<unknown>, cancelled: Future<unknown>] {
  const loop = getRunningLoop();
  const all = [loop.createFuture<unknown>(), loop.createFuture<unknown>(), loop.createFuture<unknown>()];
  const [succeeded, failed, cancelled] = all as [Future<unknown>, Future<unknown>, Future<unknown>];
  succeeded.setResult(42);
  failed.setException(new RangeError('failed before'));
  failed.exception();
  cancelled.cancel();
  return [succeeded, failed, cancelled];
}

const limited = { timeout: 30_000 };
const breaks = (error: unknown): boolean => error instanceof BrokenExecutorError;

for (const [kind, make] of kinds) {
  const withPool = (
    maxWorkers: number,
    body: (pool: PoolExecutor) => Promise<unknown>,
    options: Options = {},
  ): (() => Promise<void>) =>
    inLoop(async () => {
      try {
        await body(keep(make({ maxWorkers, ...options })));
      } finally {
        // The pool's end waits for what is held.
        for (const gate of gates) gate.open();
      }
      // Of a thread that was ended by force Deno keeps three descriptors.
      if (runtime().name === 'deno') guard.begin();
    });

  test(
    `${kind}.map: in order whatever lookAhead is; an error, a time limit and return end it`,
    limited,
    withPool(2, async (pool) => {
      for (const lookAhead of [1, 2, 4, 8]) {
        const sums = pool.map(work.add, [0, 1, 2, 3], [0, 1, 2, 3], { lookAhead });
        assert.deepEqual(await Array.fromAsync(sums), [0, 2, 4, 6]);
      }
      for (const lookAhead of [0, -1, 2.5, 'x' as never])
        assert.throws(() => pool.map(work.add, [1], [1], { lookAhead }), InvalidArgumentError);
      assert.throws(() => (pool as { map(called: unknown): unknown }).map(work.add), InvalidArgumentError);
      assert.deepEqual(await Array.fromAsync(pool.map(work.add, [], [])), []);
      let taken = 0;
      function* items(): Generator<number> {
        for (;;) yield taken++;
      }
      const endless = pool.map(work.add, items(), items(), { lookAhead: 2 });
      assert.equal((await endless.next()).value, 1);
      assert.equal(taken, 4);
      assert.equal((await endless.next()).value, 5);
      await endless.return();
      assert.equal((await endless.next()).done, true);
      const quotients = pool.map(work.divide, [5, 5, 5, 5], [2, 3, 0, 5]);
      assert.deepEqual([(await quotients.next()).value, (await quotients.next()).value], [2, 1]);
      await assert.rejects(quotients.next(), { name: 'RangeError', message: 'division by zero' });
      assert.equal((await quotients.next()).done, true);
      const [open, closed] = [newGate(), newGate()];
      open.open();
      const results: unknown[] = [];
      const logs = [open, open, closed].map(({ paths }) => paths[0]);
      const gos = [open, open, closed].map(({ paths }) => paths[1]);
      await assert.rejects(async () => {
        for await (const result of pool.map(work.hold, logs, gos, { timeout: 300 })) {
          results.push(result);
          // What is under way is waited for.
          if (results.length === 2) setTimeout(() => closed.open(), 350);
        }
      }, TimeoutError);
      assert.deepEqual(results, ['let go', 'let go']);
    }),
  );

  test(
    `${kind}: wait for the first, for the first error, for all, for a time; one future given twice is one`,
    limited,
    withPool(2, async (pool) => {
      const [succeeded, failed, cancelled] = doneFutures();
      const twice = pool.submit(work.add, 1, 2);
      const [once, none] = await wait([twice, twice], { returnWhen: ALL_COMPLETED });
      assert.deepEqual([[...once], [...none]], [[twice], []]);

      const gate = newGate();
      const held = pool.submit(work.hold, ...gate.paths);
      const sum = pool.submit(work.add, 20, 22);
      const check = async (
        futures: Future<unknown>[],
        options: Parameters<typeof wait>[1],
        done: Future<unknown>[],
      ): Promise<void> => {
        const [ended, pending] = await wait(futures, options);
        assert.deepEqual(ended, new Set(done));
        assert.deepEqual(pending, new Set(futures.filter((each) => !done.includes(each))));
      };
      await check([sum, held], { returnWhen: FIRST_COMPLETED }, [sum]);
      await check([cancelled, succeeded, held], { returnWhen: FIRST_COMPLETED }, [cancelled, succeeded]);
      await check([failed, held], { returnWhen: FIRST_EXCEPTION }, [failed]);
      const division = pool.submit(work.divide, 1, 0);
      await check([succeeded, division, held], { returnWhen: FIRST_EXCEPTION }, [succeeded, division]);
      await check([cancelled, failed, succeeded, held], { timeout: 50 }, [cancelled, failed, succeeded]);
      gate.open();
      await held;

      const [other, last] = [newGate(), newGate()];
      const first = pool.submit(work.add, 2, 3);
      const fails = pool.submit(work.holdAndFail, ...other.paths);
      const longer = pool.submit(work.hold, ...last.paths);
      first.addDoneCallback(() => other.open());
      await check([first, fails, longer], { returnWhen: FIRST_EXCEPTION }, [first, fails]);
      last.open();
      const all = [succeeded, cancelled, failed, division, longer];
      await check(all, { returnWhen: ALL_COMPLETED }, all);

      const start = newGate();
      const many = Array.from({ length: 40 }, () => pool.submit(work.hold, ...start.paths));
      start.open();
      await check(many, {}, many);
    }),
  );

  test(
    `${kind}: asCompleted yields each future once, those that are done first, until the time is over`,
    limited,
    withPool(1, async (pool) => {
      const done = doneFutures();
      const calls = [pool.submit(work.add, 2, 21), pool.submit(work.add, 7, 6)];
      const seen = await Array.fromAsync(asCompleted([...done, ...calls]));
      assert.deepEqual(new Set(seen), new Set([...done, ...calls]));
      assert.equal(seen.length, 5);
      const gate = newGate();
      const held = pool.submit(work.hold, ...gate.paths);
      for (const timeout of [0, 20]) {
        const inTime = new Set<unknown>();
        await assert.rejects(async () => {
          for await (const each of asCompleted([...done, held], { timeout })) inTime.add(each);
        }, TimeoutError);
        assert.deepEqual(inTime, new Set(done));
      }
      gate.open();
      assert.deepEqual(await Array.fromAsync(asCompleted([held, held, held])), [held]);
    }),
  );

  test(
    `${kind}.shutdown: waits for all that was submitted, or cancels what has not begun; nothing is taken after it`,
    limited,
    withPool(1, async (pool) => {
      const calls = Array.from({ length: 20 }, (_, i) => pool.submit(work.add, i, 1));
      // Cancelled right before: the shutdown does not wait for it.
      const gone = pool.submit(work.add, 1, 1);
      gone.cancel();
      await pool.shutdown();
      assert.ok(calls.every((call) => call.done()) && gone.cancelled());
      assert.deepEqual(
        await gather(calls),
        calls.map((_, i) => i + 1),
      );
      assert.equal(pool.statistics().workers, 0);
      assert.throws(() => pool.submit(work.add, 1, 1), UsageError);
      await assert.rejects(pool.map(work.add, [1], [1]).next(), UsageError);
      await pool.shutdown();

      const other = keep(make({ maxWorkers: 1 }));
      const gate = newGate();
      const running = other.submit(work.hold, ...gate.paths);
      await gate.begun();
      const queued = Array.from({ length: 20 }, () => other.submit(work.add, 1, 1));
      await other.shutdown({ wait: false, cancelFutures: true });
      assert.ok(queued.every((call) => call.cancelled()));
      assert.throws(() => other.submit(work.add, 1, 1), UsageError);
      gate.open();
      assert.equal(await running, 'let go');
      while (other.statistics().workers > 0) await sleep(2);
    }),
  );

  test(
    `${kind}.shutdown with wait: false: what was submitted is done, and the workers end`,
    limited,
    withPool(2, async (pool) => {
      const gate = newGate();
      const held = pool.submit(work.hold, ...gate.paths);
      const calls = Array.from({ length: 10 }, (_, i) => pool.submit(work.add, -i, 0));
      await pool.shutdown({ wait: false });
      assert.equal(held.done(), false);
      assert.throws(() => pool.submit(work.add, 1, 1), UsageError);
      assert.deepEqual(
        await gather(calls),
        calls.map((_, i) => -i + 0),
      );
      gate.open();
      await held;
      while (pool.statistics().workers > 0) await sleep(2);
    }),
  );

  test(
    `${kind}: the end of a run waits for what was submitted, behind a shutdown too`,
    limited,
    async () => {
      for (const options of [{ wait: false }, { wait: false, cancelFutures: true }]) {
        const pool = make({ maxWorkers: 1 });
        const gate = newGate();
        let call: Future<string> | undefined;
        await run(async () => {
          call = pool.submit(work.hold, ...gate.paths);
          await gate.begun();
          await pool.shutdown(options);
          setTimeout(() => gate.open(), 5);
        });
        assert.equal(call?.result(), 'let go');
        await pool.shutdown();
      }
      if (runtime().name === 'deno') guard.begin();
    },
  );

  test(
    `${kind}: an initializer that fails: calls fail with its error, later ones too, and shutdown ends`,
    limited,
    withPool(
      2,
      async (pool) => {
        for (let i = 0; i < 2; i += 1) {
          await assert.rejects(
            pool.submit(work.stateHere),
            (error: Error) => breaks(error) && (error.cause as Error).message === 'error in initializer',
          );
        }
        const well = keep(
          make({ maxWorkers: 2, initializer: work.initialize, initargs: ['initialized'] as never }),
        );
        const states = [well.submit(work.stateHere), well.submit(work.stateHere)];
        assert.deepEqual(await gather(states), ['initialized', 'initialized']);
        await pool.shutdown();
      },
      { initializer: work.cannotInitialize },
    ),
  );

  test(
    `${kind}: what fails or ends the worker while it is copied, and a worker that dies, fail one call and block nothing`,
    limited,
    withPool(1, async (pool) => {
      const bad = Object.defineProperty({}, 'field', {
        enumerable: true,
        get() {
          throw new RangeError('while it was copied');
        },
      });
      const send = pool.submit as (called: unknown, ...args: unknown[]) => Future<unknown>;
      await assert.rejects(
        send.call(pool, work.exit, bad),
        (error: Error) => error instanceof UsageError && error.cause instanceof RangeError,
      );
      await assert.rejects(
        pool.submit(work.failsWhenCopied),
        (error: Error) => error instanceof UsageError,
      );
      assert.equal(await pool.submit(work.add, 1, 1), 2);
      await assert.rejects(pool.submit(work.exitsWhenCopied), breaks);
      await assert.rejects(pool.submit(work.exit), breaks);
      // More than a pipe holds is on its way when the worker ends.
      const text = 'a'.repeat(300_000);
      const large = Array.from({ length: 3 }, () => pool.submit(work.exit, text));
      for (const call of large) await assert.rejects(call, breaks);
      assert.equal(await pool.submit(work.add, 1, 2), 3);

      const gate = newGate();
      const ends = pool.submit(work.exitLater, ...gate.paths);
      const refused = send.call(pool, work.add, bad, 1);
      const over = pool.shutdown();
      gate.open();
      await assert.rejects(ends, breaks);
      await assert.rejects(refused, UsageError);
      await over;
    }),
  );
}
