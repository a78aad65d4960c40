// The stacks at which tasks wait: in debug mode each await of a future takes one, which with the engine's async frames
// is the whole chain of callers in that task. It is loaded with debug mode, and is therefore given what it fills in.
// Rewritten awaits of promises that are not ours (foreignWait.ts) know their lines anyway.

import type { stackReader } from '../../loop/creation.ts';
import { userLines } from '../../loop/stackLines.ts';
import type { AwaitStacks, debugPlaces, Awaiting } from './awaitPlace.ts';

interface Place {
  readonly future: object;
  readonly stack: Error;
  readonly at: number;
  /** Of the task's wait before. */
  readonly before: Error | undefined;
}

/** The places of each task's waits; the latest last. */
const places: WeakMap<object, Place[]> = new WeakMap();

// The host's clock, from whoever turned debug mode on.
let now: () => number;

const stacks: AwaitStacks = { note, linesOf, stackOf };

/** Puts in place what keeps and reads stacks. It is there to stay: what was kept can still be asked for. */
export function keepStacks(
  reader: typeof stackReader,
  awaits: typeof debugPlaces,
  monotonic: () => number,
): void {
  now = monotonic;
  reader.read = userLines;
  awaits.stacks = stacks;
}

function note(future: object, task: Awaiting): void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const stack = new Error('awaited here');
  Error.stackTraceLimit = limit;
  const mine = places.get(task);
  const place = { future, stack, at: now(), before: mine?.at(-1)?.stack };
  // A task that waits for one thing has one place; beside others each keeps its own.
  if (mine !== undefined && task._waits instanceof Set) mine.push(place);
  else places.set(task, [place]);
}

function linesOf(future: object, task: object): string[] {
  if ('lines' in future) return future.lines as string[];
  return read(places.get(task)?.findLast((place) => place.future === future));
}

/** The stack of the latest await of `task` on a future of ours, innermost first. */
export function latestAwaitLines(task: object): string[] {
  return read(places.get(task)?.at(-1));
}

/** Between which lines a step lay that took so long and ends now, as text. What stands there is the slow code. */
export function linesAround(
  what: object,
  took: number,
  createdAt: (object: object) => readonly string[],
): string {
  const latest = places.get(what)?.at(-1);
  // It has waited again, or ended, or waits for something that is not ours.
  const within = latest !== undefined && latest.at >= now() - took;
  const before = within ? latest.before : latest?.stack;
  // Bun leaves the awaiting function out of the stack.
  const after = before === undefined ? undefined : userLines(before.stack ?? '')[0];
  const created = after === undefined ? createdAt(what)[0] : undefined;
  const to = within ? userLines(latest.stack.stack ?? '')[0] : undefined;
  const lines = [
    ...(after === undefined ? [] : [`after its await ${after}`]),
    ...(created === undefined ? [] : [`created ${created}`]),
    ...(to === undefined ? [] : [`before its await ${to}`]),
  ];
  return lines.map((line) => `\n    ${line}`).join('');
}

function stackOf(task: Awaiting, limit: number | undefined): string[] {
  const waits = task._waits;
  if (waits === undefined) return [];
  const lines =
    waits instanceof Set ? [...waits].flatMap((one) => linesOf(one, task)) : linesOf(waits, task);
  return limit === undefined ? lines : lines.slice(0, limit);
}

function read(place: Place | undefined): string[] {
  return place?.stack.stack === undefined ? [] : userLines(place.stack.stack);
}
