// every: a tick each so many milliseconds, without drift.

import { getRunningLoop, InvalidArgumentError, sleep } from '../asyncio.ts';
import { checkOptionNames } from '../lowlevel.ts';
import { checkChoice } from './checkArguments.ts';

/** Options of {@link every}.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { every, type EveryOptions } from 'asyncio-ts/tools';
 * const options: EveryOptions = { immediate: true };
 * await run(async () => {
 *   for await (const tick of every(1000, options)) {
 *     console.log(tick); // -> 0
 *     break;
 *   }
 * });
 * ```
 */
export interface EveryOptions {
  /** Whether the first tick comes at once instead of after the first interval; false by default. */
  readonly immediate?: boolean | undefined;
  /** What becomes of ticks whose time passed while the loop's body worked: `skip` leaves them out and keeps to the
   * beat, `burst` gives them all at once. `skip` by default. */
  readonly missed?: 'burst' | 'skip' | undefined;
}

const NAMES: Readonly<Record<keyof EveryOptions, true>> = {
  immediate: true,
  missed: true,
};

/** Ticks, one each `interval` milliseconds: an async iterable of their numbers. Tick n is due at the start plus n times
 * the interval, so that neither the body's time nor late timers add up. A cancel ends the wait for the next tick. A task
 * iterates it; nothing runs between the ticks. Semantics: Tokio's interval.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) for an interval that is not above 0
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { every } from 'asyncio-ts/tools';
 * await run(async () => {
 *   const beats: number[] = [];
 *   for await (const tick of every(5)) {
 *     beats.push(tick);
 *     if (beats.length === 3) break;
 *   }
 *   console.log(beats.length, beats[0]); // -> 3 1
 * });
 * ```
 */
export function every(
  interval: number,
  options: EveryOptions = {},
): AsyncGenerator<number, void, undefined> {
  if (!(Number.isFinite(interval) && interval > 0))
    throw new InvalidArgumentError('interval', `interval is milliseconds above 0, not ${interval}`);
  checkOptionNames(options, NAMES, 'every');
  const { immediate = false, missed = 'skip' } = options;
  checkChoice(missed, ['skip', 'burst'], 'missed');
  return ticks(interval, immediate, missed === 'skip');
}

async function* ticks(
  interval: number,
  immediate: boolean,
  skips: boolean,
): AsyncGenerator<number, void, undefined> {
  const loop = getRunningLoop();
  const start = loop.time();
  for (let tick = immediate ? 0 : 1; ; tick++) {
    const late = loop.time() - start - tick * interval;
    if (skips && late >= interval) tick += Math.floor(late / interval);
    await sleep(Math.max(0, start + tick * interval - loop.time()));
    yield tick;
  }
}
