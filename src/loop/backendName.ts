// The names of the two backends, for code that only hands one on.

import { InvalidArgumentError } from '../base/errors.ts';

/** The loop's own epoll set, or the host's sockets. */
export type BackendName = 'selector' | 'host';

/** @throws InvalidArgumentError for anything but the name of a backend */
export function checkBackend(name: unknown, argument: string): BackendName {
  if (name === 'selector' || name === 'host') return name;
  throw new InvalidArgumentError(
    argument,
    `${argument} must be 'selector' or 'host', not ${JSON.stringify(name)}`,
  );
}
