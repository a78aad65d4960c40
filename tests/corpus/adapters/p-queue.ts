// p-queue: a class of its own name, whose works fail with the signal's reason.

import { WorkQueue } from 'asyncio-ts/tools';
import type { AddOptions, QueueOptions } from 'asyncio-ts/tools';
import { asAborted } from './aborted.ts';
import { without } from './without.ts';

class PQueue extends WorkQueue {
  constructor(options?: QueueOptions) {
    super(without(options, 'carryoverIntervalCount', 'strict'));
  }

  // As a promise: what a work is aborted with takes the place of our error.
  override add(...args: Parameters<WorkQueue['add']>): never {
    const [fn, options] = args as [never, AddOptions | undefined];
    return asAborted(() => super.add(fn, options), options?.signal) as never;
  }
}

export { PQueue as entry };
