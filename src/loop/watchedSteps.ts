// What measures the steps of a loop while somebody watches its tasks, in the place of debug mode's meter, for which it
// stands in too. Loaded with the watcher.

import { monotonic } from '../sys/host/host.ts';
import type { Engine } from './engine.ts';
import type { Meter } from './ready.ts';
import { STEP } from './runnable.ts';
import type { Effect, Runnable } from './runnable.ts';

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
  #what: object | undefined = undefined;
  #began: number = 0;

  constructor(loop: Engine, watcher: StepWatcher) {
    this.#loop = loop;
    this.#watcher = watcher;
  }

  run(entry: Runnable, queue: { readonly stepping: object | undefined }): Effect {
    this.#began = monotonic();
    this.#watcher.began(entry, this.#began);
    const effect = entry._run();
    if (effect === STEP) {
      this.#what = queue.stepping ?? entry;
      this.#watcher.began(this.#what, this.#began);
    }
    return effect;
  }

  end(): void {
    const what = this.#what;
    if (what === undefined) return;
    this.#what = undefined;
    const took = monotonic() - this.#began;
    if (this.#loop.getDebug()) this.#loop.noteDuration(what, took);
    this.#watcher.ended(what, this.#began, took);
  }
}
