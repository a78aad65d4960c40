// A cancel that found nothing to cancel waits in its frame. Here the next await of the task asks what is
// due to it.

import type { Cause, Frame, Owner } from './frame.ts';

/** The cancel that the next await in `frame` must get, if any. An edge (`_pending`) is taken, a level
 * stays. The outermost frame wins: who cancels the whole task cancels the scopes in it too, and what waits in
 * those is the same cancel for the code that gets it. */
export function dueCancel(frame: Frame): Cause | undefined {
  let found: Frame | undefined;
  let at: Frame | undefined = frame;
  for (; at !== undefined; at = at._parent) {
    if (at._pending !== undefined || at._level !== undefined) found = at;
    if (at._shield) break;
  }
  if (found === undefined) {
    return at === undefined ? (frame.task as Owner)._scope?.effectiveLevel() : undefined;
  }
  const cause = found._pending ?? found._level;
  for (at = frame; at !== found; at = (at as Frame)._parent) (at as Frame)._pending = undefined;
  found._pending = undefined;
  return cause;
}

/** Told of each cancel that found nothing to cancel; set while debug mode watches. @internal */
export const undelivered: { note: ((frame: Frame) => void) | undefined } = { note: undefined };
