// The loop's clock: the time, and one alarm. The host's clock is here; a virtual one comes with the
// testing kit. An alarm may ring early (hosts round to whole milliseconds) or late: the loop looks at
// the time itself and sets it again.

import { monotonic, startTimer, stopTimer } from '../sys/host/host.ts';

/** What the loop asks of a clock.
 * @example
 * ```ts
 * import type { Clock } from 'asyncio-ts';
 * const stopped: Clock = { now: () => 0, setAlarm() {}, clearAlarm() {}, idle() {} };
 * console.log(stopped.now()); // -> 0
 * ```
 */
export interface Clock {
  /** Milliseconds since some fixed point; never goes back. */
  now(): number;
  /** Replaces the alarm: `wake` is to be called at `when` or about then. */
  setAlarm(when: number, wake: () => void): void;
  clearAlarm(): void;
  /** The loop has nothing ready; `next` is the time of its next timer, or Infinity. `resting` tells, then
   * and later, whether the loop still does nothing. */
  idle(next: number, resting: () => boolean): void;
  /** Real time, for a clock whose `now` is not: the loop's fairness is about the host's real time. */
  readonly real?: (() => number) | undefined;
}

// What setTimeout takes at most; longer waits ring in between and are set again.
const LONGEST = 2 ** 31 - 1;

/** The clock of a loop that is given none: the host's monotonic time and its timers.
 * @example
 * ```ts
 * import { newEventLoop, sleep } from 'asyncio-ts';
 * import { HostClock } from 'asyncio-ts/lowlevel';
 * const clock = new HostClock();
 * const loop = newEventLoop({ clock });
 * const began = clock.now();
 * await loop.runUntilComplete(() => sleep(5));
 * console.log(clock.now() - began >= 5); // -> true
 * loop.close();
 * ```
 */
export class HostClock implements Clock {
  readonly now: () => number = monotonic;
  #timer: unknown = undefined;
  #wake: () => void = () => {};

  setAlarm(when: number, wake: () => void): void {
    if (this.#timer !== undefined) stopTimer(this.#timer);
    this.#wake = wake;
    const delay = Math.min(LONGEST, Math.max(1, Math.ceil(when - monotonic())));
    this.#timer = startTimer(delay, this.#ring);
  }

  clearAlarm(): void {
    if (this.#timer === undefined) return;
    stopTimer(this.#timer);
    this.#timer = undefined;
  }

  idle(): void {}

  readonly #ring = (): void => {
    this.#timer = undefined;
    this.#wake();
  };
}
