// Signals as callers give them: by name or number.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { signalNumbers } from '../sys/host/ownSignals.ts';

/** Above the last of the real-time signals. */
const LARGEST = 64;

/** The number of a signal; 0 asks whether the process is there.
 * @throws InvalidArgumentError for what is none */
export function toSignalNumber(signal: unknown): number {
  const number =
    typeof signal === 'string' && Object.hasOwn(signalNumbers, signal) ? signalNumbers[signal] : signal;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= LARGEST)
    return number;
  throw new InvalidArgumentError(
    'signal',
    `a signal is a name such as 'SIGTERM' or a number from 0 to ${LARGEST}, not ${showValue(signal)}`,
  );
}
