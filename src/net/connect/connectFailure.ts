// What is thrown when no address of a host could be connected to: one error, or all of them.

import { ExceptionGroup } from '../../base/exceptionGroup.ts';
import { ConnectionError, OSError, osError } from '../../base/osError.ts';
import type { ConnectionTimeoutError } from '../../base/osError.ts';

/** The one error for several failed attempts: the error itself where there is one, or all say the same; else
 * one that quotes all, has them as `cause`, and is of the class and code that they share. With `all` always an
 * ExceptionGroup of all. */
export function connectFailure(errors: readonly (OSError | ConnectionTimeoutError)[], all: boolean): Error {
  if (all) return new ExceptionGroup('createConnection failed', errors);
  const [first] = errors as [OSError];
  if (errors.every((error) => error.message === first.message)) return first;
  const message = `Multiple exceptions: ${errors.map((error) => error.message).join(', ')}`;
  const error = sharedError(errors, first, new ExceptionGroup('createConnection failed', errors));
  Object.defineProperty(error, 'message', { value: message, configurable: true, writable: true });
  return error;
}

function sharedError(
  errors: readonly (OSError | ConnectionTimeoutError)[],
  first: OSError | ConnectionTimeoutError,
  cause: unknown,
): Error {
  const { errno, code, syscall, hostname } = first;
  const where = { syscall, hostname, cause };
  if (errors.every((error) => error.code === code)) return osError({ errno, code, ...where });
  const refusals = errors.every((error) => error instanceof ConnectionError);
  const Shared = refusals ? ConnectionError : OSError;
  return new Shared({ ...where, errno: 0, code: 'ERR_ASYNCIO_MULTIPLE_ERRORS', syscall: 'connect' });
}
