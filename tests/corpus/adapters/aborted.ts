// The old packages fail with the signal's reason where ours fail with a CancelledError.

import { CancelledError } from 'asyncio-ts';

export function asAborted<T>(work: () => PromiseLike<T>, signal: AbortSignal | undefined): Promise<T> {
  const result = (async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CancelledError && signal?.aborted === true) throw signal.reason;
      throw error;
    }
  })();
  // As the task in it: nobody is ended for not looking at it.
  result.catch(() => {});
  return result;
}
