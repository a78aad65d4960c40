// Work on files that a cancel ends between two of its steps.
//
// 1. The work is a plain async function over the host's promises: nothing is thrown into it. It looks at its signal
//    between its steps, cleans up and ends.
// 2. The cancel is thrown when the work has ended. So no write of it comes after the cancel was seen, and what it cleans
//    up is cleaned up by then. Further cancels wait as long.
// 3. A cancel that stands before the start starts nothing.

import { isCancelled, wrapFuture } from '../../asyncio.ts';
import { checkpoint, isCancelDue } from '../../lowlevel.ts';
import { shielded } from '../host/hostCall.ts';

/** Runs `work`; a cancel aborts its signal, and is thrown when the work has ended. */
export async function untilStopped<T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  if (isCancelDue()) await checkpoint();
  const controller = new AbortController();
  const running = work(controller.signal);
  try {
    return await wrapFuture(running);
  } catch (error) {
    if (!isCancelled(error)) throw error;
    controller.abort(error);
    await shielded(running.catch(() => {}));
    throw error;
  }
}
