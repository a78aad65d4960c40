// What debug mode looks out for while a main runs: a forgotten `await`, by which code still waits when its task has
// ended, or nobody has ever waited, code that goes on in a block that was left, and what stands in the files that it imports. Loaded in debug mode
// only, before main begins. What others import too it is handed instead: a bundler would put that into a chunk apart,
// which everybody loads.

import type { Frame, outlived } from '../core/cancel/frame.ts';
import { keepStacks, linesAround } from '../core/future/awaitStacks.ts';
import { tellNeverAwaited, watchAwaits } from '../core/future/neverAwaited.ts';
import type { NeverAwaitedSubject } from '../core/future/neverAwaited.ts';
import type { Task } from '../core/task/task.ts';
import type { stackReader } from '../loop/creation.ts';
import type { Engine } from '../loop/engine.ts';
import type { LoopResource } from '../loop/resources.ts';
import { userLines } from '../loop/stackLines.ts';
import { hotSpotOf, recordHotSpots } from '../sys/host/hotSpots.ts';
import { watchHeldUp } from './heldUp.ts';
import type { HeldUpSubject } from './heldUp.ts';
import { tellLeftOpen } from './leftOpen.ts';
import type { LeftOpenTools } from './leftOpen.ts';
import { watchSwallowedCancels } from './swallowedCancels.ts';
import type { SwallowedCancelsSubject } from './swallowedCancels.ts';
import { leaveTrail } from './taskTrails.ts';

export interface DebugMonitorSubject
  extends SwallowedCancelsSubject, LeftOpenTools, HeldUpSubject, NeverAwaitedSubject {
  readonly outlived: typeof outlived;
  readonly stackReader: typeof stackReader;
}

const MOST_LINES = 4;

/** What looks out. */
export interface DebugMonitor {
  /** The main is over. */
  end(): void;
  /** The loop is about to be closed with these open. */
  closing(loop: Engine, open: Iterable<LoopResource>): void;
}

/** Starts to look out. */
export function monitorDebugMode(subject: DebugMonitorSubject): DebugMonitor {
  const { outlived, stackReader } = subject;
  keepStacks(stackReader, subject.debugPlaces, subject.monotonic);
  outlived.note = noteOutlived(subject);
  stackReader.made = watchAwaits(subject);
  const ended = (message: unknown): void => {
    const { task } = message as { task: Task };
    leaveTrail(task, subject.creationLines);
    noteForgotten(subject, task);
  };
  subject.taskDone.subscribe(ended);
  const endSwallowed = watchSwallowedCancels(subject);
  let slowest = 0;
  stackReader.around = (what, took) => {
    slowest = Math.max(slowest, took);
    return linesAround(what, took, subject.creationLines) + hotLine(took);
  };
  const endRecording = recordHotSpots(subject.unheldTimer);
  const endHeldUp = watchHeldUp(subject, hotLine, () => {
    const longest = slowest;
    slowest = 0;
    return longest;
  });
  return {
    end: () => {
      outlived.note = undefined;
      subject.taskDone.unsubscribe(ended);
      endSwallowed();
      endHeldUp();
      endRecording();
    },
    closing: (loop, open) => {
      tellNeverAwaited(loop);
      tellLeftOpen(open, subject);
    },
  };
}

/** Reports what a task that has ended by itself did not await. */
function noteForgotten({ report, debugPlaces }: DebugMonitorSubject, task: Task): void {
  if (task.cancelled()) return;
  const lines = debugPlaces.stacks?.stackOf(task, MOST_LINES) ?? [];
  if (lines.length === 0) return;
  report('warning', () =>
    [
      `${task.shownName} has ended, and code that it called and did not await still waits:`,
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

/** Where most of the last `took` milliseconds went, as a line to be added; empty where that can't be known. */
function hotLine(took: number): string {
  const spot = hotSpotOf(took);
  if (spot === undefined) return '';
  const { name, place, share } = spot;
  const where = name === '' ? `at ${place}` : `at ${name} (${place})`;
  return `\n    ${(share * 100).toFixed(0)} % of it ${where}`;
}

const indent = (line: string): string => `    ${line}`;
