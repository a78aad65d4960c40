// A place in a wait queue: the future that the waiting task awaits, and what happens when its turn comes.
//
// asyncio's primitives wait inside a coroutine: the woken task runs, looks again, takes what it came for.
// Here the entry in the ready queue that resumes the task does that, just before it resumes it. The order
// of events is the same, and a wait costs one object and one await instead of an async function around them.
//
// The life of a waiter:
//   asleep     in the queue; nothing has happened to it;
//   woken      `wake` was called: its entry stands in the ready queue, the promise is still pending;
//   cancelled  its task was cancelled, asleep or woken: its entry stands in the ready queue;
//   and at its entry's turn
//     woken      -> `_resume` of its primitive grants or refuses, or lets it wait again (asleep);
//     cancelled  -> `_abandon` of its primitive takes it out and passes its turn on; the task gets the
//                   CancelledError.
//
// Rule: done callbacks are told in the iteration after that turn, as those of a task that did the waiting.

import type { Blocker } from '../core/future/blocker.ts';
import { frameOf } from '../core/cancel/frame.ts';
import type { Frame, Owner } from '../core/cancel/frame.ts';
import { enqueue, readyQueueOf } from '../loop/engine.ts';
import { reportFailure } from '../loop/failures.ts';
import type { Effect } from '../loop/runnable.ts';
import type { WaitQueue } from './waitQueue.ts';
import { hookAwait } from '../core/future/awaitHook.ts';
import { Future } from '../core/future/future.ts';
import {
  CANCELLED,
  DONE,
  FAILED,
  FINISHED,
  HEARD,
  NATIVE,
  PLAIN,
  SCHEDULED,
  STATE,
  UNSEEN,
} from '../core/future/futureState.ts';
import { dueCancel } from '../core/cancel/pendingCancel.ts';
import { noteFailure } from '../core/future/unretrieved.ts';
import { NOTHING } from '../loop/runnable.ts';

/** What a primitive does when the turn of one of its waiters has come. */
export interface Turns extends Blocker {
  /** A woken waiter's task is about to run: `grant` it, `refuse` it, or `wait` again. @internal */
  _resume(waiter: Waiter): void;
  /** A cancelled waiter's task is about to run: take it out, and pass on what it was woken for.
   * @internal */
  _abandon(waiter: Waiter): void;
}

export class Waiter<T = unknown> extends Future<T> {
  /** Whose waiter it is. @internal */ declare blocker: Turns;
  /** What its primitive has to remember of it: the item to put, the borrower. @internal */
  declare readonly payload: unknown;
  /** True from `wake` until its turn, whatever else happens to it meanwhile. @internal */
  declare woken: boolean;
  /** The queue it stands in, with its neighbours. @internal */ declare queue: WaitQueue | null;
  /** @internal */ declare before: Waiter | null;
  /** @internal */ declare after: Waiter | null;

  constructor(turns: Turns, payload: unknown) {
    super();
    this.payload = payload;
    this.woken = false;
    this.queue = null;
    this.before = null;
    this.after = null;
    this.blocker = turns;
  }

  /** True when it is neither woken nor cancelled. */
  get asleep(): boolean {
    return (this._flags & (DONE | SCHEDULED)) === 0;
  }

  /** True when it was cancelled in its sleep, so that it has no turn to lose. */
  get dropped(): boolean {
    return !this.woken && (this._flags & STATE) === CANCELLED;
  }

  /** The task that waits, if it is one that waits. */
  get task(): Owner | null {
    const awaiters = this._awaiter;
    const first = awaiters instanceof Set ? awaiters.values().next().value : awaiters;
    return first === undefined ? null : (frameOf(first)?.task ?? null);
  }

  /** Puts its entry into the ready queue. Only for one that is asleep. */
  wake(): void {
    this.woken = true;
    this._flags |= SCHEDULED;
    enqueue(this._loop, this);
  }

  /** At its turn: it has what it waited for. */
  grant(value: T): void {
    this._value = value;
    this._flags |= FINISHED;
  }

  /** At its turn: it can't have it any more. */
  refuse(error: unknown): void {
    this._value = error;
    this._flags |= FAILED;
    if ((this._flags & NATIVE) === 0 && this._callbacks === undefined) {
      this._flags |= UNSEEN;
      noteFailure(this);
    }
  }

  /** At its turn: it was woken in vain and waits again. The caller puts it back into a queue. */
  sleepAgain(): void {
    this.woken = false;
    this._flags &= ~SCHEDULED;
  }

  /** A cancel: the state changes at once, the rest happens at its turn. @internal */
  override _finish(state: number): void {
    this._flags |= state;
    if ((this._flags & SCHEDULED) !== 0) return;
    this._flags |= SCHEDULED;
    enqueue(this._loop, this);
  }

  /** The cancel is taken back. Who was woken before it still has their turn. @internal */
  override _restoreDelivery(task: Owner): void {
    super._restoreDelivery(task);
    if (!this.woken || !this.cancelled()) return;
    this._flags &= ~STATE;
    this._value = undefined;
  }

  /** @internal */
  override _run(): Effect {
    if ((this._flags & DONE) === 0) this.#takeDueCancel();
    try {
      if ((this._flags & DONE) !== 0) this.blocker._abandon(this);
      else this.blocker._resume(this);
    } catch (error) {
      this.#failed(error);
    }
    if ((this._flags & DONE) === 0) return NOTHING;
    this.woken = false;
    this._flags &= ~SCHEDULED;
    const callbacks = this._callbacks;
    if (callbacks !== undefined) this.#announce(callbacks);
    return super._run();
  }

  // A program's own subclass of the primitive, its store or its items threw: that is for who waits here.
  #failed(error: unknown): void {
    this.queue?.leave(this);
    if ((this._flags & DONE) === 0) this.refuse(error);
    else reportFailure(this._loop, { message: 'Exception in what a task waited at', exception: error });
  }

  // A cancel that stands over the task is thrown at this await all the same: it must not take anything first.
  #takeDueCancel(): void {
    // With several who wait for the grant each gets what is due to it at its own turn.
    if ((this._flags & (PLAIN | HEARD)) !== 0) return;
    const frame = this._awaiter as Frame | undefined;
    if (frame?.task?._alert !== true) return;
    const cause = dueCancel(frame);
    if (cause !== undefined) this._cancelFor(cause);
  }

  #announce(callbacks: NonNullable<typeof this._callbacks>): void {
    const ready = readyQueueOf(this._loop);
    this._callbacks = undefined;
    if (!Array.isArray(callbacks)) ready.push(callbacks);
    // The entry of the future itself is the one that runs now.
    else for (const entry of callbacks) if (entry !== this) ready.push(entry);
  }
}
hookAwait(Waiter);
