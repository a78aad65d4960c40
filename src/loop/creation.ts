// Where handles, tasks and futures were created: kept in debug mode only, beside the objects, so that
// nobody else pays for it.

/** @internal */
export const creationPlace: WeakMap<object, Error> = new WeakMap();

/** What makes lines of a stack that was kept. Whoever turns debug mode on, or observes loops, puts the one in place that
 * knows the program's own (stackLines.ts); other programs have no stacks, and do without its code. */
export const stackReader: {
  read: (stack: string) => string[];
  /** In debug mode: between which lines lies what a task has just done for so long, as lines of a report. */
  around?: (what: object, took: number) => string;
  /** In debug mode: a future was made, and its place is kept. */
  made?: (future: object) => void;
} = { read: (stack) => stack.split('\n    ').slice(1) };

// What is opened for a program is opened far below it, behind more frames than a stack has by default.
const DEEP = 40;

/** Keeps the place where `object` is made, however far below the program that is. */
export function keepDeepPlace(object: object): void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Math.max(limit, DEEP);
  creationPlace.set(object, new Error('created here'));
  Error.stackTraceLimit = limit;
}

/** The lines of the stack at which a task, future, handle or timer was created, the program's own, innermost first;
 * empty unless its loop keeps places: in debug mode, with the option `places`, and while loops are observed.
 * @example
 * ```ts
 * import { createTask, run } from 'asyncio-ts';
 * import { creationLines } from 'asyncio-ts/lowlevel';
 * await run(async function main() {
 *   console.log(creationLines(createTask(async () => {}))[0]?.split(' ').slice(0, 2).join(' ')); // -> at main
 * }, { debug: true });
 * ```
 */
export function creationLines(object: object): string[] {
  const stack = creationPlace.get(object)?.stack;
  return stack === undefined ? [] : stackReader.read(stack);
}
