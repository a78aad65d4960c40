// What can be a file descriptor.

import { InvalidArgumentError } from '../base/errors.ts';

/** @throws InvalidArgumentError */
export function checkDescriptor(fd: unknown): number {
  if (typeof fd === 'number' && Number.isInteger(fd) && fd >= 0) return fd;
  throw new InvalidArgumentError('fd', `a file descriptor is an integer of 0 or more, not ${String(fd)}`);
}
