// From the cause of a cancel, or of a failure, to the error that is thrown.

import { attempt } from '../../base/attempt.ts';
import { InvalidArgumentError, quietCancelledError } from '../../base/errors.ts';
import type { CancelledError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';

/** Why something is cancelled: a message, or the very error to throw. */
export type Cause = string | CancelledError;

export function toCancelledError(cause: Cause): CancelledError {
  return typeof cause === 'string' ? quietCancelledError(cause, undefined) : cause;
}

/** What a cancel says is a string, as what an error says: anything else would be thrown in its place.
 * @throws InvalidArgumentError */
export function checkMessage(message: unknown): void {
  if (typeof message === 'string') return;
  throw new InvalidArgumentError('message', `a cancel's message is a string, not ${showValue(message)}`);
}

/** What `setException` is given as an error: a class of errors is instantiated, as Python does. */
export function toFailure(error: unknown): unknown {
  const isClass = typeof error === 'function' && attempt(() => error.prototype instanceof Error) === true;
  return isClass ? new (error as new () => Error)() : error;
}
