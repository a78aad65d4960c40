// Putting a cancel back: a group that throws errors instead of the CancelledError it got must not swallow
// the cancel. It goes back to the frame it was meant for, and the next await there gets it.

import type { CancelledError } from '../base/errors.ts';
import type { Frame, InnerFrame, Owner } from '../core/frame.ts';

export function recancel(frame: InnerFrame, error: Error, counted: boolean): void {
  if (!counted) return;
  const task = frame.task as Owner;
  let target: Frame | undefined;
  for (let at = frame._parent; at !== undefined; at = at._parent) {
    if (at === task ? task._cancels > task._innerCancels : (at as InnerFrame)._frameCancels > 0) target = at;
  }
  if (target === undefined) return;
  target._pending = error as CancelledError;
  task._alert = true;
}
