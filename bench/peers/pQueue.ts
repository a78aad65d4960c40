// p-queue: a queue of jobs with a limit, priorities and time-outs.

import PQueue from 'p-queue';
import { check, microsecondsEach, sumBelow } from '../sample.ts';
import type { PeerWorks, Sample } from '../sample.ts';

async function suspendOnce(i: number): Promise<number> {
  await null;
  return i;
}

async function semaphore(n: number): Promise<Sample> {
  const queue = new PQueue({ concurrency: 100 });
  const started = performance.now();
  const promises: Promise<number>[] = [];
  for (let i = 0; i < n; i++) promises.push(queue.add(() => suspendOnce(i)));
  let sum = 0;
  for (const value of await Promise.all(promises)) sum += value;
  const sample = { value: microsecondsEach(started, n) };
  check(sum, sumBelow(n));
  return sample;
}

export const works: PeerWorks = { semaphore };
