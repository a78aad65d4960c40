// The await stack of a task that waits, without any preparation.
//
// V8 finds async callers by walking from a promise to the function that awaits it, to that function's own promise, and
// on. It starts from the promise that the running microtask will settle. So a microtask is made whose promise leads to
// the future that the task waits for: `door` is a promise that is about to be settled, and on it a `then` whose species
// constructor returns the waiting future as the promise that it derives, with resolving functions that do nothing. An
// error made in `door`'s handler has the frames of all who await that future.
//
// 1. Nothing is settled, nobody is told, and the future's own reactions are left as they are.
// 2. V8 walks from a derived promise, and not from a capability: so `door` is one itself.
// 3. The walk ends where a promise has more than one reaction (core/future/lookAtWait.ts has what follows from that).
// 4. On Bun the engine has no such walk: the stack is empty there.

import { userLines } from '../loop/stackLines.ts';
import { parseFrames } from '../reports/stackFrames.ts';
import type { SeenFrame } from './protocol.ts';

/** How many frames at most. */
const DEEPEST = 50;

const { then } = Promise.prototype;
const ignore = (): void => {};
const settled: Promise<void> = Promise.resolve();

/** Calls `take` in a microtask with the text of the stack of whoever awaits `promise`. */
export function readAwaitStack(promise: Promise<unknown>, take: (stack: string) => void): void {
  const door = then.call(settled, function walk() {
    take(stackHere(walk));
  });
  const Species = function (executor: (resolve: () => void, reject: () => void) => void): unknown {
    executor(ignore, ignore);
    return promise;
  };
  void Object.defineProperty(door, 'constructor', { value: { [Symbol.species]: Species } });
  void then.call(door, ignore, ignore);
}

function stackHere(below: () => void): string {
  const holder: { stack?: unknown } = {};
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = DEEPEST;
    Error.captureStackTrace(holder, below);
    return typeof holder.stack === 'string' ? holder.stack : '';
  } catch {
    // A program's own `prepareStackTrace` threw, or it has frozen Error.
    return '';
  } finally {
    restoreLimit(stackTraceLimit);
  }
}

function restoreLimit(limit: number): void {
  try {
    Error.stackTraceLimit = limit;
  } catch {
    // It was not changed either.
  }
}

/** Stacks as data, for one snapshot: many tasks stand at the same place, and each place is read once. */
export class StackReader {
  readonly #known: Map<string, readonly SeenFrame[]> = new Map();

  /** The program's own frames in the text of a stack, innermost first. */
  read(stack: string): readonly SeenFrame[] {
    let frames = this.#known.get(stack);
    if (frames === undefined) this.#known.set(stack, (frames = parseFrames(userLines(stack))));
    return frames;
  }
}
