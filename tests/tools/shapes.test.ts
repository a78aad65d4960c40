// What users of the packages whose shape these have would expect, and their own tests ask.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { CancelledError, InvalidArgumentError, sleep, UsageError } from '../../src/asyncio.ts';
import { runTest } from '../../src/testing/testing.ts';
import {
  broadcast,
  circuitBreaker,
  debounce,
  limit,
  makeRetriable,
  memoize,
  memoizeClear,
  memoizeMethod,
  mutex,
  pMap,
  pMapIterable,
  queue,
  rateLimiter,
  semaphore,
  throttle,
} from '../../src/tools/tools.ts';

test('limit: a forgotten concurrency is refused, and is not unlimited', () => {
  for (const wrong of [undefined, {}, true, 0, -1, 1.5])
    assert.throws(() => limit(wrong as number), InvalidArgumentError);
});

test('tools: what is refused is named in the message, too', async () => {
  const wrong = -1 as never;
  const calls: (() => unknown)[] = [
    () => limit(wrong),
    () => queue({ concurrency: wrong }),
    () => queue({ interval: wrong, intervalCap: 1 }),
    () => queue().onSizeLessThan(wrong),
    () => queue().add(async () => {}, { priority: 'x' as never }),
    () => semaphore(wrong),
    () => semaphore(1).acquire(wrong),
    () => throttle({ limit: wrong, interval: 1 }),
    () => throttle({ limit: 1, interval: wrong }),
    () => rateLimiter({ limit: wrong, interval: 1 }),
    () => debounce(async () => {}, wrong),
    () => memoize(async () => {}, { maxAge: wrong }),
    () => circuitBreaker(async () => {}, { errorThresholdPercentage: wrong }),
    () => circuitBreaker(async () => {}, { resetTimeout: wrong }),
    () => pMap([], async () => {}, { concurrency: wrong }),
    () => broadcast({ capacity: wrong }),
  ];
  for (const call of calls) {
    const error = await Promise.resolve()
      .then(call)
      .catch((thrown: unknown) => thrown);
    assert.ok(error instanceof InvalidArgumentError, `${String(call)}: ${String(error)}`);
    assert.ok(error.message.includes(error.argument), `${error.argument}: ${error.message}`);
  }
});

test('tools: print what they hold', () =>
  runTest(async () => {
    const channel = broadcast<number>();
    const heard = channel.subscribe();
    const shown = [
      queue({ concurrency: 2, autoStart: false }),
      circuitBreaker(async () => {}),
      channel,
      heard,
      semaphore(3),
      mutex(),
      rateLimiter({ limit: 3, interval: 1000 }),
    ].map((tool) => inspect(tool));
    assert.deepEqual(shown, [
      '<queue running=0/2 waiting=0 paused>',
      '<circuitBreaker closed failed=0/0>',
      '<broadcast subscribers=1>',
      '<subscription pending=0 dropped=0>',
      '<semaphore value=3 waiting=0>',
      '<mutex free>',
      '<rateLimiter available=3 waiting=0>',
    ]);
    channel.close();
    assert.deepEqual(
      [inspect(channel), inspect(heard)].map((text) => / (closed|ended)>/.test(text)),
      [true, true],
    );
  }));

test('throttle, debounce, memoize, makeRetriable: `this` is that of the call', () =>
  runTest(async () => {
    async function own(this: unknown): Promise<unknown> {
      return this;
    }
    const object = {
      throttled: throttle({ limit: 1, interval: 10 })(own),
      debounced: debounce(own, 10),
      before: debounce(own, 10, { before: true }),
      memoized: memoize(own),
      retriable: makeRetriable(own),
    };
    assert.equal(await object.throttled(), object);
    assert.equal(await object.debounced(), object);
    assert.equal(await object.before(), object);
    assert.equal(await object.memoized(), object);
    assert.equal(await object.retriable(), object);
  }));

test('throttle: an onDelay that throws leaves no call behind', () =>
  runTest(async () => {
    const ran: number[] = [];
    const onDelay = (): void => {
      throw new Error('no');
    };
    const call = throttle<[number]>({ limit: 1, interval: 10, onDelay })((n: number) => void ran.push(n));
    await call(1);
    assert.throws(() => call(2), /no/);
    await sleep(50);
    assert.equal(call.queueSize, 0);
    assert.deepEqual(ran, [1]);
  }));

test('debounce: its signal cancels those who wait, whatever stage the call is at', () =>
  runTest(async () => {
    let calls = 0;
    const stop = new AbortController();
    const call = debounce(async () => ++calls && sleep(100), 10, { signal: stop.signal });
    const waiting = [call(), call()];
    await sleep(5);
    stop.abort();
    // Who comes later is cancelled as well.
    for (const end of await Promise.allSettled([...waiting, call()]))
      assert.ok(end.status === 'rejected' && end.reason instanceof CancelledError);
    await sleep(50);
    assert.equal(calls, 0);
  }));

