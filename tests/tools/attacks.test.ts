// What breaks tools of this kind: functions, listeners, sources and thenables that misbehave, arguments that are refused
// too late, and what is cancelled, cleared or paused at the wrong moment.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  getRunningLoop,
  InvalidArgumentError,
  sleep,
  spawn,
  TimeoutError,
  UsageError,
} from '../../src/asyncio.ts';
import { runTest } from '../../src/testing/testing.ts';
import {
  broadcast,
  ChannelClosedError,
  circuitBreaker,
  CircuitOpenError,
  debounce,
  every,
  limit,
  limitFunction,
  memoize,
  memoizeClear,
  mutex,
  pMap,
  pMapIterable,
  queue,
  rateLimiter,
  retry,
  semaphore,
  throttle,
  timeout,
} from '../../src/tools/tools.ts';
import { assertCancelled, errorOf } from '../outcome.ts';
import { turns } from '../turns.ts';

const never = new Promise<never>(() => {});

/** Runs `body` with what the loop's exception handler was told. */
function withReports(body: (reports: unknown[]) => Promise<void>): Promise<void> {
  return runTest(async () => {
    const reports: unknown[] = [];
    getRunningLoop().setExceptionHandler((_, { exception }) => void reports.push(exception));
    await body(reports);
  });
}

test('queue.add: a call that is refused leaves no place taken', () =>
  runTest(async () => {
    const works = queue({ concurrency: 1 });
    const work = async (): Promise<string> => 'done';
    for (const wrong of [{ signal: 'stop' }, { priority: Number.NaN }, { timeout: -1 }, { timeout: '5' }])
      assert.throws(() => works.add(work, wrong as never), InvalidArgumentError);
    assert.deepEqual([works.size, works.pending], [0, 0]);
    assert.equal(await works.add(work), 'done');
    const slow = throttle<[number]>({ limit: 2, interval: 10, weight: (n) => n })(async (n: number) => n);
    for (const wrong of [Number.NaN, -1, '2', Infinity])
      assert.throws(() => slow(wrong as number), InvalidArgumentError);
    assert.deepEqual([slow.queueSize, await slow(2)], [0, 2]);
    const rate = rateLimiter({ limit: 2, interval: 10 });
    assert.equal(rate.available, 2);
    assert.throws(() => rate.tryAcquire(Number.NaN), InvalidArgumentError);
    await assert.rejects(rate.acquire(3), InvalidArgumentError);
    await rate.acquire();
    assert.equal(rate.available, 1);
    const seats = semaphore(2);
    for (const wrong of [0, -1, Number.NaN, '1']) {
      assert.throws(() => seats.tryAcquire(wrong as number), InvalidArgumentError);
      await assert.rejects(seats.acquire(wrong as number), InvalidArgumentError);
      await assert.rejects(seats.waitForUnlock(wrong as number), InvalidArgumentError);
    }
    assert.equal(seats.getValue(), 2);
  }));

test('arguments of every tool that cannot be used are refused at the call, whatever their kind', () => {
  const refused = (call: () => unknown, argument: string): void =>
    assert.throws(call, (error) => error instanceof InvalidArgumentError && error.argument === argument);
  const work = async (): Promise<void> => {};
  refused(() => timeout(work, {} as never), 'milliseconds');
  refused(() => timeout(work, { milliseconds: Number.NaN }), 'milliseconds');
  refused(() => timeout(5 as never, { milliseconds: 5 }), 'work');
  refused(() => timeout(work, { milliseconds: 5, fallback: 'no' as never }), 'fallback');
  refused(() => retry(work, { onFailedAttempt: 5 as never }), 'onFailedAttempt');
  refused(() => retry(work, { minTimeout: '5' as never }), 'minTimeout');
  refused(() => queue({ timeout: -1 }), 'timeout');
  refused(() => queue({ concurrency: Number.NaN }), 'concurrency');
  refused(() => (queue().concurrency = 0), 'concurrency');
  refused(() => queue().addAll(5 as never), 'fns');
  refused(() => queue().setPriority('a', Number.NaN), 'priority');
  refused(() => void queue().onSizeLessThan(0), 'limit');
  refused(() => queue().on('idle', 5 as never), 'listener');
  refused(() => limit(1).map(5 as never, work), 'items');
  refused(() => (limit(1).concurrency = -1), 'concurrency');
  refused(() => throttle({ limit: 1, interval: 1, onDelay: 5 as never }), 'onDelay');
  refused(() => every(5, { missed: 'all' as never }), 'missed');
  refused(() => broadcast({ whenFull: 'drop' as never }), 'whenFull');
  refused(() => memoize(work, { cacheKey: 'id' as never }), 'cacheKey');
  refused(() => circuitBreaker(work, { errorFilter: 5 as never }), 'errorFilter');
  refused(() => circuitBreaker(work, { timeout: Number.NaN }), 'timeout');
  refused(() => semaphore(1).setValue(-1), 'value');
});

