// createSubprocessExec and createSubprocessShell: a child whose pipes are streams.

import { atCallerIfFound } from '../base/callerIfFound.ts';
import { isOSError } from '../base/osError.ts';
import { runningLoop } from '../loop/running.ts';
import { checkLimit } from '../streams/streamArguments.ts';
import type { ChildRequest, ProgramArgument, ProgramArguments } from './command.ts';
import { programRequest, shellRequest } from './loopMethods.ts';
import type { ProcessOptions } from './options.ts';
import { Process } from './process.ts';
import { ProcessStreams } from './processStreams.ts';
import { startTransport } from './startChild.ts';

/** Starts a program, found by PATH unless it has a `/` in it. Its arguments follow one by one or as an array, options
 * come last; no shell reads them. Standard input, output and error are this process's own unless the options say
 * otherwise; with {@link PIPE} they are streams at the {@link Process}.
 *
 * Cancelling leaves no child: one that was started already is killed, and its end waited for. A child that still runs
 * when the loop is closed is killed. Semantics: asyncio.create_subprocess_exec.
 * @throws FileNotFoundError, PermissionError, NotADirectoryError (`cwd`) and other OSErrors, with the program or the folder
 * as `filename`; InvalidArgumentError for arguments and options that can't be used
 * @example
 * ```ts
 * import { createSubprocessExec, PIPE, run } from 'asyncio-ts';
 * await run(async () => {
 *   const process = await createSubprocessExec('echo', 'one', 'two', { stdout: PIPE });
 *   const [output] = await process.communicate();
 *   console.log(String(output).trim(), process.returncode); // -> one two 0
 * });
 * ```
 */
export async function createSubprocessExec(
  program: ProgramArgument,
  ...args: ProgramArgument[]
): Promise<Process<object>>;
export async function createSubprocessExec<const O extends ProcessOptions>(
  program: ProgramArgument,
  ...rest: [...args: ProgramArgument[], options: O]
): Promise<Process<O>>;
export async function createSubprocessExec<const O extends ProcessOptions = object>(
  program: ProgramArgument,
  args: readonly ProgramArgument[],
  options?: O,
): Promise<Process<O>>;
export async function createSubprocessExec(
  program: ProgramArgument,
  ...rest: ProgramArguments<ProcessOptions>
): Promise<Process> {
  const [request, { limit }] = programRequest(program, rest, 'inherit');
  try {
    return await startProcess('createSubprocessExec', request, limit);
  } catch (error) {
    throw isOSError(error) ? atCallerIfFound(error, createSubprocessExec) : error;
  }
}

/** Has the shell (`/bin/sh`) run a command line. Whatever of it comes from elsewhere must be quoted for the shell:
 * {@link createSubprocessExec} needs no quoting. Otherwise as that. Semantics: asyncio.create_subprocess_shell.
 * @throws as {@link createSubprocessExec}
 * @example
 * ```ts
 * import { createSubprocessShell, PIPE, run } from 'asyncio-ts';
 * await run(async () => {
 *   const process = await createSubprocessShell('echo one two | wc -w', { stdout: PIPE });
 *   console.log(String((await process.communicate())[0]).trim()); // -> 2
 * });
 * ```
 */
export async function createSubprocessShell<const O extends ProcessOptions = object>(
  command: string,
  options?: O,
): Promise<Process<O>> {
  const [request, { limit }] = shellRequest(command, options ?? {}, 'inherit');
  try {
    return (await startProcess('createSubprocessShell', request, limit)) as unknown as Process<O>;
  } catch (error) {
    throw isOSError(error) ? atCallerIfFound(error, createSubprocessShell) : error;
  }
}

async function startProcess(what: string, request: ChildRequest, limit: unknown): Promise<Process> {
  const loop = runningLoop(what);
  const streams = new ProcessStreams(loop, checkLimit(limit as number | undefined));
  const [transport] = await startTransport(loop, () => streams, request);
  return new Process(transport, streams);
}
