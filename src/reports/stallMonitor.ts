// Tasks that wait for each other in a circle, in a process that something else keeps alive: a server, a timer
// of other code. Looked for only when the loop has done nothing for a while, once for each time it rests.
// They are told and not cancelled: the rest of the program may be well.

import { viewWaits } from './waitView.ts';
import { readyQueueOf } from '../loop/engine.ts';
import type { Loop } from '../loop/loop.ts';
import { unheldTimer } from '../sys/host/exit.ts';
import { report } from '../sys/host/report.ts';

const QUIET = 1000;

export function monitorStalls(loop: Loop): () => void {
  const told: WeakSet<object> = new WeakSet();
  let before = -1;
  let looked = -1;
  let stop: () => void;
  const look = async (): Promise<void> => {
    // Jest loads nothing any more when a test file has ended, and a run may have outlived its test.
    const reports = await import('./waitReport.ts').catch(() => undefined);
    if (reports === undefined) return stop();
    const text = reports.stallReport(viewWaits(loop), told);
    if (text !== '') report('warning', () => text);
  };
  const tick = (): void => {
    const { entriesRun } = readyQueueOf(loop);
    if (entriesRun === before && entriesRun !== looked) {
      looked = entriesRun;
      void look();
    }
    before = entriesRun;
    stop = unheldTimer(QUIET, tick);
  };
  stop = unheldTimer(QUIET, tick);
  return () => stop();
}
