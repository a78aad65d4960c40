// One await of a future with a turn of its own in the ready queue.
//
// The native promise of a future wakes everybody who subscribed to it in one go, and their steps then interleave
// between awaits that never suspend. So it serves one awaiting frame only, or else those who listen by plain
// `then`; everybody further is an entry of this kind. An await of a task always is: that saves its promise.
//
// 1. The entry stands in the list of the future's callbacks, where its await came, and runs in that order.
// 2. The engine hands over the two functions that resume the await in a microtask after the await was seen
//    (adoption.ts). Should the turn come before, the outcome is handed over then.
// 3. A cancel that comes before the turn takes the outcome's place, for this await alone.

import type { CancelledError } from '../base/errors.ts';
import type { Loop } from '../loop/loop.ts';
import { DRAIN, STEP } from '../loop/runnable.ts';
import type { Effect, Runnable } from '../loop/runnable.ts';
import type { Awaiter, Frame } from './frame.ts';
import { outcomeTo, takesItsPlace } from './outcome.ts';
import type { Settle, Settled } from './outcome.ts';
import { endWait } from './wait.ts';
import type { WaitedFuture } from './wait.ts';

export interface OwnTurn extends WaitedFuture, Settled {
  readonly _loop: Loop;
}

export class AwaitEntry implements Runnable, Awaiter {
  readonly future: OwnTurn;
  /** The frame that awaits; undefined outside of every task. */
  readonly frame: Frame | undefined;
  #resolve: Settle | undefined = undefined;
  #reject: Settle | undefined = undefined;
  #cancel: CancelledError | undefined = undefined;
  #due: boolean;

  /** `due` means that the outcome is there and nothing has to be waited for. */
  constructor(future: OwnTurn, frame: Frame | undefined, due: boolean = false) {
    this.future = future;
    this.frame = frame;
    this.#due = due;
  }

  /** What the engine, or who subscribes, wants to be called with the outcome. */
  claim(resolve: Settle, reject: Settle): void {
    this.#resolve = resolve;
    this.#reject = reject;
    if (this.#due) this.#settle();
  }

  override(cancel: CancelledError | undefined): void {
    this.#cancel = cancel;
  }

  /** @internal */
  _run(): Effect {
    const { future, frame } = this;
    let effect: Effect = DRAIN;
    if (frame?.task !== undefined) {
      endWait(future, this, frame.task);
      if (frame.task._alert) this.#cancel ??= takesItsPlace(future, frame);
      future._loop._ready.stepping = frame.task;
      effect = STEP;
    }
    this.#due = true;
    if (this.#resolve !== undefined) this.#settle();
    return effect;
  }

  #settle(): void {
    if (this.#cancel === undefined) outcomeTo(this.future, this.#resolve as Settle, this.#reject as Settle);
    else (this.#reject as Settle)(this.#cancel);
  }
}
