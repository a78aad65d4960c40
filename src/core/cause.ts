// From the cause of a cancel to the error that is thrown.

import { isCancelled, quietCancelledError } from '../base/errors.ts';
import type { CancelledError } from '../base/errors.ts';
import type { Cause } from './frame.ts';

export function toCancelledError(cause: Cause): CancelledError {
  return typeof cause === 'string' ? quietCancelledError(cause, undefined) : cause;
}

/** The cancel that `error` stands for: itself, or what the host made of it. Operations of the host that are
 * given a signal fail with an AbortError whose `cause` is the signal's reason, here the CancelledError. */
export function asCancelled(error: unknown): CancelledError | undefined {
  if (isCancelled(error)) return error;
  if (!(error instanceof Error) || error.name !== 'AbortError') return undefined;
  return isCancelled(error.cause) ? error.cause : undefined;
}
