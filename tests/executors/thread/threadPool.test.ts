// ThreadPoolExecutor: what is sent and what comes back, cancels in every state, streams, workers that die.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guard } from '../../harness.ts';
import {
  BrokenExecutorError,
  carry,
  checkCancelled,
  ContextVar,
  createTask,
  currentWork,
  gather,
  InvalidArgumentError,
  NoRunningLoopError,
  run,
  sleep,
  taskGroup,
  ThreadPoolExecutor,
  timeout,
  TimeoutError,
  transfer,
  UsageError,
  workerModule,
} from '../../../src/asyncio.ts';
import type { Task, ThreadPoolOptions } from '../../../src/asyncio.ts';
import { formatWaits, runtime } from '../../../src/lowlevel.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { inLoop } from '../../inLoop.ts';
import type * as variablesModule from './variables.ts';
import type * as workModule from './work.ts';

const work = workerModule<typeof workModule>(import.meta.resolve('./work.ts'));
const host = runtime().name;

function newBell(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(16));
}

/** Until a worker has counted `bell[at]` up to `to`. */
async function heard(bell: Int32Array, to: number = 1, at: number = 0): Promise<void> {
  while (Atomics.load(bell, at) < to) await sleep(1);
}

function letGo(bell: Int32Array): void {
  Atomics.store(bell, 1, 1);
  Atomics.notify(bell, 1);
}

function withPool(body: (pool: ThreadPoolExecutor) => Promise<void>, options: ThreadPoolOptions = {}) {
  return inLoop(async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1, grace: 5000, ...options });
    try {
      await body(pool);
    } finally {
      await pool.shutdown();
      // Of a thread that was ended by force Deno keeps three descriptors.
      if (host === 'deno') guard.begin();
    }
  });
}

async function failure(promise: PromiseLike<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  assert.fail('it did not fail');
}

test(
  'submit calls an exported function, and a function sent as source',
  withPool(async (pool) => {
    assert.equal(await pool.submit(work.add, 1, 2), 3);
    assert.equal(await pool.submit((a: number) => a * 2, 21), 42);
    assert.equal(await pool.submit(async (a: number) => a + 1, 1), 2);
    const methods = {
      twice(a: number): number {
        return a * 2;
      },
      async later(a: number): Promise<number> {
        return a;
      },
    };
    assert.deepEqual(await gather(pool.submit(methods.twice, 4), pool.submit(methods.later, 5)), [8, 5]);
    assert.equal(await pool.submit(work.who), 'thread 1');
    assert.equal(currentWork(), undefined);
    checkCancelled();
  }),
);

test(
  'submit refuses what no worker can call, and says what to do',
  withPool(async (pool) => {
    const bad = [Math.max, work.add.constructor.bind(undefined), 5, undefined, class {}] as never[];
    for (const each of bad) assert.throws(() => pool.submit(each), InvalidArgumentError);
    const outer = 5;
    const error = await failure(pool.submit(() => outer + 1));
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /uses "outer".*workerModule\(url\)/);
    assert.throws(() => workerModule('./work.ts'), InvalidArgumentError);
    const missing = await failure(
      pool.submit((work as never as Record<string, typeof work.nothing>)['misspelt'] as never),
    );
    assert.match(missing.message, /exports nothing called "misspelt"/);
  }),
);

test('submit outside of a loop is refused, and after shutdown', async () => {
  const pool = new ThreadPoolExecutor();
  assert.throws(() => pool.submit(work.nothing), NoRunningLoopError);
  await pool.shutdown();
  await run(async () => {
    assert.throws(() => pool.submit(work.nothing), UsageError);
  });
});

test('options that make no sense are refused', () => {
  const bad: object[] = [
    { maxWorkers: 0 },
    { maxWorkers: 1.5 },
    { grace: -1 },
    { idleTimeout: 'x' },
    { name: 5 },
    { threadNamePrefix: 5 },
    { initargs: 5 },
  ];
  for (const options of bad) assert.throws(() => new ThreadPoolExecutor(options), InvalidArgumentError);
});

