// Who is told of a thread's loops from outside (reports/observeLoops.ts).

import type { Engine } from './engine.ts';

/** What observers are told of: a loop starts to run, or is about to be closed. */
export type LoopEvent = 'started' | 'closing';

/** What tells all observers; undefined as long as there are none. While there is one, new loops keep the places where
 * things are made. */
export const observed: { tell: ((what: LoopEvent, loop: Engine) => void) | undefined } = {
  tell: undefined,
};
