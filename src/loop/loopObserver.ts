// Who is told of a thread's loops from outside (reports/observeLoops.ts).

import type { Engine } from './engine.ts';
import type { Meter } from './ready.ts';

/** Who is told of what tasks do, in the middle of it: it must not throw, nor settle anything. A channel of the host's
 * for each of these would cost every program its name. */
export interface TaskWatcher {
  /** What measures the steps of `loop`, in place of debug mode's meter. */
  meter(loop: Engine): Meter;
  /** A future is done or cancelled, or its primitive has woken it, and those who await it get their turns. */
  ready(future: object): void;
  /** A cancel was asked for, of a task or of a part of its code. */
  cancelled(task: object): void;
}

/** What observers are told of: a loop starts to run, or is about to be closed. */
export type LoopEvent = 'started' | 'closing';

/** What tells all observers; undefined as long as there are none. While there is one, new loops keep the places where
 * things are made. */
export const observed: {
  tell: ((what: LoopEvent, loop: Engine) => void) | undefined;
  /** Set while tasks are watched (probe/events.ts). */
  tasks: TaskWatcher | undefined;
} = { tell: undefined, tasks: undefined };
