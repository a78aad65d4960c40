// What becomes of errors that nobody can catch: asyncio's exception handler, with its context keys.

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

/** Writes a context the way the default handler prints it. */
export function formatContext(context: ExceptionContext, inspect: (value: unknown) => string): string {
  const lines = [context.message || 'Unhandled exception in event loop'];
  for (const key of Object.keys(context).sort()) {
    if (key === 'message' || key === 'exception' || context[key] === undefined) continue;
    const value = context[key];
    lines.push(`${key}: ${Array.isArray(value) ? `\n    ${value.join('\n    ')}` : inspect(value)}`);
  }
  if (context.exception !== undefined) lines.push(inspect(context.exception));
  return lines.join('\n');
}
