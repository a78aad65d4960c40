// Effection 4: generator operations. Its sleep(0) is a host timer of 1 ms; it has no bounded queue, no
// lock and no semaphore.

import { createQueue, run, sleep, spawn, suspend, until } from 'effection';
import type { Operation, Task } from 'effection';
import { check, longSleep, microsecondsEach, settledHeap, sumBelow } from '../sample.ts';
import type { PeerWorks, Sample } from '../sample.ts';

function* suspendOnce(i: number): Operation<number> {
  yield* until(Promise.resolve());
  return i;
}

function* yieldOnce(i: number): Operation<number> {
  yield* sleep(0);
  return i;
}

function* empty(i: number): Operation<number> {
  return i;
}

async function spawnAll(n: number, body: (i: number) => Operation<number>): Promise<Sample> {
  return await run(function* () {
    const started = performance.now();
    const tasks: Task<number>[] = [];
    for (let i = 0; i < n; i++) tasks.push(yield* spawn(() => body(i)));
    let sum = 0;
    for (const task of tasks) sum += yield* task;
    const sample = { value: microsecondsEach(started, n) };
    check(sum, sumBelow(n));
    return sample;
  });
}

async function cancel(n: number): Promise<Sample> {
  return await run(function* () {
    const started = performance.now();
    const tasks: Task<void>[] = [];
    for (let i = 0; i < n; i++) tasks.push(yield* spawn(() => sleep(longSleep)));
    yield* sleep(0);
    const cancelled = performance.now();
    for (const task of tasks) yield* task.halt();
    return { value: microsecondsEach(started, n), cancelOnly: microsecondsEach(cancelled, n) };
  });
}

async function sleepZero(n: number): Promise<Sample> {
  return await run(function* () {
    const started = performance.now();
    for (let i = 0; i < n; i++) yield* sleep(0);
    return { value: microsecondsEach(started, n) };
  });
}

async function queue(n: number): Promise<Sample> {
  return await run(function* () {
    const there = createQueue<number, void>();
    const back = createQueue<number, void>();
    const trips = n / 2;
    const started = performance.now();
    const echo = yield* spawn(function* () {
      for (let i = 0; i < trips; i++) {
        const { value } = yield* there.next();
        back.add((value ?? 0) + 1);
      }
    });
    let value = 0;
    for (let i = 0; i < trips; i++) {
      there.add(value);
      value = (yield* back.next()).value ?? 0;
    }
    yield* echo;
    const sample = { value: microsecondsEach(started, n) };
    check(value, trips);
    return sample;
  });
}

function heap(n: number): Promise<Sample> {
  const { promise, resolve, reject } = Promise.withResolvers<Sample>();
  const parking = run(function* () {
    const parked: unknown[] = Array.from({ length: n }, () => null);
    for (let i = 0; i < 100; i++) void (yield* spawn(() => sleep(longSleep)));
    const before = yield* until(settledHeap());
    for (let i = 0; i < n; i++) parked[i] = yield* spawn(() => sleep(longSleep));
    const bytes = (yield* until(settledHeap())) - before;
    check(parked.length, n);
    resolve({ value: bytes / n });
    yield* suspend(); // to end would be to halt them all, which is not what is measured
  });
  parking.catch(reject);
  return promise;
}

export const works: PeerWorks = {
  spawn: (n) => spawnAll(n, suspendOnce),
  'spawn-yield': (n) => spawnAll(n, yieldOnce),
  'spawn-empty': (n) => spawnAll(n, empty),
  cancel,
  'sleep-zero': sleepZero,
  queue,
  heap,
};
