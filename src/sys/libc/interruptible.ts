// Blocking calls with a time limit, which a signal may interrupt: they go on until something is ready or the
// time is over, as Python's do. The thread's own signal handlers can't run meanwhile.

import { monotonic } from '../host/host.ts';

const LONGEST = 0x7fff_ffff;

/** Calls `attempt(milliseconds)` until it returns more than zero or `timeout` milliseconds are over; undefined
 * waits for ever, which `attempt` is told by -1. */
export function untilReady(timeout: number | undefined, attempt: (milliseconds: number) => number): number {
  if (timeout !== undefined && timeout <= 0) return attempt(0);
  if (timeout === undefined || timeout === Infinity) {
    for (;;) {
      const count = attempt(-1);
      if (count > 0) return count;
    }
  }
  const deadline = monotonic() + timeout;
  for (let left = timeout; left > 0; left = deadline - monotonic()) {
    const count = attempt(Math.min(left, LONGEST));
    if (count > 0) return count;
  }
  return 0;
}
