// What the probe is handed of the core, on which it could stand itself only if a bundler took both apart
// (docs/design/import-size.md).

import type { monotonic, nextHostTurn, startUnheldTimer, stopTimer } from '../sys/host/host.ts';
import type { report } from '../sys/host/report.ts';
import type { currentStore, runAtRoot } from '../sys/host/storage.ts';
import type { creationLines } from '../loop/creation.ts';
import type { isThreadLoop, runningLoops } from '../loop/running.ts';
import type { viewWaits } from '../reports/waitView.ts';

export interface ProbeSubject {
  readonly creationLines: typeof creationLines;
  readonly currentStore: typeof currentStore;
  readonly isThreadLoop: typeof isThreadLoop;
  readonly monotonic: typeof monotonic;
  readonly nextHostTurn: typeof nextHostTurn;
  readonly report: typeof report;
  readonly runAtRoot: typeof runAtRoot;
  readonly runningLoops: typeof runningLoops;
  readonly startUnheldTimer: typeof startUnheldTimer;
  readonly stopTimer: typeof stopTimer;
  readonly viewWaits: typeof viewWaits;
}

/** The same without names, which is how a program has it (hook.ts). */
export type ProbeParts = readonly [
  typeof creationLines,
  typeof currentStore,
  typeof isThreadLoop,
  typeof monotonic,
  typeof nextHostTurn,
  typeof report,
  typeof runAtRoot,
  typeof runningLoops,
  typeof startUnheldTimer,
  typeof stopTimer,
  typeof viewWaits,
];

export function subjectOf(parts: ProbeParts): ProbeSubject {
  const [
    creationLines,
    currentStore,
    isThreadLoop,
    monotonic,
    nextHostTurn,
    report,
    runAtRoot,
    runningLoops,
    startUnheldTimer,
    stopTimer,
    viewWaits,
  ] = parts;
  return {
    creationLines,
    currentStore,
    isThreadLoop,
    monotonic,
    nextHostTurn,
    report,
    runAtRoot,
    runningLoops,
    startUnheldTimer,
    stopTimer,
    viewWaits,
  };
}
