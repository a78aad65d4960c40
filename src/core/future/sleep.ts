// sleep: the future of a timer, and the timer itself, in one object.

import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import { addTimer, enqueue, timersOf } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { runningLoop } from '../../loop/running.ts';
import type { Timed } from '../../loop/timers.ts';
import type { Cause, Owner } from '../cancel/frame.ts';
import { Future } from './future.ts';
import { DONE, FINISHED, settle, unsettle } from './futureState.ts';
import type { Ending } from './futureState.ts';

// `_sequence` of a timer that stands in the ready queue, and of one that was cancelled there.
const TAKEN = -1;
const IN_VAIN = -2;

/** A future that is done at a time. As in asyncio the timer's turn sets the result and the waiting task
 * runs in the iteration after; a zero sleep waits for one iteration only. */
class Sleep<T> extends Future<T> implements Timed {
  /** The result of a zero sleep that was cancelled, should that be taken back. @internal */
  declare _kept: unknown;
  /** @internal */ declare readonly _when: number;
  /** @internal */ declare _sequence: number;

  constructor(loop: Loop, when: number, result: T) {
    super({ loop });
    this._when = when;
    this._sequence = 0;
    this._value = result;
  }

  /** @internal */
  get _dead(): boolean {
    return (this._flags & DONE) !== 0;
  }

  /** @internal */
  get _prompt(): boolean {
    return true;
  }

  override _cancelFor(cause: Cause): boolean {
    if ((this._flags & DONE) !== 0) return false;
    const sequence = this._sequence;
    if (sequence === TAKEN) this._sequence = IN_VAIN;
    else if (sequence === 0 && this._value !== undefined) this._kept = this._value;
    super._cancelFor(cause);
    if (sequence > 0) timersOf(this._loop).noteDead();
    return true;
  }

  /** A zero sleep is a turn that its task has whatever happens: a cancel before it can be taken back.
   * @internal */
  override _restoreDelivery(task: Owner): void {
    super._restoreDelivery(task);
    if (this._sequence === 0 && unsettle(this)) this._value = this._kept;
  }

  override _finish(ending: Ending): void {
    // Standing in the ready queue for a zero sleep already: the entry there delivers the cancel too.
    if (this._sequence === 0 && this._callbacks === undefined) settle(this, ending);
    else super._finish(ending);
  }

  override _run(): Effect {
    // The cancel has an entry of its own, behind what was ready when it came.
    if (this._sequence === IN_VAIN) {
      this._sequence = TAKEN;
      return NOTHING;
    }
    if ((this._flags & DONE) !== 0) return super._run();
    this._finish(FINISHED);
    return this._sequence === 0 && this._callbacks === undefined ? super._run() : NOTHING;
  }
}

/** True for the future of a sleep, which is its timer too. */
export function isSleep(future: object): future is Future & Timed {
  return future instanceof Sleep;
}

/** Waits for `delay` milliseconds; 0 or less lets everything else that is ready run once. Resolves to
 * `result`. Cancelling it takes the timer back at once.
 * @throws InvalidArgumentError when the delay is no number; NoRunningLoopError outside of a loop
 * @example
 * ```ts
 * import { run, sleep } from 'asyncio-ts';
 * console.log(await run(() => sleep(5, { result: 'rested' }))); // -> rested
 * ```
 */
export function sleep(delay: Duration): Future<void>;
export function sleep<T>(delay: Duration, options: { result: T }): Future<T>;
export function sleep<T>(delay: Duration, options?: { result: T }): Future<T | undefined> {
  const ms = typeof delay === 'number' && delay === delay ? delay : toMilliseconds(delay);
  const loop = runningLoop('sleep');
  if (ms <= 0) {
    const turn = new Sleep<T | undefined>(loop, 0, options?.result);
    enqueue(loop, turn);
    return turn;
  }
  const timer = new Sleep<T | undefined>(loop, loop.time() + ms, options?.result);
  addTimer(loop, timer);
  return timer;
}
