// Observing a thread's loops: for a leak guard, an inspector.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import type { Loop } from '../loop/loop.ts';
import { stackReader } from '../loop/creation.ts';
import type { Engine } from '../loop/engine.ts';
import { observed } from '../loop/loopObserver.ts';
import type { LoopEvent } from '../loop/loopObserver.ts';
import { userLines } from '../loop/stackLines.ts';
import { report } from '../sys/host/report.ts';

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

/** All observers of this thread's loops, in the order in which they came. */
export const observers: Set<Record<LoopEvent, (loop: Engine) => void>> = new Set();

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
    started: (loop: Engine): void => observer.started?.(loop as Loop),
    closing: (loop: Engine): void => observer.closing?.(loop as Loop),
  };
  observers.add(entry);
  observed.tell = tellAll;
  stackReader.read = userLines;
  return () => {
    observers.delete(entry);
    if (observers.size === 0) observed.tell = undefined;
  };
}

function tellAll(what: LoopEvent, loop: Engine): void {
  for (const observer of [...observers]) {
    try {
      observer[what](loop);
    } catch (error) {
      report('error', (inspect) => `An observer of loops failed (${what}): ${inspect(error)}`);
    }
  }
}
