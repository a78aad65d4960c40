// What each tool does when nobody cancels it: its options, its order, its errors, and that it works outside of a loop.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  InvalidArgumentError,
  sleep,
  taskGroup,
  TimeoutError,
  UsageError,
} from '../../src/asyncio.ts';
import { runTest } from '../../src/testing/testing.ts';
import {
  AbortError,
  broadcast,
  ChannelClosedError,
  circuitBreaker,
  CircuitOpenError,
  debounce,
  every,
  limit,
  memoize,
  memoizeClear,
  mutex,
  pMap,
  pMapIterable,
  pMapSkip,
  queue,
  rateLimiter,
  retry,
  semaphore,
  throttle,
  timeout,
} from '../../src/tools/tools.ts';
import { errorOf } from '../outcome.ts';
import { turns } from '../turns.ts';

test('limit: so many at once, in order; the limit may be raised; clearQueue ends those who wait', () =>
  runTest(async () => {
    const two = limit(2);
    let most = 0;
    const works = [1, 2, 3, 4].map((n) =>
      two(async (value: number) => {
        most = Math.max(most, two.activeCount);
        await sleep(10);
        return value;
      }, n),
    );
    assert.deepEqual([two.activeCount, two.pendingCount], [2, 2]);
    assert.deepEqual(await Promise.all(works), [1, 2, 3, 4]);
    assert.equal(most, 2);
    const slow = [1, 2, 3, 4].map(() => two(() => sleep(10)));
    two.concurrency = 3;
    assert.deepEqual([two.activeCount, two.pendingCount], [3, 1]);
    two.clearQueue();
    const ends = await Promise.allSettled(slow);
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
    );
    assert.deepEqual(await two.map('ab', async (letter, index) => letter + index), ['a0', 'b1']);
  }));

test('limit, mutex, queue, retry, memoize: work outside of a loop', async () => {
  assert.deepEqual(await Promise.all([1, 2].map((n) => limit(1)(async () => n))), [1, 2]);
  assert.equal(await mutex().runExclusive(async () => 'locked'), 'locked');
  const works = queue({ concurrency: 1 });
  const done = works.addAll([async () => 1, () => 2]);
  await works.onIdle();
  assert.deepEqual(await done, [1, 2]);
  assert.equal(await retry(async (attempt) => attempt), 1);
  assert.equal(await memoize(async (n: number) => n)(4), 4);
  const release = await mutex().acquire();
  release();
});

test('arguments that cannot be used are refused at the call', () => {
  const refused = (call: () => unknown, argument: string): void =>
    assert.throws(call, (error) => error instanceof InvalidArgumentError && error.argument === argument);
  refused(() => limit(0), 'concurrency');
  refused(() => limit(1)('work' as never), 'fn');
  refused(() => queue({ intervalCap: 1.5 }), 'intervalCap');
  refused(() => semaphore(-1), 'value');
  refused(() => throttle({ limit: 0, interval: 1 }), 'limit');
  refused(() => throttle({ limit: 1, interval: Number.NaN }), 'interval');
  refused(() => retry(async () => 1, { retries: -1 }), 'retries');
  refused(() => pMap(5 as never, async () => 1), 'items');
  refused(() => every(0), 'interval');
  refused(() => debounce(async () => 1, -1), 'wait');
  refused(() => memoizeClear(() => 1), 'fn');
  refused(() => broadcast({ capacity: 0 }), 'capacity');
  refused(() => circuitBreaker(async () => 1, { errorThresholdPercentage: 0 }), 'errorThresholdPercentage');
});

test('queue: priorities, ids, events, sizes, a pause and a timeout', () =>
  runTest(async () => {
    const works = queue({ concurrency: 1, autoStart: false, timeout: 50 });
    const log: string[] = [];
    for (const event of ['completed', 'error', 'empty', 'idle'] as const)
      works.on(event, (detail) =>
        log.push(`${event} ${detail instanceof Error ? detail.name : String(detail)}`),
      );
    const slow = works.add(() => sleep(100), { id: 'slow' });
    const low = works.add(async () => 'low');
    const high = works.add(async () => 'high', { priority: 1 });
    assert.deepEqual([works.size, works.sizeBy({ priority: 0 }), works.isPaused], [3, 2, true]);
    assert.equal(works.setPriority('slow', 2), true);
    assert.equal(works.setPriority('nobody', 2), false);
    works.start();
    assert.deepEqual(
      works.runningTasks.map(({ id }) => id),
      ['slow'],
    );
    assert.equal(works.isSaturated, true);
    await errorOf(slow, TimeoutError);
    assert.deepEqual(await Promise.all([low, high]), ['low', 'high']);
    await works.onIdle();
    assert.deepEqual(log, [
      'error TimeoutError',
      'completed high',
      'empty undefined',
      'completed low',
      'idle undefined',
    ]);
    await works.onEmpty();
    await works.onPendingZero();
    await works.onSizeLessThan(1);
  }));

