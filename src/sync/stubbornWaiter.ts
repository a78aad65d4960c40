// A waiter that outlives its cancels; apart from the plain one because few primitives need it.

import type { Cause } from '../core/cancel/frame.ts';
import { hookAwait } from '../core/future/awaitHook.ts';
import { DONE } from '../core/future/futureState.ts';
import { Waiter } from './waiter.ts';

/** A waiter that a cancel does not drive away: it remembers the cancel and waits on. For waits that must
 * succeed before an error may pass, such as taking a condition's lock again. */
export class StubbornWaiter<T = unknown> extends Waiter<T> {
  /** The latest cancel that it was asked for. @internal */
  cause: Cause | undefined = undefined;

  /** @internal */
  override _cancelFor(cause: Cause): boolean {
    if ((this._flags & DONE) !== 0) return false;
    this.cause = cause;
    return true;
  }
}
hookAwait(StubbornWaiter);
