// The options that children are started with.

import type { ChildDescriptor, ChildInput, ChildOutput } from './stdio.ts';

/** How a child is started. Nothing said: it shares standard input, output and error with this process
 * (with {@link EventLoop.subprocessExec} they are pipes), its folder and its environment.
 * @example
 * ```ts
 * import { createSubprocessExec, PIPE, run, type SubprocessOptions } from 'asyncio-ts';
 * const options = { cwd: '/', stdout: PIPE } satisfies SubprocessOptions;
 * await run(async () => {
 *   const process = await createSubprocessExec('pwd', options);
 *   console.log(String((await process.communicate())[0]).trim()); // -> /
 * });
 * ```
 */
export interface SubprocessOptions {
  readonly stdin?: ChildInput | undefined;
  readonly stdout?: ChildOutput | undefined;
  readonly stderr?: ChildOutput | 'stdout' | undefined;
  /** The folder it runs in, by path or URL. */
  readonly cwd?: string | URL | undefined;
  /** Its whole environment; variables that are undefined are left out. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Descriptors, from 3 up, that it gets beside its standard ones, under the same numbers. */
  readonly passFds?: readonly ChildDescriptor[] | undefined;
  /** It gets a session and a process group of its own: signals of the terminal do not reach it. */
  readonly startNewSession?: boolean | undefined;
  /** 0: it gets a process group of its own. The hosts make one with a session of its own only. */
  readonly processGroup?: 0 | undefined;
  /** What is run, where that is not the program, which is then what it is told that it is called. Of a shell: the
   * shell. */
  readonly executable?: string | URL | undefined;
  /** The user and group it runs as, by number. */
  readonly user?: number | undefined;
  readonly group?: number | undefined;
}

/** As {@link SubprocessOptions}, for {@link createSubprocessExec}. */
export interface ProcessOptions extends SubprocessOptions {
  /** The limit of the readers of standard output and standard error, in bytes; 65,536 by default. */
  readonly limit?: number | undefined;
}
