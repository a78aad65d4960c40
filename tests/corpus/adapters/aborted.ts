// The old packages fail with the signal's reason where ours fail with a CancelledError.

import { CancelledError } from 'asyncio-ts';

export async function asAborted<T>(
  work: () => PromiseLike<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CancelledError && signal?.aborted === true) throw signal.reason;
    throw error;
  }
}
