// Running a test inside a loop.

import { run } from '../src/asyncio.ts';

/** Runs the body of a test as the main task of a loop of its own. */
export function inLoop(body: () => Promise<unknown>): () => Promise<void> {
  return async () => {
    await run(async () => {
      await body();
    });
  };
}
