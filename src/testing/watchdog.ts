// The watchdog of a test: ends one that takes too long, or in which nothing can ever happen any more.
//
// Stuck means: the loop is at rest and has no timer that would fire by itself, nothing is waited for outside of
// it (realWork.ts), the host reports nothing new under way, and that for some real time. Where the host does not
// say, the time is longer.

import { DeadlockError, TimeoutError } from '../asyncio.ts';
import { formatWaits, hostTimer, viewLoop } from '../lowlevel.ts';
import type { Loop, LoopView } from '../lowlevel.ts';
import { activeResources, grownResources, hostTells } from './hostWork.ts';
import { requestsUnderWay, waitsForOutside } from './realWork.ts';
import { VirtualClock } from './virtualClock.ts';

const STUCK_AFTER = hostTells ? 150 : 1000;

export class Watchdog {
  readonly #loop: Loop;
  readonly #view: LoopView;
  readonly #clock: unknown;
  readonly #onVerdict: (error: Error) => void;
  readonly #stopTimer: () => void;
  readonly #stopListening: () => void;
  readonly #resources: ReadonlyMap<string, number>;
  #stopLook: (() => void) | undefined = undefined;
  #entriesRun: number = -1;
  #over: boolean = false;

  /** Calls `onVerdict` once, with why the test must end. `timeout` is in milliseconds of real time. */
  constructor(loop: Loop, clock: unknown, timeout: number, onVerdict: (error: Error) => void) {
    this.#loop = loop;
    this.#view = viewLoop(loop);
    this.#clock = clock;
    this.#onVerdict = onVerdict;
    this.#stopTimer = hostTimer(timeout, () =>
      this.#end(
        new TimeoutError(`the test did not end within ${timeout} ms of real time:\n${formatWaits(loop)}`),
      ),
    );
    this.#resources = activeResources();
    this.#stopListening = this.#view.onRest(this.#rest);
  }

  stop(): void {
    this.#over = true;
    this.#stopTimer();
    this.#stopLook?.();
    this.#stopListening();
  }

  readonly #rest = (): void => {
    if (this.#stopLook !== undefined || this.#over || this.#willFire()) return;
    this.#entriesRun = this.#view.entriesRun;
    this.#stopLook = hostTimer(STUCK_AFTER, this.#look, { holdsProcess: false });
  };

  readonly #look = (): void => {
    this.#stopLook = undefined;
    if (this.#over || !this.#view.resting) return;
    if (
      this.#entriesRun !== this.#view.entriesRun ||
      waitsForOutside(this.#loop) ||
      requestsUnderWay(this.#loop) ||
      grownResources(this.#resources).length > 0
    )
      this.#rest();
    else if (!this.#willFire()) this.#end(new DeadlockError(this.#report()));
  };

  #willFire(): boolean {
    const next = this.#view.nextTimer;
    if (!(this.#clock instanceof VirtualClock)) return next !== Infinity;
    return this.#clock.held || (next !== Infinity && (this.#clock.autojump || next <= this.#clock.now()));
  }

  #report(): string {
    const report = formatWaits(this.#loop);
    const manual = this.#view.nextTimer !== Infinity;
    return manual ? `${report}\n  There are timers, but the clock's autojump is off: advance it.` : report;
  }

  #end(error: Error): void {
    if (this.#over) return;
    this.stop();
    this.#onVerdict(error);
  }
}
