// Lengths of time. Everywhere a time is taken it is a number of milliseconds or an object that can say
// how many it is (a Temporal.Duration, say). Bad values are refused at the public edge, here.

import { InvalidArgumentError } from './errors.ts';
import { showValue } from './show.ts';

/** What Temporal.Duration offers, or anything alike.
 * @example
 * ```ts
 * import { run, sleep, type DurationLike } from 'asyncio-ts';
 * const twoMs: DurationLike = { total: () => 2 };
 * await run(() => sleep(twoMs));
 * ```
 */
export interface DurationLike {
  total(unit: 'milliseconds'): number;
}

/** Milliseconds, or an object that can say how many milliseconds it is.
 * @example
 * ```ts
 * import { run, sleep, type Duration } from 'asyncio-ts';
 * const pause: Duration = 2;
 * await run(() => sleep(pause));
 * ```
 */
export type Duration = number | DurationLike;

/** The number of milliseconds in `duration`; may be negative or Infinity, never NaN. For functions that take a
 * {@link Duration} as the library's own do.
 * @param argument what the error calls it
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) for anything else
 * @example
 * ```ts
 * import { toMilliseconds } from 'asyncio-ts/lowlevel';
 * console.log(toMilliseconds({ total: () => 1500 })); // -> 1500
 * ```
 */
export function toMilliseconds(duration: Duration, argument: string = 'delay'): number {
  if (typeof duration === 'number') {
    if (duration === duration) return duration;
  } else if (typeof duration === 'object' && duration !== null && typeof duration.total === 'function') {
    const total = duration.total('milliseconds');
    if (typeof total === 'number' && total === total) return total;
  }
  throw new InvalidArgumentError(
    argument,
    `${argument} must be a number of milliseconds or a Temporal.Duration, not ${showValue(duration)}`,
  );
}
