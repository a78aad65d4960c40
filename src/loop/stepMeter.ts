// How long each step of a task keeps the thread: debug mode's measure, beside which a watcher of tasks has its own. A
// step goes from its entry in the ready queue to the moment the pump works again; where the task awaited something
// foreign, that is when all microtasks have run. Steps that a foreign promise sets off are not seen here.

import { monotonic } from '../sys/host/host.ts';
import { STEP } from './runnable.ts';
import type { Effect, Runnable } from './runnable.ts';

export class StepMeter {
  readonly #loop: { noteDuration(what: object, duration: number): void };
  #what: object | undefined = undefined;
  #began: number = 0;

  constructor(loop: { noteDuration(what: object, duration: number): void }) {
    this.#loop = loop;
  }

  /** Runs an entry; `queue` tells which task it resumed. */
  run(entry: Runnable, queue: { readonly stepping: object | undefined }): Effect {
    this.#began = monotonic();
    const effect = entry._run();
    if (effect === STEP) this.#what = queue.stepping ?? entry;
    return effect;
  }

  /** The pump works again. */
  end(): void {
    const what = this.#what;
    if (what === undefined) return;
    this.#what = undefined;
    this.#loop.noteDuration(what, monotonic() - this.#began);
  }
}
