// How calls are made, the same way for every pool: one after another, or many in flight.

import { check, microsecondsEach, sumBelow } from '../../sample.ts';
import type { Sample } from '../../sample.ts';

export type CallAdd = (numbers: { a: number; b: number }) => PromiseLike<number>;

export const IN_FLIGHT = 256;
/** Some 20 ms of hashing. */
export const ROUNDS = 30_000;

export async function oneByOne(call: CallAdd, size: number): Promise<Sample> {
  await call({ a: 0, b: 0 });
  const started = performance.now();
  let sum = 0;
  for (let i = 0; i < size; i += 1) sum += await call({ a: i, b: 1 });
  check(sum, sumBelow(size) + size);
  return { value: microsecondsEach(started, size) };
}

export async function manyInFlight(call: CallAdd, size: number): Promise<Sample> {
  await Promise.all([call({ a: 0, b: 0 }), call({ a: 0, b: 0 })]);
  const started = performance.now();
  let sum = 0;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < size) {
      const result = await call({ a: next++, b: 1 });
      sum += result;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  check(sum, sumBelow(size) + size);
  return { value: microsecondsEach(started, size) };
}
