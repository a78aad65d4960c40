// What is looked out for while a main runs: tasks stuck in a circle, and in debug mode more.

import { latestAwaitLines } from '../core/future/awaitPlace.ts';
import { outlived } from '../core/cancel/frame.ts';
import type { Frame } from '../core/cancel/frame.ts';
import { undelivered } from '../core/cancel/pendingCancel.ts';
import { creationLines, userLines } from '../loop/creation.ts';
import type { Loop } from '../loop/loop.ts';
import { unheldTimer } from '../sys/host/exit.ts';
import { monotonic } from '../sys/host/host.ts';
import { report } from '../sys/host/report.ts';
import { monitorStalls } from './stallMonitor.ts';

/** Starts the monitors for one run of `main`; returns what ends them. */
export function startMonitors(loop: Loop, main: (...args: never[]) => unknown): () => void {
  const ends = [monitorStalls(loop)];
  if (loop.getDebug()) ends.push(monitorDebugMode(loop, main));
  return () => {
    for (const end of ends) end();
  };
}

function monitorDebugMode(loop: Loop, main: (...args: never[]) => unknown): () => void {
  let end = (): void => {};
  let ended = false;
  const early: Frame[] = [];
  undelivered.note = (frame) => early.push(frame);
  outlived.note = noteOutlived();
  void import('./debugMonitor.ts').then(({ checkAwaits, monitorForeignCancels }) => {
    void checkAwaits(main, report);
    if (ended) return;
    const monitor = monitorForeignCancels({
      report,
      startTimer: unheldTimer,
      now: monotonic,
      patience: () => loop.foreignCancelWarning,
      latestLines: latestAwaitLines,
      creationLines,
    });
    for (const frame of early) monitor.note(frame);
    undelivered.note = monitor.note;
    end = monitor.end;
  });
  return () => {
    ended = true;
    undelivered.note = undefined;
    outlived.note = undefined;
    end();
  };
}

/** Reports, once for each block, code that goes on in a block that was left. */
function noteOutlived(): (frame: Frame) => void {
  const told: WeakSet<Frame> = new WeakSet();
  return (frame) => {
    if (told.has(frame)) return;
    told.add(frame);
    const lines = userLines(new Error('here').stack ?? '').slice(0, 4);
    const what = frame.task === frame ? 'a task' : 'a scope, timeout or group';
    report('warning', () =>
      [
        `code that was started in ${what} that has ended goes on: it is no longer cancelled with it`,
        ...lines.map((line) => `    ${line}`),
        '  Start it outside, or wait for it there.',
      ].join('\n'),
    );
  };
}
