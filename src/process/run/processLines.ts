// processLines: runs a program for the lines that it writes.

import { AsyncioError } from '../../base/errors.ts';
import { atCallerIfFound } from '../../base/callerIfFound.ts';
import { checkOptions } from '../../base/checkOptions.ts';
import { isOSError } from '../../base/osError.ts';
import { hostTime } from '../../sys/host/realTime.ts';
import { DEVNULL, PIPE } from '../stdio.ts';
import { signalOfReturncode } from '../signals/signalName.ts';
import { openTree, showCommand } from '../tree/openProcess.ts';
import type { Command, OpenProcessOptions } from '../tree/openProcess.ts';
import { Capture } from './capture.ts';
import type { OutputLine } from './outputLines.ts';
import { CalledProcessError } from './processErrors.ts';
import { checkEncoding } from './textEncoding.ts';

/** What {@link processLines} is told.
 * @example
 * ```ts
 * import type { ProcessLinesOptions } from 'asyncio-ts';
 * const options: ProcessLinesOptions = { check: false, cwd: '/' };
 * console.log(options.check); // -> false
 * ```
 */
export interface ProcessLinesOptions extends Omit<OpenProcessOptions, 'stdout' | 'stderr'> {
  /** Whether an exit code other than 0, or an end by a signal, is an error after the last line; true by default. */
  readonly check?: boolean | undefined;
  /** How the lines are text; `'utf8'` by default. */
  readonly encoding?: BufferEncoding | undefined;
}

/** How much of the end of its standard error is kept for the error, in bytes. */
const KEPT = 8192;

/** Runs a program and gives the lines of its standard output and standard error as they come, each with where it comes
 * from. It is started by the first step; who reads slowly has it wait. Leaving the loop, a cancel in it and an error end
 * the program with all that it has started, as {@link openProcess} does.
 * @throws CalledProcessError after the last line when it failed, unless `check` is false; LineTooLongError; else as
 * {@link openProcess}
 * @example
 * ```ts
 * import { processLines, run } from 'asyncio-ts';
 * await run(async () => {
 *   for await (const { from, text } of processLines('echo one; echo two >&2', { shell: true }))
 *     if (from === 'stdout') console.log(text); // -> one
 * });
 * ```
 */
export async function* processLines(
  command: Command,
  options: ProcessLinesOptions = {},
): AsyncGenerator<OutputLine, void, undefined> {
  checkOptions(options, 'processLines');
  const { check = true, encoding = 'utf8', ...rest } = options;
  checkEncoding(encoding);
  const began = hostTime();
  const said = new Capture(KEPT);
  try {
    const tree = await openTree(command, { stdin: DEVNULL, ...rest, stdout: PIPE, stderr: PIPE });
    try {
      for await (const line of tree.lines({ encoding })) {
        if (line.from === 'stderr') said.addToEnd(Buffer.from(`${line.text}\n`));
        yield line;
      }
      await tree.wait();
      tree.release();
    } finally {
      if (!tree.released) await tree.end();
    }
    const returncode = tree.returncode as number;
    if (check && returncode !== 0)
      throw new CalledProcessError({
        command: showCommand(command),
        pid: tree.pid,
        returncode,
        signal: signalOfReturncode(returncode),
        duration: hostTime() - began,
        stdout: '',
        stderr: said.bytes().toString(),
      });
  } catch (error) {
    throw isOSError(error) || error instanceof AsyncioError ? atCallerIfFound(error, processLines) : error;
  }
}
