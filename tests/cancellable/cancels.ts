// The moments at which a cancel may come, for any call.

import assert from 'node:assert/strict';
import { createTask, currentTask, isCancelled, sleep } from '../../src/asyncio.ts';

/** Cancels a task that makes `call`: before it starts the call, while it waits, and twice while it waits. Returns how
 * often the call was made. */
export async function cancelAtEachMoment(
  call: () => Promise<unknown>,
  reached: () => PromiseLike<unknown> = () => sleep(20),
): Promise<number> {
  let calls = 0;
  const counted = (): Promise<unknown> => {
    calls++;
    return call();
  };
  for (const moment of ['before', 'while', 'twice'] as const) {
    let thrown: unknown;
    const task = createTask(async () => {
      if (moment === 'before') currentTask()?.cancel('asked');
      try {
        await counted();
      } catch (error) {
        thrown = error;
        throw error;
      }
    });
    if (moment !== 'before') {
      await reached();
      task.cancel('asked');
      if (moment === 'twice') {
        await Promise.resolve();
        task.cancel('again');
      }
    }
    await Promise.allSettled([task]);
    assert.ok(isCancelled(thrown), `${moment}: ${String(thrown)}`);
    // Of two cancels before the first was seen, the latter's message counts, as in asyncio.
    assert.match((thrown as Error).message, moment === 'twice' ? /^(asked|again)$/ : /^asked$/, moment);
    assert.equal(task.cancelled(), true, moment);
  }
  return calls;
}
