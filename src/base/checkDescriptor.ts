// What can be a file descriptor.

import { InvalidArgumentError } from './errors.ts';

/** The system's descriptors are of 32 bits: a larger number would be cut, and be another descriptor. */
const LARGEST = 0x7fff_ffff;

/** Whether the system could have given out this number. */
export function isDescriptor(fd: unknown): fd is number {
  return typeof fd === 'number' && Number.isInteger(fd) && fd >= 0 && fd <= LARGEST;
}

/** @throws InvalidArgumentError */
export function checkDescriptor(fd: unknown): number {
  if (isDescriptor(fd)) return fd;
  throw new InvalidArgumentError(
    'fd',
    `a file descriptor is an integer from 0 to ${LARGEST}, not ${typeof fd === 'number' ? fd : typeof fd}`,
  );
}
