// Cancelling several futures and tasks at once, for programs.

import { InvalidArgumentError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';
import { Future } from '../future/future.ts';
import { cancelAll } from './cancel.ts';
import { checkMessage } from './cause.ts';

/** Cancels those that are not done, one after the other and in one walk: where they wait for each other in chains it
 * takes linear time, and cancelling each by itself quadratic. For whoever ends everything at once, as a runner does.
 * @param message becomes the message of each CancelledError
 * @throws InvalidArgumentError, before anything is cancelled, when one is no future of ours or the message no string
 * @example
 * ```ts
 * import { allTasks, createTask, currentTask, run, sleep } from 'asyncio-ts';
 * import { cancelTasks } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const inner = createTask(() => sleep(60_000));
 *   const outer = createTask(async () => { await inner; });
 *   const others = [...allTasks()].filter((task) => task !== currentTask());
 *   cancelTasks(others, 'closing time');
 *   await sleep(0);
 *   console.log(inner.cancelled(), outer.cancelled()); // -> true true
 * });
 * ```
 */
export function cancelTasks(futures: Iterable<Future>, message: string = ''): void {
  checkMessage(message);
  if (typeof futures?.[Symbol.iterator] !== 'function')
    throw new InvalidArgumentError(
      'futures',
      `cancelTasks needs an iterable of futures, not ${showValue(futures)}`,
    );
  const all = [...futures];
  for (const future of all) {
    if (!(future instanceof Future))
      throw new InvalidArgumentError('futures', `a future or task is cancelled, not ${showValue(future)}`);
  }
  cancelAll(all, message);
}
