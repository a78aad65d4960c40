// As atCaller (callerStack.ts), where the engine may not find the caller. JavaScriptCore leaves out frames (calls in tail
// position), and does not find who awaits a promise that is no async function's. An error whose stack would be empty
// by that keeps the one it had.

import { atCaller } from './callerStack.ts';

const FINDS_ALL = !('sourceURL' in new Error());

/** Has the stack of `error` begin at the caller of `below`, if that is found. Returns the error. */
export function atCallerIfFound<E>(error: E, below: (...args: never[]) => unknown): E {
  const before = FINDS_ALL || !(error instanceof Error) ? undefined : error.stack;
  const placed: { stack?: string } = atCaller(error, below) as object;
  if (before !== undefined && placed.stack?.includes('\n') === false) placed.stack = before;
  return error;
}
