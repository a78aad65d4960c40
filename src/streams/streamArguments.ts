// The numbers that streams are given: limits and counts, checked where the program hands them in.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import type { Loop } from '../loop/loop.ts';

export interface StreamReaderOptions {
  /** How long a line or message may be, in bytes (65,536); the reader holds about twice as much at most. */
  limit?: number | undefined;
  /** The loop; the running one by default. */
  loop?: Loop | undefined;
}

/** How {@link StreamReader.lines} reads. */
export interface LinesOptions {
  /** A line is valid until the next one is asked for; false by default. */
  reuse?: boolean | undefined;
}

/** How {@link StreamReader.chunks} reads. */
export interface ChunksOptions {
  /** How many bytes at once at most (262,144; with `reuse` 1,048,576, which is the most then). */
  size?: number | undefined;
  /** A chunk is valid until the next one is asked for; false by default. */
  reuse?: boolean | undefined;
}

/** How long a line or message may be where nothing else is said: asyncio's 64 KiB. */
export const DEFAULT_LIMIT = 65_536;

/** @throws InvalidArgumentError when it is not above 0 */
export function checkLimit(limit: number = DEFAULT_LIMIT): number {
  if (typeof limit === 'number' && limit > 0) return limit;
  throw new InvalidArgumentError('limit', `a stream's limit is above 0, not ${showValue(limit)}`);
}

/** A number of bytes: whole, or Infinity. The error is returned, for a promise. */
export function countProblem(count: number, name: string, least: number): Error | undefined {
  if ((Number.isInteger(count) || count === Infinity) && count >= least) return undefined;
  return new InvalidArgumentError(
    name,
    `${name} is a number of bytes from ${least} on, not ${showValue(count)}`,
  );
}
