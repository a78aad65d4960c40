// A limit of time whose error says what was waited for.

import { timeout, TimeoutError } from '../../asyncio.ts';

/** Waits for `act` so many milliseconds at most.
 * @param late what the error says, when the time is up
 * @throws TimeoutError with that message */
export async function within<T>(limit: number, act: () => Promise<T>, late: () => string): Promise<T> {
  let own: unknown;
  try {
    return await timeout(limit, (deadline) => {
      own = deadline;
      return act();
    });
  } catch (error) {
    if (!(error instanceof TimeoutError) || error.timeout !== own) throw error;
    throw new TimeoutError(late(), { cause: error, timeout: own });
  }
}
