// What may be scheduled: a plain function. An async one would run with nobody waiting for it.

import { InvalidArgumentError } from '../base/errors.ts';

export function checkCallback(callback: unknown, method: string): void {
  if (typeof callback !== 'function') {
    throw new InvalidArgumentError('callback', `${method} needs a function, not ${typeof callback}`);
  }
  if (Object.prototype.toString.call(callback) === '[object AsyncFunction]') {
    throw new InvalidArgumentError(
      'callback',
      `${method} needs a plain function: an async one belongs into createTask`,
    );
  }
}