test('queue, circuitBreaker: a listener that throws is reported, and changes nothing', () =>
  withReports(async (reports) => {
    const works = queue({ concurrency: 1 });
    const broken = new Error('the listener');
    const events = ['add', 'active', 'completed', 'error', 'next', 'empty', 'pendingZero', 'idle'] as const;
    for (const event of events)
      works.on(event, () => {
        throw broken;
      });
    const results = [works.add(async () => 'done'), works.add(async () => 'after')];
    await works.onIdle();
    assert.deepEqual(await Promise.all(results), ['done', 'after']);
    const failure = new RangeError('mine');
    assert.equal(
      await errorOf(
        works.add(() => Promise.reject(failure)),
        RangeError,
      ),
      failure,
    );
    assert.ok(reports.length > 10 && reports.every((report) => report === broken));
    const guarded = circuitBreaker(async () => 'up', { volumeThreshold: 1 });
    guarded.on('success', () => {
      throw broken;
    });
    assert.deepEqual([await guarded.fire(), guarded.state], ['up', 'closed']);
  }));

test('queue.addAll, limit.map: they take their places in the call; a cancel before they begin cancels all', () =>
  runTest(async () => {
    const works = queue({ concurrency: 1 });
    const ran: number[] = [];
    void works.addAll([async () => ran.push(1), async () => ran.push(2)]);
    assert.deepEqual([works.pending, works.size], [1, 1]);
    await works.onIdle();
    assert.deepEqual(ran, [1, 2]);
    const two = limit(2);
    const call = two.map([1, 2, 3], () => sleep(1000));
    assert.deepEqual([two.activeCount, two.pendingCount], [2, 1]);
    call.cancel();
    await assertCancelled(call);
    await turns(2);
    assert.deepEqual([two.activeCount, two.pendingCount], [0, 0]);
    const all = works.addAll([() => sleep(1000), () => sleep(1000)]);
    all.cancel();
    await assertCancelled(all);
    await works.onIdle();
  }));

test('queue: clear and pause, while it is held by the rate, by the room, and before anything begins', () =>
  runTest(async ({ clock }) => {
    const works = queue({ concurrency: 2, intervalCap: 1, interval: 100 });
    const events: string[] = [];
    for (const event of ['empty', 'idle', 'pendingZero', 'rateLimit', 'rateLimitCleared'] as const)
      works.on(event, () => events.push(event));
    const add = (): Promise<unknown> => works.add(() => sleep(10)).catch((error: unknown) => error);
    const held = [add(), add(), add()];
    const limited = works.onRateLimit();
    await limited;
    assert.equal(works.isRateLimited, true);
    works.clear();
    assert.deepEqual([works.size, works.isRateLimited], [0, false]);
    await works.onRateLimitCleared();
    assert.deepEqual(
      (await Promise.all(held)).map((end) => end instanceof CancelledError),
      [false, true, true],
    );
    assert.deepEqual(events, ['rateLimit', 'empty', 'rateLimitCleared', 'pendingZero', 'idle']);
    works.pause();
    const later = add();
    await sleep(1000);
    works.clear();
    works.clear();
    assert.ok((await later) instanceof CancelledError);
    works.start();
    const before = clock.now();
    await Promise.all([add(), add()]);
    assert.equal(clock.now() - before, 110);
  }));

test('queue: a wait for a state that has passed again is settled', async () => {
  const works = queue({ concurrency: 1, autoStart: false });
  void works.add(async () => {});
  const empty = works.onEmpty();
  works.start();
  works.pause();
  const second = works.add(async () => 'second');
  await empty;
  works.start();
  assert.equal(await second, 'second');
});

test('queue.onError: fails with the first failure of a work; a cancelled wait leaves no listener', () =>
  runTest(async () => {
    const works = queue({ concurrency: 1 });
    const failure = new RangeError('first');
    const waiting = createTask(() => works.onError());
    const gone = createTask(() => works.onError());
    await turns(2);
    assert.equal(works.listenerCount('error'), 2);
    gone.cancel();
    await assertCancelled(gone);
    void works.add(() => Promise.reject(failure)).catch(() => {});
    void works.add(() => Promise.reject(new Error('second'))).catch(() => {});
    assert.equal(await errorOf(waiting, RangeError), failure);
    assert.equal(works.listenerCount('error'), 0);
  }));

