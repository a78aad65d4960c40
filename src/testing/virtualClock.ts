// VirtualClock: time that passes only when the test says so, or when nothing else can happen.
//
// 1. The time jumps to the loop's next timer when the loop has been quiet for some turns of the host and
//    nothing real is known to be under way: no request that the host reports, nothing held by `hold`.
// 2. What is waited for outside of the loop (realWork.ts) may be under way without the host's telling. Then the
//    loop must have been quiet for a little real time, in several pieces: a process that was not given the
//    processor for that long has been quiet, but so has its work. What never comes holds the time up no longer.
// 3. The time never goes back, and stops at each timer: a timer always sees its own time, not a later one.
// 4. waitAllTasksBlocked comes first: it is told one host turn before the time jumps.
// 5. `advance` moves the time under the same conditions; `jump` and `jumpTo` move it at once.

import { Future, InvalidArgumentError } from '../asyncio.ts';
import type { Clock, Duration } from '../asyncio.ts';
import { hostTime, hostTimer, hostTurn, peekRunningLoop, toMilliseconds } from '../lowlevel.ts';
import type { Loop } from '../lowlevel.ts';
import { requestsUnderWay, waitsForOutside } from './realWork.ts';
import { QUIET_TURNS } from './waitAllTasksBlocked.ts';

// Milliseconds that a loop must be quiet while it waits for something outside of it, and in how many pieces.
const OUTSIDE_GRACE = 5;
const PIECES = 5;
const TURNS_BEFORE_TIMERS = 50;

/** Options of a {@link VirtualClock}.
 * @example
 * ```ts
 * import { VirtualClock, type VirtualClockOptions } from 'asyncio-ts/testing';
 * const options: VirtualClockOptions = { start: 1000, autojump: false };
 * console.log(new VirtualClock(options).now()); // -> 1000
 * ```
 */
export interface VirtualClockOptions {
  /** The time at the beginning, in milliseconds; 0 by default. */
  start?: number | undefined;
  /** Jumps to the next timer when nothing else can happen; true by default. */
  autojump?: boolean | undefined;
  /** For how many milliseconds of real time nothing may have happened before the time jumps; 0 by default,
   * which is a few turns of the host. For tests that use real sockets, processes or threads. */
  threshold?: Duration | undefined;
}

/** A clock for tests: sleeping takes no real time. Give it to `newEventLoop({ clock })`, or let
 * {@link runTest} do so. One loop for each clock. Semantics: trio.testing.MockClock.
 * @throws InvalidArgumentError for a bad start or threshold
 * @example
 * ```ts
 * import { newEventLoop, sleep } from 'asyncio-ts';
 * import { VirtualClock } from 'asyncio-ts/testing';
 * const clock = new VirtualClock();
 * const loop = newEventLoop({ clock });
 * await loop.runUntilComplete(() => sleep(3_600_000));
 * console.log(clock.now()); // -> 3600000
 * loop.close();
 * ```
 */
export class VirtualClock implements Clock {
  /** Real time, for the loop's fairness towards the host. @internal */
  readonly real: () => number = hostTime;
  readonly #threshold: number;
  #now: number;
  #autojump: boolean;
  /** Whose clock it is; others may run beside it. */
  #loop: Loop | undefined = undefined;
  #alarm: number = Infinity;
  #wake: () => void = () => {};
  #resting: () => boolean = () => false;
  #round: number = 0;
  #held: number = 0;
  readonly #quietWaits: Set<Future<void>> = new Set();
  #steered: number = 0;

  constructor(options: VirtualClockOptions = {}) {
    this.#now = toMilliseconds(options.start ?? 0, 'start');
    this.#threshold = toMilliseconds(options.threshold ?? 0, 'threshold');
    this.#autojump = options.autojump ?? true;
  }

  now(): number {
    return this.#now;
  }

  /** Whether the time jumps by itself to the next timer when nothing else can happen. */
  get autojump(): boolean {
    return this.#autojump;
  }

  set autojump(on: boolean) {
    this.#autojump = on;
    this.#countDown();
  }

  /** True while real work keeps the time from jumping; see {@link hold}. */
  get held(): boolean {
    return this.#held > 0;
  }

