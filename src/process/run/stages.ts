// Processes in a row, each reading what the one before it writes, by pipes of the system where there are foreign functions
// to make them, so that the bytes never come here. Elsewhere they are passed on here, with the back-pressure of both.
//
// 1. All are started, or none is left. All are ended together.
// 2. Our ends of the pipes are closed as soon as the children have them: who reads sees the end, and who writes to one
//    that has ended gets SIGPIPE, as in a shell.

import { closeDescriptor } from '../../sys/libc/descriptorKind.ts';
import { ffi } from '../../sys/libc/ffi.ts';
import { openWaitingPipe } from '../../sys/libc/kernelPipe.ts';
import type { ChildInput, ChildOutput } from '../stdio.ts';
import { PIPE } from '../stdio.ts';
import { openTree } from '../tree/openProcess.ts';
import type { Command, OpenProcessOptions } from '../tree/openProcess.ts';
import type { ProcessTree, TreeEndOptions } from '../tree/processTree.ts';

export async function openStages(
  commands: readonly Command[],
  options: OpenProcessOptions,
): Promise<ProcessTree[]> {
  const { shell, stdin, stdout, ...rest } = options;
  const stages: ProcessTree[] = [];
  let input: ChildInput | undefined = stdin;
  let pipe: readonly [number, number] | undefined;
  try {
    for (const [at, command] of commands.entries()) {
      const reads: readonly [number, number] | undefined = pipe;
      const last = at === commands.length - 1;
      pipe = last || ffi() === undefined ? undefined : openWaitingPipe();
      const output: ChildOutput | undefined = last ? stdout : (pipe?.[1] ?? PIPE);
      let stage: ProcessTree;
      try {
        const line = typeof command === 'string' || commands.length === 1 ? { shell } : {};
        stage = await openTree(command, { ...rest, ...line, stdin: input, stdout: output });
      } finally {
        if (reads !== undefined) closeDescriptor(reads[0]);
        if (pipe !== undefined) closeDescriptor(pipe[1]);
      }
      stages.push(stage);
      input = pipe === undefined ? stage.stdout : pipe[0];
    }
  } catch (error) {
    if (pipe !== undefined) closeDescriptor(pipe[0]);
    await endStages(stages);
    throw error;
  }
  return stages;
}

/** Ends all, each with what it has started. No cancel cuts it short. */
export async function endStages(
  stages: readonly ProcessTree[],
  options: TreeEndOptions = {},
): Promise<void> {
  await Promise.all(stages.map((stage) => stage.end(options)));
}

/** One that writes into a pipe which nobody reads any more is told so by SIGPIPE: its work was not wanted, it has not
 * failed. Shells say 128 + 13 where a program of theirs was. */
const UNHEARD: ReadonlySet<number> = new Set([-13, 141]);

/** The last that has failed, as a shell's `pipefail` has it; -1 when none has. */
export function failedStage(returncodes: readonly number[]): number {
  const last = returncodes.length - 1;
  return returncodes.findLastIndex((code, at) => code !== 0 && !(at < last && UNHEARD.has(code)));
}
