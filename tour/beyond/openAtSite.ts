// How many requests the site is answering: what others see of a cancel.

import { interruptible, sleep } from '../../src/asyncio.ts';
import type { Site } from '../crawl/site.ts';

export async function openAtSite({ address }: Site): Promise<number> {
  const { open } = (await interruptible(async (signal) => {
    const response = await fetch(`${address}/open`, { signal });
    return response.json();
  })) as { open: number };
  return open;
}

/** Waits until the site answers so many requests, and returns how many it was in the end: it learns of the end of
 * a connection a moment later. */
export async function settledAtSite(site: Site, expected: number, within: number = 1000): Promise<number> {
  const end = performance.now() + within;
  for (;;) {
    const open = await openAtSite(site);
    if (open === expected || performance.now() > end) return open;
    await sleep(2);
  }
}
