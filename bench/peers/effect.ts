// Effect 4: fibers. Where Effect offers several ways to say the same, the quickest found is the row that
// counts, and another that people write is a variant beside it.

import { Effect, Fiber, Queue, Semaphore } from 'effect';
import {
  check,
  longSleep,
  microsecondsEach,
  settledHeap,
  stormFigures,
  sumBelow,
  watchTimer,
} from '../sample.ts';
import type { PeerWorks, Sample } from '../sample.ts';

type Body = (i: number) => Effect.Effect<number>;

const yieldOnce: Body = (i) => Effect.map(Effect.yieldNow, () => i);

const generatorBody: Body = (i) =>
  Effect.gen(function* () {
    yield* Effect.yieldNow;
    return i;
  });

const promiseBody: Body = (i) =>
  Effect.promise(async () => {
    await null;
    return i;
  });

function spawn(n: number, body: Body): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const started = performance.now();
      const fibers: Fiber.Fiber<number>[] = [];
      for (let i = 0; i < n; i++) fibers.push(yield* Effect.forkChild(body(i)));
      let sum = 0;
      for (const value of yield* Fiber.joinAll(fibers)) sum += value;
      const sample = { value: microsecondsEach(started, n) };
      check(sum, sumBelow(n));
      return sample;
    }),
  );
}

function cancel(n: number): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const started = performance.now();
      const fibers: Fiber.Fiber<void>[] = [];
      for (let i = 0; i < n; i++) fibers.push(yield* Effect.forkChild(Effect.sleep(longSleep)));
      yield* Effect.yieldNow;
      const cancelled = performance.now();
      yield* Fiber.interruptAll(fibers);
      const sample = { value: microsecondsEach(started, n), cancelOnly: microsecondsEach(cancelled, n) };
      check(fibers.filter((fiber) => fiber.pollUnsafe()?._tag === 'Failure').length, n);
      return sample;
    }),
  );
}

function yieldTimes(n: number): Effect.Effect<void> {
  return Effect.gen(function* () {
    for (let i = 0; i < n; i++) yield* Effect.yieldNow;
  });
}

async function sleepZero(n: number): Promise<Sample> {
  const started = performance.now();
  await Effect.runPromise(yieldTimes(n));
  return { value: microsecondsEach(started, n) };
}

async function sleepZeroMany(n: number): Promise<Sample> {
  const started = performance.now();
  const loops = Array.from({ length: 1000 }, () => yieldTimes(n / 1000));
  await Effect.runPromise(Effect.all(loops, { concurrency: 'unbounded', discard: true }));
  return { value: microsecondsEach(started, n) };
}

function queue(n: number): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const there = yield* Queue.unbounded<number>();
      const back = yield* Queue.unbounded<number>();
      const trips = n / 2;
      const started = performance.now();
      const echo = yield* Effect.forkChild(
        Effect.gen(function* () {
          for (let i = 0; i < trips; i++) yield* Queue.offer(back, (yield* Queue.take(there)) + 1);
        }),
      );
      let value = 0;
      for (let i = 0; i < trips; i++) {
        yield* Queue.offer(there, value);
        value = yield* Queue.take(back);
      }
      yield* Fiber.join(echo);
      const sample = { value: microsecondsEach(started, n) };
      check(value, trips);
      return sample;
    }),
  );
}

function queueBounded(n: number): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const items = yield* Queue.bounded<number>(1);
      const started = performance.now();
      const producer = yield* Effect.forkChild(
        Effect.gen(function* () {
          for (let i = 0; i < n; i++) yield* Queue.offer(items, i);
        }),
      );
      let sum = 0;
      for (let i = 0; i < n; i++) sum += yield* Queue.take(items);
      yield* Fiber.join(producer);
      const sample = { value: microsecondsEach(started, n) };
      check(sum, sumBelow(n));
      return sample;
    }),
  );
}

