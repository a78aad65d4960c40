// Delivering a cancel to a frame: the one place where a waiting task is interrupted.
//
// 1. Every future that the frame's code waits for is cancelled; where one is done already but its task
//    not yet resumed, that await gets the CancelledError all the same.
// 2. Signals that the frame handed out are aborted with the error. A signal that somebody listens to
//    counts as delivered: the listener makes the foreign operation fail with that error.
// 3. If nothing of that kind was there, the cancel stays in the frame for the next await in it.
// 4. What waits inside a shielded frame further in is left alone, and so is the rest of that branch.
// 5. A task or a gathering among the awaited passes the cancel on to what it waits for itself, and so on to
//    any depth: a walk with a list of its own, depth first, as asyncio's nested calls go. Each is passed
//    through once in a walk, however many wait for it: a circle ends, and chains take linear time.
// 6. Waits for promises that are not ours, where rewritten awaits make such, take it together and from the inside
//    outwards (future/unwinding.ts).

import { currentFrame, frameOf, isWithin, noteCancel } from './frame.ts';
import type { Awaiter, Branch, Cause, Frame, Owner, Waited } from './frame.ts';
import {
  enterCancel,
  hasSignals,
  isBeingCancelled,
  isDone,
  isStarted,
  leaveCancel,
  raiseAlert,
} from '../future/futureState.ts';
import type { Stateful } from '../future/futureState.ts';
import { abortSignals } from './signal.ts';
import { noteUndelivered } from './stuckCancels.ts';

/** The awaits of a frame. */
class FrameBranch implements Branch {
  readonly owner: Owner | undefined;
  readonly #frame: Frame;
  readonly #waits: readonly Waited[];
  readonly #forGood: boolean;
  #interrupted: boolean = false;

  constructor(frame: Frame, forGood: boolean = false) {
    const task = frame.task as Owner;
    const waits = task._waits;
    this.owner = frame === task ? task : undefined;
    this.#frame = frame;
    this.#waits = waits instanceof Set ? [...waits] : waits === undefined ? [] : [waits];
    this.#forGood = forGood;
  }

  get length(): number {
    return this.#waits.length;
  }

