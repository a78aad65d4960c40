// Who looks on while loops live: the test kit's leak guard, and nobody else. One at most on a thread.

import type { Loop } from './loop.ts';

export interface LoopObserver {
  /** A loop starts to run, for the first time or again. */
  started(loop: Loop): void;
  /** A loop is about to be closed; what it still holds is in it. */
  closing(loop: Loop): void;
}

export const loopObserver: { current: LoopObserver | undefined } = { current: undefined };
