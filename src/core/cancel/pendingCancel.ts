// A cancel that found nothing to cancel waits in its frame. Here the next await of the task asks what is
// due to it.

import { currentFrame, shields } from './frame.ts';
import type { Cause, Frame, Owner } from './frame.ts';

/** The cancel that stands over `frame`, if any. The outermost frame wins: whoever cancels the whole task cancels
 * the scopes in it too. */
export function standingCancel(frame: Frame): Cause | undefined {
  let found: Cause | undefined;
  for (let at: Frame | undefined = frame; at !== undefined; at = at._parent) {
    if (at._ended) continue;
    found = at._pending ?? at._level ?? found;
    if (at._shield) return found;
  }
  return found ?? (frame.task as Owner)._scope?.effectiveLevel();
}

/** Whether a cancel stands over the code that runs: its next await of ours is going to throw it. For what must start
 * nothing then; to have it thrown, `await checkpoint()`. Semantics: what trio.lowlevel.checkpoint_if_cancelled asks.
 * @example
 * ```ts
 * import { moveOnAfter, run } from 'asyncio-ts';
 * import { isCancelDue } from 'asyncio-ts/lowlevel';
 * await run(() => moveOnAfter(1000, async (scope) => {
 *   console.log(isCancelDue()); // -> false
 *   scope.cancel();
 *   console.log(isCancelDue()); // -> true
 * }));
 * ```
 */
export function isCancelDue(): boolean {
  const frame = currentFrame();
  return frame !== undefined && standingCancel(frame) !== undefined;
}

/** The cancel that the next await in `frame` must get, if any. Edges (`_pending`) are taken, a level stays.
 * What waits in the frames further in is the same cancel for the code that gets it. */
export function dueCancel(frame: Frame): Cause | undefined {
  const cause = standingCancel(frame);
  dropDue(frame);
  return cause;
}

/** True while a cancel that found nothing to cancel waits in `frame` itself. @internal */
export function hasPendingCancel(frame: Pick<Frame, '_pending'>): boolean {
  return frame._pending !== undefined;
}

/** What stood over `frame` has been delivered. */
export function dropDue(frame: Frame): void {
  for (let at: Frame | undefined = frame; at !== undefined; at = shields(at) ? undefined : at._parent) {
    if (at._pending !== undefined) at._pending = undefined;
  }
}

/** Drops what waits in `frame` and around it, as far as no shield stands in between. */
export function dropUndelivered(frame: Frame | undefined): void {
  for (let at = frame; at !== undefined && !shields(at); at = at._parent) at._pending = undefined;
}
