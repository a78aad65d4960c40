// Checks of what a caller hands in as bytes, sizes and descriptors.

import { InvalidArgumentError } from '../base/errors.ts';

/** @throws InvalidArgumentError for anything but a Uint8Array */
export function checkBytes(value: unknown, argument: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const kind = value === null ? 'null' : typeof value;
  const hint = kind === 'string' ? ': encode it first, as Buffer.from(text)' : '';
  throw new InvalidArgumentError(argument, `${argument} must be bytes (a Uint8Array), not ${kind}${hint}`);
}

/** @throws InvalidArgumentError for anything but an integer of 0 or more */
export function checkSize(value: unknown, argument: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError(
    argument,
    `${argument} must be an integer of 0 or more, not ${String(value)}`,
  );
}

/** How much of `buffer` may be filled: `size` bytes, all of it for 0.
 * @throws InvalidArgumentError when it has fewer */
export function roomIn(buffer: Uint8Array, size: number): number {
  checkBytes(buffer, 'buffer');
  if (checkSize(size, 'size') <= buffer.length) return size === 0 ? buffer.length : size;
  throw new InvalidArgumentError('size', `the buffer has ${buffer.length} bytes, fewer than ${size}`);
}
