// Telling a cancel of one's own from one that comes from outside. A scope, timeout or group may only
// swallow a CancelledError, or put another error in its place, when nobody around it wants the same code
// cancelled. "Around" ends at a shield: what is kept off has not happened for the code inside.

import type { CancelledError } from '../base/errors.ts';
import { enclosingScope, InnerFrame, shields } from '../core/frame.ts';
import type { Frame, Owner } from '../core/frame.ts';

function cancelsOf(frame: Frame): number {
  if (frame instanceof InnerFrame) return frame._frameCancels;
  const task = frame as Owner;
  return task._cancels - task._innerCancels;
}

/** Takes down, on entry of `frame`, how many cancels every frame around it has seen; from the inside out. One
 * that is due there and not delivered yet will be delivered inside, and counts as coming later. */
export function cancelsAround(frame: InnerFrame): readonly number[] {
  const counts: number[] = [];
  for (let at = frame._parent; at !== undefined; at = at._parent) {
    counts.push(at._pending === undefined ? cancelsOf(at) : cancelsOf(at) - 1);
  }
  return counts;
}

/** The outermost frame around `frame` that was cancelled since `before`, if there is one and no shield is
 * in between. */
export function cancelledSince(frame: InnerFrame, before: readonly number[]): Frame | undefined {
  let found: Frame | undefined;
  let at: Frame | undefined = frame;
  for (let i = 0; at !== undefined && !shields(at); i++) {
    at = at._parent;
    if (at !== undefined && cancelsOf(at) > (before[i] as number)) found = at;
  }
  return found;
}

/** True when a cancel scope around `frame` is cancelled, and no shield is in between. */
export function scopeCancelled(frame: InnerFrame): boolean {
  return !shields(frame) && enclosingScope(frame._parent)?.effectiveLevel() !== undefined;
}

/** True when a cancel from outside is meant for the code in `frame`. */
export function cancelledOutside(frame: InnerFrame, before: readonly number[]): boolean {
  return cancelledSince(frame, before) !== undefined || scopeCancelled(frame);
}

/** Puts a cancel back for a block that ends with errors instead of the CancelledError it got: the next await
 * in the frame that it was meant for gets it. */
export function recancel(target: Frame, error: CancelledError | undefined): void {
  target._pending = error ?? '';
  (target.task as Owner)._alert = true;
}
