// How long each step of a task keeps the thread: debug mode's measure. A step goes from its entry in the
// ready queue to the moment the pump works again; where the task awaited something foreign, that is when
// all microtasks have run. Steps that a foreign promise sets off are not seen here.

import { monotonic } from '../sys/host/host.ts';
import { STEP } from './runnable.ts';
import type { Effect, Runnable } from './runnable.ts';

export class StepMeter {
  readonly #tell: (what: object, duration: number) => void;
  #what: object | undefined = undefined;
  #began: number = 0;

  constructor(tell: (what: object, duration: number) => void) {
    this.#tell = tell;
  }

  /** Runs an entry; `stepping` gives the task that it resumed. */
  run(entry: Runnable, stepping: () => object | undefined): Effect {
    this.#began = monotonic();
    const effect = entry._run();
    if (effect === STEP) this.#what = stepping() ?? entry;
    return effect;
  }

  /** The pump works again. */
  end(): void {
    const what = this.#what;
    if (what === undefined) return;
    this.#what = undefined;
    this.#tell(what, monotonic() - this.#began);
  }
}
