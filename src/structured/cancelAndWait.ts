// cancelAndWait: ask a task to stop, and wait until it has.

import { InvalidArgumentError } from '../base/errors.ts';
import { offDone, onDone } from '../core/future/doneCallback.ts';
import { Future } from '../core/future/future.ts';
import { JointBlocker } from '../core/future/jointBlocker.ts';

/** Cancels `future` and waits until it is done, whatever its outcome; ask it afterwards. Returns at once when
 * it is done already. Cancelling the wait ends the wait only; the task goes on stopping.
 * @throws InvalidArgumentError when it is no future of ours
 * @example
 * ```ts
 * import { run, createTask, sleep, cancelAndWait } from 'asyncio-ts';
 * await run(async () => {
 *   const task = createTask(() => sleep(60_000));
 *   await cancelAndWait(task, 'shutting down');
 *   console.log(task.cancelled()); // -> true
 * });
 * ```
 */
export async function cancelAndWait(future: Future<unknown>, message: string = ''): Promise<void> {
  if (!(future instanceof Future)) {
    throw new InvalidArgumentError('future', 'cancelAndWait needs a Future or Task');
  }
  if (future.done()) return;
  const ended = new Future<void>();
  ended.blocker = new JointBlocker('cancelAndWait', [future]);
  const entry = onDone(future, () => {
    if (!ended.done()) ended.setResult();
  });
  try {
    future.cancel(message);
    await ended;
  } finally {
    offDone(future, entry);
  }
}
