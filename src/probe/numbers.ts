// The numbers by which whoever looks names a task or a loop: given at the first look, and kept as long as the thing lives.

const numbers: WeakMap<object, number> = new WeakMap();
// One row for both: a number never stands for two things.
let last = 0;

/** The number by which looks from outside and traces name a task or loop.
 * @example
 * ```ts
 * import { createTask, run } from 'asyncio-ts';
 * import { numberOf } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const task = createTask(async () => {});
 *   console.log(numberOf(task) === numberOf(task)); // -> true
 * });
 * ```
 */
export function numberOf(thing: object): number {
  let number = numbers.get(thing);
  if (number === undefined) numbers.set(thing, (number = ++last));
  return number;
}
