// Stack traces as data: one frame for each line that is the program's own.

import { userLines } from '../loop/stackLines.ts';

/** One line of a call stack.
 * @example
 * ```ts
 * import { run, captureCallGraph, type CallGraphFrame } from 'asyncio-ts';
 * async function main(): Promise<CallGraphFrame | undefined> {
 *   return captureCallGraph()?.callStack[0]?.frame;
 * }
 * console.log((await run(main))?.name); // -> main
 * ```
 */
export interface CallGraphFrame {
  /** The function; empty for an anonymous one. */
  readonly name: string;
  /** Path or URL of the file, as the host gives it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** True where the engine knows the frame as that of a suspended async function. */
  readonly isAsync: boolean;
}

const FRAME = /^at (async )?(?:(.*?) \()?(?:async )?(.+?):(\d+):(\d+)\)?$/;
// V8 calls a function after the option that stands beside it: `createTask(async () => {}, { name: 'job' })`.
const ANONYMOUS = /(?:createTask|spawn)\.name$/;
// Where a task calls its coroutine: what lies below belongs to whoever made the task step.
const TASK_START = /taskStep\.[jt]s/;

/** The frame of a line of a stack trace; undefined for one that names no place. */
function parseFrame(line: string): CallGraphFrame | undefined {
  const match = FRAME.exec(line);
  if (match === null) return undefined;
  const [, isAsync, name = '', file = '', row, column] = match;
  return {
    name: ANONYMOUS.test(name) ? '' : name.replace(/^new /, ''),
    file,
    line: Number(row),
    column: Number(column),
    isAsync: isAsync !== undefined,
  };
}

/** The frames of the running step, innermost first, from the caller of `below` on. */
export function framesHere(below: (...args: never[]) => unknown): CallGraphFrame[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, below);
  // Bun finds no caller below some functions: the library's own lines are left out further down anyway.
  if (!holder.stack?.includes('\n')) holder.stack = new Error('here').stack ?? '';
  Error.stackTraceLimit = limit;
  const lines = (holder.stack ?? '').split('\n');
  const start = lines.findIndex((line) => TASK_START.test(line));
  return parseFrames(userLines((start === -1 ? lines : lines.slice(0, start)).join('\n')));
}

export function parseFrames(lines: readonly string[]): CallGraphFrame[] {
  return lines.map(parseFrame).filter((frame) => frame !== undefined);
}