test('queue: onSizeLessThan bounds what is added', () =>
  runTest(async () => {
    const works = queue({ concurrency: 1 });
    let most = 0;
    for (let n = 0; n < 20; n++) {
      await works.onSizeLessThan(3);
      void works.add(() => sleep(1));
      most = Math.max(most, works.size);
    }
    assert.equal(most, 3);
    await works.onIdle();
  }));

test('semaphore: weights, priorities, tryAcquire, waitForUnlock, cancel', () =>
  runTest(async () => {
    const seats = semaphore(3);
    const [before, release] = await seats.acquire(2);
    assert.deepEqual([before, seats.getValue()], [3, 1]);
    assert.equal(seats.tryAcquire(2), undefined);
    const order: string[] = [];
    await taskGroup(async (group) => {
      group.startSoon(() => seats.runExclusive(async () => order.push('low'), 3));
      await turns(2);
      group.startSoon(() => seats.runExclusive(async () => order.push('high'), 3, 1));
      group.startSoon(async () => {
        await seats.waitForUnlock();
        order.push('free');
      });
      await turns(2);
      release();
    });
    assert.deepEqual(order, ['high', 'low', 'free']);
    const [, hold] = await seats.acquire(3);
    const waiting = createTask(() => seats.acquire());
    await turns(2);
    seats.cancel();
    await errorOf(waiting, UsageError);
    hold();
    assert.equal(seats.isLocked(), false);
    await assert.rejects(seats.acquire(4), InvalidArgumentError);
  }));

test('retry: pauses grow, shouldRetry and AbortError end, the last error is thrown', () =>
  runTest(async ({ clock }) => {
    const at: number[] = [];
    const fail = async (): Promise<never> => {
      at.push(clock.now());
      throw new RangeError(`try ${at.length}`);
    };
    const error = await errorOf(retry(fail, { retries: 3, maxTimeout: 3000 }), RangeError);
    assert.equal(error.message, 'try 4');
    assert.deepEqual(at, [0, 1000, 3000, 6000]);
    at.length = 0;
    await errorOf(retry(fail, { shouldRetry: ({ attemptNumber }) => attemptNumber < 2 }), RangeError);
    assert.equal(at.length, 2);
    at.length = 0;
    await errorOf(retry(fail, { maxRetryTime: 500 }), RangeError);
    assert.equal(at.length, 1);
    const reason = new TypeError('no use');
    assert.equal(
      await errorOf(
        retry(async () => {
          throw new AbortError(reason);
        }),
        TypeError,
      ),
      reason,
    );
    const told: number[] = [];
    await retry(
      async (attempt) => {
        if (attempt === 1) throw new Error('once');
      },
      { randomize: true, onFailedAttempt: ({ retryDelay }) => void told.push(retryDelay) },
    );
    assert.ok((told[0] as number) >= 500 && (told[0] as number) <= 1000);
  }));

test('timeout: a function is stopped, a task is cancelled, of a promise the wait ends; its own TimeoutError is no timeout', () =>
  runTest(async () => {
    const never = new Promise<void>(() => {});
    await errorOf(timeout(never, { milliseconds: 5 }), TimeoutError);
    const task = createTask(() => sleep(1000));
    await errorOf(timeout(task, { milliseconds: 5 }), TimeoutError);
    assert.equal(task.cancelled(), true);
    assert.equal(await timeout(never, { milliseconds: 5, message: false }), undefined);
    assert.equal(await timeout(never, { milliseconds: 5, fallback: async () => 'instead' }), 'instead');
    const mine = new RangeError('mine');
    assert.equal(await errorOf(timeout(never, { milliseconds: 5, message: mine }), RangeError), mine);
    assert.equal(
      (await errorOf(timeout(never, { milliseconds: 5, message: 'slow' }), TimeoutError)).message,
      'slow',
    );
    const inner = new TimeoutError('inner');
    const throws = async (): Promise<never> => {
      throw inner;
    };
    assert.equal(
      await errorOf(timeout(throws, { milliseconds: 5, fallback: () => 'no' }), TimeoutError),
      inner,
    );
    assert.equal(await timeout(async () => 'quick', { milliseconds: Infinity }), 'quick');
  }));

