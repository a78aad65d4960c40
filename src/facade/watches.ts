// What is looked out for while a main runs: tasks stuck in a circle, and in debug mode more.

import { latestAwaitLines } from '../core/awaitPlace.ts';
import type { Frame } from '../core/frame.ts';
import { undelivered } from '../core/pendingCancel.ts';
import { creationLines } from '../loop/creation.ts';
import { unheldTimer } from '../sys/exit.ts';
import { monotonic } from '../sys/host.ts';
import { report } from '../sys/report.ts';
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
  let end = (): void => {};
  let ended = false;
  const early: Frame[] = [];
  undelivered.note = (frame) => early.push(frame);
  void import('./debugWatch.ts').then(({ checkAwaits, watchForeignCancels }) => {
    void checkAwaits(main, report);
    if (ended) return;
    const watch = watchForeignCancels({
      report,
      startTimer: unheldTimer,
      now: monotonic,
      patience: () => loop.foreignCancelWarning,
      latestLines: latestAwaitLines,
      creationLines,
    });
    for (const frame of early) watch.note(frame);
    undelivered.note = watch.note;
    end = watch.end;
  });
  return () => {
    ended = true;
    undelivered.note = undefined;
    end();
  };
}
