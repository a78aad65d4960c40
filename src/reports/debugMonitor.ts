// What debug mode looks out for while a main runs: cancels that do not get through, code that goes on in a block that
// was left, and awaits that are not the engine's own. Loaded in debug mode only, before main begins. What others import
// too it is handed instead: a bundler would put that into a chunk apart, which everybody loads.

import type { Frame, outlived } from '../core/cancel/frame.ts';
import type { hasPendingCancel, undelivered } from '../core/cancel/pendingCancel.ts';
import { awaitsCompiledAway, hostAwaitsNatively } from '../core/future/nativeAwait.ts';
import type { Task } from '../core/task/task.ts';
import type { debugPlaces } from '../core/future/awaitPlace.ts';
import { keepStacks, latestAwaitLines } from '../core/future/awaitStacks.ts';
import type { creationLines, stackReader } from '../loop/creation.ts';
import { userLines } from '../loop/stackLines.ts';
import type { Loop } from '../loop/loop.ts';
import type { unheldTimer } from '../sys/host/exit.ts';
import type { report } from '../sys/host/report.ts';

type Report = typeof report;

export interface DebugMonitorSubject {
  readonly loop: Loop;
  readonly main: (...args: never[]) => unknown;
  readonly report: Report;
  readonly undelivered: typeof undelivered;
  readonly outlived: typeof outlived;
  readonly hasPendingCancel: typeof hasPendingCancel;
  readonly stackReader: typeof stackReader;
  readonly debugPlaces: typeof debugPlaces;
  /** A timer that does not keep the process alive. */
  readonly unheldTimer: typeof unheldTimer;
  /** Milliseconds. */
  readonly monotonic: () => number;
  readonly creationLines: typeof creationLines;
}

const MOST_LINES = 4;
// How the library and the program were compiled is told once.
let checked = false;

/** Starts to look out; returns what ends it. */
export function monitorDebugMode(subject: DebugMonitorSubject): () => void {
  const { undelivered, outlived } = subject;
  keepStacks(subject.stackReader, subject.debugPlaces);
  void checkAwaits(subject.main, subject.report);
  const monitor = monitorForeignCancels(subject);
  undelivered.note = monitor.note;
  outlived.note = noteOutlived(subject);
  return () => {
    undelivered.note = undefined;
    outlived.note = undefined;
    monitor.end();
  };
}

/** Reports, once for each block, code that goes on in a block that was left. */
function noteOutlived({ report }: DebugMonitorSubject): (frame: Frame) => void {
  const told: WeakSet<Frame> = new WeakSet();
  return (frame) => {
    if (told.has(frame)) return;
    told.add(frame);
    const lines = userLines(new Error('here').stack ?? '').slice(0, MOST_LINES);
    const what = frame.task === frame ? 'a task' : 'a scope, timeout or group';
    report('warning', () =>
      [
        `code that was started in ${what} that has ended goes on: it is no longer cancelled with it`,
        ...lines.map(indent),
        '  Start it outside, or wait for it there.',
      ].join('\n'),
    );
  };
}

/** Says so, once, when awaits were compiled away: those of the library, or of the program's main. */
async function checkAwaits(main: (...args: never[]) => unknown, report: Report): Promise<void> {
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

interface ForeignCancelMonitor {
  /** A cancel of this frame found nothing to cancel. */
  note(frame: Frame): void;
  end(): void;
}

/** Reports, once each, the tasks whose cancel has found nothing to cancel for too long. */
function monitorForeignCancels(subject: DebugMonitorSubject): ForeignCancelMonitor {
  const waiting: Map<Frame, number> = new Map();
  const patience = (): number => subject.loop.foreignCancelWarning;
  let stop: (() => void) | undefined;
  const look = (): void => {
    stop = undefined;
    for (const [frame, since] of waiting) {
      const task = frame.task as Task | undefined;
      if (task === undefined || task.done() || !subject.hasPendingCancel(frame)) waiting.delete(frame);
      else if (subject.monotonic() - since >= patience()) {
        waiting.delete(frame);
        tell(task, subject.monotonic() - since, subject);
      }
    }
    if (waiting.size > 0) arm();
  };
  const arm = (): void => {
    stop ??= subject.unheldTimer(Math.max(1, patience() / 4), look);
  };
  return {
    note(frame): void {
      if (!waiting.has(frame)) waiting.set(frame, subject.monotonic());
      arm();
    },
    end: () => stop?.(),
  };
}

function tell(task: Task, age: number, subject: DebugMonitorSubject): void {
  const latest = latestAwaitLines(task).slice(0, MOST_LINES);
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
