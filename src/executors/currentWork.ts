// What code that runs in a worker can ask of the call it runs in.

import { UsageError } from '../base/errors.ts';
import { WORK_SCOPE } from '../sys/worker/protocol.ts';
import type { RunningCall, WorkScope } from '../sys/worker/protocol.ts';

/** The call that code in a worker runs in.
 * @example
 * ```ts
 * import { currentWork, type WorkContext } from 'asyncio-ts';
 * const here: WorkContext | undefined = currentWork();
 * console.log(here); // -> undefined
 * ```
 */
export interface WorkContext {
  /** The name of the function that was submitted. */
  readonly name: string;
  /** The worker: `thread 3`. */
  readonly worker: string;
  /** Aborted with a CancelledError when the caller is cancelled, for what takes a signal: `fetch`, timers, `run` of the
   * library. A function that never awaits anything does not see it: there {@link checkCancelled} tells. */
  readonly signal: AbortSignal;
  /** When the caller's time is over: the earliest of the timeouts and scopes around the code that submitted the call, as they
   * were then, on the scale of this worker's `performance.now()`; undefined without any. */
  readonly deadline: number | undefined;
  /** Whether a cancel was asked for. */
  cancelled(): boolean;
}

/** The call that this code runs in, in a worker of a pool; undefined elsewhere.
 * @example
 * ```ts
 * import { currentWork, run, ThreadPoolExecutor } from 'asyncio-ts';
 * await run(async () => {
 *   await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 *   console.log(await pool.submit(() => currentWork()?.worker), currentWork()); // -> thread 1 undefined
 * });
 * ```
 */
export function currentWork(): WorkContext | undefined {
  return runningCall();
}

function runningCall(): RunningCall | undefined {
  return (globalThis as { [WORK_SCOPE]?: WorkScope })[WORK_SCOPE]?.current();
}

/** For loops that compute in a worker: throws CancelledError when the caller was cancelled. It reads shared memory, so it
 * sees a cancel though the thread never waits, and costs some 20 ns. Outside of a worker it does nothing, so that the same
 * function can be called there.
 * @throws CancelledError
 * @example
 * ```ts
 * import { checkCancelled, run, ThreadPoolExecutor, timeout, TimeoutError } from 'asyncio-ts';
 * await run(async () => {
 *   await using pool = new ThreadPoolExecutor();
 *   const spin = () => { for (;;) checkCancelled(); };
 *   await timeout(50, () => pool.submit(spin)).catch((error) => console.log(error instanceof TimeoutError)); // -> true
 * });
 * ```
 */
export function checkCancelled(): void {
  const call = runningCall();
  if (call?.cancelled() === true) throw call.reason();
}

/** The signal of the call that this code runs in; see {@link WorkContext}.
 * @throws UsageError outside of a worker of a pool
 * @example
 * ```ts
 * import { UsageError, workSignal } from 'asyncio-ts';
 * try { workSignal(); } catch (error) { console.log(error instanceof UsageError); } // -> true
 * ```
 */
export function workSignal(): AbortSignal {
  const call = runningCall();
  if (call === undefined)
    throw new UsageError('workSignal() is for work that an executor runs in a worker');
  return call.signal;
}
