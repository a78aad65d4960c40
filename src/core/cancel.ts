// Delivering a cancel to a frame: the one place where a waiting task is interrupted.
//
// 1. Every future that the frame's code waits for is cancelled; where one is done already but its task
//    not yet resumed, that await gets the CancelledError all the same.
// 2. Signals that the frame handed out are aborted with the error. A signal that somebody listens to
//    counts as delivered: the listener makes the foreign operation fail with that error.
// 3. If nothing of that kind was there, the cancel stays in the frame for the next await in it.
// 4. What waits inside a shielded frame further in is left alone, and so is the rest of that branch.

import { frameOf, isWithin } from './frame.ts';
import type { Awaiter, Cause, Frame, Owner, Waited } from './frame.ts';
import { CANCELLING, DONE } from './futureState.ts';
import { undelivered } from './pendingCancel.ts';
import { abortSignals } from './signal.ts';

/** Cancels a whole task. Tasks that wait for each other in a circle would be cancelled round and round
 * without the mark. */
export function cancelTask(task: Owner & { _flags: number }, cause: Cause): void {
  task._flags |= CANCELLING;
  try {
    cancelFrame(task, cause);
  } finally {
    task._flags &= ~CANCELLING;
  }
}

/** Cancels what the code of `frame` waits for; see the rules above. Returns false when the cancel could
 * not be delivered and waits in the frame. */
export function cancelFrame(frame: Frame, cause: Cause): boolean {
  const task = frame.task as Owner;
  let delivered = false;
  const waits = task._waits;
  if (waits instanceof Set) {
    for (const future of [...waits]) if (cancelWait(future, frame, cause)) delivered = true;
  } else if (waits !== undefined) delivered = cancelWait(waits, frame, cause);
  if (task._signals && abortSignals(frame, cause)) delivered = true;
  if (delivered) return true;
  frame._pending = cause;
  task._alert = true;
  undelivered.note?.(frame);
  return false;
}

function cancelWait(future: Waited, frame: Frame, cause: Cause): boolean {
  if (!waitsWithin(future, frame)) return false;
  return (future._flags & DONE) === 0 ? future._cancelFor(cause) : future._overrideDelivery(cause, frame);
}

/** A cancel of the whole task is taken back: undoes of it what nobody has seen yet. */
export function takeBackCancel(task: Owner): void {
  task._pending = undefined;
  const waits = task._waits;
  if (waits instanceof Set) for (const future of waits) future._restoreDelivery(task);
  else waits?._restoreDelivery(task);
}

function waitsWithin(future: Waited, frame: Frame): boolean {
  const awaiters = future._awaiter;
  if (!(awaiters instanceof Set)) return awaiters !== undefined && standsWithin(awaiters, frame);
  for (const awaiter of awaiters) if (standsWithin(awaiter, frame)) return true;
  return false;
}

function standsWithin(awaiter: Frame | Awaiter, frame: Frame): boolean {
  const inner = frameOf(awaiter);
  return inner !== undefined && isWithin(inner, frame);
}
