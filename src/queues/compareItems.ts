// The order of a priority queue that was given none: Python's `<` for what JavaScript can order as Python
// does, and a clear refusal for the rest, where JavaScript's own `<` would call everything equal.

import { InvalidArgumentError } from '../base/errors.ts';

/** Below 0 when `a` comes before `b`, above 0 when after it, 0 when they are equal: as for Array.sort.
 * @example
 * ```ts
 * import { PriorityQueue, type Compare } from 'asyncio-ts';
 * const longestFirst: Compare<string> = (a, b) => b.length - a.length;
 * const queue = new PriorityQueue<string>(0, { compare: longestFirst });
 * queue.putNowait('a');
 * queue.putNowait('bcd');
 * console.log(queue.getNowait()); // -> bcd
 * ```
 */
export type Compare<T> = (a: T, b: T) => number;

/** Orders numbers and bigints, strings, dates and the like, and arrays of these.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) for anything else. */
export function compareItems(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  const left = primitiveOf(a);
  const right = primitiveOf(b);
  if (isNumeric(left) && isNumeric(right)) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string')
    return left < right ? -1 : left > right ? 1 : 0;
  throw new InvalidArgumentError(
    'item',
    `can't tell which of ${kindOf(a)} and ${kindOf(b)} comes first: give the queue a compare function`,
  );
}

/** By the first elements that differ; a beginning comes before the whole. */
function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a[i];
    const right = b[i];
    if (left === right) continue;
    const order = compareItems(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function primitiveOf(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  const known = typeof value === 'object' && value !== null && typeof value.valueOf === 'function';
  return known ? value.valueOf() : value;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? `an object (${value.constructor?.name})` : `a ${typeof value}`;
}
