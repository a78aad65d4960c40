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

import type { CancelledError } from '../../base/errors.ts';
import { readyQueueOf } from '../../loop/engine.ts';
import { DRAIN, STEP } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import type { AnyFuture } from './anyFuture.ts';
import { removeCallbacks } from './doneCallback.ts';
import type { Awaiter, Frame } from '../cancel/frame.ts';
import { isAlert } from './futureState.ts';
import { outcomeTo, takesItsPlace } from './outcome.ts';
import type { Settle } from './outcome.ts';
import { endWait } from './wait.ts';

export class AwaitEntry implements Runnable, Awaiter {
  declare readonly future: AnyFuture;
  /** The frame that awaits; undefined outside of every task. */
  declare readonly frame: Frame | undefined;
  /** When the await was seen, by the pump's count. @internal */ declare readonly _seen: number;
  /** @internal */ declare _resolve: Settle | undefined;
  /** @internal */ declare _reject: Settle | undefined;
  /** @internal */ declare _cancel: CancelledError | undefined;
  /** @internal */ declare _due: boolean;

  /** `due` means that the outcome is there and nothing has to be waited for. */
  constructor(future: AnyFuture, frame: Frame | undefined, due: boolean = false) {
    this.future = future;
    this.frame = frame;
    this._seen = readyQueueOf(future._loop).spell;
    this._resolve = undefined;
    this._reject = undefined;
    this._cancel = undefined;
    this._due = due;
  }

  /** True when it is certain that other code has run since the await was seen. */
  get past(): boolean {
    return this._seen !== readyQueueOf(this.future._loop).spell;
  }

  /** What the engine, or whoever subscribes, wants to be called with the outcome. */
  claim(resolve: Settle, reject: Settle): void {
    this._resolve = resolve;
    this._reject = reject;
    if (this._due) handOver(this);
  }

  /** There is no such await. */
  withdraw(): void {
    if (this._due) return;
    removeCallbacks(this.future, (other) => other === this);
    if (this.frame?.task !== undefined) endWait(this.future, this, this.frame.task);
  }

  override(cancel: CancelledError | undefined): void {
    this._cancel = cancel;
  }

  /** @internal */
  _run(): Effect {
    const { future, frame } = this;
    let effect: Effect = DRAIN;
    const task = frame?.task;
    if (task !== undefined) {
      endWait(future, this, task);
      // Taken even where one stands here already: two cancels in one iteration are one.
      const due = isAlert(task) ? takesItsPlace(future, frame as Frame) : undefined;
      this._cancel ??= due;
      readyQueueOf(future._loop).stepping = task;
      effect = STEP;
    }
    this._due = true;
    if (this._resolve !== undefined) handOver(this);
    return effect;
  }
}

// Not a method: a private one is a field more in each entry.
function handOver(entry: AwaitEntry): void {
  if (entry._cancel === undefined)
    outcomeTo(entry.future, entry._resolve as Settle, entry._reject as Settle);
  else (entry._reject as Settle)(entry._cancel);
}
