// Running programs in a row to their end, with what the first reads and the last writes; one program is a row of one.
//
// 1. A cancel, a timeout or too much output ends all of them with all that they have started (tree/endTree.ts), before it
//    is thrown.
// 2. What they write is bounded in memory: the output of the last, and the standard error of each.
// 3. One has ended when its process has, and its output too: a child of its own that holds the output open is waited for.
//    What it leaves running in the background, with the output let go, runs on.

import { toMilliseconds } from '../../base/duration.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { isOSError } from '../../base/osError.ts';
import { checkWhole } from '../../base/wholeNumber.ts';
import { runningLoop } from '../../loop/running.ts';
import type { StreamWriter } from '../../streams/streamWriter.ts';
import { CancelScope } from '../../structured/cancelScope.ts';
import { gather } from '../../structured/gather.ts';
import { hostTime } from '../../sys/host/realTime.ts';
import { DEVNULL, PIPE } from '../stdio.ts';
import { signalOfReturncode } from '../signals/signalName.ts';
import { showCommand } from '../tree/openProcess.ts';
import type { Command } from '../tree/openProcess.ts';
import type { ProcessTree } from '../tree/processTree.ts';
import { Capture, OVER_LIMIT } from './capture.ts';
import { CalledProcessError, OutputLimitError, TimeoutExpired } from './processErrors.ts';
import type { ProcessResult, RunProcessOptions } from './runOptions.ts';
import { endStages, failedStage, openStages } from './stages.ts';
import { checkEncoding, toBytes } from './textEncoding.ts';

const MOST_OUTPUT = 64 * 1024 * 1024;

export interface StagesResult extends ProcessResult<string | Buffer> {
  /** Each by itself. */
  readonly stages: readonly ProcessResult<string | Buffer>[];
}

export async function runStages(
  commands: readonly Command[],
  options: RunProcessOptions,
): Promise<StagesResult> {
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
  const scope = new CancelScope({ deadline: runningLoop('runProcess').time() + time });
  const began = hostTime();
  const stages = await openStages(commands, {
    ...rest,
    stdin: bytes === undefined ? (rest.stdin ?? DEVNULL) : PIPE,
    stdout: rest.stdout ?? unsaid,
    stderr: rest.stderr ?? unsaid,
  });
  const [first, last] = [stages[0], stages.at(-1)] as [ProcessTree, ProcessTree];
  const out = new Capture(limit);
  const errors = stages.map(() => new Capture(limit));
  const show = (capture: Capture): string | Buffer =>
    text === undefined ? capture.bytes() : capture.bytes().toString(text);
  const detailsOf = (at: number, command: string): ProcessResult<string | Buffer> => {
    const { pid, returncode = 0 } = stages[at] as ProcessTree;
    return {
      command,
      pid,
      returncode,
      signal: signalOfReturncode(returncode),
      duration: hostTime() - began,
      stdout: show(at === stages.length - 1 ? out : new Capture(0)),
      stderr: show(errors[at] as Capture),
    };
  };
  const shown = commands.map(showCommand);
  const row = shown.join(' | ');
  /** Of the row, by one stage. */
  const detailsBy = (at: number): ProcessResult<string | Buffer> => {
    const command = commands.length === 1 ? row : `${shown[at]} (in ${row})`;
    return { ...detailsOf(at, command), stdout: show(out) };
  };
  /** The same by the stage that has failed, or else the last. */
  const details = (): ProcessResult<string | Buffer> => {
    const failed = failedStage(stages.map(({ returncode = 0 }) => returncode));
    return failed < 0 ? { ...detailsBy(stages.length - 1), command: row } : detailsBy(failed);
  };
  try {
    await scope.run(async () => {
      await gather(
        () => feedAll(first.stdin, bytes),
        () => out.readAll(last.stdout),
        ...stages.map((stage, at) => () => (errors[at] as Capture).readAll(stage.stderr)),
      );
      for (const stage of stages) await stage.wait();
    });
  } catch (error) {
    await endStages(stages);
    if (error !== OVER_LIMIT) throw error;
    const talker = errors.findIndex(({ isOver }) => isOver);
    throw new OutputLimitError(detailsBy(talker < 0 ? stages.length - 1 : talker), limit);
  }
  if (scope.cancelledCaught) {
    await endStages(stages);
    // They were ended all alike: that one has failed says nothing.
    throw new TimeoutExpired({ ...details(), command: row }, time);
  }
  for (const stage of stages) stage.release();
  const result = details();
  if (check && failedStage(stages.map(({ returncode = 0 }) => returncode)) >= 0)
    throw new CalledProcessError(result);
  return { ...result, stages: commands.map((command, at) => detailsOf(at, showCommand(command))) };
}

/** Writes `bytes` to a child that may not care, and closes its input. */
async function feedAll(writer: ProcessTree['stdin'], bytes: Uint8Array | undefined): Promise<void> {
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
