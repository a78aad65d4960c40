// A small seeded generator of pseudo-random numbers: the same seed gives the same numbers on every
// runtime. A counter that steps by the golden ratio, and a mixer that spreads its bits (the family of
// SplitMix). Good for schedules and test data; not for secrets.

import { InvalidArgumentError } from '../asyncio.ts';

const STEP = 0x9e3779b9;
const RANGE = 2 ** 32;

/** Numbers that look random and follow from a seed. A test gets one from {@link runTest}, so that its data
 * can be drawn anew with the seed that a failure names.
 * @example
 * ```ts
 * import { Random } from 'asyncio-ts/testing';
 * const draw = () => { const random = new Random(7); return [random.int(100), random.int(100)]; };
 * console.log(draw().join() === draw().join()); // -> true
 * ```
 */
export class Random {
  #state: number;

  /** `seed` is an integer; its lowest 32 bits count.
   * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when it is not an integer */
  constructor(seed: number) {
    if (!Number.isInteger(seed))
      throw new InvalidArgumentError('seed', `a seed is an integer, not ${seed}`);
    this.#state = seed >>> 0;
  }

  /** From 0 up to and without 1. */
  next(): number {
    return this.#bits() / RANGE;
  }

  /** An integer from 0 up to and without `below`. */
  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** True once in `n` times, on the average. */
  oneIn(n: number): boolean {
    return this.int(n) === 0;
  }

  /** One of the items.
   * @throws InvalidArgumentError when there are none */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new InvalidArgumentError('items', 'there is nothing to pick from');
    return items[this.int(items.length)] as T;
  }

  /** The items in another order, as a new array. */
  shuffled<T>(items: Iterable<T>): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.int(last + 1);
      [result[last], result[other]] = [result[other] as T, result[last] as T];
    }
    return result;
  }

  /** Another generator that follows from this one's seed and state: for a part of a test that must not
   * change the numbers of the other parts. */
  fork(): Random {
    return new Random(this.#bits());
  }

  #bits(): number {
    this.#state = (this.#state + STEP) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return (bits ^ (bits >>> 15)) >>> 0;
  }
}
