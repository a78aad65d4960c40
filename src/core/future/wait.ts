// How an await is noted and taken back: asyncio's `_fut_waiter`. A task waits for a set of futures, of
// which there is almost always one; that case allocates nothing.

import { UsageError } from '../../base/errors.ts';
import { readyQueueOf } from '../../loop/engine.ts';
import type { Runnable } from '../../loop/runnable.ts';
import type { AnyFuture } from './anyFuture.ts';
import { awaits } from './awaits.ts';
import { debugPlaces } from './awaitPlace.ts';
import { frameOf } from '../cancel/frame.ts';
import type { Awaiter, Frame, Owner, Waited } from '../cancel/frame.ts';
import { enqueueWhenDone } from './doneCallback.ts';
import { AGAIN, hasSignals, isAlert, noteAgain, noteEntry } from './futureState.ts';
import { subscribeNative } from './outcome.ts';
import { waitBegin, waitEnd } from '../task/instruments.ts';
import { dropDue, standingCancel } from '../cancel/pendingCancel.ts';
import { endSignalUse } from '../cancel/signal.ts';
import { noteAwait } from '../cancel/stuckCancels.ts';

/** The code of `frame` awaits `future`, which is not done: by its native promise, or by an entry. */
export function beginWait(future: AnyFuture, frame: Frame, entry: (Runnable & Awaiter) | undefined): void {
  const task = frame.task as Owner;
  if (future === (task as unknown) || future._loop !== task._loop) refuse(future, task);
  if (entry === undefined) subscribeNative(future);
  else {
    enqueueWhenDone(future, entry);
    noteEntry(future);
  }
  const awaiter = entry ?? frame;
  const others = future._awaiter;
  if (others === undefined) future._awaiter = awaiter;
  else if (others instanceof Set) others.add(awaiter);
  else future._awaiter = new Set([others, awaiter]);
  const waits = task._waits;
  if (waits === undefined) task._waits = future;
  else if (waits === future || (waits instanceof Set && waits.has(future))) noteAgain(future);
  else addWait(future, task);
  awaits.count++;
  if (debugPlaces.on && future._loop.getDebug()) debugPlaces.stacks?.note(future, task);
  if (waitBegin.hasSubscribers && waits !== future) waitBegin.publish({ task, future });
  const ready = readyQueueOf(future._loop);
  if (ready.stepping === task) ready.stepEnded();
  if (isAlert(task)) {
    noteAwait(frame);
    if (hasSignals(task)) endSignalUse(task);
    const cause = standingCancel(frame);
    // A future that refuses it leaves it for the turn of this await.
    if (cause !== undefined && future._cancelFor(cause)) dropDue(frame);
  }
}

/** The task waits for one thing more. */
export function addWait(future: Waited, task: Owner): void {
  const waits = task._waits;
  if (waits === undefined) task._waits = future;
  else if (waits instanceof Set) waits.add(future);
  else task._waits = new Set([waits, future]);
}

// Thrown from the getter that an await reads, so the await throws it.
function refuse(future: AnyFuture, task: Owner): never {
  throw new UsageError(
    future === (task as unknown)
      ? 'a task cannot await itself'
      : 'the future belongs to another loop than the task that awaits it',
  );
}

/** What a task waits for; nothing when it is done, runs, has not started, or waits for something foreign that nobody
 * told of. */
export function awaitedBy(task: object): readonly Waited[] {
  const waits = (task as Owner)._waits;
  if (waits === undefined) return [];
  if (!(waits instanceof Set)) return [waits];
  const all = [...waits];
  return all.find((wait) => wait._shown !== undefined)?._shown?.(all) ?? all;
}

/** The turn of one await has come. */
export function endWait(future: Waited, awaiter: Frame | Awaiter, task: Owner): void {
  const others = future._awaiter;
  if (others === awaiter) future._awaiter = undefined;
  else if (others instanceof Set) {
    others.delete(awaiter);
    if (others.size === 0) future._awaiter = undefined;
    else if ((future._flags & AGAIN) !== 0 && awaitsIt(others, task)) return;
  }
  if (waitEnd.hasSubscribers) waitEnd.publish({ task, future });
  if (task._waits === future) task._waits = undefined;
  else if (task._waits instanceof Set) {
    task._waits.delete(future);
    if (task._waits.size === 0) task._waits = undefined;
  }
}

function awaitsIt(awaiters: ReadonlySet<Frame | Awaiter>, task: Owner): boolean {
  for (const awaiter of awaiters) if (frameOf(awaiter)?.task === task) return true;
  return false;
}
