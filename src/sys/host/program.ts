// The program that the library is a part of: its environment, its thread, its standard output.

import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

/** False in a worker. */
export const onMainThread: boolean = isMainThread;

/** An environment variable; where they may not be read, as without permission on Deno, there are none. */
export function environment(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    return undefined;
  }
}

/** Standard output, for what prints because it was asked to. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}
