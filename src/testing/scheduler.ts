// The seeded scheduler: at the start of each iteration it puts the ready entries into one of the orders
// that asyncio leaves open, drawn from a seed. The same seed gives the same run, as long as nothing from
// outside of the loop (real I/O, real timers) interferes.

import { orderReady } from '../lowlevel.ts';
import type { Loop } from '../lowlevel.ts';
import { promisedOrder } from './guarantees.ts';
import type { Random } from './random.ts';

/** Lets `loop` run in orders drawn from `random` from now on. */
export function scheduleBy(loop: Loop, random: Random): void {
  orderReady(loop, (entries) => promisedOrder(entries).draw((below) => random.int(below)));
}
