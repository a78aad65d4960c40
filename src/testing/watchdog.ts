// The watchdog of a test: ends one that takes too long, or in which nothing can ever happen any more.
//
// Stuck means: the loop is at rest and has no timer that would ring by itself, nothing is waited for outside of
// it (realWork.ts), the host tells of nothing new under way, and that for some real time. Where the host does not
// tell, the time is longer.

import { DeadlockError, TimeoutError } from '../base/errors.ts';
import { idleListenersOf, readyQueueOf, timersOf } from '../loop/engine.ts';
import type { Loop } from '../loop/loop.ts';
import { unheldTimer } from '../sys/host/exit.ts';
import { startTimer, stopTimer } from '../sys/host/host.ts';
import { runAtRoot } from '../sys/host/storage.ts';
import { waitReport } from '../reports/waitReport.ts';
import { viewWaits } from '../reports/waitView.ts';
import { activeResources, grownResources, hostTells } from './hostWork.ts';
import { requestsUnderWay, waitsForOutside } from './realWork.ts';
import { VirtualClock } from './virtualClock.ts';

const STUCK_AFTER = hostTells ? 150 : 1000;

export class Watchdog {
  readonly #loop: Loop;
  readonly #clock: unknown;
  readonly #onVerdict: (error: Error) => void;
  readonly #timer: unknown;
  readonly #resources: ReadonlyMap<string, number>;
  #stopLook: (() => void) | undefined = undefined;
  #entriesRun: number = -1;
  #over: boolean = false;

  /** Calls `onVerdict` once, with why the test must end. `timeout` is in milliseconds of real time. */
  constructor(loop: Loop, clock: unknown, timeout: number, onVerdict: (error: Error) => void) {
    this.#loop = loop;
    this.#clock = clock;
    this.#onVerdict = onVerdict;
    const delay = Math.min(timeout, 2 ** 31 - 1);
    this.#timer = startTimer(delay, () =>
      this.#end(
        new TimeoutError(
          `the test did not end within ${timeout} ms of real time:\n${waitReport(viewWaits(loop))}`,
        ),
      ),
    );
    this.#resources = activeResources();
    idleListenersOf(loop).add(this.#idle);
  }

  stop(): void {
    this.#over = true;
    stopTimer(this.#timer);
    this.#stopLook?.();
    idleListenersOf(this.#loop).delete(this.#idle);
  }

  readonly #idle = (): void => {
    if (this.#stopLook !== undefined || this.#over || this.#willRing()) return;
    this.#entriesRun = readyQueueOf(this.#loop).entriesRun;
    this.#stopLook = runAtRoot(() => unheldTimer(STUCK_AFTER, this.#look));
  };

  readonly #look = (): void => {
    this.#stopLook = undefined;
    if (this.#over || readyQueueOf(this.#loop).active) return;
    if (
      this.#entriesRun !== readyQueueOf(this.#loop).entriesRun ||
      waitsForOutside(this.#loop) ||
      requestsUnderWay(this.#loop) ||
      grownResources(this.#resources).length > 0
    )
      this.#idle();
    else if (!this.#willRing()) this.#end(new DeadlockError(this.#report()));
  };

  #willRing(): boolean {
    const next = timersOf(this.#loop).next();
    if (!(this.#clock instanceof VirtualClock)) return next !== Infinity;
    return this.#clock.held || (next !== Infinity && (this.#clock.autojump || next <= this.#clock.now()));
  }

  #report(): string {
    const report = waitReport(viewWaits(this.#loop));
    const manual = timersOf(this.#loop).next() !== Infinity;
    return manual ? `${report}\n  There are timers, but the clock's autojump is off: advance it.` : report;
  }

  #end(error: Error): void {
    if (this.#over) return;
    this.stop();
    this.#onVerdict(error);
  }
}