test('queue: a work takes its weight of the concurrency', () =>
  runTest(async () => {
    const works = queue({ concurrency: 3 });
    const all = [2, 2, 1].map((weight) => works.add(() => sleep(5), { weight }));
    assert.deepEqual([works.pending, works.size], [1, 2]);
    await all[0];
    assert.deepEqual([works.pending, works.size], [2, 0]);
    await Promise.all(all);
    assert.throws(() => works.add(() => sleep(5), { weight: 4 }), InvalidArgumentError);
  }));

test('queue: what runs is told with the time that it has left; once tells one time', () =>
  runTest(async () => {
    const works = queue({ timeout: 50 });
    let times = 0;
    works.once('completed', () => times++);
    const both = [
      works.add(() => sleep(20), { id: 'a' }),
      works.add(() => sleep(20), { timeout: Infinity }),
    ];
    await sleep(10);
    assert.deepEqual(
      works.runningTasks.map(({ id, timeout: limited, timeoutRemaining }) => [
        id,
        limited,
        timeoutRemaining,
      ]),
      [
        ['a', 50, 40],
        [undefined, Infinity, Infinity],
      ],
    );
    await Promise.all(both);
    assert.equal(times, 1);
  }));

test('throttle, queue: the rate counts from when the work begins, also when its task begins late', () =>
  runTest(async ({ clock }) => {
    const starts: number[] = [];
    const slow = throttle({ limit: 2, interval: 100 })(async () => starts.push(clock.now()));
    const calls = [slow(), slow(), slow(), slow()];
    // The turn in which they begin comes late.
    clock.jump(60);
    await Promise.all(calls);
    assert.deepEqual(starts, [60, 60, 160, 160]);
    const works = queue({ intervalCap: 1, interval: 100 });
    const first = works.add(async () => 'first');
    first.cancel();
    await assertCancelled(first);
    const before = clock.now();
    await works.add(async () => 'second');
    assert.equal(clock.now(), before, 'what never began has taken nothing');
  }));

test('throttle: isEnabled lets calls by, which take nothing of the rate', () =>
  runTest(async ({ clock }) => {
    const starts: number[] = [];
    const slow = throttle({ limit: 1, interval: 100 })(async () => starts.push(clock.now()));
    await slow();
    slow.isEnabled = false;
    await Promise.all([slow(), slow()]);
    slow.isEnabled = true;
    await slow();
    assert.deepEqual(starts, [0, 0, 0, 100]);
  }));

test('functions that throw at once, return no promise, or a thenable that throws', () =>
  runTest(async () => {
    const broken = new RangeError('broken');
    const thenable = {
      // oxlint-disable-next-line unicorn/no-thenable
      then(): never {
        throw broken;
      },
    };
    const bad = [
      () => {
        throw broken;
      },
      () => thenable as unknown as Promise<never>,
    ];
    const one = limit(1);
    const works = queue({ concurrency: 1 });
    const lock = mutex();
    for (const fn of bad) {
      const calls = [
        one(fn),
        works.add(fn),
        lock.runExclusive(fn),
        retry(fn, { retries: 1, minTimeout: 1 }),
        timeout(fn, { milliseconds: 5 }),
        pMap([1], fn),
        throttle({ limit: 1, interval: 1 })(fn)(),
        debounce(fn, 1)(),
        debounce(fn, 1, { before: true })(),
        memoize(fn)(),
        circuitBreaker(fn).fire(),
      ];
      for (const end of await Promise.allSettled(calls))
        assert.equal(end.status === 'rejected' && end.reason, broken);
    }
    assert.deepEqual([one.activeCount, works.pending, lock.isLocked()], [0, 0, false]);
    assert.equal(await one(() => 5), 5);
    assert.equal(await timeout(() => 5, { milliseconds: 5 }), 5);
  }));

test('pMap, pMapIterable: a source that hangs in a promise of others holds up neither a failure nor a cancel', () =>
  runTest(async () => {
    let left = 0;
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => {
        let n = 0;
        return {
          next: () => (n++ === 0 ? Promise.resolve({ done: false, value: 1 }) : never),
          return: () => {
            left++;
            return never;
          },
        };
      },
    };
    const failure = new RangeError('the mapper');
    assert.equal(
      await errorOf(
        pMap(source, () => Promise.reject(failure)),
        RangeError,
      ),
      failure,
    );
    const task = createTask(() => pMap(source, async (n) => n));
    await sleep(5);
    task.cancel();
    await assertCancelled(task);
    const iterates = createTask(async () => {
      for await (const n of pMapIterable(source, async (n) => n)) assert.equal(n, 1);
    });
    await sleep(5);
    iterates.cancel();
    await assertCancelled(iterates);
    assert.equal(left, 3);
    const stuck = pMap([1, never], async (n) => n);
    await sleep(5);
    stuck.cancel();
    await assertCancelled(stuck);
  }));