test(
  'an error comes back with class, message, cause, fields and the stack of both sides',
  withPool(async (pool) => {
    const error = await failure(pool.submit(work.fails));
    assert.ok(error instanceof RangeError);
    assert.equal(error.message, 'too big');
    const cause = error.cause as Error & { detail: unknown };
    assert.deepEqual([cause.name, cause.message, cause.detail], ['OwnError', 'inner', { count: 3 }]);
    assert.match(
      error.stack ?? '',
      /fails .*work\.ts[^]*thread 1 of ThreadPoolExecutor[^]*threadPool\.test\.ts/,
    );
    assert.doesNotMatch(error.stack ?? '', /asyncio-ts-worker/);
    const own = await failure(pool.submit(work.throwsOwn));
    assert.deepEqual([own.name, own['code'], own['detail']], ['OwnError', 'ERR_MINE', { count: 3 }]);
    const many = (await failure(pool.submit(work.throwsMany))) as never as AggregateError;
    assert.ok(many instanceof AggregateError);
    assert.ok(many.errors[0] instanceof TypeError && many.errors[1].name === 'OwnError');
    assert.equal(await failure(pool.submit(work.throwsValue, 'text')), 'text');
    assert.deepEqual(await failure(pool.submit(work.throwsValue, { a: 1 })), { a: 1 });
  }),
);

test(
  'what cannot be copied is an error of that call alone',
  withPool(async (pool) => {
    assert.match(
      (await failure(pool.submit(work.everything, () => {}))).message,
      /arguments of everything/,
    );
    assert.match((await failure(pool.submit(work.unsendable))).message, /"unsendable" returned/);
    assert.equal(await pool.submit(work.add, 1, 1), 2);
  }),
);

test(
  'transfer hands over arguments, results and items',
  withPool(async (pool) => {
    const data = new Uint8Array(16);
    const [back] = (await pool.submit(work.everything, transfer([data.buffer], data))) as [Uint8Array];
    assert.deepEqual([data.length, back.length], [0, 16]);
    assert.equal((await pool.submit(work.handOver, 5)).length, 5);
    for await (const chunk of pool.stream(work.bytes)) assert.equal(chunk.length, 8);
    assert.throws(() => transfer(5 as never, 1), InvalidArgumentError);
  }),
);

test(
  'a cancel before it begins: the call never begins',
  withPool(async (pool) => {
    const [first, second] = [newBell(), newBell()];
    const holding = pool.submit(work.hold, first);
    await heard(first);
    const queued = pool.submit(work.mark, second);
    assert.deepEqual(pool.statistics(), { maxWorkers: 1, workers: 1, running: 1, queued: 1 });
    assert.ok(queued.cancel());
    assert.ok(queued.cancelled());
    letGo(first);
    assert.equal(await holding, 'let go');
    await pool.submit(work.nothing);
    assert.equal(Atomics.load(second, 0), 0);
  }),
);

test(
  'a cancel while it computes: checkCancelled throws, and the cancel comes when the work has ended',
  withPool(async (pool) => {
    const bell = newBell();
    const task = createTask(() => pool.submit(work.spin, bell), { name: 'spinner' });
    await heard(bell);
    assert.match(formatWaits(task.getLoop()), /spinner +waits for spin in thread 1/);
    task.cancel('enough');
    const error = await failure(task);
    assert.ok(task.cancelled());
    assert.equal(error.message, 'enough');
    assert.equal(Atomics.load(bell, 1), 1);
    assert.equal(pool.statistics().workers, 1);
  }),
);

test(
  'a cancel while it waits: its signal is aborted, twice is as once',
  withPool(async (pool) => {
    for (const each of [work.waits, work.ignores] as const) {
      const bell = newBell();
      const task: Task<unknown> = createTask<unknown>(() => pool.submit(each as typeof work.waits, bell));
      await heard(bell);
      task.cancel('first');
      await sleep(0);
      task.cancel('second');
      await failure(task);
      assert.ok(task.cancelled());
    }
    assert.equal(await pool.submit(work.who), 'thread 1');
  }),
);

test(
  'a cancel in the very turn in which the work ends is delivered',
  withPool(async (pool) => {
    const future = pool.submit(work.add, 1, 2);
    const task = createTask(async () => await future);
    future.addDoneCallback(() => task.cancel());
    await failure(task);
    assert.ok(task.cancelled());
    assert.equal(future.result(), 3);
  }),
);

