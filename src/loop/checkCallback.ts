// What may be scheduled: a plain function. An async one would run with nobody waiting for it.

import { attempt } from '../base/attempt.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';

/** The check that every call can afford. @throws InvalidArgumentError unless it can be called */
export function checkCallable(callback: unknown, method: string): void {
  if (typeof callback === 'function') return;
  throw new InvalidArgumentError('callback', `${method} needs a function, not ${showValue(callback)}`);
}

/** @throws InvalidArgumentError unless it is a function, and not an async one */
export function checkCallback(callback: unknown, method: string): void {
  checkCallable(callback, method);
  if (attempt(() => Object.prototype.toString.call(callback)) === '[object AsyncFunction]') {
    throw new InvalidArgumentError(
      'callback',
      `${method} needs a plain function: an async one belongs into createTask`,
    );
  }
}
