// Who awaits whom, as numbers. Whoever waits for a group, or anything else that stands for several, awaits all of them.

import type { Future } from '../core/future/future.ts';
import type { Slices } from './slices.ts';

export class Awaiters {
  /** Mostly there is one. */
  readonly #known: Map<object, number | number[]> = new Map();
  readonly #only: object | undefined;

  /** @param only what alone is asked about; everything by default */
  constructor(only?: object) {
    this.#only = only;
  }

  /** Takes note of what the task of that number waits for. */
  async note(futures: readonly Future[], number: number, slices: Slices): Promise<void> {
    for (const future of futures) {
      this.#add(future, number);
      for (const joined of future.blocker?.joins ?? []) {
        this.#add(joined, number);
        if (slices.over) await slices.turn();
      }
    }
  }

  of(future: object): number[] {
    const known = this.#known.get(future) ?? [];
    return typeof known === 'number' ? [known] : known;
  }

  #add(future: object, number: number): void {
    // Only of tasks is it told.
    if (!('getCoro' in future) || (this.#only !== undefined && future !== this.#only)) return;
    const known = this.#known.get(future);
    if (known === undefined) this.#known.set(future, number);
    else if (typeof known === 'number') {
      if (known !== number) this.#known.set(future, [known, number]);
    }
    // One task is noted after the other.
    else if (known.at(-1) !== number) known.push(number);
  }
}
