// The seeded scheduler: at the start of each iteration it puts the ready entries into one of the orders
// that asyncio leaves open, drawn from a seed. The same seed gives the same run, as long as nothing from
// outside of the loop (real I/O, real timers) interferes.

import { readyQueueOf } from '../loop/engine.ts';
import type { Loop } from '../loop/loop.ts';
import type { Runnable } from '../loop/runnable.ts';
import { promisedOrder } from './guarantees.ts';
import type { Random } from './random.ts';

/** Lets `loop` run in orders drawn from `random` from now on. */
export function scheduleBy(loop: Loop, random: Random): void {
  readyQueueOf(loop).shuffle = (entries: Runnable[]): void => {
    const before = [...entries];
    const order = promisedOrder(before).draw((below) => random.int(below));
    for (const [at, from] of order.entries()) entries[at] = before[from] as Runnable;
  };
}
