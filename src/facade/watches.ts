// What is looked out for while a main runs: tasks stuck in a circle, and in debug mode more.

import { latestAwaitLines } from '../core/awaitPlace.ts';
import { undelivered } from '../core/pendingCancel.ts';
import { creationLines } from '../loop/creation.ts';
import type { EventLoop } from './eventLoop.ts';
import { watchForCycles } from './stallWatch.ts';

/** Starts the watches for one run of `main`; returns what ends them. */
export function startWatches(loop: EventLoop, main: (...args: never[]) => unknown): () => void {
  const ends = [watchForCycles(loop)];
  if (loop.getDebug()) ends.push(watchInDebug(loop, main));
  return () => {
    for (const end of ends) end();
  };
}

function watchInDebug(loop: EventLoop, main: (...args: never[]) => unknown): () => void {
  let end: (() => void) | undefined;
  let ended = false;
  void import('./debugWatch.ts').then(({ checkAwaits, watchForeignCancels }) => {
    void checkAwaits(main);
    if (ended) return;
    end = watchForeignCancels({
      patience: () => loop.foreignCancelWarning,
      latestLines: latestAwaitLines,
      creationLines,
      hook: undelivered,
    });
  });
  return () => {
    ended = true;
    end?.();
  };
}
