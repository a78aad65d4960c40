// What becomes of errors that nobody can catch: asyncio's exception handler, with its context keys.
//
// A handler is a program's own, and a subclass of the loop may have put its own methods in the place of ours:
// what these throw is reported as well, beside what they were told.

import { attempt } from '../base/attempt.ts';
import { report } from '../sys/host/report.ts';
import type { Handle } from './handle.ts';

/** What an exception handler is told; asyncio's keys in camelCase.
 * @example
 * ```ts
 * import { run, getRunningLoop, sleep, type ExceptionContext } from 'asyncio-ts';
 * await run(async () => {
 *   const loop = getRunningLoop();
 *   loop.setExceptionHandler((_, context: ExceptionContext) => console.log(context.message));
 *   loop.callSoon(function broken() { throw new Error('no'); });
 *   await sleep(0); // -> Exception in callback broken
 * });
 * ```
 */
export interface ExceptionContext {
  /** What happened, in one sentence. */
  message: string;
  /** What was thrown. */
  exception?: unknown;
  /** The future, task or handle that it is about. */
  future?: object;
  task?: object;
  handle?: Handle;
  /** Further keys that the caller adds. */
  [key: string]: unknown;
}

const DEFAULT_MESSAGE = 'Unhandled exception in event loop';

function isLines(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}

/** Writes a context the way the default handler prints it. A getter in it that throws counts as not there. */
export function formatContext(context: ExceptionContext, inspect: (value: unknown) => string): string {
  const message = attempt(() => context.message);
  const lines = [typeof message === 'string' && message !== '' ? message : DEFAULT_MESSAGE];
  for (const key of Object.keys(context).sort()) {
    const value = attempt(() => context[key]);
    if (key === 'message' || key === 'exception' || value === undefined) continue;
    lines.push(`${key}: ${isLines(value) ? `\n    ${value.join('\n    ')}` : inspect(value)}`);
  }
  const exception = attempt(() => context.exception);
  if (exception !== undefined) lines.push(inspect(exception));
  return lines.join('\n');
}

/** The methods of a loop that a subclass may override. */
interface Handling {
  defaultExceptionHandler(context: ExceptionContext): void;
  callExceptionHandler(context: ExceptionContext): void;
}

export function handleContext<L extends Handling>(
  loop: L,
  handler: ((loop: L, context: ExceptionContext) => void) | undefined,
  context: ExceptionContext,
): void {
  if (handler === undefined) {
    reportByDefault(loop, context);
    return;
  }
  try {
    handler(loop, context);
  } catch (error) {
    reportByDefault(loop, { message: 'Unhandled error in exception handler', exception: error, context });
  }
}

/** For who has no place for an error: never throws. */
export function reportFailure(loop: Handling, context: ExceptionContext): void {
  try {
    loop.callExceptionHandler(context);
  } catch (error) {
    reportByDefault(loop, context);
    reportByDefault(loop, { message: 'Unhandled error in callExceptionHandler', exception: error });
  }
}

function reportByDefault(loop: Handling, context: ExceptionContext): void {
  try {
    loop.defaultExceptionHandler(context);
  } catch (error) {
    report('error', (inspect) => formatContext(context, inspect));
    report('error', (inspect) => `Exception in default exception handler: ${inspect(error)}`);
  }
}
