// Who sleeps in a wait queue: what a lock, a semaphore, a limiter and a parking lot ask of theirs. Functions beside the
// queue, so that a program with queues of items alone does not carry them.

import type { Waiter, WaitQueue } from './waitQueue.ts';

/** True when nobody stands there but those who were cancelled in their sleep, and have no turn to lose. */
export function isDeserted(queue: WaitQueue): boolean {
  for (let waiter = queue.first; waiter !== undefined; waiter = waiter.after)
    if (waiter.woken || !waiter.cancelled()) return false;
  return true;
}

/** The first who is asleep. */
export function firstAsleep(queue: WaitQueue): Waiter | undefined {
  let waiter = queue.first;
  while (waiter !== undefined && !waiter.asleep) waiter = waiter.after;
  return waiter;
}

/** How many are asleep. */
export function countAsleep(queue: WaitQueue): number {
  let count = 0;
  for (let waiter = queue.first; waiter !== undefined; waiter = waiter.after) if (waiter.asleep) count++;
  return count;
}
