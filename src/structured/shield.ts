// shield: wait for something without passing a cancel on to it.

import type { Awaitable } from '../core/task/coroutine.ts';
import { currentTask } from '../core/task/createTask.ts';
import { offDone, onDone } from '../core/future/doneCallback.ts';
import { ensureFuture, isFuture } from '../core/future/ensureFuture.ts';
import { Future } from '../core/future/future.ts';
import { hasFailed } from '../core/future/futureState.ts';
import { JointBlocker } from '../core/future/jointBlocker.ts';
import { noteGroup } from '../core/task/kept.ts';
import { Task } from '../core/task/task.ts';
import { cancelledErrorOf } from '../core/future/outcome.ts';
import { givenUp } from '../core/future/unretrieved.ts';
import { cancelFor } from '../core/cancel/cancel.ts';
import { runningLoop } from '../loop/running.ts';

const FAILED_UNSEEN = 'it failed after its shielded wait was cancelled, and nobody else waits for it';

/** A future with the outcome of `awaitable` that can be cancelled alone: the wait ends at once with
 * CancelledError and the work goes on, whatever it is: a task, a promise. If the work then fails, the loop's exception handler is told. To keep clean-up safe from a
 * cancel, use a shielded {@link CancelScope} instead. Semantics: asyncio.shield.
 * @throws InvalidArgumentError for what cannot be awaited
 * @example
 * ```ts
 * import { run, shield, createTask, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const work = createTask(() => sleep(50, { result: 'saved' }));
 *   const waiting = createTask(async () => { await shield(work); });
 *   await sleep(0);
 *   waiting.cancel();
 *   console.log(await work, waiting.cancelled()); // -> saved true
 * });
 * ```
 */
export function shield<T>(awaitable: Awaitable<T>): Future<T> {
  if (!isFuture(awaitable)) runningLoop('shield');
  const inner = ensureFuture(awaitable);
  if (inner.done()) return inner;
  const outer = new Future<T>({ loop: inner.getLoop() });
  outer.blocker = new JointBlocker('shield', [inner]);
  if (inner instanceof Task) noteGroup(inner, { parentTask: currentTask() });
  const innerDone = onDone(inner, () => {
    if (outer.done()) return;
    if (inner.cancelled()) cancelFor(outer, cancelledErrorOf(inner));
    else if (hasFailed(inner)) outer.setException(inner.exception());
    else outer.setResult(inner.result());
  });
  onDone(outer, () => {
    if (inner.done()) return;
    offDone(inner, innerDone);
    givenUp.set(inner, FAILED_UNSEEN);
  });
  return outer;
}
