// A socket that is always ready must not keep the thread: its calls succeed at once, and a task that makes
// them one after the other would never let anything else run.
//
// So many calls may succeed in one iteration of the loop; the next one waits for an iteration first, before
// it has taken or sent anything.

import { sleep } from '../core/sleep.ts';
import type { Loop } from '../loop/loop.ts';

const CALLS_IN_A_ROW = 64;

interface Streak {
  iteration: number;
  calls: number;
}

const streaks: WeakMap<object, Streak> = new WeakMap();

/** Something to await before the call, or undefined: mostly undefined. */
export function turnOf(loop: Loop, socket: object): PromiseLike<void> | undefined {
  const { iterations } = loop._ready;
  const streak = streaks.get(socket);
  if (streak === undefined) streaks.set(socket, { iteration: iterations, calls: 1 });
  else if (streak.iteration !== iterations) {
    streak.iteration = iterations;
    streak.calls = 1;
  } else if (++streak.calls > CALLS_IN_A_ROW) return sleep(0);
  return undefined;
}
