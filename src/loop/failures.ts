// What becomes of errors that nobody can catch. A handler is a program's own, and a subclass of the loop may have
// put its own methods in the place of ours: what these throw is reported as well, beside what they were told.

import { attempt } from '../base/attempt.ts';
import { report } from '../sys/host/report.ts';

/** What is told of an error: the keys of asyncio's context, which `ExceptionContext` (exceptionHandler.ts) has
 * with their types. */
export interface Failure {
  message: string;
  exception?: unknown;
  [key: string]: unknown;
}

/** The methods of a loop that a subclass may override. */
export interface Handling {
  defaultExceptionHandler(failure: Failure): void;
  callExceptionHandler(failure: Failure): void;
}

const DEFAULT_MESSAGE = 'Unhandled exception in event loop';

function isLines(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}

/** Writes a failure the way the default handler prints it. A getter in it that throws counts as not there. */
export function formatFailure(failure: Failure, inspect: (value: unknown) => string): string {
  const message = attempt(() => failure.message);
  const lines = [typeof message === 'string' && message !== '' ? message : DEFAULT_MESSAGE];
  for (const key of Object.keys(failure).sort()) {
    const value = attempt(() => failure[key]);
    if (key === 'message' || key === 'exception' || value === undefined) continue;
    lines.push(`${key}: ${isLines(value) ? `\n    ${value.join('\n    ')}` : inspect(value)}`);
  }
  const exception = attempt(() => failure.exception);
  if (exception !== undefined) lines.push(inspect(exception));
  return lines.join('\n');
}

/** Gives a failure to the program's handler, or to the default one where there is none. */
export function handleFailure<L extends Handling, F extends Failure>(
  loop: L,
  handler: ((loop: L, failure: F) => void) | undefined,
  failure: F,
): void {
  if (handler === undefined) {
    reportByDefault(loop, failure);
    return;
  }
  try {
    handler(loop, failure);
  } catch (error) {
    const message = 'Unhandled error in exception handler';
    reportByDefault(loop, { message, exception: error, context: failure });
  }
}

/** For code that has no place for an error: as callExceptionHandler, and never throws, not even where a subclass
 * has one of its own. */
export function reportFailure(loop: Handling, failure: Failure): void {
  try {
    loop.callExceptionHandler(failure);
  } catch (error) {
    reportByDefault(loop, failure);
    reportByDefault(loop, { message: 'Unhandled error in callExceptionHandler', exception: error });
  }
}

function reportByDefault(loop: Handling, failure: Failure): void {
  try {
    loop.defaultExceptionHandler(failure);
  } catch (error) {
    report('error', (inspect) => formatFailure(failure, inspect));
    report('error', (inspect) => `Exception in default exception handler: ${inspect(error)}`);
  }
}
