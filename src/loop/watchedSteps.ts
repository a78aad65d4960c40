// What measures the steps of a loop while somebody watches its tasks, in the place of debug mode's meter, for which it
// stands in too. Loaded with the watcher, and so without a value that the core has.

import type { Engine } from './engine.ts';
import type { Meter } from './ready.ts';
import type { Effect, Runnable, STEP } from './runnable.ts';

const step: typeof STEP = 1;

/** Who is told; it must not throw. */
export interface StepWatcher {
  /** An entry of the ready queue is about to run, or has turned out to resume the task `what`. */
  began(what: object, at: number): void;
  /** The step of a task is over, with all that it set off. */
  ended(what: object, at: number, took: number): void;
}

export class WatchedSteps implements Meter {
  readonly #loop: Engine;
  readonly #watcher: StepWatcher;
  readonly #now: () => number;
  #what: object | undefined = undefined;
  #began: number = 0;

  constructor(loop: Engine, watcher: StepWatcher, now: () => number) {
    this.#now = now;
    this.#loop = loop;
    this.#watcher = watcher;
  }

  run(entry: Runnable, queue: { readonly stepping: object | undefined }): Effect {
    this.#began = this.#now();
    this.#watcher.began(entry, this.#began);
    const effect = entry._run();
    if (effect === step) {
      this.#what = queue.stepping ?? entry;
      this.#watcher.began(this.#what, this.#began);
    }
    return effect;
  }

  end(): void {
    const what = this.#what;
    if (what === undefined) return;
    this.#what = undefined;
    const took = this.#now() - this.#began;
    if (this.#loop.getDebug()) this.#loop.noteDuration(what, took);
    this.#watcher.ended(what, this.#began, took);
  }
}
