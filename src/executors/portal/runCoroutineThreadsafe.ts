// A coroutine on another loop of this thread, from code outside of it.

import { checkCoroutine } from '../../core/task/coroutine.ts';
import type { TaskBody } from '../../core/task/coroutine.ts';
import { createTask } from '../../core/task/createTask.ts';
import type { Task } from '../../core/task/task.ts';
import { cancelFor } from '../../core/cancel/cancel.ts';
import { onDone } from '../../core/future/doneCallback.ts';
import { Future } from '../../core/future/future.ts';
import { hasFailed } from '../../core/future/futureState.ts';
import { cancelledErrorOf } from '../../core/future/outcome.ts';
import { checkLoop } from '../../loop/checkLoop.ts';
import { checkOpen } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { loopOfCode } from '../../loop/running.ts';

/** Runs `coro` as a task of `loop`, from anywhere on its thread: a callback of the host, a task of another loop. The
 * future that it returns can be awaited where the call was made; cancelling it cancels the task. While the loop does
 * not run, the task waits for it. A worker thread has no loop to give here, and functions don't cross threads: there
 * it is {@link connectLoop} and `call`. Semantics: asyncio.run_coroutine_threadsafe.
 * @throws InvalidArgumentError for what is no function or no loop; UsageError when the loop is closed
 * @example
 * ```ts
 * import { run, getRunningLoop, runCoroutineThreadsafe, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const loop = getRunningLoop();
 *   const heard = loop.createFuture<string>();
 *   setTimeout(async () => { // somebody else's callback
 *     heard.setResult(await runCoroutineThreadsafe(() => sleep(1, { result: 'from outside' }), loop));
 *   });
 *   console.log(await heard); // -> from outside
 * });
 * ```
 */
export function runCoroutineThreadsafe<T>(coro: TaskBody<T>, loop: Loop): Future<T> {
  checkCoroutine(coro, 'runCoroutineThreadsafe');
  checkLoop(loop, 'runCoroutineThreadsafe');
  checkOpen(loop);
  const outer = new Future<T>({ loop: loopOfCode() ?? loop });
  loop.callSoon(() => {
    if (outer.done()) return;
    try {
      passOn(createTask(coro, { loop }), outer);
    } catch (error) {
      // A task factory of the program's failed: whoever waits hears of it, and so does the loop.
      outer.setException(error);
      throw error;
    }
  });
  return outer;
}

/** The outcome of `task` is that of `outer`, and a cancel of `outer` is one of the task. */
function passOn<T>(task: Task<T>, outer: Future<T>): void {
  onDone(task, () => {
    if (outer.done()) return;
    if (task.cancelled()) cancelFor(outer, cancelledErrorOf(task));
    else if (hasFailed(task)) outer.setException(task.exception());
    else outer.setResult(task.result());
  });
  onDone(outer, () => {
    if (outer.cancelled() && !task.done()) cancelFor(task, cancelledErrorOf(outer));
  });
}