test('pMapIterable: what was taken makes room at once', () =>
  runTest(async () => {
    const begun: number[] = [];
    const mapper = async (n: number): Promise<number> => begun.push(n);
    const results = pMapIterable([1, 2, 3, 4, 5], mapper, { concurrency: 2 });
    await results.next();
    await sleep(5);
    assert.deepEqual(begun, [1, 2, 3]);
    await results.return();
  }));

test('timeout: clear takes the limit away; a promise with a cancel() is told, when time is up and on a cancel', () =>
  runTest(async () => {
    const work = timeout(() => sleep(50, { result: 'done' }), { milliseconds: 20 });
    await sleep(10);
    work.clear();
    work.clear();
    assert.equal(await work, 'done');
    work.clear();
    const early = timeout(() => sleep(50, { result: 'early' }), { milliseconds: 20 });
    early.clear();
    assert.equal(await early, 'early');
    let told = 0;
    const foreign = Object.assign(new Promise<never>(() => {}), { cancel: () => void told++ });
    await errorOf(timeout(foreign, { milliseconds: 5 }), TimeoutError);
    assert.equal(told, 1);
    const cancelled = timeout(foreign, { milliseconds: 5 });
    cancelled.cancel();
    await assertCancelled(cancelled);
    assert.equal(told, 2);
  }));

test('timeout, queue, circuitBreaker: a function that hangs in a promise of others is left when its time is up', () =>
  runTest(async () => {
    let settle = (): void => {};
    let after = 0;
    const work = async (): Promise<void> => {
      await new Promise<void>((resolve) => (settle = resolve));
      after++;
      await sleep(0);
      after++;
    };
    const works = queue({ concurrency: 1 });
    const calls = [
      () => timeout(work, { milliseconds: 5 }),
      () => works.add(work, { timeout: 5 }),
      () => circuitBreaker(work, { timeout: 5 }).fire(),
    ];
    for (const call of calls) {
      await errorOf(call(), TimeoutError);
      settle();
      await turns(3);
      const cancelled = call();
      await sleep(1);
      cancelled.cancel();
      await assertCancelled(cancelled);
      settle();
      await turns(3);
    }
    assert.equal(works.pending, 0);
    assert.equal(after, 6, 'the cancel meets it at its next await');
    // What has taken its signal, or waits for ours, is waited for.
    const log: string[] = [];
    const heeds = async ({ signal }: { signal: AbortSignal }): Promise<void> => {
      await new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => resolve(), { once: true }),
      );
      log.push('told');
      throw signal.reason;
    };
    await errorOf(works.add(heeds, { timeout: 5 }), TimeoutError);
    const cleans = async (): Promise<void> => {
      try {
        await sleep(60_000);
      } finally {
        await sleep(3);
        log.push('cleaned');
      }
    };
    const twice = timeout(cleans, { milliseconds: 50 });
    await sleep(1);
    twice.cancel();
    await sleep(1);
    await assertCancelled(twice);
    await errorOf(works.add(cleans, { timeout: 5 }), TimeoutError);
    assert.deepEqual(log, ['told', 'cleaned', 'cleaned']);
  }));

test('retry: what is no error is not tried again, and says so', () =>
  runTest(async () => {
    let tries = 0;
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors
    const fail = (): Promise<never> => (tries++, Promise.reject('busy'));
    const error = await errorOf(retry(fail), UsageError);
    assert.deepEqual([tries, error.cause], [1, 'busy']);
    assert.match(error.message, /busy/);
  }));

test('retry: pauses that have grown past all numbers', () =>
  runTest(async () => {
    let tries = 0;
    const fail = async (): Promise<never> => {
      tries++;
      throw new RangeError('again');
    };
    await errorOf(retry(fail, { retries: 1100, minTimeout: 0 }), RangeError);
    assert.equal(tries, 1101);
  }));

