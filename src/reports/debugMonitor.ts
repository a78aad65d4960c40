// What debug mode looks out for while a main runs: cancels that do not get through, and awaits that are not
// the engine's own. Loaded in debug mode only. What others import too it is handed instead: a bundler
// would put that into a chunk apart, which everybody loads.

import type { Frame } from '../core/cancel/frame.ts';
import { awaitsCompiledAway, hostAwaitsNatively } from '../core/future/nativeAwait.ts';
import type { Task } from '../core/task/task.ts';
import type { unheldTimer } from '../sys/host/exit.ts';
import type { report } from '../sys/host/report.ts';

type Report = typeof report;

export interface DebugMonitorSubject {
  readonly report: Report;
  /** A timer that does not keep the process alive. */
  readonly startTimer: typeof unheldTimer;
  /** Milliseconds. */
  readonly now: () => number;
  /** How long a cancel may wait for something foreign before it is reported; milliseconds. */
  readonly patience: () => number;
  /** Where the task's latest wait for something of ours was. */
  readonly latestLines: (task: object) => readonly string[];
  readonly creationLines: (task: object) => readonly string[];
}

const MOST_LINES = 4;
let checked = false;

/** Says so, once, when awaits were compiled away: those of the library, or of the program's main. */
export async function checkAwaits(main: (...args: never[]) => unknown, report: Report): Promise<void> {
  if (checked) return;
  checked = true;
  const library = !(await hostAwaitsNatively());
  if (!library && !awaitsCompiledAway(main)) return;
  report(
    'warning',
    () =>
      `${library ? 'asyncio-ts' : 'main'} was compiled for something older than ES2017, so a ` +
      "cancel cannot interrupt its awaits: set the compiler's target to ES2017 or later",
  );
}

export interface ForeignCancelMonitor {
  /** A cancel of this frame found nothing to cancel. */
  note(frame: Frame): void;
  end(): void;
}

/** Reports, once each, the tasks whose cancel has found nothing to cancel for too long. */
export function monitorForeignCancels(subject: DebugMonitorSubject): ForeignCancelMonitor {
  const waiting: Map<Frame, number> = new Map();
  let stop: (() => void) | undefined;
  const look = (): void => {
    stop = undefined;
    for (const [frame, since] of waiting) {
      const task = frame.task as Task | undefined;
      if (task === undefined || task.done() || frame._pending === undefined) waiting.delete(frame);
      else if (subject.now() - since >= subject.patience()) {
        waiting.delete(frame);
        tell(task, subject.now() - since, subject);
      }
    }
    if (waiting.size > 0) arm();
  };
  const arm = (): void => {
    stop ??= subject.startTimer(Math.max(1, subject.patience() / 4), look);
  };
  return {
    note(frame): void {
      if (!waiting.has(frame)) waiting.set(frame, subject.now());
      arm();
    },
    end: () => stop?.(),
  };
}

function tell(task: Task, age: number, subject: DebugMonitorSubject): void {
  const latest = subject.latestLines(task).slice(0, MOST_LINES);
  const created = subject.creationLines(task).slice(0, MOST_LINES);
  const places =
    latest.length > 0
      ? ['  its latest wait before that:', ...latest.map(indent)]
      : created.length > 0
        ? ['  the task was created:', ...created.map(indent)]
        : [];
  subject.report('warning', () =>
    [
      `${task.getName()} was cancelled ${(age / 1000).toFixed(1)} s ago and still waits for a promise that is not ` +
        "the library's, where a cancel cannot reach it",
      ...places,
      '  Write "await interruptible(promise)", or hand currentSignal() to what takes an AbortSignal.',
    ].join('\n'),
  );
}

const indent = (line: string): string => `    ${line}`;
