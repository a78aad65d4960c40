// Waiting for futures to end whatever happens: clean-up waits that a cancel must not cut short.

import type { CancelledError } from '../base/errors.ts';
import { isCancelledError } from '../base/errors.ts';
import { currentFrame, InnerFrame, setShield } from '../core/cancel/frame.ts';
import { dropUndelivered } from '../core/cancel/pendingCancel.ts';
import { onDone } from '../core/future/doneCallback.ts';
import { Future } from '../core/future/future.ts';
import { JointBlocker } from '../core/future/jointBlocker.ts';
import { runBody } from './body.ts';

/** Waits until `pending()` is false; `arm` gets the future to settle when that may be so. Cancels that come
 * meanwhile do not end the wait: the first goes to `onCancel` and is returned. */
export async function waitWhile(
  pending: () => boolean,
  arm: (wake: Future<void>) => void,
  onCancel?: (error: CancelledError) => void,
): Promise<CancelledError | undefined> {
  let first: CancelledError | undefined;
  let shield: InnerFrame | undefined;
  const frame = currentFrame();
  while (pending()) {
    const wake = new Future<void>();
    arm(wake);
    try {
      if (shield === undefined) await wake;
      else await runBody(shield, () => wake, undefined);
    } catch (error) {
      if (!isCancelledError(error)) throw error;
      if (first === undefined) {
        first = error;
        onCancel?.(error);
      } else if (shield === undefined) {
        // A scope cancelled for good would cancel every one of these waits at once.
        shield = new InnerFrame(frame);
        setShield(shield, true);
      }
    }
  }
  // What the shield kept off is the same cancel again, and the first is about to be thrown: clean-up further out
  // must not be hit by the others.
  if (shield !== undefined) dropUndelivered(frame);
  return first;
}

/** Waits until all are done; see {@link waitWhile}. */
export function joinAll(futures: readonly Future<unknown>[]): Promise<CancelledError | undefined> {
  let left = 0;
  let wake: Future<void> | undefined;
  const ended = (): void => {
    left--;
    if (left === 0 && wake !== undefined && !wake.done()) wake.setResult();
  };
  for (const future of futures) {
    if (future.done()) continue;
    left++;
    onDone(future, ended);
  }
  return waitWhile(
    () => left > 0,
    (next) => {
      next.blocker = new JointBlocker('join', futures);
      wake = next;
    },
  );
}
