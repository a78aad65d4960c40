// A future of something that goes on outside, whose cancel waits for the end.
//
// 1. A cancel is handed to whoever made the future. While the work can end without having begun, that ends the future as
//    cancelled at once. Else the cancel is kept, and the future stays pending: nobody goes on beside work that still runs.
// 2. When the work has ended, one that was cancelled ends as cancelled, whatever the work returned. What it threw is
//    thrown in place of the cancel only if it is something else than the cancel: clean-up that failed is not lost.
// 3. Of several cancels the latest counts, as for a task.

import { isCancelledError } from '../../base/errors.ts';
import type { Cause } from '../../core/cancel/cause.ts';
import { JointFuture } from '../../core/future/jointFuture.ts';
import { succeed } from '../../core/future/outcome.ts';
import { failFuture } from '../../core/future/unretrieved.ts';
import type { Blocker } from '../../core/future/blocker.ts';
import type { Loop } from '../../loop/loop.ts';

/** Takes a cancel of a future that is pending. Returns whether the work goes on for the time being. */
export type TakeCancel = (cause: Cause) => boolean;

export class HeldFuture<T> extends JointFuture<T> {
  readonly #takeCancel: TakeCancel;
  #cause: Cause | undefined = undefined;

  constructor(loop: Loop, blocker: Blocker, takeCancel: TakeCancel) {
    super({ loop });
    this.blocker = blocker;
    this.#takeCancel = takeCancel;
  }

  /** Whether somebody has asked it to end. */
  get asked(): boolean {
    return this.#cause !== undefined;
  }

  protected override passOn(cause: Cause): boolean {
    if (this.done()) return false;
    const first = this.#cause === undefined;
    this.#cause = cause;
    if (first && !this.#takeCancel(cause)) this.endCancelled(cause);
    return true;
  }

  /** The work has ended, with a result. */
  succeed(value: T): void {
    if (this.done()) return;
    if (this.#cause !== undefined) this.endCancelled(this.#cause);
    else succeed(this, value);
  }

  /** The work has ended, with an error. */
  fail(error: unknown): void {
    if (this.done()) return;
    if (this.#cause !== undefined && (isCancelledError(error) || isAbort(error)))
      this.endCancelled(this.#cause);
    else if (isCancelledError(error)) this.endCancelled(error);
    else failFuture(this, error);
  }

  /** The work was ended by force, or never began. */
  giveUp(cause: Cause): void {
    if (!this.done()) this.endCancelled(this.#cause ?? cause);
  }
}

// What the host's own functions throw when their signal is aborted.
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