  step(index: number, cause: Cause): boolean | Branch {
    const future = this.#waits[index] as Waited;
    if (!waitsWithin(future, this.#frame)) return false;
    if (isDone(future)) return future._overrideDelivery(cause, this.#frame);
    return future._interrupt === undefined ? passOn(future, cause) : this.#interrupt(future, cause);
  }

  #interrupt(first: Waited, cause: Cause): boolean {
    if (this.#interrupted) return false;
    this.#interrupted = true;
    return first._interrupt?.(this.#frame, cause, this.#waits, this.#forGood) === true;
  }

  end(delivered: boolean, cause: Cause): boolean {
    // A task takes every cancel: what it cannot have now it has at its next await.
    return afterWaits(this.#frame, delivered, cause, this.#forGood) || this.owner !== undefined;
  }
}

/** Cancels `future`: the answer, or the branch that has to be walked for it. */
export function passOn(future: Waited, cause: Cause): boolean | Branch {
  return future._passOn === undefined ? future._cancelFor(cause) : future._passOn(cause);
}

/** Cancels one future or task for `cause`; what it waits for comes before it. Returns whether it takes the cancel. */
export function cancelFor(future: Waited, cause: Cause): boolean {
  return future._cancelFor(cause);
}

interface CancelledTask extends Owner, Waited {}

/** Counts a cancel of a task that is not done; true when it has to be delivered now. */
export function countsAnew(task: CancelledTask, cause: Cause): boolean {
  noteCancel(task);
  if (isStarted(task)) return !isBeingCancelled(task);
  task._pending = cause;
  return false;
}

/** What a task does with a cancel that a walk brings: a method of Task's. */
export function passOnThroughTask(this: CancelledTask, cause: Cause): boolean | Branch {
  if (isDone(this)) return this._cancelFor(cause);
  if (!countsAnew(this, cause)) return true;
  const waits = this._waits;
  if (waits === undefined || waits instanceof Set || waits._passOn !== undefined || hasSignals(this))
    return new FrameBranch(this);
  // One that awaits a future alone leads no further.
  cancelFrame(this, cause);
  return true;
}

/** Cancels a whole task. */
export function cancelTask(task: CancelledTask, cause: Cause): void {
  // A listener that is called on the way may cancel the task again.
  enterCancel(task);
  try {
    cancelFrame(task, cause);
  } finally {
    leaveCancel(task);
  }
}

/** Cancels what the code of `frame` waits for; see the rules above. Returns false when the cancel could
 * not be delivered and waits in the frame. */
export function cancelFrame(frame: Frame, cause: Cause): boolean {
  const waits = (frame.task as Owner)._waits;
  // A future that is awaited alone, as nearly always.
  if (waits === undefined) return afterWaits(frame, false, cause);
  if (waits instanceof Set || waits._passOn !== undefined) return walk(new FrameBranch(frame), cause);
  return afterWaits(frame, cancelAlone(waits, frame, cause), cause);
}

function cancelAlone(future: Waited, frame: Frame, cause: Cause): boolean {
  if (!waitsWithin(future, frame)) return false;
  return isDone(future) ? future._overrideDelivery(cause, frame) : future._cancelFor(cause);
}

/** What is left to do for a frame when its awaits have been cancelled. */
function afterWaits(frame: Frame, awaitsTookIt: boolean, cause: Cause, forGood: boolean = false): boolean {
  const task = frame.task as Owner;
  let delivered = awaitsTookIt;
  if (hasSignals(task) && abortSignals(frame, cause)) delivered = true;
  if (delivered) return true;
  noteUndelivered(frame, cause, forGood);
  // One that is cancelled for good meets that at its next await, if there is one.
  if (forGood) return false;
  keepForNextAwait(frame, cause, currentFrame()?.task === task);
  return false;
}

/** A cancel of `frame` that nobody got waits in it; `own` when the task itself has asked for it. */
export function keepForNextAwait(frame: Frame, cause: Cause, own: boolean): void {
  const task = frame.task as Owner;
  frame._pending = cause;
  if (own) ownCancels.add(frame);
  else ownCancels.delete(frame);
  raiseAlert(task);
}

// Frames whose undelivered cancel was asked for by a step of their own task.
const ownCancels: WeakSet<Frame> = new WeakSet();

/** True when the cancel that waits in `frame` was asked for by the task itself. */
export function askedByItself(frame: Frame): boolean {
  return ownCancels.has(frame);
}

/** Cancels those that are not done, one after the other and in one walk. */
export function cancelAll(futures: Iterable<Waited>, cause: Cause): void {
  const left = [...futures].filter((future) => !isDone(future));
  const step = (index: number): boolean | Branch => passOn(left[index] as Waited, cause);
  void walk({ length: left.length, step, end: () => true }, cause);
}

/** Cancels what several frames wait for, whose every further await will be cancelled too. */
export function cancelForGood(frames: readonly Frame[], cause: Cause): void {
  const step = (index: number): Branch => new FrameBranch(frames[index] as Frame, true);
  void walk({ length: frames.length, step, end: () => true }, cause);
}

interface Open {
  readonly branch: Branch;
  next: number;
  delivered: boolean;
}

/** Walks a branch and all that it leads to; returns the answer of its end. */
export function walk(first: Branch, cause: Cause): boolean {
  const path: Open[] = [];
  const passed: Stateful[] = [];
  const enter = (branch: Branch): void => {
    path.push({ branch, next: 0, delivered: false });
    if (branch.owner === undefined) return;
    enterCancel(branch.owner);
    passed.push(branch.owner);
  };
  try {
    enter(first);
    for (;;) {
      const top = path.at(-1) as Open;
      const { branch } = top;
      let answer: boolean | Branch;
      if (top.next < branch.length) answer = branch.step(top.next++, cause);
      else {
        path.pop();
        answer = branch.end(top.delivered, cause);
        if (path.length === 0) return answer;
      }
      if (typeof answer === 'object') enter(answer);
      else if (answer) (path.at(-1) as Open).delivered = true;
    }
  } finally {
    for (const owner of passed) leaveCancel(owner);
  }
}

/** Takes one cancel of a task off its count, and with the last one what nobody has seen yet; returns the count. */
export function takeBackCancel(task: Owner): number {
  if (task._cancels === 0) return 0;
  task._cancels--;
  if (task._innerCancels > task._cancels) task._innerCancels = task._cancels;
  if (task._cancels > 0) return task._cancels;
  if (task._pending !== undefined) task._pending = undefined;
  const waits = task._waits;
  if (waits instanceof Set) for (const future of waits) future._restoreDelivery(task);
  else waits?._restoreDelivery(task);
  return 0;
}

/** Whether code of `frame` awaits it. */
export function waitsWithin(future: Waited, frame: Frame): boolean {
  const awaiters = future._awaiter;
  if (!(awaiters instanceof Set)) return awaiters !== undefined && standsWithin(awaiters, frame);
  for (const awaiter of awaiters) if (standsWithin(awaiter, frame)) return true;
  return false;
}

function standsWithin(awaiter: Frame | Awaiter, frame: Frame): boolean {
  const inner = frameOf(awaiter);
  return inner !== undefined && isWithin(inner, frame);
}
