// Cases for the selector backend alone, which must leave nothing in the loop's table of descriptors.

import assert from 'node:assert/strict';
import { sleep } from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { descriptorsOf } from '../../src/loop/network.ts';
import { onBackends } from './onBackends.ts';

/** A `callSoon` that a case leaves behind may take so many iterations to come to its end. */
export const MOST_ITERATIONS = 12;

export function onSelector(title: string, body: (loop: EventLoop) => Promise<unknown>): void {
  onBackends(
    title,
    async (loop) => {
      await body(loop);
      assert.equal(descriptorsOf(loop).size, 0, 'nothing is waited for any more');
      for (let left = MOST_ITERATIONS; left > 0; left--) await sleep(0);
    },
    { only: 'selector', timeout: 30_000 },
  );
}
