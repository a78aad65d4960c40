// The short ways into a cancel scope: give up quietly, or with an error, after a time.

import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { TimeoutError } from '../base/errors.ts';
import { runningLoop } from '../loop/running.ts';
import type { Body } from './body.ts';
import { CancelScope } from './cancelScope.ts';
import { tooLong } from './timeout.ts';

/** Options of {@link moveOnAfter} and its like.
 * @example
 * ```ts
 * import { run, moveOnAfter, sleep, type MoveOnOptions } from 'asyncio-ts';
 * const cleanUp: MoveOnOptions = { shield: true };
 * await run(() => moveOnAfter(1000, () => sleep(1), cleanUp));
 * ```
 */
export interface MoveOnOptions {
  /** Keeps cancels from outside off; false by default. */
  shield?: boolean | undefined;
}

/** Runs `body` for at most `delay` milliseconds and then goes on without it: the body is cancelled for good
 * and the result is undefined. Semantics: trio.move_on_after.
 * @throws InvalidArgumentError for a bad delay; UsageError outside of a task
 * @example
 * ```ts
 * import { run, moveOnAfter, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   console.log(await moveOnAfter(5, () => sleep(60_000, { result: 'never' }))); // -> undefined
 * });
 * ```
 */
export function moveOnAfter<T>(
  delay: Duration,
  body: Body<CancelScope, T>,
  options: MoveOnOptions = {},
): Promise<T | undefined> {
  return moveOnAt(runningLoop('moveOnAfter').time() + toMilliseconds(delay), body, options);
}

/** As {@link moveOnAfter}, until a time on the scale of `loop.time()`. Semantics: trio.move_on_at.
 * @example
 * ```ts
 * import { run, moveOnAt, sleep } from 'asyncio-ts';
 * console.log(await run(() => moveOnAt(-Infinity, () => sleep(1)))); // -> undefined
 * ```
 */
export function moveOnAt<T>(
  deadline: number,
  body: Body<CancelScope, T>,
  options: MoveOnOptions = {},
): Promise<T | undefined> {
  return new CancelScope({ deadline, shield: options.shield }).run(body);
}

/** As {@link moveOnAfter}, but throws when the time was not enough. Semantics: trio.fail_after.
 * @throws TimeoutError whose `timeout` is the scope; also where the scope was cancelled by hand, as the message
 * says then
 * @example
 * ```ts
 * import { run, failAfter, sleep, TimeoutError } from 'asyncio-ts';
 * await run(async () => {
 *   try { await failAfter(5, () => sleep(60_000)); } catch (error) {
 *     console.log(error instanceof TimeoutError); // -> true
 *   }
 * });
 * ```
 */
export function failAfter<T>(
  delay: Duration,
  body: Body<CancelScope, T>,
  options: MoveOnOptions = {},
): Promise<T> {
  const limit = toMilliseconds(delay);
  return failIn('failAfter', limit, runningLoop('failAfter').time() + limit, body, options);
}

/** As {@link failAfter}, until a time on the scale of `loop.time()`. Semantics: trio.fail_at.
 * @example
 * ```ts
 * import { run, failAt, getRunningLoop, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const end = getRunningLoop().time() + 1000;
 *   console.log(await failAt(end, () => sleep(1, { result: 'in time' }))); // -> in time
 * });
 * ```
 */
export async function failAt<T>(
  deadline: number,
  body: Body<CancelScope, T>,
  options: MoveOnOptions = {},
): Promise<T> {
  return await failIn('failAt', undefined, deadline, body, options);
}

async function failIn<T>(
  what: string,
  limit: number | undefined,
  deadline: number,
  body: Body<CancelScope, T>,
  options: MoveOnOptions,
): Promise<T> {
  const scope = new CancelScope({ deadline, shield: options.shield });
  const result = await scope.run(body);
  const { cause, timedOut } = scope._ownCancel();
  if (cause === undefined) return result as T;
  const reason = cause.message === '' ? '' : `: ${cause.message}`;
  const message = timedOut
    ? tooLong(what, limit)
    : `${what}: its scope was cancelled before its deadline${reason}`;
  throw new TimeoutError(message, { timeout: scope, cause });
}
