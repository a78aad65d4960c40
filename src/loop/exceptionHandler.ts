// What an exception handler is told: asyncio's context, with its keys.

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
