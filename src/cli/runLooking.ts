// Runs what looks at other programs: what keeps it from looking is a sentence and an exit code, and Ctrl-C no failure.

import process from 'node:process';
import { InterruptedError, run, UnsupportedError } from '../asyncio.ts';
import type { RunOptions } from '../asyncio.ts';
import { AttachError } from '../inspect/inspect.ts';
import { CommandError } from './commandError.ts';

/** @throws CommandError where the program can't be looked at; whatever else `main` throws */
export async function runLooking(main: () => Promise<void>, options: RunOptions = {}): Promise<void> {
  try {
    await run(main, { backend: 'host', ...options });
  } catch (error) {
    if (error instanceof InterruptedError) process.exit(error.exitCode);
    throw lookFailure(error);
  }
}

/** What the command fails with: a sentence where a program can't be looked at. */
export function lookFailure(error: unknown): unknown {
  const isRefusal = error instanceof AttachError || error instanceof UnsupportedError;
  return isRefusal ? new CommandError(error.message, 1) : error;
}