test('mutex, semaphore, rateLimiter: outside of a loop too the call takes its place at once', async () => {
  const lock = mutex();
  const order: number[] = [];
  const first = lock.acquire();
  assert.ok(lock.isLocked());
  const others = [-1, 1].map((priority) => lock.runExclusive(() => void order.push(priority), priority));
  (await first)();
  await Promise.all(others);
  assert.deepEqual(order, [1, -1]);
  const seats = semaphore(2);
  const taken = seats.acquire(2);
  const cancelled = assert.rejects(seats.acquire(), UsageError);
  seats.cancel();
  await cancelled;
  (await taken)[1]();
  assert.equal(seats.getValue(), 2);
  const free = await Promise.all([seats.acquire(), seats.acquire()]);
  assert.deepEqual(
    free.map(([value]) => value),
    [2, 1],
  );
  const rate = rateLimiter({ limit: 1, interval: 5 });
  const both = [rate.acquire(), rate.acquire()];
  assert.equal(rate.waiting, 1);
  await Promise.all(both);
});

test('pMapIterable: works outside of a loop, and left early leaves its source', async () => {
  let left = false;
  async function* source(): AsyncGenerator<number> {
    try {
      for (let n = 1; ; n++) yield n;
    } finally {
      left = true;
    }
  }
  const seen: number[] = [];
  for await (const n of pMapIterable(source(), async (item: number) => item * 2, { concurrency: 2 })) {
    seen.push(n);
    if (n === 6) break;
  }
  assert.deepEqual(seen, [2, 4, 6]);
  assert.ok(left);
});

test('pMap: fails with what its source fails with, and ends the calls', () =>
  runTest(async () => {
    const broken = new Error('the source broke');
    let ended = 0;
    async function* source(): AsyncGenerator<number> {
      yield 1;
      await sleep(1);
      throw broken;
    }
    const call = async (): Promise<void> => {
      try {
        await sleep(100);
      } finally {
        ended++;
      }
    };
    for (const stopOnError of [true, false]) {
      const [end] = await Promise.allSettled([pMap(source(), call, { stopOnError })]);
      assert.equal(end?.status === 'rejected' && end.reason, broken);
    }
    assert.equal(ended, 2);
  }));

test('circuitBreaker: tells of a failure before it opens, and that it closes before the success', async () => {
  let up = false;
  const guarded = circuitBreaker(async () => (up ? 'up' : Promise.reject(new Error('down'))), {
    volumeThreshold: 1,
    resetTimeout: 1,
  });
  const told: string[] = [];
  for (const event of ['open', 'halfOpen', 'close', 'success', 'failure'] as const)
    guarded.on(event, () => told.push(event));
  await runTest(async () => {
    await assert.rejects(guarded.fire(), /down/);
    up = true;
    await sleep(2);
    await guarded.fire();
  });
  assert.deepEqual(told, ['failure', 'open', 'halfOpen', 'close', 'success']);
});

test('memoizeMethod: each object has its own results; clear forgets all; only methods', () =>
  runTest(async () => {
    // Called as the language calls a decorator: no runtime has the syntax yet.
    class Counter {
      n = 0;
      declare next: (step: number) => Promise<number>;
    }
    async function next(this: Counter, step: number): Promise<number> {
      return (this.n += step);
    }
    const context = { kind: 'method', name: 'next' } as ClassMethodDecoratorContext<Counter, typeof next>;
    const options = { cacheKey: ([step]: [number]) => step };
    Counter.prototype.next = memoizeMethod(options)(next, context);
    const [a, b] = [new Counter(), new Counter()];
    assert.deepEqual(await Promise.all([a.next(2), a.next(2), b.next(5), a.next(1)]), [2, 2, 5, 3]);
    assert.deepEqual([await a.next(2), a.next.name], [2, 'next']);
    memoizeClear(a.next);
    assert.deepEqual([await a.next(2), await b.next(5)], [5, 10]);
    assert.throws(
      () => memoizeMethod()(next, { ...context, kind: 'field' as never }),
      InvalidArgumentError,
    );
    await a.next.call(new Counter(), 1);
  }));

test('queue: it is rate limited while the rate has no room for who waits, paused and full as well', () =>
  runTest(async ({ clock }) => {
    const works = queue({ concurrency: 2, intervalCap: 2, interval: 200 });
    const told: [string, number][] = [];
    const from = clock.now();
    for (const event of ['rateLimit', 'rateLimitCleared'] as const)
      works.on(event, () => told.push([event, clock.now() - from]));
    for (let i = 0; i < 7; i++) void works.add(() => sleep(i < 4 ? 5 : 250));
    await sleep(300);
    assert.deepEqual([works.size, works.pending, works.isRateLimited], [3, 0, true]);
    works.pause();
    assert.equal(works.isRateLimited, true);
    await works.onRateLimitCleared();
    assert.equal(clock.now() - from, 400);
    works.start();
    assert.equal(works.isRateLimited, true);
    await works.onIdle();
    // Full from 400 to 650, with room in the rate from 600 on.
    assert.deepEqual(told, [
      ['rateLimit', 0],
      ['rateLimitCleared', 400],
      ['rateLimit', 400],
      ['rateLimitCleared', 600],
    ]);
  }));
