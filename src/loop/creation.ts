// Where handles, tasks and futures were created: kept in debug mode only, beside the objects, so that
// nobody else pays for it.

import { isOwnLine } from '../sys/host/ownFile.ts';

/** @internal */
export const creationPlace: WeakMap<object, Error> = new WeakMap();

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
  return stack === undefined ? [] : userLines(stack);
}

// Node, Deno and Bun name the files of their own parts so.
const HOST = /(?:\(|at |async )(?:node:|ext:|native[: ]|internal:)/;

/** The lines of a stack that are neither the library's nor the host's. */
export function userLines(stack: string): string[] {
  return stack
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at ') && !isOwnLine(line) && !HOST.test(line));
}