  /** Moves the time to `when` at once. Timers that are due by then run in the order of their times, but all
   * of them see the new time; {@link advance} stops at each.
   * @throws InvalidArgumentError when that lies in the past or is not finite */
  jumpTo(when: number): void {
    if (!(when >= this.#now) || when === Infinity) {
      throw new InvalidArgumentError('when', `the time cannot go from ${this.#now} to ${when}`);
    }
    this.#now = when;
    if (this.#alarm <= when) this.#ring();
  }

  /** As {@link jumpTo}, by a number of milliseconds. */
  jump(duration: Duration): void {
    this.jumpTo(this.#now + toMilliseconds(duration, 'duration'));
  }

  /** Lets `duration` milliseconds pass: stops at each timer on the way until everything that it set off
   * waits again, and returns when all has been done that was due. Call it from a task; a cancel leaves the
   * time where it was got to.
   * @throws InvalidArgumentError for a duration that is negative or not finite; NoRunningLoopError outside of a loop */
  async advance(duration: Duration): Promise<void> {
    const ms = toMilliseconds(duration, 'duration');
    if (ms < 0 || ms === Infinity) {
      throw new InvalidArgumentError('duration', `the time cannot advance by ${ms} ms`);
    }
    const end = this.#now + ms;
    this.#steered++;
    try {
      await this.#quiet();
      while (this.#alarm <= end) {
        this.#ring();
        await this.#quiet();
      }
      this.#now = Math.max(this.#now, end);
    } finally {
      this.#steered--;
    }
  }

  /** Calls `work` and keeps the time from jumping until what it returns is settled: for real work that nobody
   * here can know of: see `docs/testing.md`.
   * @returns what `work` returns, and its errors */
  async hold<T>(work: () => PromiseLike<T> | T): Promise<T> {
    this.#held++;
    try {
      return await work();
    } finally {
      this.#held--;
      this.#countDown();
    }
  }

  setAlarm(when: number, wake: () => void): void {
    this.#alarm = when;
    this.#wake = wake;
    this.#countDown();
  }

  clearAlarm(): void {
    this.#alarm = Infinity;
  }

  idle(_next: number, resting: () => boolean): void {
    this.#loop = peekRunningLoop();
    this.#resting = resting;
    this.#countDown();
  }

  #countDown(): void {
    const round = ++this.#round;
    if (!this.#isAwaited() || !this.#resting()) return;
    let since = hostTime();
    let quiet = 0;
    let pieces = 0;
    let polls = 0;
    const look = (): void => {
      if (round !== this.#round || !this.#isAwaited() || !this.#resting()) return;
      if (++quiet <= QUIET_TURNS) return void hostTurn(look);
      if (requestsUnderWay(this.#loop)) {
        quiet = 0;
        pieces = 0;
        since = hostTime();
        if (++polls < TURNS_BEFORE_TIMERS) hostTurn(look);
        else hostTimer(1, look);
        return;
      }
      const patience = this.#patience();
      const left = since + patience - hostTime();
      if (patience === 0 || (left <= 0 && pieces >= PIECES)) this.#wentQuiet();
      else {
        pieces++;
        // A timer that comes late runs before the I/O that was finished meanwhile: look once more after that.
        quiet = 0;
        hostTimer(patience / PIECES, look);
      }
    };
    hostTurn(look);
  }

  /** True while something is to happen when the loop has gone quiet. */
  #isAwaited(): boolean {
    if (this.#quietWaits.size > 0) return true;
    if (this.#alarm === Infinity) return false;
    return this.#alarm <= this.#now || (this.#autojump && this.#held === 0 && this.#steered === 0);
  }

  #wentQuiet(): void {
    if (this.#quietWaits.size === 0) return this.#ring();
    for (const wait of this.#quietWaits) if (!wait.done()) wait.setResult();
  }

  /** Waits until the time might jump, if it did so by itself. */
  async #quiet(): Promise<void> {
    const wait = new Future<void>();
    this.#quietWaits.add(wait);
    try {
      await wait;
    } finally {
      this.#quietWaits.delete(wait);
    }
  }

  #patience(): number {
    const loop = this.#loop;
    return loop !== undefined && waitsForOutside(loop)
      ? Math.max(this.#threshold, OUTSIDE_GRACE)
      : this.#threshold;
  }

  #ring(): void {
    this.#now = Math.max(this.#now, this.#alarm);
    this.#alarm = Infinity;
    this.#round++;
    this.#wake();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<VirtualClock ${this.#now} ms${this.#autojump ? ' autojump' : ''}${this.held ? ' held' : ''}>`;
  }
}
