// What is looked out for while a main runs: tasks stuck in a circle, and in debug mode more.

import { latestAwaitLines } from '../core/awaitPlace.ts';
import { awaitsCompiledAway, hostAwaitsNatively } from '../core/nativeAwait.ts';
import { undelivered } from '../core/pendingCancel.ts';
import { creationLines } from '../loop/creation.ts';
import { monotonic } from '../sys/host.ts';
import { report } from '../sys/report.ts';
import type { EventLoop } from './eventLoop.ts';
import { watchForCycles } from './stallWatch.ts';

/** Starts the watches for one run of `main`; returns what ends them. */
export function startWatches(loop: EventLoop, main: (...args: never[]) => unknown): () => void {
  const ends = [watchForCycles(loop)];
  if (loop.getDebug()) {
    void checkAwaits(main);
    ends.push(watchCancels(loop));
  }
  return () => {
    for (const end of ends) end();
  };
}

function watchCancels(loop: EventLoop): () => void {
  let end: (() => void) | undefined;
  let ended = false;
  void import('./debugWatch.ts').then(({ watchForeignCancels }) => {
    if (ended) return;
    end = watchForeignCancels({
      patience: () => loop.foreignCancelWarning,
      now: monotonic,
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

let checked = false;

async function checkAwaits(main: (...args: never[]) => unknown): Promise<void> {
  if (checked) return;
  checked = true;
  const library = !(await hostAwaitsNatively());
  if (!library && !awaitsCompiledAway(main)) return;
  report('warning', () => `${library ? 'asyncio-ts' : 'main'} was compiled for something older than ES2017, so a `
    + 'cancel cannot interrupt its awaits: set the compiler\'s target to ES2017 or later');
}
