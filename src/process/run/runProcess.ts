// runProcess: runs a program to its end, with what it reads and writes.

import { atCallerIfFound } from '../../base/callerIfFound.ts';
import { checkOptions } from '../../base/checkOptions.ts';
import { AsyncioError } from '../../base/errors.ts';
import { isOSError } from '../../base/osError.ts';
import type { Command } from '../tree/openProcess.ts';
import type { ProcessResult, RunProcessOptions } from './runOptions.ts';
import { runStages } from './runStages.ts';

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
