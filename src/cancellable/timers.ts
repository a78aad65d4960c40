// `node:timers/promises`: timers of the host's, by the host's clock. `sleep` of the library is quicker, and follows a
// loop's virtual clock.

import host from 'node:timers/promises';
import type * as Host from 'node:timers/promises';
import { signalAmong, stoppable, stoppableIterable, withSignal } from './stoppable.ts';

/** As `setTimeout` of `node:timers/promises`; a cancel takes the timer away.
 * @example
 * ```ts
 * import { moveOnAfter, run } from 'asyncio-ts';
 * import { timers } from 'asyncio-ts/cancellable';
 * await run(async () => {
 *   console.log(await timers.setTimeout(1, 'rang')); // -> rang
 *   console.log(await moveOnAfter(5, () => timers.setTimeout(60_000, 'rang'))); // -> undefined
 * });
 * ```
 */
export const setTimeout: typeof Host.setTimeout = (delay, value, options) =>
  stoppable({
    own: signalAmong(options),
    start: (signal) => host.setTimeout(delay, value, withSignal(options ?? {}, signal)),
    atOnce: true,
  });

/** As `setImmediate` of `node:timers/promises`. */
export const setImmediate: typeof Host.setImmediate = (value, options) =>
  stoppable({
    own: signalAmong(options),
    start: (signal) => host.setImmediate(value, withSignal(options ?? {}, signal)),
    atOnce: true,
  });

/** As `setInterval` of `node:timers/promises`; a cancel of the loop over it takes the timer away. */
export const setInterval: typeof Host.setInterval = ((delay, value, options) =>
  stoppableIterable(signalAmong(options), (signal) =>
    host.setInterval(delay, value, withSignal(options ?? {}, signal)),
  )) as typeof Host.setInterval;
