// sleep: the future of a timer, and the timer itself, in one object.

import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import type { Loop } from '../loop/loop.ts';
import { NOTHING } from '../loop/runnable.ts';
import type { Effect } from '../loop/runnable.ts';
import { runningLoop } from '../loop/running.ts';
import type { Timed } from '../loop/timers.ts';
import type { Cause } from './frame.ts';
import { hookAwait } from './awaitHook.ts';
import { Future } from './future.ts';
import { DONE, FINISHED } from './futureState.ts';

/** A future that is done at a time. As in asyncio the timer's turn sets the result and the waiting task
 * runs in the iteration after; a zero sleep waits for one iteration only. */
class Sleep<T> extends Future<T> implements Timed {
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
    const inHeap = this._sequence > 0;
    super._cancelFor(cause);
    if (inHeap) this._loop._timers.noteDead();
    return true;
  }

  override _finish(state: number): void {
    // Standing in the ready queue for a zero sleep already: the entry there delivers the cancel too.
    if (this._sequence === 0 && this._callbacks === undefined) this._flags |= state;
    else super._finish(state);
  }

  override _run(): Effect {
    if ((this._flags & DONE) !== 0) return super._run();
    this._finish(FINISHED);
    return this._sequence === 0 && this._callbacks === undefined ? super._run() : NOTHING;
  }
}

hookAwait(Sleep);

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
    loop._ready.push(turn);
    return turn;
  }
  const timer = new Sleep<T | undefined>(loop, loop.time() + ms, options?.result);
  loop._addTimer(timer);
  return timer;
}
