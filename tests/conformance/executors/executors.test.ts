// What CPython's test_concurrent_futures (executor.py, test_thread_pool.py), test_threads and the executor tests of
// test_base_events and test_events ask, in our words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../../harness.ts';
import {
  carry,
  ContextVar,
  createTask,
  Executor,
  gather,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  run,
  sleep,
  ThreadPoolExecutor,
  TimeoutError,
  toThread,
  UsageError,
  workerModule,
} from '../../../src/asyncio.ts';
import type { Future, Work } from '../../../src/asyncio.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { inLoop } from '../../inLoop.ts';
import type * as workModule from '../../executors/thread/work.ts';
import type * as variablesModule from '../../executors/thread/variables.ts';

const work = workerModule<typeof workModule>(import.meta.resolve('../../executors/thread/work.ts'));
const variables = workerModule<typeof variablesModule>(
  import.meta.resolve('../../executors/thread/variables.ts'),
);
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function newBell(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(16));
}

async function heard(bell: Int32Array, to: number = 1): Promise<void> {
  while (Atomics.load(bell, 0) < to) await sleep(1);
}

function letGo(bell: Int32Array): void {
  Atomics.store(bell, 1, 1);
  Atomics.notify(bell, 1);
}

function withPool(maxWorkers: number, body: (pool: ThreadPoolExecutor) => Promise<void>) {
  return inLoop(async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers });
    try {
      await body(pool);
    } finally {
      await pool.shutdown();
    }
  });
}

test(
  'submit: the future has the result',
  withPool(1, async (pool) => {
    assert.equal(await pool.submit((a: number, b: number) => a ** b, 2, 8), 256);
  }),
);

test(
  'map: the results in order, several iterables side by side',
  withPool(2, async (pool) => {
    const powers = await Array.fromAsync(pool.map((a: number, b: number) => a ** b, range(10), range(10)));
    assert.deepEqual(
      powers,
      range(10).map((n) => n ** n),
    );
  }),
);

test(
  'map: an error ends it behind the results before it',
  withPool(2, async (pool) => {
    const results = pool.map(work.divide, [1, 1, 1, 1], [2, 3, 0, 5]);
    assert.equal((await results.next()).value, 0);
    assert.equal((await results.next()).value, 0);
    await assert.rejects(results.next(), RangeError);
    assert.equal((await results.next()).done, true);
  }),
);

test(
  'map: a timeout ends it behind the results that came in time',
  withPool(3, async (pool) => {
    const [quick, slow] = [newBell(), newBell()];
    letGo(quick);
    const results: string[] = [];
    // All three workers are there before the time runs.
    const warm = newBell();
    const held = [warm, warm, warm].map((bell) => pool.submit(work.hold, bell));
    letGo(warm);
    for (const each of held) await each;
    await assert.rejects(async () => {
      for await (const each of pool.map(work.hold, [quick, quick, slow], { timeout: 300 })) {
        results.push(each);
        if (results.length === 2) setTimeout(() => letGo(slow), 400);
      }
    }, TimeoutError);
    assert.deepEqual(results, ['let go', 'let go']);
  }),
);

test(
  'map: at most lookAhead calls are ahead, and the items may be without end',
  withPool(1, async (pool) => {
    let taken = 0;
    function* items(): Generator<number> {
      for (;;) yield taken++;
    }
    const results = pool.map(work.add, items(), items(), { lookAhead: 3 });
    await results.next();
    assert.ok(taken <= 8, `${taken} items`);
    await results.return();
    assert.throws(() => pool.map(work.add, 5 as never, [1]), InvalidArgumentError);
  }),
);

test(
  'map: what has not begun when it ends is cancelled',
  withPool(1, async (pool) => {
    const [bell, other] = [newBell(), newBell()];
    const first = pool.submit(work.hold, bell);
    await heard(bell);
    const results = pool.map(work.hold, [other, other], { timeout: 0 });
    await assert.rejects(results.next(), TimeoutError);
    letGo(bell);
    await first;
    await pool.submit(work.nothing);
    assert.equal(Atomics.load(other, 0), 0);
  }),
);

test(
  'shutdown waits for what was submitted',
  inLoop(async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    const bell = newBell();
    for (let i = 0; i < 10; i++) void pool.submit(work.mark, bell);
    await pool.shutdown();
    assert.equal(Atomics.load(bell, 0), 10);
  }),
);

