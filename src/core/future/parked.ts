// A future that decides at its own turn in the ready queue, just before that turn resumes whoever waits for it.
//
// asyncio's primitives wait inside a coroutine: the woken task runs, looks again, takes what it came for. Here the
// entry that resumes the task does that. The order of events is the same, and a wait costs one object and one
// await instead of an async function around them.
//
// Its life:
//   asleep     nothing has happened to it;
//   woken      `wake` was called: its entry stands in the ready queue, it is still pending;
//   cancelled  its task was cancelled, asleep or woken: its entry stands in the ready queue;
//   and at its entry's turn
//     woken      -> `decide`: it is granted, refused, or lies down again (asleep);
//     cancelled  -> `abandon`: its turn is passed on, and the task gets the CancelledError.
//
// Rule: done callbacks are told in the iteration after that turn, as those of a task that did the waiting.

import { enqueue, readyQueueOf } from '../../loop/engine.ts';
import { reportFailure } from '../../loop/failures.ts';
import { observed } from '../../loop/loopObserver.ts';
import { NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import { frameOf } from '../cancel/frame.ts';
import type { Cause, Frame, Owner } from '../cancel/frame.ts';
import { dueCancel } from '../cancel/pendingCancel.ts';
import { Future } from './future.ts';
import {
  DONE,
  FAILED,
  FINISHED,
  HEARD,
  isAlert,
  NATIVE,
  noteUnseen,
  PLAIN,
  schedule,
  SCHEDULED,
  settle,
  unschedule,
  unsettle,
} from './futureState.ts';
import type { Ending } from './futureState.ts';
import { endCancelled } from './outcome.ts';
import { noteFailure } from './unretrieved.ts';

export abstract class Parked<T> extends Future<T> {
  /** True from `wake` until its turn, whatever else happens to it meanwhile. @internal */
  declare woken: boolean;

  constructor() {
    super();
    this.woken = false;
  }

  /** Its turn has come and nothing stands against it: calls `grant`, `refuse` or `sleepAgain`. @internal */
  protected abstract decide(): void;

  /** It was cancelled, and its turn has come: whatever it was woken for goes to the next. @internal */
  protected abstract abandon(): void;

  /** One of these two threw: it must not stand anywhere any more. @internal */
  protected abstract withdraw(): void;

  /** A cancel while it is pending. Returns whether it ends the wait, now or later. @internal */
  protected takeCancel(cause: Cause): boolean {
    endCancelled(this, cause);
    return true;
  }

  /** True when it is neither woken nor cancelled. @internal */
  get asleep(): boolean {
    return (this._flags & (DONE | SCHEDULED)) === 0;
  }

  /** The task that waits, if it is one that waits. @internal */
  get task(): Owner | undefined {
    const awaiters = this._awaiter;
    const first = awaiters instanceof Set ? awaiters.values().next().value : awaiters;
    return first === undefined ? undefined : frameOf(first)?.task;
  }

  /** Puts its entry into the ready queue. Only for one that is asleep. @internal */
  wake(): void {
    this.woken = true;
    observed.tasks?.ready(this);
    schedule(this);
    enqueue(this._loop, this);
  }

  /** At its turn: it has what it waited for. @internal */
  grant(value: T): void {
    this._value = value;
    settle(this, FINISHED);
  }

  /** At its turn: it can't have it any more. @internal */
  refuse(error: unknown): void {
    this._value = error;
    settle(this, FAILED);
    if ((this._flags & NATIVE) === 0 && this._callbacks === undefined) {
      noteUnseen(this);
      noteFailure(this);
    }
  }

  /** At its turn: it was woken in vain and waits again. @internal */
  sleepAgain(): void {
    this.woken = false;
    unschedule(this);
  }

  /** @internal */
  override _cancelFor(cause: Cause): boolean {
    return (this._flags & DONE) === 0 ? this.takeCancel(cause) : super._cancelFor(cause);
  }

  /** A cancel: the state changes at once, the rest happens at its turn. @internal */
  override _finish(ending: Ending): void {
    settle(this, ending);
    observed.tasks?.ready(this);
    if (schedule(this)) enqueue(this._loop, this);
  }

  /** The cancel is taken back. A waiter that was woken before it still has its turn. @internal */
  override _restoreDelivery(task: Owner): void {
    super._restoreDelivery(task);
    if (this.woken && unsettle(this)) this._value = undefined;
  }

  /** @internal */
  override _run(): Effect {
    if ((this._flags & DONE) === 0) takeDueCancel(this);
    try {
      if ((this._flags & DONE) !== 0) this.abandon();
      else this.decide();
    } catch (error) {
      // A program's own subclass of the primitive, its store or its items threw: that is for whoever waits here.
      this.withdraw();
      if ((this._flags & DONE) === 0) this.refuse(error);
      else reportFailure(this._loop, { message: 'Exception in what a task waited at', exception: error });
    }
    if ((this._flags & DONE) === 0) return NOTHING;
    this.woken = false;
    unschedule(this);
    if (this._callbacks !== undefined) announce(this);
    return super._run();
  }
}

// A cancel that stands over the task is thrown at this await all the same: it must not take anything first.
function takeDueCancel(parked: Parked<unknown>): void {
  // With several who wait for the grant each gets what is due to it at its own turn.
  if ((parked._flags & (PLAIN | HEARD)) !== 0) return;
  const frame = parked._awaiter as Frame | undefined;
  const task = frame?.task;
  if (task === undefined || !isAlert(task)) return;
  const cause = dueCancel(frame as Frame);
  if (cause !== undefined) parked._cancelFor(cause);
}

function announce(parked: Parked<unknown>): void {
  const list = parked._callbacks;
  parked._callbacks = undefined;
  const ready = readyQueueOf(parked._loop);
  if (!Array.isArray(list)) ready.push(list as Runnable);
  // The entry of the future itself is the one that runs now.
  else for (const entry of list) if (entry !== parked) ready.push(entry);
}
