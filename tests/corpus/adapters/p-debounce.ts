// p-debounce: its option `signal` fails with the signal's reason.

import { debounce, memoize } from 'asyncio-ts/tools';
import type { DebounceOptions } from 'asyncio-ts/tools';
import { asAborted } from './aborted.ts';

export function entry<T>(fn: () => T, wait: number, options: DebounceOptions = {}) {
  const call = debounce(fn, wait, options);
  return function (this: unknown, ...args: []): Promise<unknown> {
    return asAborted(() => call.apply(this, args), options.signal);
  };
}

/** As docs/tools.md says it is written. */
entry.promise = <T>(fn: () => T) => memoize(fn, { cache: false, cacheKey: () => undefined });
