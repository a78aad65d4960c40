// A loop as an argument, checked at the public edge.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { Loop } from './loop.ts';

/** @throws InvalidArgumentError unless it is a loop of this library */
export function checkLoop(loop: unknown, method: string): asserts loop is Loop {
  if (loop instanceof Loop) return;
  throw new InvalidArgumentError('loop', `${method} needs an event loop, not ${showValue(loop)}`);
}
