// Winding down: everything that can ask a run to end before it has ended by itself, and what follows when
// it does not.
//
// 1. The first signal, an aborted `signal` option, or a host that would exit cancels main, once each.
// 2. From the first of these, or from main's end, one deadline runs. When it passes, every task that is left
//    is cancelled once more; those that still do not stop are given up, and named.
// 3. A second signal gives up at once; by default the process ends then.
// 4. A host that would exit although tasks are left has nothing that could wake them: main is cancelled
//    with a report of who waits for whom, and if that does not help the tasks are given up.

import { CancelledError, DeadlockError } from '../base/errors.ts';
import { cancelAll, cancelFor } from '../core/cancel/cancel.ts';
import { currentFrame } from '../core/cancel/frame.ts';
import { viewWaits } from '../reports/waitView.ts';
import { abortMessage, allTasks } from '../core/task/createTask.ts';
import type { Task } from '../core/task/task.ts';
import type { Loop } from '../loop/loop.ts';
import { haltLoop } from '../loop/running.ts';
import { exitProcess, holdProcess, onBeforeExit, onExitCall, unheldTimer } from '../sys/host/exit.ts';
import { monotonic } from '../sys/host/host.ts';
import { report } from '../sys/host/report.ts';
import { onStopSignal } from '../sys/host/signals.ts';
import type { StopSignal } from '../sys/host/signals.ts';
import { InterruptedError } from './interruptedError.ts';

// What a task gets that is only asked to stop when the deadline has passed.
const LAST_CALL = 100;

// Of all runs on the thread: one that ends the process lets the others say what they have to say.
let saying: Promise<unknown> | undefined;

export interface WindDownOptions {
  readonly handleSignals: boolean;
  readonly exitOnSecondSignal: boolean;
  /** Milliseconds. */
  readonly shutdownTimeout: number;
}

export class WindDown {
  /** Set by the first signal. */
  interrupted: InterruptedError | undefined = undefined;
  /** Set when nothing could wake main. */
  deadlock: DeadlockError | undefined = undefined;
  /** Why tasks were left behind, if they were. */
  gaveUp: string | undefined = undefined;
  readonly #loop: Loop;
  readonly #options: WindDownOptions;
  #main: Task | undefined = undefined;
  #undo: (() => void)[] = [];
  #stopDeadline: (() => void) | undefined = undefined;
  #began: number = 0;
  #used: number = 0;
  #lastCall: boolean = false;
  #reporting: boolean = false;
  #said: Promise<void> | undefined = undefined;

  constructor(loop: Loop, options: WindDownOptions) {
    this.#loop = loop;
    this.#options = options;
  }

  /** Starts to listen; for `main` first, and without one for what main left behind. */
  arm(main: Task | undefined, signal: AbortSignal | undefined): void {
    this.#main = main;
    if (this.#options.handleSignals) this.#undo.push(onStopSignal((name) => this.#signalled(name)));
    this.#undo.push(
      onBeforeExit(() => this.#hostWouldExit()),
      onExitCall((line) => this.#cutOff(line)),
    );
    if (signal === undefined) return;
    const abort = (): void => this.#aborted(signal);
    if (signal.aborted) abort();
    else {
      signal.addEventListener('abort', abort, { once: true });
      this.#undo.push(() => signal.removeEventListener('abort', abort));
    }
  }

  disarm(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }

  /** Starts the deadline, unless it runs already. */
  begin(): void {
    const { shutdownTimeout } = this.#options;
    if (this.#stopDeadline !== undefined || shutdownTimeout === Infinity) return;
    this.#began = monotonic();
    const left = Math.max(0, shutdownTimeout - this.#used);
    this.#stopDeadline = unheldTimer(left, () => this.#deadlinePassed());
  }

  /** Stops it; what is left of the time is left for the next `begin`. */
  end(): void {
    if (this.#stopDeadline === undefined) return;
    this.#stopDeadline();
    this.#stopDeadline = undefined;
    this.#used += monotonic() - this.#began;
  }

  /** Resolves when what had to be said has been said. */
  async said(): Promise<void> {
    await this.#said;
  }

  #signalled(name: StopSignal): void {
    if (this.interrupted !== undefined) {
      this.#giveUp(`a second signal (${name}): not waiting any longer`, () => {
        if (this.#options.exitOnSecondSignal) exitProcess(new InterruptedError(name).exitCode);
      });
      return;
    }
    this.interrupted = new InterruptedError(name);
    this.begin();
    if (this.#main !== undefined) cancelFor(this.#main, this.interrupted);
    else
      this.#sayWhoIsLeft(
        `${name}: the program is ending already, waiting for clean-up; ` + 'another signal ends it at once',
      );
  }

  #aborted(signal: AbortSignal): void {
    this.begin();
    const cancel = new CancelledError(abortMessage(signal), { cause: signal.reason });
    if (this.#main !== undefined) cancelFor(this.#main, cancel);
  }

  #deadlinePassed(): void {
    if (this.#lastCall) {
      this.#giveUp(`gave up after ${this.#options.shutdownTimeout} ms (shutdownTimeout)`);
      return;
    }
    this.#lastCall = true;
    cancelAll(allTasks(this.#loop), 'the time to shut down is over');
    this.#stopDeadline = unheldTimer(LAST_CALL, () => this.#deadlinePassed());
  }

  // By the program itself: the tasks have no turn any more, but for the one that does so.
  #cutOff(line: string): void {
    // Not currentTask: who exits may be outside of several loops.
    const here: unknown = currentFrame()?.task;
    const left = [...allTasks(this.#loop)].find((task) => task !== here);
    if (left !== undefined && this.gaveUp === undefined)
      report(
        'warning',
        () =>
          `process.exit() cuts off ${left.shownName}, whose finally blocks do not run: return from main instead (${line})`,
      );
  }

  #hostWouldExit(): void {
    if (this.#reporting || this.gaveUp !== undefined || !this.#loop.isRunning()) return;
    const main = this.#main;
    if (main === undefined || this.deadlock !== undefined || this.#stopDeadline !== undefined) {
      this.#giveUp('nothing is left that could wake them');
      return;
    }
    const goOn = holdProcess();
    this.#reporting = true;
    this.#said = this.#findDeadlock(main).finally(() => {
      this.#reporting = false;
      goOn();
    });
  }

  async #findDeadlock(main: Task): Promise<void> {
    const { waitReport } = await import('../reports/waitReport.ts');
    const deadlock = new DeadlockError(waitReport(viewWaits(this.#loop)));
    this.deadlock = deadlock;
    this.begin();
    cancelFor(main, new CancelledError('nothing can wake this task', { cause: deadlock }));
  }

  #giveUp(why: string, then?: () => void): void {
    if (this.gaveUp !== undefined) return;
    this.gaveUp = why;
    this.end();
    const goOn = holdProcess();
    const named = this.#nameUnfinished(why);
    saying = Promise.allSettled([saying, named]);
    this.#said = named.finally(async () => {
      await saying;
      goOn();
      then?.();
      haltLoop(this.#loop);
    });
  }

  #sayWhoIsLeft(why: string): void {
    this.#said = this.#nameUnfinished(why);
  }

  async #nameUnfinished(why: string): Promise<void> {
    const { unfinishedReport } = await import('../reports/waitReport.ts');
    const text = unfinishedReport(viewWaits(this.#loop));
    if (text !== '') report('error', () => `asyncio: ${why}\n${text}`);
  }
}
