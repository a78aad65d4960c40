// What a program has of the probe until somebody looks: one small object in the list `Symbol.for('asyncio-ts.inspect')`
// of the global object, from the first start of a loop on.
//
// 1. The list has an entry for each copy of the library in the thread; workers have a global object, and so a list, of
//    their own. Whoever looks opens each.
// 2. `open` loads the probe and opens the socket; opened already, it returns the same. It changes nothing else.
// 3. `running` needs no turn of the loop: it is what a hung thread can still be asked for, by an interrupt.
// 4. The probe is handed what it needs of the core (docs/design/import-size.md).

import { monotonic, nextHostTurn, startUnheldTimer, stopTimer } from '../sys/host/host.ts';
import { report } from '../sys/host/report.ts';
import { currentStore, runAtRoot } from '../sys/host/storage.ts';
import { readyQueueOf } from '../loop/engine.ts';
import { openResources } from '../loop/resources.ts';
import { runningLoops } from '../loop/running.ts';
import { parentOf } from '../core/task/kept.ts';
import type { Task } from '../core/task/task.ts';
import { viewWaits } from '../reports/waitView.ts';
import { PROTOCOL, VERSION } from './protocol.ts';
import type { Hook } from './protocol.ts';

/** What the probe is handed of the core. */
export interface ProbeSubject {
  readonly currentStore: typeof currentStore;
  readonly monotonic: typeof monotonic;
  readonly nextHostTurn: typeof nextHostTurn;
  readonly openResources: typeof openResources;
  readonly parentOf: typeof parentOf;
  readonly readyQueueOf: typeof readyQueueOf;
  readonly report: typeof report;
  readonly runAtRoot: typeof runAtRoot;
  readonly runningLoops: typeof runningLoops;
  readonly startUnheldTimer: typeof startUnheldTimer;
  readonly stopTimer: typeof stopTimer;
  readonly viewWaits: typeof viewWaits;
}

const subject: ProbeSubject = {
  currentStore,
  monotonic,
  nextHostTurn,
  openResources,
  parentOf,
  readyQueueOf,
  report,
  runAtRoot,
  runningLoops,
  startUnheldTimer,
  stopTimer,
  viewWaits,
};

let offered: Hook | undefined;

/** Puts the object in its place, once. */
export function offerInspection(): Hook {
  if (offered === undefined) {
    offered = {
      protocol: PROTOCOL,
      version: VERSION,
      open: async (options) => (await import('./openProbe.ts')).openProbe(subject, options),
      running: () => (currentStore()?.task as Task | undefined)?.getName(),
    };
    const place = globalThis as unknown as Record<symbol, Hook[] | undefined>;
    (place[Symbol.for('asyncio-ts.inspect')] ??= []).push(offered);
  }
  return offered;
}
