// A future that stands for others, as a gather's does: a cancel of it goes on to them, and they end it.

import { walk } from '../cancel/cancel.ts';
import type { Branch, Cause } from '../cancel/frame.ts';
import { Future } from './future.ts';

export abstract class JointFuture<T> extends Future<T> {
  /** A cancel has come: where it goes on, or whether it is taken where it goes no further. @internal */
  protected abstract passOn(cause: Cause): boolean | Branch;

  /** It ends as cancelled, whatever it stands for. @internal */
  protected endCancelled(cause: Cause): void {
    super._cancelFor(cause);
  }

  /** @internal */
  override _cancelFor(cause: Cause): boolean {
    const answer = this.passOn(cause);
    return typeof answer === 'boolean' ? answer : walk(answer, cause);
  }

  /** @internal */
  _passOn(cause: Cause): boolean | Branch {
    return this.passOn(cause);
  }
}
