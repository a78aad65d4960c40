// openProcess: starts a process that is ended with all that it starts.

import { atCallerIfFound } from '../../base/callerIfFound.ts';
import { InvalidArgumentError, isCancelledError } from '../../base/errors.ts';
import { isOSError } from '../../base/osError.ts';
import { showValue } from '../../base/show.ts';
import { runningLoop } from '../../loop/running.ts';
import { markedEnvironment, newTreeMark } from '../../sys/host/treeMark.ts';
import { createSubprocessExec, createSubprocessShell } from '../createSubprocess.ts';
import type { ProcessOptions } from '../options.ts';
import type { Process } from '../process.ts';
import { endTree } from './endTree.ts';
import { checkEnd, ProcessTree } from './processTree.ts';
import type { TreeEndOptions } from './processTree.ts';
import { reachTree } from './treeReach.ts';

/** A program with its arguments, or with `shell: true` a line for the shell.
 * @example
 * ```ts
 * import type { Command } from 'asyncio-ts';
 * const commands: Command[] = [['ls', '-l'], 'ls -l | wc -l'];
 * console.log(commands.length); // -> 2
 * ```
 */
export type Command = readonly (string | URL)[] | string;

/** Options of {@link openProcess}: as {@link ProcessOptions}, and how it is ended.
 * @example
 * ```ts
 * import type { OpenProcessOptions } from 'asyncio-ts';
 * const options: OpenProcessOptions = { shell: true, grace: 1000 };
 * console.log(options.shell); // -> true
 * ```
 */
export interface OpenProcessOptions
  extends Omit<ProcessOptions, 'startNewSession' | 'processGroup'>, TreeEndOptions {
  /** True for a command that is a line for `/bin/sh`, or the path of another shell. */
  readonly shell?: boolean | string | undefined;
}

/** Starts a process in a session of its own, which is ended with everything that it has started: by
 * {@link ProcessTree.end}, at the end of the block by `await using`, and with the loop. All are asked by SIGTERM and after a
 * time of grace killed. What of a tree is reached, and what is not, is said in docs/subprocesses.md. Standard input,
 * output and error are this process's own unless the options say otherwise.
 *
 * Cancelling leaves no process. @throws as {@link createSubprocessExec}
 * @example
 * ```ts
 * import { openProcess, PIPE, run } from 'asyncio-ts';
 * await run(async () => {
 *   await using tree = await openProcess(['sh', '-c', 'sleep 60 & echo started; wait'], { stdout: PIPE });
 *   console.log(String(await tree.stdout?.readline()).trim()); // -> started
 *   console.log(tree.members().length); // -> 2
 * });
 * ```
 */
export async function openProcess(
  command: Command,
  options: OpenProcessOptions = {},
): Promise<ProcessTree> {
  try {
    return await openTree(command, options);
  } catch (error) {
    throw isOSError(error) ? atCallerIfFound(error, openProcess) : error;
  }
}

/** The same, for functions that have a place of their own for errors. */
export async function openTree(command: Command, options: OpenProcessOptions): Promise<ProcessTree> {
  checkCommand(command, options.shell);
  const { grace, stopSignal, shell, env, ...rest } = options;
  const end = checkEnd({ grace, stopSignal });
  const loop = runningLoop('openProcess');
  const mark = newTreeMark();
  const childOptions = { ...rest, env: markedEnvironment(env, mark), startNewSession: true };
  try {
    const process = await start(command, shell, childOptions);
    return new ProcessTree(loop, process, reachTree(process, mark), end);
  } catch (error) {
    // The child itself has been ended; what it had time to start is found by the mark.
    if (isCancelledError(error))
      await endTree(reachTree(undefined, mark), async () => {}, { signal: 'SIGKILL', grace: 0 });
    throw error;
  }
}

async function start(
  command: Command,
  shell: boolean | string | undefined,
  options: ProcessOptions,
): Promise<Process> {
  if (typeof command === 'string') {
    const executable = typeof shell === 'string' ? { executable: shell } : {};
    return await createSubprocessShell(command, { ...options, ...executable });
  }
  const [program, ...args] = command as [string | URL, ...(string | URL)[]];
  return await createSubprocessExec(program, args, options);
}

/** @throws InvalidArgumentError */
export function checkCommand(command: unknown, shell: unknown): void {
  if (shell !== undefined && typeof shell !== 'boolean' && typeof shell !== 'string')
    throw new InvalidArgumentError(
      'shell',
      `shell is true, or the path of a shell, not ${showValue(shell)}`,
    );
  const line = shell !== undefined && shell !== false;
  if (line ? typeof command === 'string' : Array.isArray(command) && command.length > 0) return;
  throw new InvalidArgumentError(
    'command',
    line
      ? `with the option shell a command is one string, not ${showValue(command)}`
      : `a command is an array of a program and its arguments, or a string with shell: true, not ${showValue(command)}`,
  );
}

/** As a person would type it, for messages. */
export function showCommand(command: Command): string {
  if (typeof command === 'string') return command;
  return command
    .map((word) =>
      /^[\w@%+=:,./-]+$/.test(String(word)) ? String(word) : `'${String(word).replaceAll("'", "'\\''")}'`,
    )
    .join(' ');
}
