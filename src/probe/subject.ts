// What the probe is handed of the core, on which it could stand itself only if a bundler took both apart
// (docs/design/import-size.md).

import type { monotonic, nextHostTurn, startUnheldTimer, stopTimer } from '../sys/host/host.ts';
import type { report } from '../sys/host/report.ts';
import type { currentStore, runAtRoot } from '../sys/host/storage.ts';
import type { isSleep } from '../core/future/sleep.ts';
import type { awaitedBy } from '../core/future/wait.ts';
import type { taskCreate, taskDone, waitBegin } from '../core/task/instruments.ts';
import type { observed } from '../loop/loopObserver.ts';
import type { creationLines } from '../loop/creation.ts';
import type { isThreadLoop, runningLoops } from '../loop/running.ts';
import type { viewWaits } from '../reports/waitView.ts';

export interface ProbeSubject {
  readonly awaitedBy: typeof awaitedBy;
  readonly creationLines: typeof creationLines;
  readonly currentStore: typeof currentStore;
  readonly isSleep: typeof isSleep;
  readonly isThreadLoop: typeof isThreadLoop;
  readonly monotonic: typeof monotonic;
  readonly nextHostTurn: typeof nextHostTurn;
  readonly observed: typeof observed;
  readonly report: typeof report;
  readonly runAtRoot: typeof runAtRoot;
  readonly runningLoops: typeof runningLoops;
  readonly startUnheldTimer: typeof startUnheldTimer;
  readonly stopTimer: typeof stopTimer;
  readonly taskCreate: typeof taskCreate;
  readonly taskDone: typeof taskDone;
  readonly viewWaits: typeof viewWaits;
  readonly waitBegin: typeof waitBegin;
}

/** The same without names, which is how a program has it (hook.ts). */
export type ProbeParts = readonly [
  typeof awaitedBy,
  typeof creationLines,
  typeof currentStore,
  typeof isSleep,
  typeof isThreadLoop,
  typeof monotonic,
  typeof nextHostTurn,
  typeof observed,
  typeof report,
  typeof runAtRoot,
  typeof runningLoops,
  typeof startUnheldTimer,
  typeof stopTimer,
  typeof taskCreate,
  typeof taskDone,
  typeof viewWaits,
  typeof waitBegin,
];

export function subjectOf(parts: ProbeParts): ProbeSubject {
  const [
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
  ] = parts;
  return {
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
  };
}
