// runProcess: runs a program to its end, with what it reads and writes.

import { atCallerIfFound } from '../../base/callerIfFound.ts';
import { checkOptions } from '../../base/checkOptions.ts';
import type { Duration } from '../../base/duration.ts';
import { AsyncioError } from '../../base/errors.ts';
import { isOSError } from '../../base/osError.ts';
import type { Command, OpenProcessOptions } from '../tree/openProcess.ts';
import type { RunDetails } from './processErrors.ts';
import { runStages } from './runStages.ts';

/** What {@link runProcess} is told.
 * @example
 * ```ts
 * import type { RunProcessOptions } from 'asyncio-ts';
 * const options: RunProcessOptions = { check: false, timeout: 10_000 };
 * console.log(options.timeout); // -> 10000
 * ```
 */
export interface RunProcessOptions extends Omit<OpenProcessOptions, 'limit'> {
  /** Whether an exit code other than 0, or an end by a signal, is an error; true by default. */
  readonly check?: boolean | undefined;
  /** What it reads from its standard input, which is closed then. Without it there is nothing to read, unless `stdin` says
   * otherwise. */
  readonly input?: string | Uint8Array | undefined;
  /** Whether its output is kept and returned; true by default. With false it goes where this process writes. `stdout` and
   * `stderr` each say otherwise for one of the two. */
  readonly capture?: boolean | undefined;
  /** How long it may take, in milliseconds; no limit by default. */
  readonly timeout?: Duration | undefined;
  /** How its output is text, `'utf8'` by default; null for bytes. */
  readonly encoding?: BufferEncoding | null | undefined;
  /** How many bytes of each of its outputs are kept at most; 64 MiB by default. */
  readonly maxOutput?: number | undefined;
}

/** How a program that was run has ended, and what it wrote.
 * @example
 * ```ts
 * import { run, runProcess, type ProcessResult } from 'asyncio-ts';
 * await run(async () => {
 *   const result: ProcessResult = await runProcess(['echo', 'hello']);
 *   console.log(result.stdout.trim(), result.returncode); // -> hello 0
 * });
 * ```
 */
export interface ProcessResult<T extends string | Buffer = string> extends RunDetails {
  /** What it wrote to standard output; empty where that was not captured. */
  readonly stdout: T;
  /** The same of standard error. */
  readonly stderr: T;
}

/** Runs a program to its end and returns what it wrote, as text unless `encoding` is null. The command is an array of the
 * program and its arguments, or with `shell: true` a line for `/bin/sh`.
 *
 * Cancelling ends it with everything that it has started: SIGTERM to all, and after `grace` milliseconds (5,000 by
 * default) SIGKILL; the cancel is thrown when none is left. So does the timeout. See {@link openProcess} for what is
 * reached. Semantics: anyio.run_process.
 * @throws CalledProcessError when it fails, unless `check` is false; TimeoutExpired and OutputLimitError, with what it wrote
 * until then; OSErrors as of {@link createSubprocessExec} when it can't be started; InvalidArgumentError
 * @example
 * ```ts
 * import { run, runProcess } from 'asyncio-ts';
 * await run(async () => {
 *   const { stdout } = await runProcess(['sort'], { input: 'b\na\n' });
 *   console.log(stdout.split('\n')); // -> [ 'a', 'b', '' ]
 *   const { returncode, duration } = await runProcess('exit 3', { shell: true, check: false });
 *   console.log(returncode, duration > 0); // -> 3 true
 * });
 * ```
 */
export function runProcess(
  command: Command,
  options: RunProcessOptions & { readonly encoding: null },
): Promise<ProcessResult<Buffer>>;
export function runProcess(
  command: Command,
  options?: RunProcessOptions & { readonly encoding?: BufferEncoding | undefined },
): Promise<ProcessResult>;
export async function runProcess(
  command: Command,
  options: RunProcessOptions = {},
): Promise<ProcessResult<string | Buffer>> {
  checkOptions(options, 'runProcess');
  try {
    const { stages: _, ...result } = await runStages([command], options);
    return result;
  } catch (error) {
    throw isOSError(error) || error instanceof AsyncioError ? atCallerIfFound(error, runProcess) : error;
  }
}
