// The lines of a stack that tell a program where in its own code something happened. It imports nothing of the core's:
// it is loaded with debug mode.

import { isOwnLine } from '../sys/host/ownFile.ts';

// Node, Deno and Bun name the files of their own parts so.
const HOST = /(?:\(|at |async )(?:node:|ext:|native[: ]|internal:)/;

// In the name of a function, or of a file.
const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** The lines of a stack that are neither the library's nor the host's. */
export function userLines(stack: string): string[] {
  return stack
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replaceAll(CONTROL, '\ufffd'))
    .filter((line) => line.startsWith('at ') && !isOwnLine(line) && !HOST.test(line));
}
