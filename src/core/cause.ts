// From the cause of a cancel to the error that is thrown.

import { quietCancelledError } from '../base/errors.ts';
import type { CancelledError } from '../base/errors.ts';
import type { Cause } from './frame.ts';

export function toCancelledError(cause: Cause): CancelledError {
  return typeof cause === 'string' ? quietCancelledError(cause, undefined) : cause;
}
