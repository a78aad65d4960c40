// p-retry: its option `signal` fails with the signal's reason.

import { AbortError, retry } from 'asyncio-ts/tools';
import type { RetryOptions } from 'asyncio-ts/tools';
import { asAborted } from './aborted.ts';
import { without } from './without.ts';

export { AbortError };

export async function entry<T>(fn: (attempt: number) => T, options: RetryOptions = {}): Promise<T> {
  return await asAborted(
    () =>
      retry<T>(fn, {
        ...without(options, 'forever', 'shouldConsumeRetry', 'unref'),
        shouldRetry: worthATry(options),
      }),
    options.signal,
  );
}

/** Its TypeErrors are not tried again, but for those of a fetch. As docs/tools.md says it is written. */
function worthATry({ shouldRetry = () => true }: RetryOptions): RetryOptions['shouldRetry'] {
  return (attempt) => {
    if (attempt.error instanceof TypeError && !/fetch failed|failed to fetch/iu.test(attempt.error.message))
      return false;
    return shouldRetry(attempt);
  };
}

export function makeRetriable(fn: (...args: unknown[]) => unknown, options?: RetryOptions) {
  return function (this: unknown, ...args: unknown[]): Promise<unknown> {
    return entry(() => fn.apply(this, args), options);
  };
}
