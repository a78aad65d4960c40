// run(main): one call from a plain script into the library.

import type { Coroutine } from '../core/coroutine.ts';
import { allTasks } from '../core/createTask.ts';
import { reportUnretrieved } from '../core/unretrieved.ts';
import { EventLoop } from './eventLoop.ts';

export interface RunOptions {
  debug?: boolean;
  loop?: EventLoop;
}

export async function run<T>(main: Coroutine<T>, options: RunOptions = {}): Promise<T> {
  const loop = options.loop ?? new EventLoop({ debug: options.debug ?? false });
  try {
    return await loop.runUntilComplete(main);
  } finally {
    const left = allTasks(loop);
    for (const task of left) task.cancel();
    if (left.size > 0) await loop.runUntilComplete(async () => { await Promise.allSettled(left); });
    reportUnretrieved(loop);
    loop.close();
  }
}
