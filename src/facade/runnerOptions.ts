// What `run` and a Runner can be told.

import type { Duration } from '../base/duration.ts';
import type { Context } from '../core/context/context.ts';
import type { BackendName } from '../loop/backendName.ts';
import type { EventLoop } from './eventLoop.ts';

/** Options of a {@link Runner}.
 * @example
 * ```ts
 * import { Runner, type RunnerOptions } from 'asyncio-ts';
 * const options: RunnerOptions = { debug: true, shutdownTimeout: 2000 };
 * await using runner = new Runner(options);
 * console.log(runner.getLoop().getDebug()); // -> true
 * ```
 */
export interface RunnerOptions {
  /** Debug mode of the loop; the loop's own setting by default, which is off. */
  debug?: boolean | undefined;
  /** What the network runs on, for a loop that is made here: `'selector'`, the loop's own epoll set, or `'host'`,
   * the host's sockets. By default ASYNCIO_BACKEND says, else the selector where it works. */
  backend?: BackendName | undefined;
  /** Opens a socket, in a folder of this user alone, by which `asyncio ps`, `top` and their like look into the program
   * from its start to its end. On Node they find a way without it; on Bun and Deno, and where the inspector is not to be
   * had, they need it. `'evaluate'` lets them run code in the program as well, as `asyncio repl` does. False by default;
   * ASYNCIO_INSPECT=1 or ASYNCIO_INSPECT=evaluate does the same from outside, for a whole program with its workers and
   * children. What hinders it is reported, and the program goes on. */
  inspect?: boolean | 'evaluate' | undefined;
  /** Makes the loop; {@link newEventLoop} by default. */
  loopFactory?: (() => EventLoop) | undefined;
  /** The loop to use, instead of a factory. It is closed in the end like one that was made here. */
  loop?: EventLoop | undefined;
  /** How long a cancel may wait for a promise that is not the library's before the place is reported, in
   * milliseconds; the loop's own setting by default, which is 500. Infinity for never. */
  foreignCancelWarning?: Duration | undefined;
  /** Cancels main on SIGINT and SIGTERM; true by default, and without effect in a worker. */
  handleSignals?: boolean | undefined;
  /** How long everything may take to stop, in milliseconds, from the first request on: the signal, the abort,
   * or main's end. Then what is left is named and left behind. 10,000 by default; Infinity for no limit. */
  shutdownTimeout?: Duration | undefined;
  /** A second signal ends the process, after naming what did not stop; true by default. With false, `run`
   * rejects then. */
  exitOnSecondSignal?: boolean | undefined;
}

/** Options of one main.
 * @example
 * ```ts
 * import { Runner, currentTask, type MainOptions } from 'asyncio-ts';
 * const options: MainOptions = { name: 'import' };
 * await using runner = new Runner();
 * console.log(await runner.run(async () => currentTask()?.getName(), options)); // -> import
 * ```
 */
export interface MainOptions {
  /** The name of main's task; `main` by default. */
  name?: string | undefined;
  /** The context main runs in; the runner's own by default, which keeps what earlier mains set. */
  context?: Context | undefined;
  /** Cancels main when aborted. */
  signal?: AbortSignal | undefined;
}
