// How a program says of itself that it may be looked into: by the option `inspect` of `run`, or by ASYNCIO_INSPECT.
//
// 1. Without either nothing is opened, and whoever comes by the inspector is served all the same (probe/hook.ts).
// 2. The variable counts for each thread with a loop, for the process's children too. Its socket is open from the first
//    start of a loop on, as long as the thread lives; that of `run` as long as its loop.

import process from 'node:process';
import { attempt } from '../base/attempt.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { keepInspectable } from '../probe/hook.ts';

/** The first loop of this thread has started. */
export function inspectByEnvironment(): void {
  // Deno may not let it be read.
  const wanted = attempt(() => process.env['ASYNCIO_INSPECT']) ?? '';
  if (wanted !== '' && wanted !== '0') void keepInspectable(wanted === 'evaluate');
}

/** @throws InvalidArgumentError for any other value */
export function checkInspect(inspect: unknown): void {
  if (inspect === undefined || typeof inspect === 'boolean' || inspect === 'evaluate') return;
  throw new InvalidArgumentError(
    'inspect',
    `inspect is true, false or 'evaluate', not ${showValue(inspect)}`,
  );
}
