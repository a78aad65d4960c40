// What the probe is handed of the core, on which it could stand itself only if a bundler took both apart
// (docs/design/import-size.md).

import type { monotonic, nextHostTurn, startUnheldTimer, stopTimer } from '../sys/host/host.ts';
import type { report } from '../sys/host/report.ts';
import type { currentStore, runAtRoot } from '../sys/host/storage.ts';
import type { ageOf } from '../core/task/age.ts';
import type { isSleep } from '../core/future/sleep.ts';
import type { awaitedBy } from '../core/future/wait.ts';
import type { taskCreate, taskDone, waitBegin } from '../core/task/instruments.ts';
import type { observed } from '../loop/loopObserver.ts';
import type { creationLines } from '../loop/creation.ts';
import type { isThreadLoop, runningLoops } from '../loop/running.ts';
import type { viewWaits } from '../reports/waitView.ts';

export interface ProbeSubject {
  readonly ageOf: typeof ageOf;
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

/** In this order a program has them, without their names (hook.ts). */
const NAMES = [
  'ageOf',
  'awaitedBy',
  'creationLines',
  'currentStore',
  'isSleep',
  'isThreadLoop',
  'monotonic',
  'nextHostTurn',
  'observed',
  'report',
  'runAtRoot',
  'runningLoops',
  'startUnheldTimer',
  'stopTimer',
  'taskCreate',
  'taskDone',
  'viewWaits',
  'waitBegin',
] as const;

type Parts<N extends readonly (keyof ProbeSubject)[]> = { readonly [K in keyof N]: ProbeSubject[N[K]] };

export type ProbeParts = Parts<typeof NAMES>;

export function subjectOf(parts: ProbeParts): ProbeSubject {
  return Object.fromEntries(NAMES.map((name, at) => [name, parts[at]])) as unknown as ProbeSubject;
}
