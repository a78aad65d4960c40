// What the methods of files take.

import { InvalidArgumentError } from '../../asyncio.ts';

/** A number of bytes or characters; negative and left out mean all that there is. */
export function checkCount(value: number | undefined, argument: string): number {
  if (value === undefined) return Infinity;
  if (!Number.isSafeInteger(value) && value !== Infinity)
    throw new InvalidArgumentError(argument, `${argument} is a whole number, not ${String(value)}`);
  return value < 0 ? Infinity : value;
}

/** Where something is in a file. */
export function checkOffset(value: number, argument: string): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError(argument, `${argument} is a whole number from 0, not ${String(value)}`);
  return value;
}

/** The number of a descriptor. */
export function checkDescriptor(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 31) return value;
  throw new InvalidArgumentError('path', `a descriptor is a whole number from 0, not ${value}`);
}

/** The bytes of a view. @throws InvalidArgumentError for anything else, a string above all */
export function checkBytes(value: NodeJS.ArrayBufferView, argument: string): Buffer {
  if (!ArrayBuffer.isView(value))
    throw new InvalidArgumentError(
      argument,
      `${argument} of a file of bytes are a Uint8Array or another view, not ${value === null ? 'null' : typeof value}`,
    );
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
