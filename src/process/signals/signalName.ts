// Signals as arguments: by name or by number, checked at the public edge.

import { attempt } from '../../base/attempt.ts';
import { InvalidArgumentError, UsageError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';
import { receivesSignals, signalNumbers } from '../../sys/host/ownSignals.ts';
import type { SignalName } from '../../sys/host/ownSignals.ts';

export type { SignalName } from '../../sys/host/ownSignals.ts';

/** A signal: its name, or its number on this system.
 * @example
 * ```ts
 * import type { Signal } from 'asyncio-ts';
 * const stop: Signal[] = ['SIGTERM', 2];
 * console.log(stop.length); // -> 2
 * ```
 */
export type Signal = SignalName | number;

/** The usual name of `signal`.
 * @throws InvalidArgumentError for what is no signal of this system */
export function toSignalName(signal: Signal): SignalName {
  const number = typeof signal === 'string' ? numberOf(signal) : signal;
  for (const [name, known] of Object.entries(signalNumbers))
    if (known === number) return name as SignalName;
  throw new InvalidArgumentError(
    'signal',
    `a signal is a name such as 'SIGTERM' or a number of this system's, not ${showValue(signal)}`,
  );
}

/** The signal that a returncode below zero stands for. */
export function signalOfReturncode(returncode: number | undefined): SignalName | undefined {
  if (returncode === undefined || returncode >= 0) return undefined;
  return attempt(() => toSignalName(-returncode));
}

function numberOf(name: string): number | undefined {
  return Object.hasOwn(signalNumbers, name) ? signalNumbers[name] : undefined;
}

/** As {@link toSignalName}, for a signal that a program wants to handle.
 * @throws also UsageError for one that can't be caught, and in a worker thread, which signals don't reach */
export function toCatchableSignal(signal: Signal, caller: string): SignalName {
  const name = toSignalName(signal);
  if (name === 'SIGKILL' || name === 'SIGSTOP')
    throw new UsageError(`${name} cannot be caught: the system acts on it without asking the process`);
  if (!receivesSignals)
    throw new UsageError(
      `${caller} works on the main thread only: the host delivers no signal to a worker thread`,
    );
  return name;
}
