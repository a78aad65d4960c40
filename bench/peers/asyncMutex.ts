// async-mutex: Mutex and Semaphore over bare promises.

import { setImmediate as turn } from 'node:timers/promises';
import { Mutex, Semaphore } from 'async-mutex';
import { check, microsecondsEach, sumBelow } from '../sample.ts';
import type { PeerWorks, Sample } from '../sample.ts';

async function suspendOnce(i: number): Promise<number> {
  await null;
  return i;
}

/** `worker` takes the mutex `times` times and calls `count` inside. */
async function contend(
  n: number,
  worker: (mutex: Mutex, times: number, count: () => void) => Promise<void>,
): Promise<Sample> {
  const mutex = new Mutex();
  let counted = 0;
  const release = await mutex.acquire();
  const workers = Array.from({ length: 100 }, () => worker(mutex, n / 100, () => void counted++));
  await turn();
  const started = performance.now();
  release();
  await Promise.all(workers);
  const sample = { value: microsecondsEach(started, n) };
  check(counted, n);
  return sample;
}

async function acquireRelease(mutex: Mutex, times: number, count: () => void): Promise<void> {
  for (let i = 0; i < times; i++) {
    const release = await mutex.acquire();
    try {
      count();
    } finally {
      release();
    }
  }
}

async function exclusively(mutex: Mutex, times: number, count: () => void): Promise<void> {
  for (let i = 0; i < times; i++) await mutex.runExclusive(count);
}

async function held(mutex: Mutex, times: number, count: () => void): Promise<void> {
  for (let i = 0; i < times; i++) {
    const release = await mutex.acquire();
    try {
      await null;
      count();
    } finally {
      release();
    }
  }
}

async function semaphore(n: number): Promise<Sample> {
  const permits = new Semaphore(100);
  const started = performance.now();
  const promises: Promise<number>[] = [];
  for (let i = 0; i < n; i++) promises.push(permits.runExclusive(() => suspendOnce(i)));
  let sum = 0;
  for (const value of await Promise.all(promises)) sum += value;
  const sample = { value: microsecondsEach(started, n) };
  check(sum, sumBelow(n));
  return sample;
}

export const works: PeerWorks = {
  lock: (n) => contend(n, acquireRelease),
  'lock:runExclusive': (n) => contend(n, exclusively),
  'lock-held': (n) => contend(n, held),
  semaphore,
};
