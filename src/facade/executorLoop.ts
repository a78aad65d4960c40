// The face of the loop for executors. No behaviour of its own: each method hands on to the layer that has it.

import type { Duration } from '../base/duration.ts';
import type { Future } from '../core/future/future.ts';
import * as executors from '../executors/defaultExecutor.ts';
import type { Executor } from '../executors/executor.ts';
import type { Work } from '../executors/work.ts';
import { ProcessLoop } from './processLoop.ts';

export class ExecutorLoop extends ProcessLoop {
  /** Has `work` called with `args` by `executor`, or with null by the loop's default one, which is a
   * {@link ThreadPoolExecutor} unless {@link setDefaultExecutor} says otherwise. A cancel waits for the work's end; see
   * {@link ThreadPoolExecutor.submit}. Semantics: asyncio's loop.run_in_executor.
   * @throws UsageError when the loop is closed, and with null after {@link shutdownDefaultExecutor}; else as `submit` of
   * the executor
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * await run(async () => {
   *   console.log(await getRunningLoop().runInExecutor(null, (text: string) => text.toUpperCase(), 'hello')); // -> HELLO
   * });
   * ```
   */
  runInExecutor<A extends unknown[], R>(
    executor: Executor | null,
    work: Work<A, R>,
    ...args: A
  ): Future<Awaited<R>> {
    return executors.runInExecutor(this, executor, work, args);
  }

  /** Sets what {@link runInExecutor} with null, and {@link toThread}, use from now on. The end of `run` shuts it down, once it
   * was used. Semantics: asyncio's loop.set_default_executor.
   * @throws InvalidArgumentError for what is no {@link Executor} */
  setDefaultExecutor(executor: Executor): void {
    executors.setDefaultExecutor(this, executor);
  }

  /** Shuts the default executor down, and resolves when all of it has ended; the end of `run` does so by itself. After
   * `timeout` milliseconds (no limit by default) it is reported, and left to end by itself. There is no default executor
   * afterwards. Semantics: asyncio's loop.shutdown_default_executor.
   * @throws InvalidArgumentError for a bad timeout
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   const work = loop.runInExecutor(null, () => 'done');
   *   await loop.shutdownDefaultExecutor(5000);
   *   console.log(await work); // -> done
   * });
   * ```
   */
  async shutdownDefaultExecutor(timeout?: Duration): Promise<void> {
    await executors.shutdownDefaultExecutor(this, timeout);
  }
}
