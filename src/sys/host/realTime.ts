// The host's own time and turns for what is built around the library: a clock, a watchdog.
//
// 1. They were taken when the library was imported, so fake timers that a test installs do not touch them.
// 2. A callback runs outside of every task and context: it holds none, and is taken for no task's code.

import { checkOptions } from '../../base/checkOptions.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';
import {
  forgetHostTurn,
  monotonic,
  nextHostTurn,
  startTimer,
  startUnheldTimer,
  stopTimer,
} from './host.ts';
import { runAtRoot } from './storage.ts';

// What setTimeout takes at most.
const LONGEST = 2 ** 31 - 1;

/** Milliseconds of real time, with fractions, from a point that is fixed for the process; never goes back.
 * @example
 * ```ts
 * import { hostTime } from 'asyncio-ts/lowlevel';
 * const before = hostTime();
 * console.log(hostTime() >= before); // -> true
 * ```
 */
export function hostTime(): number {
  return monotonic();
}

/** Calls `callback` in the next turn of the host's loop, after its timers and I/O, and outside of every task.
 * @returns what takes it back
 * @throws InvalidArgumentError when it is no function
 * @example
 * ```ts
 * import { hostTurn } from 'asyncio-ts/lowlevel';
 * await new Promise<void>((resolve) => hostTurn(resolve));
 * ```
 */
export function hostTurn(callback: () => void): () => void {
  checkFunction(callback, 'hostTurn');
  const turn = runAtRoot(() => nextHostTurn(callback));
  return () => forgetHostTurn(turn);
}

/** Calls `callback` after `delay` milliseconds of real time, whatever clock a loop has, and outside of every task.
 * Longer delays than the host's timers know, 24.8 days, are cut to that.
 * @param options `holdsProcess` false lets the process end before it comes; true by default
 * @returns what takes it back
 * @throws InvalidArgumentError when `callback` is no function, `delay` no number, or `options` no object
 * @example
 * ```ts
 * import { hostTimer } from 'asyncio-ts/lowlevel';
 * await new Promise<void>((resolve) => hostTimer(1, resolve));
 * const stop = hostTimer(60_000, () => console.log('too late'), { holdsProcess: false });
 * stop();
 * ```
 */
export function hostTimer(
  delay: number,
  callback: () => void,
  options: { holdsProcess?: boolean | undefined } = {},
): () => void {
  checkFunction(callback, 'hostTimer');
  if (typeof delay !== 'number' || Number.isNaN(delay))
    throw new InvalidArgumentError('delay', `delay is a number of milliseconds, not ${showValue(delay)}`);
  checkOptions(options, 'hostTimer');
  const start = options.holdsProcess === false ? startUnheldTimer : startTimer;
  const timer = runAtRoot(() => start(Math.min(delay, LONGEST), callback));
  return () => stopTimer(timer);
}

function checkFunction(callback: unknown, name: string): void {
  if (typeof callback === 'function') return;
  throw new InvalidArgumentError('callback', `${name} needs a function, not ${showValue(callback)}`);
}