test('throttle: a rate in any window, weights, and who is delayed', () =>
  runTest(async ({ clock }) => {
    const starts: number[] = [];
    const delayed: number[] = [];
    const slow = throttle<[number]>({
      limit: 4,
      interval: 100,
      weight: (points) => points,
      onDelay: (points) => void delayed.push(points),
    })(async () => starts.push(clock.now()));
    await slow(3);
    await sleep(60);
    const rest = [slow(1), slow(3), slow(1)];
    assert.equal(slow.queueSize, 2);
    await Promise.all(rest);
    assert.deepEqual(starts, [0, 60, 100, 160]);
    assert.deepEqual(delayed, [3, 1]);
    await assert.rejects(async () => slow(5), InvalidArgumentError);
    slow.clearQueue();
  }));

test('rateLimiter: acquire waits, tryAcquire does not', () =>
  runTest(async ({ clock }) => {
    const calls = rateLimiter({ limit: 2, interval: 10 });
    for (let n = 0; n < 5; n++) await calls.acquire();
    assert.equal(clock.now(), 20);
    assert.equal(calls.tryAcquire(), true);
    assert.equal(calls.tryAcquire(), false);
  }));

test('debounce: the newest arguments, once; before: the first', () =>
  runTest(async ({ clock }) => {
    const log: string[] = [];
    const find = debounce(async (text: string) => `${log.push(`${text} at ${clock.now()}`)}`, 50);
    const results = [find('a')];
    await sleep(30);
    results.push(find('b'));
    assert.deepEqual(await Promise.all(results), ['1', '1']);
    assert.deepEqual(log, ['b at 80']);
    const first = debounce(async (text: string) => text, 50, { before: true });
    assert.deepEqual(await Promise.all([first('x'), first('y')]), ['x', 'x']);
    await sleep(60);
    assert.equal(await first('z'), 'z');
  }));

test('memoize: one computation for all, kept so long as it holds, failures are not kept', () =>
  runTest(async () => {
    let calls = 0;
    const load = memoize(
      async (id: number) => {
        await sleep(5);
        if (++calls === 1) throw new RangeError('first');
        return id * 10;
      },
      { maxAge: 100 },
    );
    const all = await Promise.allSettled([load(1), load(1)]);
    assert.deepEqual([all.map(({ status }) => status), calls], [['rejected', 'rejected'], 1]);
    assert.deepEqual([await load(1), await load(1), calls], [10, 10, 2]);
    await sleep(200);
    assert.deepEqual([await load(1), calls], [10, 3]);
    memoizeClear(load);
    assert.deepEqual([await load(1), calls], [10, 4]);
    const picky = memoize(
      async (n: number) => {
        calls++;
        return n;
      },
      { shouldCache: (n) => n > 1 },
    );
    await picky(1);
    await picky(1);
    assert.equal(calls, 6);
  }));

test('pMap: in order, skips, all errors; pMapIterable reads ahead so far and leaves its source', () =>
  runTest(async () => {
    assert.deepEqual(
      await pMap([3, 1, 2], async (n) => (n === 1 ? pMapSkip : sleep(n, { result: n })), {
        concurrency: 2,
      }),
      [3, 2],
    );
    const failing = pMap(
      [1, 2, 3],
      async (n) => {
        await sleep(10 - n);
        if (n !== 2) throw new RangeError(`${n}`);
        return n;
      },
      { stopOnError: false },
    );
    const { errors } = await errorOf(failing, AggregateError);
    assert.deepEqual(
      errors.map((error: Error) => error.message),
      ['1', '3'],
    );
    let read = 0;
    let left = false;
    async function* source(): AsyncGenerator<number> {
      try {
        for (;;) yield read++;
      } finally {
        left = true;
      }
    }
    const seen: number[] = [];
    for await (const n of pMapIterable(source(), async (n) => n, { concurrency: 2, backpressure: 3 })) {
      seen.push(n);
      await sleep(5);
      if (n === 4) break;
    }
    assert.deepEqual([seen, left], [[0, 1, 2, 3, 4], true]);
    assert.ok(read <= 9, `read ${read}`);
    await assert.rejects(async () => {
      for await (const n of pMapIterable([1], async () => {
        throw new RangeError('x');
      }))
        assert.ok(n);
    }, RangeError);
  }));

