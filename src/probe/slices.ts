// Long work in slices, with a turn of the host's loop between two.
//
// 1. A slice lasts SLICE milliseconds and what the step lasts in which that is over.
// 2. Those who look at one thread take turns: several at a time would hold it several slices.

import type { ProbeSubject } from './subject.ts';

/** In milliseconds; the promise is 2. */
const SLICE = 1;

export class Slices {
  readonly #subject: ProbeSubject;
  #began: number;

  constructor(subject: ProbeSubject) {
    this.#subject = subject;
    this.#began = subject.monotonic();
  }

  /** True when the present slice is over: then call {@link turn}. */
  get over(): boolean {
    return this.#subject.monotonic() - this.#began > SLICE;
  }

  /** The next slice begins in a later turn of the host. */
  async turn(): Promise<void> {
    await new Promise<void>((goOn) => this.#subject.runAtRoot(() => this.#subject.nextHostTurn(goOn)));
    this.#began = this.#subject.monotonic();
  }
}

// Of the thread.
let last: Promise<unknown> = Promise.resolve();

/** Runs `work` when those before it are done. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work);
  last = mine.catch(() => {});
  return mine;
}
