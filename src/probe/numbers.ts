// The numbers by which whoever looks names a task or a loop: given at the first look, and kept as long as the thing lives.

const numbers: WeakMap<object, number> = new WeakMap();
// One row for both: a number never stands for two things.
let last = 0;

export function numberOf(thing: object): number {
  let number = numbers.get(thing);
  if (number === undefined) numbers.set(thing, (number = ++last));
  return number;
}