test(
  'clean-up that fails after a cancel is not lost',
  withPool(async (pool) => {
    const bell = newBell();
    const task = createTask(() => pool.submit(work.failsCleaningUp, bell));
    await heard(bell);
    task.cancel();
    assert.equal((await failure(task)).message, 'the clean-up failed');
  }),
);

test(
  'a timeout around work that does not listen ends its thread after the grace time, and harms no neighbour',
  withPool(
    async (pool) => {
      const [bell, other] = [newBell(), newBell()];
      const neighbour = pool.submit(work.hold, other);
      await heard(other);
      await assert.rejects(async () => {
        await timeout(20, () => pool.submit(work.deaf, bell));
      }, TimeoutError);
      letGo(other);
      assert.equal(await neighbour, 'let go');
      assert.equal(await pool.submit(work.add, 2, 2), 4);
    },
    { maxWorkers: 2, grace: 30 },
  ),
);

test(
  'what stands behind a call that is ended by force goes on elsewhere',
  withPool(
    async (pool) => {
      for (let i = 0; i < 50; i++) await pool.submit(work.add, i, 1);
      const bell = newBell();
      const stuck = pool.submit(work.deaf, bell);
      const sums = Array.from({ length: 100 }, (_, i) => pool.submit(work.add, i, 1));
      await heard(bell);
      stuck.cancel();
      assert.deepEqual(
        await gather(sums),
        Array.from({ length: 100 }, (_, i) => i + 1),
      );
      await failure(stuck);
      assert.ok(stuck.cancelled());
    },
    { grace: 10 },
  ),
);

test(
  'a group that fails cancels the work of its children, and waits for it',
  withPool(async (pool) => {
    const bell = newBell();
    await assert.rejects(async () => {
      await taskGroup(async (group) => {
        group.startSoon(() => pool.submit(work.spin, bell));
        await heard(bell);
        throw new Error('the other failed');
      });
    });
    assert.equal(Atomics.load(bell, 1), 1);
  }),
);

test(
  'process.exit, an uncaught error and a full heap end one call, say so, and the pool heals',
  withPool(
    async (pool) => {
      const broken: [PromiseLike<unknown>, RegExp][] = [
        [pool.submit(work.exits, 7), /process\.exit\(7\) while it ran exits/],
        [pool.submit(work.throwsLater), /nobody caught while it ran throwsLater/],
      ];
      if (host === 'node')
        broken.push([pool.submit(work.runsOut), /ran out of memory while it ran runsOut/]);
      for (const [call, says] of broken) {
        const error = await failure(call);
        assert.ok(error instanceof BrokenExecutorError);
        assert.match(error.message, says);
        assert.equal(error.code, 'ERR_ASYNCIO_BROKEN_EXECUTOR');
      }
      assert.equal(await pool.submit(work.add, 1, 1), 2);
    },
    host === 'node' ? { resourceLimits: { maxOldGenerationSizeMb: 24 } } : {},
  ),
);

test(
  'an error in an idle thread is reported, and costs no call',
  withPool(async (pool) => {
    assert.equal(await pool.submit(work.leavesTimer), 'ended');
    while (pool.statistics().workers > 0) await sleep(1);
    expectReport(/died of an error that nobody caught while it was idle/);
    assert.equal(await pool.submit(work.add, 1, 1), 2);
  }),
);

test(
  'an initializer runs once in each thread; one that fails ends the calls that wait',
  inLoop(async () => {
    const bell = newBell();
    const well = new ThreadPoolExecutor({ maxWorkers: 1, initializer: work.mark, initargs: [bell] });
    await gather(Array.from({ length: 5 }, () => well.submit(work.nothing)));
    assert.equal(Atomics.load(bell, 0), 1);
    await well.shutdown();
    const pool = new ThreadPoolExecutor({ maxWorkers: 2, initializer: work.failsToStart });
    const calls = Array.from({ length: 5 }, () => pool.submit(work.nothing));
    for (const call of calls) {
      const error = await failure(call);
      assert.ok(error instanceof BrokenExecutorError);
      assert.equal((error.cause as Error).message, 'no database');
    }
    await pool.shutdown();
  }),
);

