// Observing a thread's loops: for a leak guard, an inspector.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import type { Loop } from '../loop/loop.ts';
import { observers } from '../loop/loopObserver.ts';

/** What {@link observeLoops} takes: both are optional, and what they throw is reported.
 * @example
 * ```ts
 * import { observeLoops, type LoopObserver } from 'asyncio-ts/lowlevel';
 * const observer: LoopObserver = { closing: (loop) => console.log(loop.isClosed()) };
 * observeLoops(observer)();
 * ```
 */
export interface LoopObserver {
  /** A loop starts to run, for the first time or again. */
  started?(loop: Loop): void;
  /** A loop is about to be closed; what it still holds is in it. */
  closing?(loop: Loop): void;
}

/** Tells `observer` of this thread's loops from now on. While there is an observer, new loops keep the places
 * where tasks, futures, handles and timers are made; see {@link creationLines}.
 * @returns what takes the observer away again
 * @throws InvalidArgumentError when it is no object
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { observeLoops } from 'asyncio-ts/lowlevel';
 * const stop = observeLoops({ closing: (loop) => console.log(`closing ${loop.isRunning()}`) }); // -> closing false
 * await run(async () => {});
 * stop();
 * ```
 */
export function observeLoops(observer: LoopObserver): () => void {
  if (typeof observer !== 'object' || observer === null)
    throw new InvalidArgumentError('observer', `an observer is an object, not ${showValue(observer)}`);
  const entry = {
    started: (loop: object): void => observer.started?.(loop as Loop),
    closing: (loop: object): void => observer.closing?.(loop as Loop),
  };
  observers.add(entry);
  return () => void observers.delete(entry);
}
