// Checks of what a caller hands in as bytes, sizes and descriptors.

import { isBytes, isGone, sizeOf } from '../base/bytes.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { BufferError } from './bufferError.ts';

/** How many bytes `value` has.
 * @throws InvalidArgumentError for anything but a Uint8Array, and for one whose memory was taken away */
export function checkBytes(value: unknown, argument: string): number {
  if (!isBytes(value)) throw noBytes(value, argument);
  const size = sizeOf(value);
  if (size > 0 || !isGone(value)) return size;
  throw new InvalidArgumentError(
    argument,
    `the memory of ${argument} was transferred or made smaller: it has no bytes any more`,
  );
}

/** As {@link checkBytes}; returns the bytes. */
export function checkedBytes(value: Uint8Array, argument: string): Uint8Array {
  checkBytes(value, argument);
  return value;
}

/** The error for bytes that were given to `method` and taken away while they waited there. */
export function takenAway(method: string): BufferError {
  return new BufferError(
    `bytes given to ${method}() were transferred, or their memory made smaller, while they waited: give it a copy, or leave them until they are used`,
  );
}

function noBytes(value: unknown, argument: string): InvalidArgumentError {
  const kind = value === null ? 'null' : typeof value;
  const hint = kind === 'string' ? ': encode it first, as Buffer.from(text)' : '';
  return new InvalidArgumentError(argument, `${argument} must be bytes (a Uint8Array), not ${kind}${hint}`);
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
  const length = checkBytes(buffer, 'buffer');
  if (checkSize(size, 'size') <= length) return size === 0 ? length : size;
  throw new InvalidArgumentError('size', `the buffer has ${length} bytes, fewer than ${size}`);
}

/** The chunks of `writelines`, as an array; `argument` is what each is called in an error.
 * @throws InvalidArgumentError for what can't be iterated, and for a chunk as {@link checkBytes} does */
export function chunksOf(value: Iterable<Uint8Array>, argument: string): Uint8Array[] {
  const given: unknown = value;
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) {
    const chunks = [...value];
    for (const chunk of chunks) checkBytes(chunk, argument);
    return chunks;
  }
  throw new InvalidArgumentError('data', 'writelines takes an iterable of bytes, as an array of them');
}
