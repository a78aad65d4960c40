// Numbers that count something, checked at the public edge.

import { InvalidArgumentError } from './errors.ts';
import { showValue } from './show.ts';

/** `value`, when it is a whole number from `least` on, or Infinity.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) for anything else. */
export function checkWhole(value: unknown, argument: string, least: number = -Infinity): number {
  if (typeof value === 'number' && value >= least && (Number.isInteger(value) || value === Infinity))
    return value;
  const from = least === -Infinity ? '' : ` from ${least} on`;
  throw new InvalidArgumentError(
    argument,
    `${argument} must be a whole number${from} or Infinity, not ${showValue(value)}`,
  );
}
