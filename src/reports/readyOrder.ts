// What is ready on a loop, for whoever wants to run it in another order: a seeded scheduler, a simulator.

import { InvalidArgumentError } from '../base/errors.ts';
import type { Blocker } from '../core/future/blocker.ts';
import { CheckpointEntry } from '../core/future/checkpoint.ts';
import { DoneCallback, DoneHook, futureOf } from '../core/future/doneCallback.ts';
import { Future } from '../core/future/future.ts';
import { isKept } from '../core/future/futureState.ts';
import { isSleep } from '../core/future/sleep.ts';
import { checkCallable } from '../loop/checkCallback.ts';
import { checkLoop } from '../loop/checkLoop.ts';
import { Deadline } from '../loop/deadline.ts';
import { readyQueueOf } from '../loop/engine.ts';
import { reportFailure } from '../loop/failures.ts';
import { TimerHandle } from '../loop/handle.ts';
import type { Loop } from '../loop/loop.ts';
import type { Runnable } from '../loop/runnable.ts';
import { timeOf, timerState } from '../loop/timers.ts';

/** One entry of a loop's ready queue; see {@link orderReady}.
 * @example
 * ```ts
 * import type { ReadyEntry } from 'asyncio-ts/lowlevel';
 * const isWakeUp = ({ kind }: ReadyEntry) => kind === 'wakeUp';
 * console.log(isWakeUp({ kind: 'timer', when: 5, future: undefined, blocker: undefined })); // -> false
 * ```
 */
export interface ReadyEntry {
  /** - `callback`: of callSoon and its like, the end of a task told to its group or gather, and the loop's own work;
   * - `timer`: of callLater and callAt, a deadline, a sleep; it is due;
   * - `doneCallback`: of addDoneCallback;
   * - `doneHook`: a done callback of the library's own, which does not say whose;
   * - `wakeUp`: who awaits `future` goes on, or `future` is a task and begins;
   * - `zeroSleep`: the wake-up of a `sleep(0)`;
   * - `checkpoint`: of {@link checkpoint}. */
  readonly kind: 'callback' | 'timer' | 'doneCallback' | 'doneHook' | 'wakeUp' | 'zeroSleep' | 'checkpoint';
  /** The time that a timer was set for, in milliseconds on the loop's clock. */
  readonly when: number | undefined;
  /** The future that is done, that wakes somebody, or that is the timer itself. */
  readonly future: object | undefined;
  /** What was waited for, where a primitive made the future. */
  readonly blocker: Blocker | undefined;
}

/** Given what is ready, in asyncio's order, returns the indices in the order in which it is to run.
 * @example
 * ```ts
 * import type { ReadyOrder } from 'asyncio-ts/lowlevel';
 * const backwards: ReadyOrder = (entries) => [...entries.keys()].reverse();
 * console.log(backwards([])); // -> []
 * ```
 */
export type ReadyOrder = (entries: readonly ReadyEntry[]) => readonly number[];

/** Lets `order` decide, at the start of each iteration with more than one entry, in which order they run; undefined
 * goes back to asyncio's order. What it throws, or returns that is no permutation, goes to the loop's exception
 * handler, and the iteration keeps asyncio's order. Which orders keep asyncio's promises: see docs/testing.md.
 * @throws InvalidArgumentError when it is no function, or `loop` no loop
 * @example
 * ```ts
 * import { createTask, getRunningLoop, run, sleep } from 'asyncio-ts';
 * import { orderReady } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   orderReady(getRunningLoop(), (entries) => [...entries.keys()].reverse());
 *   for (const name of ['first', 'second']) createTask(async () => console.log(name)); // -> second
 *   // -> first
 *   await sleep(1);
 * });
 * ```
 */
export function orderReady(loop: Loop, order: ReadyOrder | undefined): void {
  checkLoop(loop, 'orderReady');
  const ready = readyQueueOf(loop);
  if (order === undefined) {
    ready.reorder = undefined;
    return;
  }
  checkCallable(order, 'orderReady');
  ready.reorder = (queue) => {
    const entries = [...queue];
    try {
      const indices = checkOrder(order(entries.map(describeEntry)), entries.length);
      // What the decision itself has scheduled is for the next iteration.
      const late = [...queue].slice(entries.length);
      queue.clear();
      for (const from of indices) queue.push(entries[from] as Runnable);
      for (const entry of late) queue.push(entry);
    } catch (exception) {
      reportFailure(loop, { message: 'The order of what is ready could not be decided', exception });
    }
  };
}

function checkOrder(indices: readonly number[], count: number): readonly number[] {
  if (Array.isArray(indices) && indices.length === count) {
    const seen = new Set<number>();
    for (const index of indices)
      if (Number.isInteger(index) && index >= 0 && index < count) seen.add(index);
    if (seen.size === count) return indices;
  }
  throw new InvalidArgumentError('order', `an order holds each of the indices 0 to ${count - 1} once`);
}

function describeEntry(entry: Runnable): ReadyEntry {
  if (entry instanceof Future) return describeFutureEntry(entry);
  const nothing = { when: undefined, future: undefined, blocker: undefined };
  if (entry instanceof DoneCallback) return { ...nothing, kind: 'doneCallback', future: futureOf(entry) };
  if ((entry instanceof TimerHandle || entry instanceof Deadline) && timerState(entry) !== 'unset')
    return { ...nothing, kind: 'timer', when: timeOf(entry) };
  if (entry instanceof DoneHook) return { ...nothing, kind: 'doneHook' };
  return { ...nothing, kind: entry instanceof CheckpointEntry ? 'checkpoint' : 'callback' };
}

// A sleep stands in the queue twice: as a due timer, and when that has run, as its task's wake-up.
function describeFutureEntry(future: Future): ReadyEntry {
  const facts = { when: undefined, future, blocker: future.blocker };
  // A task that has ended stands in the queue for its group or gather first, then for those who wait for it.
  if (!isSleep(future)) return { ...facts, kind: isKept(future) && future.done() ? 'callback' : 'wakeUp' };
  if (timerState(future) === 'unset') return { ...facts, kind: 'zeroSleep' };
  return timerState(future) === 'fired' && !future.done()
    ? { ...facts, kind: 'timer', when: timeOf(future) }
    : { ...facts, kind: 'wakeUp' };
}
