// A future that stands in somebody's table for as long as it is pending: it leaves at the very moment when it is
// done or cancelled, not when whoever waits for it goes on, so it never stands in the way of the next one.

import { Future } from './future.ts';
import type { Ending } from './futureState.ts';

export abstract class Registered<T> extends Future<T> {
  /** It is about to be done or cancelled. Must not throw, nor settle it. @internal */
  protected abstract leave(): void;

  /** @internal */
  override _finish(ending: Ending): void {
    this.leave();
    super._finish(ending);
  }
}