test(
  'a stream yields what the generator yields, and its value at the end',
  withPool(async (pool) => {
    const seen: number[] = [];
    const stream = pool.stream(work.count, 100);
    for (;;) {
      const { done, value } = await stream.next();
      if (done === true) {
        assert.equal(value, 'all');
        break;
      }
      seen.push(value);
    }
    assert.equal(seen.length, 100);
    const slow: number[] = [];
    for await (const n of pool.stream(work.slowly, 5)) slow.push(n);
    assert.deepEqual(slow, [0, 1, 2, 3, 4]);
    assert.deepEqual(await stream.next(), { value: undefined, done: true });
    assert.match(
      (await failure(pool.stream(work.nothing as never).next())).message,
      /no generator function/,
    );
    assert.match((await failure(pool.submit(work.count, 3))).message, /is a generator function/);
  }),
);

test(
  'a stream is a few items ahead, and a consumer that leaves ends the generator',
  withPool(async (pool) => {
    const bell = newBell();
    for await (const n of pool.stream(work.count, 1e9, bell)) if (n === 3) break;
    assert.equal(Atomics.load(bell, 1), 1);
    assert.ok(Atomics.load(bell, 0) <= 40, `${bell[0]} items`);
    assert.equal(pool.statistics().running, 0);
    const error = await failure(Array.fromAsync(pool.stream(work.failing)));
    assert.equal(error.name, 'OwnError');
  }),
);

test(
  'a cancel while a stream is waited for ends the generator',
  withPool(async (pool) => {
    const bell = newBell();
    const held = newBell();
    const holding = pool.submit(work.hold, held);
    await heard(held);
    const waiting = createTask(async () => {
      for await (const _ of pool.stream(work.count, 10, bell));
    });
    await sleep(1);
    waiting.cancel();
    await failure(waiting);
    letGo(held);
    await holding;
    assert.equal(Atomics.load(bell, 0), 0);
  }),
);

test(
  'context variables that opted in travel',
  withPool(async (pool) => {
    const variable = carry(new ContextVar<string>('travelling', { default: 'none' }));
    variable.set('here');
    const url = import.meta.resolve('./variables.ts');
    const variables = workerModule<typeof variablesModule>(url);
    assert.equal(await pool.submit(variables.travelling), 'here');
    assert.throws(() => carry(new ContextVar('travelling')), InvalidArgumentError);
  }),
);

test(
  'shutdown does what was submitted, or cancels what has not begun',
  inLoop(async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const calls = Array.from({ length: 5 }, (_, i) => pool.submit(work.add, i, 0));
    await pool.shutdown();
    assert.deepEqual(await gather(calls), [0, 1, 2, 3, 4]);
    const bell = newBell();
    const other = new ThreadPoolExecutor({ maxWorkers: 1 });
    const running = other.submit(work.hold, bell);
    await heard(bell);
    const queued = Array.from({ length: 5 }, () => other.submit(work.nothing));
    const over = other.shutdown({ cancelFutures: true });
    assert.ok(queued.every((call) => call.cancelled()));
    letGo(bell);
    await over;
    assert.equal(await running, 'let go');
  }),
);

test(
  'idle threads end after idleTimeout',
  withPool(
    async (pool) => {
      await pool.submit(work.nothing);
      while (pool.statistics().workers > 0) await sleep(1);
      assert.equal(await pool.submit(work.who), 'thread 2');
    },
    { idleTimeout: 5 },
  ),
);

test('a pool of a module serves one loop after the other, and the end of a run waits for what it submitted', async () => {
  const pool = new ThreadPoolExecutor({ maxWorkers: 1, idleTimeout: 1 });
  const bell = newBell();
  for (let n = 1; n <= 2; n++) {
    await run(async () => {
      await pool.submit(work.mark, bell);
      while (pool.statistics().workers > 0) await sleep(1);
    });
  }
  await run(async () => {
    void pool.submit(work.mark, bell);
    void pool.shutdown();
  });
  assert.equal(Atomics.load(bell, 0), 3);
});
