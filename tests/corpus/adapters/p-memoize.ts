// p-memoize: its shouldCache gets the arguments under another name.

import { memoize } from 'asyncio-ts/tools';
import type { MemoizeOptions } from 'asyncio-ts/tools';

export { memoizeClear as pMemoizeClear, memoizeMethod as pMemoizeDecorator } from 'asyncio-ts/tools';

type Options = MemoizeOptions<unknown[], unknown, unknown> & {
  shouldCache?: (value: unknown, context: { key: unknown; argumentsList: unknown[] }) => boolean;
};

export function entry(fn: (...args: unknown[]) => unknown, { shouldCache, ...options }: Options = {}) {
  return memoize(fn, {
    ...options,
    shouldCache:
      shouldCache && ((value, { key, args }) => shouldCache(value, { key, argumentsList: args })),
  });
}
