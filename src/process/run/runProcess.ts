// runProcess: runs a program to its end, with what it reads and writes.
//
// 1. A cancel, a timeout or too much output ends the program with all that it has started (tree/endTree.ts), before it is
//    thrown.
// 2. What it writes is bounded in memory.
// 3. It has ended when the process has, and its output too: a child of its own that holds the output open is waited for.
//    What it leaves running in the background, with the output let go, runs on.

import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import { atCallerIfFound } from '../../base/callerIfFound.ts';
import { checkOptions } from '../../base/checkOptions.ts';
import { AsyncioError, InvalidArgumentError } from '../../base/errors.ts';
import { isOSError } from '../../base/osError.ts';
import { checkWhole } from '../../base/wholeNumber.ts';
import { runningLoop } from '../../loop/running.ts';
import type { StreamWriter } from '../../streams/streamWriter.ts';
import { CancelScope } from '../../structured/cancelScope.ts';
import { gather } from '../../structured/gather.ts';
import { hostTime } from '../../sys/host/realTime.ts';
import { DEVNULL, PIPE } from '../stdio.ts';
import { signalOfReturncode } from '../signals/signalName.ts';
import { openTree, showCommand } from '../tree/openProcess.ts';
import type { Command, OpenProcessOptions } from '../tree/openProcess.ts';
import type { ProcessTree } from '../tree/processTree.ts';
import { Capture, OVER_LIMIT } from './capture.ts';
import { CalledProcessError, OutputLimitError, TimeoutExpired } from './processErrors.ts';
import type { RunDetails } from './processErrors.ts';
import { checkEncoding, toBytes } from './textEncoding.ts';

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

const MOST_OUTPUT = 64 * 1024 * 1024;

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
    return await runTree(command, options);
  } catch (error) {
    throw isOSError(error) || error instanceof AsyncioError ? atCallerIfFound(error, runProcess) : error;
  }
}

async function runTree(
  command: Command,
  options: RunProcessOptions,
): Promise<ProcessResult<string | Buffer>> {
  const {
    check = true,
    input,
    capture = true,
    encoding,
    timeout,
    maxOutput = MOST_OUTPUT,
    ...rest
  } = options;
  const text = encoding === null ? undefined : checkEncoding(encoding ?? 'utf8');
  const bytes = input === undefined ? undefined : toBytes(input, text ?? 'utf8', 'input');
  if (bytes !== undefined && rest.stdin !== undefined)
    throw new InvalidArgumentError('input', 'input is written to a pipe: give either input or stdin');
  const limit = checkWhole(maxOutput, 'maxOutput', 0);
  const time = timeout === undefined ? Infinity : toMilliseconds(timeout, 'timeout');
  const unsaid = capture ? PIPE : 'inherit';
  const [out, err] = [new Capture(limit), new Capture(limit)];
  const scope = new CancelScope({ deadline: runningLoop('runProcess').time() + time });
  const began = hostTime();
  const tree = await openTree(command, {
    ...rest,
    stdin: bytes === undefined ? (rest.stdin ?? DEVNULL) : PIPE,
    stdout: rest.stdout ?? unsaid,
    stderr: rest.stderr ?? unsaid,
  });
  const details = (): ProcessResult<string | Buffer> => ({
    command: showCommand(command),
    pid: tree.pid,
    returncode: tree.returncode as number,
    signal: signalOfReturncode(tree.returncode),
    duration: hostTime() - began,
    stdout: text === undefined ? out.bytes() : out.bytes().toString(text),
    stderr: text === undefined ? err.bytes() : err.bytes().toString(text),
  });
  try {
    await scope.run(async () => {
      await gather(
        () => feedAll(tree.stdin, bytes),
        () => out.readAll(tree.stdout),
        () => err.readAll(tree.stderr),
      );
      await tree.wait();
    });
  } catch (error) {
    await tree.end();
    throw error === OVER_LIMIT ? new OutputLimitError(details(), limit) : error;
  }
  if (scope.cancelledCaught) {
    await tree.end();
    throw new TimeoutExpired(details(), time);
  }
  tree.release();
  const result = details();
  if (check && result.returncode !== 0) throw new CalledProcessError(result);
  return result;
}

/** Writes `bytes` to a child that may not care, and closes its input. */
export async function feedAll(writer: ProcessTree['stdin'], bytes: Uint8Array | undefined): Promise<void> {
  if (writer === undefined) return;
  try {
    if (bytes !== undefined) await send(writer, bytes);
  } finally {
    writer.close();
  }
}

async function send(writer: StreamWriter, bytes: Uint8Array): Promise<void> {
  try {
    writer.write(bytes);
    await writer.drain();
  } catch (error) {
    // It reads no more: how it ended says the rest.
    if (!isOSError(error)) throw error;
  }
}
