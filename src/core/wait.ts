// How an await is noted and taken back: asyncio's `_fut_waiter`. A task waits for a set of futures, of
// which there is almost always one; that case allocates nothing.

import { UsageError } from '../base/errors.ts';
import { debugPlaces } from './awaitPlace.ts';
import type { Frame, Owner, Waited } from './frame.ts';
import { waitBegin, waitEnd } from './instruments.ts';
import { dueCancel } from './pendingCancel.ts';
import { endSignalUse } from './signal.ts';
import { NATIVE } from './futureState.ts';

export interface WaitedFuture extends Waited {
  _subscribe(): void;
  readonly _loop: { readonly _ready: { stepping: object | undefined; stepEnded(): void } };
}

/** The code of `frame` awaits `future`, which is not done. */
export function beginWait(future: WaitedFuture, frame: Frame): void {
  const task = frame.task as Owner;
  if (future === (task as unknown) || future._loop !== task._loop) refuse(future, task);
  if ((future._flags & NATIVE) === 0) future._subscribe();
  const others = future._awaiter;
  if (others === undefined) future._awaiter = frame;
  else if (others !== frame) {
    if (Array.isArray(others)) others.push(frame);
    else future._awaiter = [others, frame];
  }
  const waits = task._waits;
  if (waits === undefined) task._waits = future;
  else if (waits !== future) {
    if (waits instanceof Set) waits.add(future);
    else task._waits = new Set([waits, future]);
  }
  if (debugPlaces.on) debugPlaces.note(future, task);
  if (waitBegin.hasSubscribers && waits !== future) waitBegin.publish({ task, future });
  const ready = future._loop._ready;
  if (ready.stepping === task) ready.stepEnded();
  if (task._alert) {
    if (task._signals) endSignalUse(task);
    const cause = dueCancel(frame);
    if (cause !== undefined) future._cancelFor(cause);
  }
}

// Thrown from the getter that an await reads, so the await throws it.
function refuse(future: WaitedFuture, task: Owner): never {
  throw new UsageError(
    future === (task as unknown)
      ? 'a task cannot await itself'
      : 'the future belongs to another loop than the task that awaits it',
  );
}

/** `future` is done and those who awaited it are woken. */
export function endWait(future: Waited, awaiter: Frame | Frame[]): void {
  if (Array.isArray(awaiter)) for (const frame of awaiter) forget(future, frame);
  else forget(future, awaiter);
}

function forget(future: Waited, frame: Frame): void {
  const task = frame.task as Owner;
  if (waitEnd.hasSubscribers) waitEnd.publish({ task, future });
  if (task._waits === future) task._waits = undefined;
  else if (task._waits instanceof Set) {
    task._waits.delete(future);
    if (task._waits.size === 0) task._waits = undefined;
  }
}
