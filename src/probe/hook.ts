// What a program has of the probe until somebody looks: one small object in the list `Symbol.for('asyncio-ts.inspect')`
// of the global object, from the first start of a loop on.
//
// 1. The list has an entry for each copy of the library in the thread; workers have a global object, and so a list, of
//    their own. Whoever looks opens each.
// 2. `open` loads the probe and opens the socket; opened already, it returns the same. It changes nothing else.
// 3. `running` and `busy` need no turn of the loop: they are what a hung thread can still be asked for, by an interrupt.
// 4. The probe is handed what it needs of the core (docs/design/import-size.md).

import { monotonic, nextHostTurn, startUnheldTimer, stopTimer } from '../sys/host/host.ts';
import { report } from '../sys/host/report.ts';
import { currentStore, runAtRoot } from '../sys/host/storage.ts';
import { isSleep } from '../core/future/sleep.ts';
import { awaitedBy } from '../core/future/wait.ts';
import { ageOf } from '../core/task/age.ts';
import { taskCreate, taskDone, waitBegin } from '../core/task/instruments.ts';
import { observed } from '../loop/loopObserver.ts';
import { creationLines } from '../loop/creation.ts';
import { readyQueueOf, timersOf } from '../loop/engine.ts';
import { isThreadLoop, runningLoops } from '../loop/running.ts';
import type { Task } from '../core/task/task.ts';
import { viewWaits } from '../reports/waitView.ts';
import { PROTOCOL, VERSION } from './protocol.ts';
import type { Hook } from './protocol.ts';
import { subjectOf } from './subject.ts';
import type { ProbeParts, ProbeSubject } from './subject.ts';

// A row, since the names of an object's members would cost more than all the rest: see subject.ts.
const parts: ProbeParts = [
  ageOf,
  awaitedBy,
  creationLines,
  currentStore,
  isSleep,
  isThreadLoop,
  monotonic,
  nextHostTurn,
  observed,
  report,
  runAtRoot,
  runningLoops,
  startUnheldTimer,
  stopTimer,
  taskCreate,
  taskDone,
  viewWaits,
  waitBegin,
];

let offered: Hook | undefined;

/** Puts the object in its place; true the first time. */
export function offerInspection(): boolean {
  const first = offered === undefined;
  if (first) {
    offered = {
      protocol: PROTOCOL,
      version: VERSION,
      open: async (options) => (await import('./openProbe.ts')).openProbe(parts, options),
      running: () => (currentStore()?.task as Task | undefined)?.getName(),
      busy: () =>
        Math.max(
          ...runningLoops().map(
            (loop) => loop.time() - Math.min(readyQueueOf(loop).since, timersOf(loop).next()),
          ),
        ),
    };
    const place = globalThis as unknown as Record<symbol, Hook[] | undefined>;
    (place[Symbol.for('asyncio-ts.inspect')] ??= []).push(offered);
  }
  return first;
}

/** Opens the socket until the function that it resolves to is called; what goes wrong is reported. */
export async function keepInspectable(evaluate: boolean): Promise<(() => void) | undefined> {
  try {
    return await (await import('./openProbe.ts')).keepProbe(parts, evaluate);
  } catch (error) {
    report('warning', () => `this thread can't be looked into: ${(error as Error).message}`);
    return undefined;
  }
}

/** The same for the public functions of this folder, which stand on the core anyway. */
export function probeSubject(): ProbeSubject {
  return subjectOf(parts);
}
