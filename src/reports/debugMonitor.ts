// What debug mode looks out for while a main runs: code that goes on in a block that was left. Loaded in debug mode
// only, before main begins. What others import too it is handed instead: a bundler would put that into a chunk apart,
// which everybody loads.

import type { Frame, outlived } from '../core/cancel/frame.ts';
import type { debugPlaces } from '../core/future/awaitPlace.ts';
import { keepStacks } from '../core/future/awaitStacks.ts';
import type { stackReader } from '../loop/creation.ts';
import { userLines } from '../loop/stackLines.ts';
import type { report } from '../sys/host/report.ts';

export interface DebugMonitorSubject {
  readonly report: typeof report;
  readonly outlived: typeof outlived;
  readonly stackReader: typeof stackReader;
  readonly debugPlaces: typeof debugPlaces;
}

const MOST_LINES = 4;

/** Starts to look out; returns what ends it. */
export function monitorDebugMode(subject: DebugMonitorSubject): () => void {
  const { outlived } = subject;
  keepStacks(subject.stackReader, subject.debugPlaces);
  outlived.note = noteOutlived(subject);
  return () => {
    outlived.note = undefined;
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

const indent = (line: string): string => `    ${line}`;
