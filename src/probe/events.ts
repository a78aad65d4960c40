// Traces, for programs: what taskEvents.ts tells.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { probeSubject } from './hook.ts';
import { listenToTasks } from './taskEvents.ts';
import type { BeginListener, TraceListener } from './taskEvents.ts';

/** Tells `listener` of all that the tasks of this thread do, from now on, in the middle of the library's steps: it
 * takes note, settles nothing, and throws nothing. A program pays for it while somebody listens.
 * @param begun hears of the number of each task whose step begins, for who looks for one that never ends
 * @returns what ends it
 * @throws InvalidArgumentError when `listener` is no function
 * @example
 * ```ts
 * import { run, sleep } from 'asyncio-ts';
 * import { traceTasks } from 'asyncio-ts/lowlevel';
 * const waits: (string | undefined)[] = [];
 * const stop = traceTasks(({ what, wait }) => what === 'wait' && waits.push(wait));
 * await run(() => sleep(1));
 * stop();
 * console.log(waits); // -> [ 'sleep' ]
 * ```
 */
export function traceTasks(listener: TraceListener, begun?: BeginListener): () => void {
  if (typeof listener !== 'function')
    throw new InvalidArgumentError('listener', `traceTasks needs a function, not ${showValue(listener)}`);
  return listenToTasks(probeSubject(), listener, begun);
}