test('every: keeps to the beat; missed ticks are left out, or come at once', () =>
  runTest(async ({ clock }) => {
    const seen: [number, number][] = [];
    for await (const tick of every(100)) {
      seen.push([tick, clock.now()]);
      if (tick === 1) await sleep(250);
      if (tick >= 4) break;
    }
    assert.deepEqual(seen, [
      [1, 100],
      [3, 350],
      [4, 400],
    ]);
    const burst: number[] = [];
    for await (const tick of every(100, { immediate: true, missed: 'burst' })) {
      burst.push(tick);
      if (tick === 0) await sleep(250);
      if (tick === 3) break;
    }
    assert.deepEqual([burst, clock.now()], [[0, 1, 2, 3], 700]);
  }));

test('circuitBreaker: opens, lets one through for a trial, closes; a cancelled call counts neither way', () =>
  runTest(async () => {
    let works = false;
    let calls = 0;
    const log: string[] = [];
    const guarded = circuitBreaker(
      async () => {
        calls++;
        await sleep(5);
        if (!works) throw new RangeError('down');
        return 'up';
      },
      { volumeThreshold: 3, resetTimeout: 100 },
    );
    for (const event of ['open', 'halfOpen', 'close', 'reject'] as const)
      guarded.on(event, () => log.push(event));
    for (let n = 0; n < 3; n++) await errorOf(guarded.fire(), RangeError);
    const error = await errorOf(guarded.fire(), CircuitOpenError);
    assert.deepEqual([error.retryAfter, calls], [100, 3]);
    await sleep(100);
    const trial = guarded.fire();
    await turns(2);
    await errorOf(guarded.fire(), CircuitOpenError);
    trial.cancel();
    await Promise.allSettled([trial]);
    works = true;
    assert.equal(await guarded.fire(), 'up');
    assert.equal(guarded.state, 'closed');
    assert.deepEqual(log, ['open', 'reject', 'halfOpen', 'reject', 'close']);
    const slow = circuitBreaker(() => sleep(1000), { timeout: 10 });
    await errorOf(slow.fire(), TimeoutError);
  }));

test('broadcast: every subscriber gets every value; a slow one holds up the sender, or loses its oldest', () =>
  runTest(async ({ clock }) => {
    const news = broadcast<number>({ capacity: 2 });
    const seen: Record<string, number[]> = { quick: [], slow: [] };
    await taskGroup(async (group) => {
      for (const [name, pause] of [
        ['quick', 0],
        ['slow', 10],
      ] as const) {
        const mine = news.subscribe();
        group.startSoon(async () => {
          for await (const value of mine) {
            seen[name]?.push(value);
            await sleep(pause);
          }
        });
      }
      for (let n = 0; n < 6; n++) await news.send(n);
      news.close();
    });
    assert.deepEqual(seen, { quick: [0, 1, 2, 3, 4, 5], slow: [0, 1, 2, 3, 4, 5] });
    assert.ok(clock.now() >= 30);
    await errorOf(news.send(7), ChannelClosedError);
    const lossy = broadcast<number>({ capacity: 2, whenFull: 'dropOldest' });
    using mine = lossy.subscribe();
    for (let n = 0; n < 5; n++) await lossy.send(n);
    assert.deepEqual([mine.dropped, await mine.receive(), await mine.receive()], [3, 3, 4]);
  }));

test('broadcast.send: cancelled while it waits it has given the value to nobody', () =>
  runTest(async () => {
    const news = broadcast<string>({ capacity: 1 });
    using slow = news.subscribe();
    using quick = news.subscribe();
    await news.send('first');
    assert.equal(await quick.receive(), 'first');
    const task = createTask(() => news.send('second'));
    await turns(2);
    task.cancel();
    await Promise.allSettled([task]);
    assert.deepEqual([slow.pending, quick.pending], [1, 0]);
    const third = createTask(() => news.send('third'));
    await turns(2);
    assert.equal(await slow.receive(), 'first');
    await third;
    assert.deepEqual([await slow.receive(), await quick.receive()], ['third', 'third']);
  }));