test('maxWorkers must be positive', () => {
  for (const maxWorkers of [0, -1])
    assert.throws(() => new ThreadPoolExecutor({ maxWorkers }), InvalidArgumentError);
});

test(
  'there are never more than maxWorkers threads',
  withPool(4, async (pool) => {
    const bell = newBell();
    const calls = Array.from({ length: 60 }, () => pool.submit(work.hold, bell));
    await heard(bell, 4);
    assert.equal(pool.statistics().workers, 4);
    letGo(bell);
    await gather(calls);
  }),
);

test(
  'an idle thread is used again',
  withPool(4, async (pool) => {
    for (let i = 0; i < 3; i++) await pool.submit(work.add, i, i);
    assert.equal(pool.statistics().workers, 1);
  }),
);

test(
  'runInExecutor: in an executor that is given, and in the default one',
  inLoop(async () => {
    const loop = getRunningLoop();
    const pool = new ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: 'mine' });
    assert.equal(await loop.runInExecutor(pool, work.who), 'mine 1');
    assert.equal(await loop.runInExecutor(null, work.who), 'thread 1');
    assert.throws(() => loop.runInExecutor(5 as never, work.who), InvalidArgumentError);
    await pool.shutdown();
  }),
);

test('runInExecutor on a closed loop is refused', () => {
  const loop = newEventLoop();
  loop.close();
  assert.throws(() => loop.runInExecutor(null, work.nothing), UsageError);
});

test('runInExecutor: a cancel stops the work, and nothing comes after the loop was closed', async () => {
  const bell = newBell();
  const loop = newEventLoop();
  await loop.runUntilComplete(async () => {
    const task = createTask(async () => await loop.runInExecutor(null, work.spin, bell));
    await heard(bell);
    task.cancel();
    await Promise.allSettled([task]);
    assert.ok(task.cancelled());
    await loop.shutdownDefaultExecutor();
  });
  loop.close();
});

class Here extends Executor {
  calls: number = 0;
  submit<A extends unknown[], R>(called: Work<A, R>, ...args: A): Future<Awaited<R>> {
    this.calls++;
    return createTask(async () => await (called as (...args: A) => R)(...args)) as Future<Awaited<R>>;
  }
  async shutdown(): Promise<void> {}
}

test(
  'setDefaultExecutor: an executor of the program, and nothing else',
  inLoop(async () => {
    const loop = getRunningLoop();
    const here = new Here();
    loop.setDefaultExecutor(here);
    assert.equal(await loop.runInExecutor(null, () => 5), 5);
    assert.equal(here.calls, 1);
    assert.throws(() => loop.setDefaultExecutor({} as never), InvalidArgumentError);
  }),
);

test(
  'shutdownDefaultExecutor: waits, refuses afterwards, and reports what does not end in time',
  inLoop(async () => {
    const loop = getRunningLoop();
    const bell = newBell();
    const call = loop.runInExecutor(null, work.hold, bell);
    await heard(bell);
    await loop.shutdownDefaultExecutor(10);
    expectReport(/default executor has not ended after 10 ms/);
    assert.throws(() => loop.runInExecutor(null, work.nothing), UsageError);
    letGo(bell);
    assert.equal(await call, 'let go');
  }),
);

test('the end of run shuts the default executor down, and waits for its work', async () => {
  const bell = newBell();
  await run(async () => void getRunningLoop().runInExecutor(null, work.mark, bell));
  assert.equal(Atomics.load(bell, 0), 1);
});

test(
  'toThread: the result, the error, the arguments',
  inLoop(async () => {
    assert.equal(await toThread(work.add, 40, 2), 42);
    await assert.rejects(toThread(work.divide, 1, 0), RangeError);
    assert.deepEqual(await toThread(work.everything, 1, { a: 2 }), [1, { a: 2 }]);
  }),
);

test(
  'toThread: once for each call, and several at once',
  inLoop(async () => {
    const bell = newBell();
    await toThread(work.mark, bell);
    assert.equal(Atomics.load(bell, 0), 1);
    await gather(Array.from({ length: 10 }, () => toThread(work.mark, bell)));
    assert.equal(Atomics.load(bell, 0), 11);
  }),
);

test(
  'toThread: context variables travel where they opted in',
  inLoop(async () => {
    const variable = carry(new ContextVar<string>('travelling', { default: 'none' }));
    variable.set('parrot');
    assert.equal(await toThread(variables.travelling), 'parrot');
  }),
);
