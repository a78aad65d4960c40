// Letting others run.

import { sleep } from '../src/asyncio.ts';

/** Lets everything that is ready run, `count` times. */
export async function turns(count: number = 1): Promise<void> {
  for (let i = 0; i < count; i++) await sleep(0);
}
