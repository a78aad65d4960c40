// The host's calls on files, as tasks wait for them.
//
// 1. Where the code is cancelled already, nothing is started.
// 2. What changes something is not left while it is under way: a cancel is thrown when the call has ended. So no write
//    comes after its cancel.
// 3. What only looks is left at once, and ends by itself. Whoever starts such a call keeps what it brings in the call
//    itself, not after the wait for it.
// 4. Errors of the system are ours, and begin at the line of the program that called.

import { CancelScope, isCancelled, wrapFuture } from '../../asyncio.ts';
import { checkpoint, fromHostError, isCancelDue } from '../../lowlevel.ts';

type Callable = (...args: never[]) => unknown;

/** Waits for what changes something. A cancel is thrown when the call has ended; `lost` puts away what it brought. */
export async function changing<T>(start: () => Promise<T>, lost?: (result: T) => unknown): Promise<T> {
  if (isCancelDue()) await checkpoint();
  const call = start();
  try {
    return await wrapFuture(call);
  } catch (error) {
    if (!isCancelled(error)) throw fromHostError(error);
    await shielded(call.then(lost, () => {}));
    throw error;
  }
}

/** Waits for what only looks. A cancel is thrown at once; `lost` puts away what the call brings then. */
export async function looking<T>(start: () => Promise<T>, lost?: (result: T) => unknown): Promise<T> {
  if (isCancelDue()) await checkpoint();
  const call = start();
  try {
    return await wrapFuture(call);
  } catch (error) {
    if (!isCancelled(error)) throw fromHostError(error);
    call.then(lost, () => {});
    throw error;
  }
}

/** Waits for `promise`, whatever is cancelled meanwhile. */
export async function shielded<T>(promise: Promise<T>): Promise<T> {
  const future = wrapFuture(promise);
  return (await new CancelScope({ shield: true }).run(() => future)) as T;
}

/** Has the stack of an error of the system begin at the caller of `below`, the function that runs. Returns the error. */
export function atCaller(error: unknown, below: Callable): unknown {
  if (!(error instanceof Error) || isCancelled(error)) return error;
  const here = { stack: '' };
  Error.captureStackTrace(here, below);
  const lines = here.stack.split('\n').filter((line) => /^\s+at (?!.*\bnode:internal)/.test(line));
  if (lines.length === 0) return error;
  try {
    error.stack = `${error.name}: ${error.message}\n${lines.join('\n')}`;
  } catch {
    // Frozen.
  }
  return error;
}
