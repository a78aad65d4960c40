// run(main): one call from a plain script into the library.

import type { TaskBody } from '../core/task/coroutine.ts';
import { makeLoop } from './loopClass.ts';
import { MainRunner } from './mainRunner.ts';
import type { MainOptions, RunnerOptions } from './runnerOptions.ts';

/** Options of {@link run}: those of a {@link Runner} and those of its main.
 * @example
 * ```ts
 * import { run, sleep, type RunOptions } from 'asyncio-ts';
 * const options: RunOptions = { debug: true, shutdownTimeout: 2000, name: 'server' };
 * await run(() => sleep(1), options);
 * ```
 */
export interface RunOptions extends RunnerOptions, MainOptions {}

/** Runs `main` on a new loop and resolves to its result; for programs, and tests, that begin here. Any number may run
 * beside each other, each with its own tasks; in a server that is somebody else's {@link spawn} starts a task. At the end every task that is left is cancelled and
 * waited for, and errors that nobody looked at are reported.
 *
 * SIGINT and SIGTERM cancel main, so that it can clean up; then `run` rejects with {@link InterruptedError},
 * and a script that does not catch it ends quietly with exit code 130 or 143. A second signal ends the
 * process at once. Whatever has not stopped `shutdownTimeout` milliseconds (10,000 by default) after it was
 * asked to is named and left behind. Semantics: asyncio.run.
 * @throws whatever main throws
 * @throws InterruptedError (`ERR_ASYNCIO_INTERRUPTED`) when a signal cancelled main
 * @throws CancelledError when main was cancelled otherwise, as by `signal`
 * @throws TimeoutError (`ERR_ASYNCIO_TIMEOUT`) when main did not stop in time after `signal` was aborted
 * @throws DeadlockError (`ERR_ASYNCIO_DEADLOCK`) when the process would exit while main still waits
 * @throws UsageError (`ERR_ASYNCIO_USAGE`) inside of a task: await the function itself there
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when `main` is not a function
 * @example
 * ```ts
 * import { run, sleep } from 'asyncio-ts';
 * const answer = await run(async () => {
 *   await sleep(1);
 *   return 42;
 * });
 * console.log(answer); // -> 42
 * ```
 */
export async function run<T>(main: TaskBody<T>, options: RunOptions = {}): Promise<T> {
  const runner = new MainRunner(options, makeLoop);
  try {
    return await runner.run(main, options);
  } finally {
    await runner.close();
  }
}
