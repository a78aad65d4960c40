// What went wrong, as fields: an error of SQLite, of this worker, or of a function of the program's.

import type { Driver } from './driver.ts';
import { kindOfCode } from './errorCodes.ts';
import type { Failure, FailureKind } from './protocol.ts';

/** What the worker itself refuses. */
export class Refused extends Error {
  readonly kind: FailureKind;
  readonly errorCode: number | undefined;

  constructor(kind: FailureKind, message: string, errorCode?: number) {
    super(message);
    this.kind = kind;
    this.errorCode = errorCode;
  }
}

/** An error as it travels. */
export function describeFailure(driver: Driver, error: unknown): Failure {
  if (error instanceof Refused)
    return { kind: error.kind, message: error.message, errorCode: error.errorCode };
  const { name = 'Error', message = String(error), stack = '' } = (error ?? {}) as Partial<Error>;
  const errorCode = error instanceof Error ? driver.errorCode(error) : undefined;
  if (errorCode !== undefined) return { kind: kindOfCode(errorCode), message, errorCode };
  // Nothing else throws in here.
  const cause = { name, message, stack };
  const hint =
    name === 'ReferenceError'
      ? " (it runs in the database's worker, and sees nothing of the place where it was written: export it from a module)"
      : '';
  return {
    kind: 'OperationalError',
    message: `a function of the program's threw ${name}: ${message}${hint}`,
    errorCode: 1,
    cause,
  };
}