function lock(n: number, section: (count: () => void) => Effect.Effect<void>): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const mutex = yield* Semaphore.make(1);
      let counted = 0;
      const once = mutex.withPermits(1)(section(() => void counted++));
      const worker = Effect.gen(function* () {
        for (let i = 0; i < n / 100; i++) yield* once;
      });
      yield* mutex.take(1);
      const fibers: Fiber.Fiber<void>[] = [];
      for (let i = 0; i < 100; i++) fibers.push(yield* Effect.forkChild(worker));
      yield* Effect.yieldNow;
      const started = performance.now();
      yield* mutex.release(1);
      yield* Fiber.joinAll(fibers);
      const sample = { value: microsecondsEach(started, n) };
      check(counted, n);
      return sample;
    }),
  );
}

function semaphore(n: number): Promise<Sample> {
  const permits = Semaphore.makeUnsafe(100);
  return spawn(n, (i) => permits.withPermits(1)(yieldOnce(i)));
}

function forEach(n: number): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const numbers = Array.from({ length: n }, (_, i) => i);
      const started = performance.now();
      let sum = 0;
      for (const value of yield* Effect.forEach(numbers, yieldOnce, { concurrency: 100 })) sum += value;
      const sample = { value: microsecondsEach(started, n) };
      check(sum, sumBelow(n));
      return sample;
    }),
  );
}

function heap(n: number): Promise<Sample> {
  const { promise, resolve, reject } = Promise.withResolvers<Sample>();
  const park = Effect.gen(function* () {
    const parked: unknown[] = Array.from({ length: n }, () => null);
    for (let i = 0; i < 100; i++) yield* Effect.forkChild(Effect.sleep(longSleep));
    const before = yield* Effect.promise(settledHeap);
    for (let i = 0; i < n; i++) parked[i] = yield* Effect.forkChild(Effect.sleep(longSleep));
    yield* Effect.yieldNow; // now all of them sleep
    const bytes = (yield* Effect.promise(settledHeap)) - before;
    check(parked.length, n);
    resolve({ value: bytes / n });
    yield* Effect.never; // to end would be to interrupt them all, which is not what is measured
  });
  Effect.runPromise(park).catch(reject);
  return promise;
}

function starvation(n: number): Promise<Sample> {
  return Effect.runPromise(
    Effect.gen(function* () {
      const end = performance.now() + 1500;
      let handOvers = 0;
      const started = performance.now();
      const askers: Fiber.Fiber<void>[] = [];
      for (let i = 0; i < n / 2; i++) {
        const there = yield* Queue.unbounded<number>();
        const back = yield* Queue.unbounded<number>();
        yield* Effect.forkChild(
          Effect.gen(function* () {
            for (let value = 0; value >= 0;) {
              value = yield* Queue.take(there);
              yield* Queue.offer(back, value);
              handOvers++;
            }
          }),
        );
        const ask = Effect.gen(function* () {
          while (performance.now() < end) {
            yield* Queue.offer(there, 1);
            yield* Queue.take(back);
          }
          yield* Queue.offer(there, -1);
        });
        askers.push(yield* Effect.forkChild(ask));
      }
      yield* Effect.yieldNow;
      const host = watchTimer((ms, fired) => void setTimeout(fired, ms), end);
      yield* Fiber.joinAll(askers);
      const each = microsecondsEach(started, handOvers * 2);
      yield* Effect.sleep(20);
      return { ...stormFigures(host, undefined), each };
    }),
  );
}

export const works: PeerWorks = {
  spawn: (n) => spawn(n, yieldOnce),
  'spawn:generator body': (n) => spawn(n, generatorBody),
  'spawn:promise body': (n) => spawn(n, promiseBody),
  'spawn-yield': (n) => spawn(n, yieldOnce),
  'spawn-empty': (n) => spawn(n, (i) => Effect.succeed(i)),
  cancel,
  'sleep-zero': sleepZero,
  'sleep-zero-many': sleepZeroMany,
  queue,
  'queue-bounded': queueBounded,
  lock: (n) => lock(n, (count) => Effect.sync(count)),
  'lock-held': (n) => lock(n, (count) => Effect.map(Effect.yieldNow, count)),
  semaphore,
  'semaphore:forEach': forEach,
  heap,
  starvation,
};
