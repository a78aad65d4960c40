// Telling a cancel of one's own from one that comes from outside. A scope, timeout or group may only
// swallow a CancelledError, or put another error in its place, when nobody around it wants the same code
// cancelled. "Around" ends at a shield: what is kept off has not happened for the code inside.

import type { CancelledError } from '../../base/errors.ts';
import { askedByItself } from './cancel.ts';
import { cancelsAsked, enclosingScope, InnerFrame, shields } from './frame.ts';
import type { Frame, Owner } from './frame.ts';
import { isAlert, raiseAlert } from '../future/futureState.ts';

/** What stood when a block was entered. */
export interface Entry {
  /** Cancels of the task itself. */
  readonly ofTask: number;
  /** Of all frames, how many cancels had been asked for. */
  readonly asked: number;
}

/** Cancels of the task itself, and not of a frame in it. */
function cancelsOf(task: Owner): number {
  return task._cancels - task._innerCancels;
}

/** Takes down, on entry of `frame`, which cancels had been asked for. One that is not delivered yet, and will
 * be inside, counts as coming later; with `asAsyncio` not one that the task asked for in its own step, since in
 * asyncio no other can be undelivered. */
export function cancelsBefore(frame: InnerFrame, asAsyncio: boolean = false): Entry {
  const task = frame.task as Owner;
  let ofTask = cancelsOf(task);
  let asked = cancelsAsked();
  if (!isAlert(task)) return { ofTask, asked };
  for (let at = frame._parent; at !== undefined; at = at._parent) {
    if (at._pending === undefined || (asAsyncio && askedByItself(at))) continue;
    if (at instanceof InnerFrame) asked = Math.min(asked, at._askedAt - 1);
    else ofTask--;
  }
  return { ofTask, asked };
}

const NOTHING_BEFORE: Entry = { ofTask: 0, asked: 0 };

/** The outermost frame around `frame` that has a cancel on its count, if there is one and no shield is in
 * between. */
export function cancelledAround(frame: InnerFrame): Frame | undefined {
  let found: Frame | undefined;
  for (let at = outwards(frame); at !== undefined; at = outwards(at)) {
    if (isCancelledSince(at, NOTHING_BEFORE)) found = at;
  }
  return found;
}

function outwards(frame: Frame): Frame | undefined {
  return shields(frame) ? undefined : frame._parent;
}

function isCancelledSince(frame: Frame, before: Entry): boolean {
  if (frame instanceof InnerFrame) return frame._frameCancels > 0 && frame._askedAt > before.asked;
  return cancelsOf(frame as Owner) > before.ofTask;
}

/** True when a cancel scope around `frame` is cancelled, and no shield is in between. */
export function scopeCancelled(frame: InnerFrame): boolean {
  return !shields(frame) && enclosingScope(frame._parent)?.effectiveLevel() !== undefined;
}

/** True when a cancel from outside is meant for the code in `frame`: one that came after `before`. */
export function cancelledOutside(frame: InnerFrame, before: Entry): boolean {
  for (let at = outwards(frame); at !== undefined; at = outwards(at)) {
    if (isCancelledSince(at, before)) return true;
  }
  return scopeCancelled(frame);
}

/** Puts a cancel back for a block that ends with errors instead of the CancelledError it got: the next await
 * in the frame that it was meant for gets it. */
export function recancel(target: Frame, error: CancelledError | undefined): void {
  target._pending = error ?? '';
  raiseAlert(target.task as Owner);
}