test('circuitBreaker: a filter that throws, or a trial that is overtaken, leaves no circuit half open for ever', () =>
  withReports(async () => {
    let broken = true;
    const guarded = circuitBreaker(
      async (ms: number) => {
        await sleep(ms);
        if (broken) throw new RangeError('down');
        return 'up';
      },
      {
        volumeThreshold: 1,
        resetTimeout: 10,
        errorFilter: (_, ms: number) => {
          if (ms === 1) throw new TypeError('the filter');
          return false;
        },
      },
    );
    await errorOf(guarded.fire(0), RangeError);
    await sleep(10);
    await errorOf(guarded.fire(1), TypeError);
    await errorOf(guarded.fire(0), RangeError);
    await sleep(10);
    const first = guarded.fire(50);
    await sleep(1);
    guarded.open();
    await sleep(10);
    const second = guarded.fire(100);
    await sleep(1);
    first.cancel();
    await assertCancelled(first);
    await errorOf(guarded.fire(0), CircuitOpenError);
    broken = false;
    assert.equal(await second, 'up');
    assert.equal(guarded.state, 'closed');
  }));

test('circuitBreaker: an error that the filter takes out gets no fallback, and is no failure', () =>
  runTest(async () => {
    const events: string[] = [];
    const guarded = circuitBreaker(() => Promise.reject(new TypeError('wrong argument')), {
      volumeThreshold: 1,
      errorFilter: (error) => error instanceof TypeError,
    }).fallback(() => 'instead' as never);
    guarded.on('failure', () => events.push('failure')).on('success', () => events.push('success'));
    await errorOf(guarded.fire(), TypeError);
    assert.deepEqual([events, guarded.state], [['success'], 'closed']);
  }));

test('mutex, semaphore: release, setValue, errors of their own, and waits for an unlock by priority', () =>
  runTest(async () => {
    const own = new RangeError('own');
    const lock = mutex(own);
    const mine = await lock.acquire();
    const order: string[] = [];
    const wait = (name: string, promise: Promise<unknown>): Promise<unknown> =>
      promise.then(() => order.push(name));
    const waits = [
      wait('low', lock.acquire()),
      wait('unlocked, high', lock.waitForUnlock(1)),
      wait('unlocked, low', lock.waitForUnlock(-1)),
    ];
    lock.release();
    await Promise.all(waits.slice(0, 2));
    assert.equal(lock.isLocked(), true);
    mine(); // not theirs any more
    assert.equal(lock.isLocked(), true);
    lock.release();
    await Promise.all(waits);
    assert.deepEqual(order.toSorted(), ['low', 'unlocked, high', 'unlocked, low']);
    assert.equal(order[2], 'unlocked, low');
    lock.release();
    const held = await lock.acquire();
    const waiting = lock.acquire();
    lock.cancel();
    assert.equal(await errorOf(waiting, RangeError), own);
    held();
    const seats = semaphore(0);
    const seat = seats.acquire();
    await turns(2);
    seats.release();
    await seat;
    seats.setValue(2);
    assert.equal(seats.getValue(), 2);
    (await seat)[1]();
    assert.equal(seats.getValue(), 3);
  }));

test('memoize: a wait that is cancelled before it begins leaves; a cache that cannot be cleared says so; names stay', async () => {
  let ended = false;
  const load = memoize(async function loadUser(id: number) {
    try {
      await sleep(60_000);
    } finally {
      ended = true;
    }
    return id;
  });
  const outside = load(1) as unknown as { cancel(): void } & Promise<number>;
  outside.cancel();
  await assertCancelled(outside);
  await spawn(() => sleep(1));
  assert.equal(ended, true, 'nobody waited any more');
  assert.equal(load.name, 'loadUser');
  assert.equal(limitFunction(load, 1).name, 'loadUser');
  const kept = memoize(async (key: object) => key, { cache: new WeakMap() });
  assert.throws(() => memoizeClear(kept), UsageError);
});

test('broadcast.send: first come, first served, also in the turn in which there is room; close ends all', () =>
  runTest(async () => {
    const news = broadcast<string>({ capacity: 1 });
    using mine = news.subscribe();
    await news.send('first');
    const waits = [createTask(() => news.send('second')), createTask(() => news.send('gone'))];
    await turns(2);
    const seen = [await mine.receive()];
    waits[1]?.cancel();
    const late = news.send('third');
    await turns(2);
    seen.push(await mine.receive());
    await turns(3);
    seen.push(await mine.receive());
    await Promise.allSettled([...waits, late]);
    assert.deepEqual(seen, ['first', 'second', 'third']);
    await news.send('last');
    const ended = [createTask(() => news.send('a')), createTask(() => news.send('b'))];
    await turns(2);
    news.close();
    const after = news.send('c');
    for (const end of await Promise.allSettled([...ended, after]))
      assert.ok(end.status === 'rejected' && end.reason instanceof ChannelClosedError);
  }));
