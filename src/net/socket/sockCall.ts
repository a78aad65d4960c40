// What every sock method does first: it looks at its arguments, and at how often it was called.
//
// A socket that is always ready must not keep the thread: its calls succeed at once, and a task that makes
// them one after the other would never let anything else run. A number of calls may succeed in one iteration of
// the loop; the next one waits for an iteration first, before it has taken or sent anything.

import { sleep } from '../../core/future/sleep.ts';
import { readyQueueOf } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import { checkSocket } from './checkSocket.ts';
import { anotherWaits } from './readiness.ts';
import type { Direction } from './readiness.ts';

const CALLS_IN_A_ROW = 64;

interface Streak {
  iteration: number;
  calls: number;
}

const streaks: WeakMap<object, Streak> = new WeakMap();

/** Something to await before the call, or undefined: mostly undefined.
 * @throws InvalidArgumentError for what is no Socket; UnsupportedError on the host backend; UsageError when
 * another task waits for the same, even if the call could be made at once: it would take what the other is to
 * get, or write in the middle of what the other writes */
export function beginCall(
  loop: Loop,
  socket: unknown,
  method: string,
  direction: Direction,
): PromiseLike<void> | undefined {
  const sock = checkSocket(socket, method);
  descriptorsOf(loop);
  const other = direction === 'read' ? sock._reader : sock._writer;
  if (other !== undefined) throw anotherWaits(sock.fileno(), direction);
  const { iterations } = readyQueueOf(loop);
  const streak = streaks.get(sock);
  if (streak === undefined) streaks.set(sock, { iteration: iterations, calls: 1 });
  else if (streak.iteration !== iterations) {
    streak.iteration = iterations;
    streak.calls = 1;
  } else if (++streak.calls > CALLS_IN_A_ROW) return sleep(0);
  return undefined;
}
