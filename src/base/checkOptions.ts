// Options as an argument, checked at the public edge: `undefined` is none at all, and anything but an object is refused
// before one of them is looked for.

import { InvalidArgumentError } from './errors.ts';
import { showValue } from './show.ts';

/** @throws InvalidArgumentError unless it is an object */
export function checkOptions(options: unknown, method: string): void {
  if (typeof options === 'object' && options !== null) return;
  throw new InvalidArgumentError(
    'options',
    `the options of ${method} are an object, not ${showValue(options)}`,
  );
}
