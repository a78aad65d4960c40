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
    const { cycleReport, findCycles } = await import('./waitReport.ts');
    const view = viewWaits(loop);
    const news = findCycles(view, true).filter((cycle) => !told.has((cycle[0] as { task: object }).task));
    for (const { task } of news.flat()) told.add(task);
    if (news.length > 0) {
      report('warning', () => `these tasks can never go on:\n${cycleReport(news, view)}`);
    }
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
