// p-timeout: its option `signal` fails with the signal's reason.

import { TimeoutError } from 'asyncio-ts';
import { timeout } from 'asyncio-ts/tools';
import type { TimedTask, TimeoutOptions } from 'asyncio-ts/tools';
import { asAborted } from './aborted.ts';
import { without } from './without.ts';

export { TimeoutError };

export function entry<T>(work: PromiseLike<T>, options: TimeoutOptions<unknown>): Promise<unknown> {
  let task: TimedTask<unknown>;
  const result = asAborted(() => (task = timeout(work, without(options, 'customTimers'))), options.signal);
  return Object.assign(result, { clear: () => task.clear() });
}
