// Which loop's pump is at work, and how callbacks carry their loop along. Apart from running.ts, which stands above the
// loop: the pump and the handles write here.

import type { Store } from '../sys/host/storage.ts';

interface AnyLoop {
  isRunning(): boolean;
}

/** The loop in whose callback or step the thread is. Set by the pump, and where the host calls into a loop. */
export const atWork: { loop: AnyLoop | undefined } = { loop: undefined };

/** Whether there was ever more than one loop on this thread, or one that starts by itself. What is true stays true:
 * code that was started while there was one goes on beside the next. */
export const severalLoops: {
  seen: boolean;
  /** Makes the store of a callback that was given none; set by who starts loops. */
  storeOf: ((loop: AnyLoop) => Store) | undefined;
} = { seen: false, storeOf: undefined };

/** The store in which a callback of `loop` runs that was scheduled with `store`: with several loops, what the callback
 * starts must know its loop. */
export function storeOnLoop(loop: AnyLoop, store: Store | undefined): Store | undefined {
  if (!severalLoops.seen) return store;
  if (store !== undefined) store.loop = loop;
  return store ?? severalLoops.storeOf?.(loop);
}
