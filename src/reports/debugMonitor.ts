// What debug mode looks out for while a main runs: a forgotten `await`, by which code still waits when its task has
// ended, and code that goes on in a block that was left. Loaded in debug mode
// only, before main begins. What others import too it is handed instead: a bundler would put that into a chunk apart,
// which everybody loads.

import type { Frame, outlived } from '../core/cancel/frame.ts';
import type { debugPlaces } from '../core/future/awaitPlace.ts';
import { keepStacks } from '../core/future/awaitStacks.ts';
import type { taskDone } from '../core/task/instruments.ts';
import type { Task } from '../core/task/task.ts';
import type { stackReader } from '../loop/creation.ts';
import { userLines } from '../loop/stackLines.ts';
import type { report } from '../sys/host/report.ts';

export interface DebugMonitorSubject {
  readonly report: typeof report;
  readonly outlived: typeof outlived;
  readonly stackReader: typeof stackReader;
  readonly debugPlaces: typeof debugPlaces;
  readonly taskDone: typeof taskDone;
}

const MOST_LINES = 4;

/** Starts to look out; returns what ends it. */
export function monitorDebugMode(subject: DebugMonitorSubject): () => void {
  const { outlived } = subject;
  keepStacks(subject.stackReader, subject.debugPlaces);
  outlived.note = noteOutlived(subject);
  const ended = (message: unknown): void => noteForgotten(subject, (message as { task: Task }).task);
  subject.taskDone.subscribe(ended);
  return () => {
    outlived.note = undefined;
    subject.taskDone.unsubscribe(ended);
  };
}

/** Reports what a task that has ended by itself did not await. */
function noteForgotten({ report, debugPlaces }: DebugMonitorSubject, task: Task): void {
  if (task.cancelled()) return;
  const lines = debugPlaces.stacks?.stackOf(task, MOST_LINES) ?? [];
  if (lines.length === 0) return;
  report('warning', () =>
    [
      `${task.getName()} has ended, and code that it called and did not await still waits:`,
      ...lines.map(indent),
      '  Was an await forgotten? What is to go on by itself is a task: start it by createTask, or in a group.',
    ].join('\n'),
  );
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

const indent = (line: string): string => `    ${line}`;
