// What a loop waits for that other code, or the host, has under way. Kept by loops on a clock that is not real time
// only, which must not run ahead of such work.
//
// 1. A wait counts from `add` until it is done. One that is cancelled is done: nobody waits for its work any more.
// 2. Nothing is told when a wait ends, so that counting it changes no order of events; those that are done are
//    dropped on the way.

interface Wait {
  done(): boolean;
}

const FEW = 64;

export class Waits {
  readonly #waits: Set<Wait> = new Set();
  #most: number = FEW;

  add(wait: Wait): void {
    this.#waits.add(wait);
    if (this.#waits.size < this.#most) return;
    for (const other of this.#waits) if (other.done()) this.#waits.delete(other);
    this.#most = Math.max(FEW, 2 * this.#waits.size);
  }

  /** True while at least one is not done. */
  get any(): boolean {
    for (const wait of this.#waits) {
      if (!wait.done()) return true;
      this.#waits.delete(wait);
    }
    return false;
  }
}

export class ForeignWaits {
  /** Other people's promises that were wrapped: they may never settle. */
  readonly promises: Waits = new Waits();
  /** The library's own requests to the host, such as a look-up or a piece of a file: they always end. */
  readonly requests: Waits = new Waits();
}
