// Several programs in a row, as `ps | grep` in a shell, without the shell: opened, or run to their end.

import { atCallerIfFound } from '../../base/callerIfFound.ts';
import { checkOptions } from '../../base/checkOptions.ts';
import { AsyncioError, InvalidArgumentError } from '../../base/errors.ts';
import { isOSError } from '../../base/osError.ts';
import { showAsText, showValue } from '../../base/show.ts';
import type { StreamReader } from '../../streams/streamReader.ts';
import type { StreamWriter } from '../../streams/streamWriter.ts';
import { checkCommand } from '../tree/openProcess.ts';
import type { Command, OpenProcessOptions } from '../tree/openProcess.ts';
import type { OutputLinesOptions, ProcessTree, TreeEndOptions } from '../tree/processTree.ts';
import type { OutputLines } from './outputLines.ts';
import type { ProcessResult, RunProcessOptions } from './runOptions.ts';
import { runStages } from './runStages.ts';
import { endStages, failedStage, openStages } from './stages.ts';

/** How a pipeline has ended; {@link runPipeline} returns it. `returncode` and `stderr` are those of the last program, or of
 * the last that failed; `stages` has each.
 * @example
 * ```ts
 * import { run, runPipeline, type PipelineResult } from 'asyncio-ts';
 * await run(async () => {
 *   const result: PipelineResult = await runPipeline([['seq', '5'], ['wc', '-l']]);
 *   console.log(result.stdout.trim(), result.stages.map((stage) => stage.returncode)); // -> 5 [ 0, 0 ]
 * });
 * ```
 */
export interface PipelineResult<T extends string | Buffer = string> extends ProcessResult<T> {
  readonly stages: readonly ProcessResult<T>[];
}

/** Processes in a row; {@link openPipeline} opens it.
 * @example
 * ```ts
 * import { openPipeline, PIPE, run, type Pipeline } from 'asyncio-ts';
 * await run(async () => {
 *   await using pipeline: Pipeline = await openPipeline([['seq', '9'], ['tail', '-1']], { stdout: PIPE });
 *   for await (const { text } of pipeline.lines()) console.log(text); // -> 9
 *   console.log(await pipeline.wait()); // -> [ 0, 0 ]
 * });
 * ```
 */
export class Pipeline implements AsyncDisposable {
  /** The processes, in their order. */
  readonly stages: readonly ProcessTree[];

  /** @internal */
  constructor(stages: readonly ProcessTree[]) {
    this.stages = stages;
  }

  /** Writes to the first, where its standard input is a pipe. */
  get stdin(): StreamWriter | undefined {
    return this.stages[0]?.stdin;
  }

  /** Reads what the last writes, where its standard output is a pipe. */
  get stdout(): StreamReader | undefined {
    return this.stages.at(-1)?.stdout;
  }

  /** What the last writes, line by line; see {@link ProcessTree.lines}. */
  lines(options: OutputLinesOptions = {}): OutputLines {
    return (this.stages.at(-1) as ProcessTree).lines(options);
  }

  /** Waits until all have ended, and returns their exit codes. Cancelling ends the wait only. */
  async wait(): Promise<number[]> {
    const codes: number[] = [];
    for (const stage of this.stages) codes.push(await stage.wait());
    return codes;
  }

  /** The stage that failed: the last that did, as a shell's `pipefail` has it. None while it runs, and one that was told
   * by SIGPIPE that nobody reads it any more has not failed, unless it is the last. */
  get failed(): ProcessTree | undefined {
    return this.stages[failedStage(this.stages.map(({ returncode = 0 }) => returncode))];
  }

  /** Ends all, each with what it has started; see {@link ProcessTree.end}. */
  async end(options: TreeEndOptions = {}): Promise<void> {
    await endStages(this.stages, options);
  }

  /** As {@link end}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<Pipeline ${this.stages.map(({ pid }) => pid).join(' | ')}>`;
  }
}

showAsText(Pipeline);

/** Opens processes in a row: each reads what the one before it writes, by pipes of the system where this host can make
 * them (Node on Linux, with koffi), so that the bytes do not come through this process. `stdin` is the first's, `stdout`
 * the last's; all other options are for each. With `shell: true` strings are lines for the shell.
 *
 * Cancelling leaves none. @throws as {@link openProcess}
 * @example
 * ```ts
 * import { openPipeline, PIPE, run } from 'asyncio-ts';
 * await run(async () => {
 *   await using pipeline = await openPipeline([['yes'], ['head', '-2']], { stdout: PIPE });
 *   console.log(String(await pipeline.stdout?.read()).split('\n').length); // -> 3
 *   console.log(await pipeline.wait(), pipeline.failed); // -> [ -13, 0 ] undefined
 * });
 * ```
 */
export async function openPipeline(
  commands: readonly Command[],
  options: OpenProcessOptions = {},
): Promise<Pipeline> {
  checkOptions(options, 'openPipeline');
  checkCommands(commands, options.shell);
  try {
    return new Pipeline(await openStages(commands, options));
  } catch (error) {
    throw isOSError(error) ? atCallerIfFound(error, openPipeline) : error;
  }
}

/** Runs processes in a row to their end, and returns what the last writes. Options are those of {@link runProcess}: `input`
 * is for the first; the standard error of each is captured by itself. One that fails fails the pipeline (`pipefail`),
 * except by SIGPIPE, by which one is told that nobody reads what it writes. A cancel, a timeout and too much output end
 * all, each with what it has started.
 * @throws as {@link runProcess}; a CalledProcessError is about the last that failed
 * @example
 * ```ts
 * import { run, runPipeline } from 'asyncio-ts';
 * await run(async () => {
 *   const { stdout } = await runPipeline([['cat'], ['sort'], ['uniq']], { input: 'b\na\nb\n' });
 *   console.log(stdout.split('\n')); // -> [ 'a', 'b', '' ]
 * });
 * ```
 */
export function runPipeline(
  commands: readonly Command[],
  options: RunProcessOptions & { readonly encoding: null },
): Promise<PipelineResult<Buffer>>;
export function runPipeline(
  commands: readonly Command[],
  options?: RunProcessOptions & { readonly encoding?: BufferEncoding | undefined },
): Promise<PipelineResult>;
export async function runPipeline(
  commands: readonly Command[],
  options: RunProcessOptions = {},
): Promise<PipelineResult<string | Buffer>> {
  checkOptions(options, 'runPipeline');
  checkCommands(commands, options.shell);
  try {
    return await runStages(commands, options);
  } catch (error) {
    throw isOSError(error) || error instanceof AsyncioError ? atCallerIfFound(error, runPipeline) : error;
  }
}

function checkCommands(commands: unknown, shell: unknown): void {
  if (!Array.isArray(commands) || commands.length === 0)
    throw new InvalidArgumentError(
      'commands',
      `a pipeline is an array of commands, each an array itself, not ${showValue(commands)}`,
    );
  for (const command of commands) checkCommand(command, Array.isArray(command) ? undefined : shell);
}
