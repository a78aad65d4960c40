// Runs what looks at other programs.
//
// 1. What keeps it from looking is a sentence and an exit code, and being ended no failure.
// 2. However the user leaves, what was opened in the other program is closed first: by a signal, by closing the terminal
//    (SIGHUP), by closing what reads the output (`| head`).

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { currentTask, InterruptedError, run, UnsupportedError } from '../asyncio.ts';
import type { RunOptions } from '../asyncio.ts';
import { AttachError } from '../inspect/inspect.ts';
import { CommandError } from './commandError.ts';
import { harmless } from '../lowlevel.ts';

/** Why main was cancelled, beside the signals of `run`: an exit code, as a shell has it for the signal. */
const HUNG_UP = 129;
const NOBODY_READS = 141;

/** Runs `main` until it is done or the user leaves, by which it is cancelled; then resolves to the exit code that says so,
 * and otherwise to undefined.
 * @throws CommandError where the program can't be looked at; whatever else `main` throws */
export async function untilLeft(main: () => Promise<void>): Promise<number | undefined> {
  let left: number | CommandError | undefined;
  try {
    await run(
      async () => {
        const task = currentTask();
        whenLeft((why) => {
          left ??= why;
          task?.cancel();
        });
        await main();
      },
      { backend: 'host' } satisfies RunOptions,
    );
  } catch (error) {
    if (left === undefined) {
      if (error instanceof InterruptedError) return error.exitCode;
      throw lookFailure(error);
    }
  }
  if (left instanceof CommandError) throw left;
  return left;
}

/** The same, and the process ends with that code. */
export async function runLooking(main: () => Promise<void>): Promise<void> {
  const code = await untilLeft(main);
  if (code !== undefined) process.exit(code);
}

// They stay until the process ends: what was written last may fail when main is done.
function whenLeft(leave: (why: number | CommandError) => void): void {
  if (!ignoresHangUp()) process.on('SIGHUP', () => leave(HUNG_UP));
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', ({ code = '', message }: NodeJS.ErrnoException) =>
      leave(
        // A terminal that is gone is EIO.
        code === 'EPIPE' || code === 'EIO' ? NOBODY_READS : new CommandError(`cannot print: ${message}`, 1),
      ),
    );
}

/** Whether it was started to survive its terminal, as by nohup. */
function ignoresHangUp(): boolean {
  try {
    const mask = /^SigIgn:\s+([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return mask !== undefined && (BigInt(`0x${mask}`) & 1n) === 1n;
  } catch {
    return false;
  }
}

function lookFailure(error: unknown): unknown {
  const isRefusal = error instanceof AttachError || error instanceof UnsupportedError;
  // It names the other program.
  return isRefusal ? new CommandError(harmless(error.message), 1) : error;
}
