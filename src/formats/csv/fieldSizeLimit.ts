// How long a field may be, for all readers of the thread that don't say so themselves.

import { InvalidArgumentError } from '../../asyncio.ts';

let limit = 131_072;

/** How many characters a field that is read may have; sets it first where one is given. Returns what it was before.
 * 131,072 at first. Semantics: csv.field_size_limit.
 * @throws InvalidArgumentError for what is no whole number, nor Infinity
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * console.log(csv.fieldSizeLimit(1_000_000)); // -> 131072
 * console.log(csv.fieldSizeLimit(131_072)); // -> 1000000
 * ```
 */
export function fieldSizeLimit(next?: number): number {
  const before = limit;
  if (next !== undefined) limit = checkFieldSize(next);
  return before;
}

/** @throws InvalidArgumentError for what can't be a limit */
export function checkFieldSize(size: unknown): number {
  if (typeof size === 'number' && size >= 0 && (Number.isInteger(size) || size === Infinity)) return size;
  throw new InvalidArgumentError('limit', 'the limit of a field is a whole number from 0 on, or Infinity');
}
