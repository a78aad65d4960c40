// Long work in slices, with a turn of the host's loop between two.
//
// 1. A slice lasts SLICE milliseconds and what the step lasts in which that is over.
// 2. In a turn of the host there is one slice of one who looks, however many look: their slices come by turns.

import type { ProbeSubject } from './subject.ts';

/** In milliseconds. */
const SLICE = 1;

// Of the thread: resolves when the last slice that was asked for begins.
let last: Promise<void> = Promise.resolve();

export class Slices {
  readonly #subject: ProbeSubject;
  readonly #onTurn: () => void;
  // It begins with a turn.
  #began: number = -Infinity;

  /** @param onTurn is called when a slice begins */
  constructor(subject: ProbeSubject, onTurn: () => void = () => {}) {
    this.#subject = subject;
    this.#onTurn = onTurn;
  }

  /** True when the present slice is over: then call {@link turn}. */
  get over(): boolean {
    return this.#subject.monotonic() - this.#began > SLICE;
  }

  /** The next slice begins in a later turn of the host. */
  async turn(): Promise<void> {
    const { runAtRoot, nextHostTurn, monotonic } = this.#subject;
    const mine = last.then(() => new Promise<void>((goOn) => runAtRoot(() => nextHostTurn(goOn))));
    last = mine;
    await mine;
    this.#began = monotonic();
    this.#onTurn();
  }
}
