// What is asked, and how it is measured, the same way for every client.

import { check, processorTime, sumBelow } from '../../sample.ts';
import type { Sample } from '../../sample.ts';

export const QUERY = 'SELECT $1::int AS n, $2::text AS t';
export const ROWS = 'SELECT n, n::text AS t, now() AS at FROM generate_series(1, $1::int) AS n';
export const CONNECTIONS = 10;
const TASKS = 1000;

/** Where the server is, for this client. */
export const server = JSON.parse(process.env['BENCH_POSTGRES'] ?? '{}') as {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
};

/** Asks for `n` and gives it back. */
export type Ask = (n: number) => PromiseLike<number>;

export async function oneByOne(ask: Ask, size: number): Promise<Sample> {
  await ask(0);
  const times = new Float64Array(size);
  const processor = processorTime();
  const started = performance.now();
  let sum = 0;
  let last = started;
  for (let n = 0; n < size; n++) {
    sum += await ask(n);
    const now = performance.now();
    times[n] = now - last;
    last = now;
  }
  return sample(times, last - started, processor(), sum);
}

/** `spawn` starts a task for each of the functions and waits for all. */
export async function manyWaiting(
  ask: Ask,
  size: number,
  spawn: (bodies: readonly (() => Promise<void>)[]) => Promise<unknown>,
): Promise<Sample> {
  await Promise.all(Array.from({ length: CONNECTIONS }, () => ask(0)));
  const times = new Float64Array(size);
  let next = 0;
  let sum = 0;
  const body = async (): Promise<void> => {
    while (next < size) {
      const n = next++;
      const began = performance.now();
      const answer = await ask(n);
      sum += answer;
      times[n] = performance.now() - began;
    }
  };
  const processor = processorTime();
  const started = performance.now();
  await spawn(Array.from({ length: TASKS }, () => body));
  return sample(times, performance.now() - started, processor(), sum);
}

export async function manyRows(
  fetch: (count: number) => PromiseLike<readonly unknown[]>,
  size: number,
): Promise<Sample> {
  const started = performance.now();
  const { length } = await fetch(size);
  const value = ((performance.now() - started) * 1000) / size;
  check(length, size);
  return { value };
}

function sample(times: Float64Array, wall: number, cpu: number, sum: number): Sample {
  const size = times.length;
  check(sum, sumBelow(size));
  const p99 = (times.toSorted()[Math.floor(size * 0.99)] ?? Number.NaN) * 1000;
  return { value: (wall * 1000) / size, p99, cpu: cpu / size };
}
