// What a test of executors has open, and its end, without `await using`, which Node 22 does not know.

import { run, ThreadPoolExecutor } from '../../src/asyncio.ts';
import type { ThreadPoolOptions } from '../../src/asyncio.ts';

const kept: AsyncDisposable[] = [];

/** Ends with the test. */
export function keep<T extends AsyncDisposable>(resource: T): T {
  kept.push(resource);
  return resource;
}

export function threadPool(options: ThreadPoolOptions): ThreadPoolExecutor {
  return keep(new ThreadPoolExecutor(options));
}

/** A test that ends what it has kept. */
export function ending(body: () => Promise<unknown>): () => Promise<void> {
  return async () => {
    try {
      await body();
    } finally {
      for (const resource of kept.splice(0).reverse()) await resource[Symbol.asyncDispose]();
    }
  };
}

/** The same, as the main task of a loop of its own. */
export function inLoop(body: () => Promise<unknown>): () => Promise<void> {
  return async () => {
    await run(ending(body));
  };
}
