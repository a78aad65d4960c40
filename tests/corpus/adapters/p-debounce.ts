// p-debounce: its option `signal` fails with the signal's reason.

import { coalesce, debounce } from 'asyncio-ts/tools';
import type { DebounceOptions } from 'asyncio-ts/tools';
import { asAborted } from './aborted.ts';

export function entry<T>(fn: () => T, wait: number, options: DebounceOptions = {}) {
  const call = debounce(fn, wait, options);
  return function (this: unknown, ...args: []): Promise<unknown> {
    return asAborted(() => call.apply(this, args), options.signal);
  };
}

entry.promise = coalesce;
