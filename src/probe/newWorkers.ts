// Worker threads that are started while somebody looks: their sockets are opened from here, so that who looks finds them
// beside that of this thread.
//
// 1. A worker may start its first loop late, or never: it is asked again and again, less and less often, and after a minute
//    no more.
// 2. While nobody looks nothing is asked. Workers of workers are not reached.

import { evaluateInWorkers, onNewWorker } from '../sys/host/workerThreads.ts';
import type { ProbeSubject } from './subject.ts';

/** When a worker is asked first, at most so long after the time before, and when no more: in milliseconds. */
const FIRST = 50;
const PAUSE = 2000;
const LAST = 60_000;
/** How long a worker may take. */
const WITHIN = 1000;

/** How many copies of the library have opened; it never fails. */
const OPEN =
  "Promise.all((globalThis[Symbol.for('asyncio-ts.inspect')] ?? []).map((hook) => hook.open().then(() => 1, () => 0)))" +
  '.then((opened) => opened.length)';

export class NewWorkers {
  readonly #subject: ProbeSubject;
  readonly #stop: () => void;
  #timer: unknown = undefined;
  /** One has come that nobody has asked yet. */
  #isDue: boolean = false;
  #isLooking: boolean = false;
  #pause: number = FIRST;
  #until: number = 0;

  constructor(subject: ProbeSubject) {
    this.#subject = subject;
    this.#stop = subject.runAtRoot(() =>
      onNewWorker(() => {
        this.#isDue = true;
        this.#pause = FIRST;
        this.#until = subject.monotonic() + LAST;
        this.#plan();
      }),
    );
  }

  /** Somebody looks, or nobody any more. */
  look(isLooking: boolean): void {
    this.#isLooking = isLooking;
    this.#plan();
  }

  end(): void {
    this.#stop();
    this.look(false);
  }

  #plan(): void {
    const { monotonic, runAtRoot, startUnheldTimer, stopTimer } = this.#subject;
    stopTimer(this.#timer);
    this.#timer = undefined;
    if (this.#isDue && this.#isLooking && monotonic() < this.#until)
      this.#timer = runAtRoot(() => startUnheldTimer(this.#pause, () => void this.#open()));
  }

  async #open(): Promise<void> {
    this.#isDue = false;
    this.#pause = Math.min(1.5 * this.#pause, PAUSE);
    try {
      const opened = await evaluateInWorkers(OPEN, WITHIN);
      this.#isDue ||= opened.some((copies) => typeof copies !== 'number' || copies === 0);
    } catch {
      // A host that allows no session: its workers are seen where they open their sockets themselves.
      return;
    }
    this.#plan();
  }
}
