// Which errors are a cancel. What is thrown at an await is a CancelledError; on its way out the host or the
// language may have put something of its own in its place.
//
// 1. An operation of the host that was given a signal of ours fails with an AbortError whose `cause` is the
//    signal's reason, here the CancelledError.
// 2. When the disposal of an `await using` is cancelled too, what leaves the block is a SuppressedError of both.
//    It is a cancel when there is nothing else in it: the later one counts, as it does in a `finally`.
// 3. A SuppressedError with any other error in it is a failure, whichever came first: a cancel must not hide it.
// 4. Where the runtime has no SuppressedError, compilers make an Error of that name with the same two fields.

import { isCancelledError } from './errors.ts';
import type { CancelledError } from './errors.ts';

/** True for what a cancel is thrown as: a {@link CancelledError}; an AbortError that a signal of the library's
 * caused; a SuppressedError of `await using` in which there is nothing but such. Rethrow it after clean-up.
 * @example
 * ```ts
 * import { CancelledError, isCancelled } from 'asyncio-ts';
 * console.log(isCancelled(new CancelledError()), isCancelled(new Error('x'))); // -> true false
 * ```
 */
export function isCancelled(error: unknown): error is Error & Partial<CancelledError> {
  return asCancelled(error) !== undefined;
}

/** The cancel that `error` stands for, if it is one. */
export function asCancelled(error: unknown): CancelledError | undefined {
  if (isCancelledError(error)) return error;
  if (typeof error !== 'object' || error === null) return undefined;
  try {
    return abortedBy(error) ?? (isSuppressed(error) ? latestOf(error) : undefined);
  } catch {
    // What was thrown does not let itself be looked at: then it is no cancel.
    return undefined;
  }
}

interface Suppressed {
  readonly error: unknown;
  readonly suppressed: unknown;
}

function abortedBy(error: object): CancelledError | undefined {
  if (!(error instanceof Error) || error.name !== 'AbortError') return undefined;
  const { cause } = error;
  return isCancelledError(cause) ? cause : undefined;
}

function isSuppressed(error: object): error is Suppressed {
  return (
    error instanceof Error && error.name === 'SuppressedError' && 'error' in error && 'suppressed' in error
  );
}

// Each disposal that throws wraps what was thrown before it, so they nest as deep as there are resources.
function latestOf(outermost: Suppressed): CancelledError | undefined {
  let latest: CancelledError | undefined;
  const seen: Set<unknown> = new Set();
  const left: unknown[] = [outermost];
  while (left.length > 0) {
    const error = left.pop();
    if (seen.has(error)) continue;
    seen.add(error);
    if (isCancelledError(error)) latest ??= error;
    else if (typeof error !== 'object' || error === null) return undefined;
    else if (isSuppressed(error)) left.push(error.suppressed, error.error);
    else {
      const cancel = abortedBy(error);
      if (cancel === undefined) return undefined;
      latest ??= cancel;
    }
  }
  return latest;
}
