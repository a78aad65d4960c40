// wait: several futures, until the first, the first error, or all.

import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { offDone, onDone } from '../core/future/doneCallback.ts';
import { Future } from '../core/future/future.ts';
import { hasFailed } from '../core/future/futureState.ts';
import { JointBlocker } from '../core/future/jointBlocker.ts';
import { Deadline } from '../loop/deadline.ts';
import { runningLoop } from '../loop/running.ts';

/** `wait` returns when any future is done or cancelled.
 * @example
 * ```ts
 * import { FIRST_COMPLETED } from 'asyncio-ts';
 * console.log(FIRST_COMPLETED); // -> FIRST_COMPLETED
 * ```
 */
export const FIRST_COMPLETED = 'FIRST_COMPLETED';
/** `wait` returns when any future has failed, else when all are done.
 * @example
 * ```ts
 * import { FIRST_EXCEPTION } from 'asyncio-ts';
 * console.log(FIRST_EXCEPTION); // -> FIRST_EXCEPTION
 * ```
 */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';
/** `wait` returns when all are done; the default.
 * @example
 * ```ts
 * import { ALL_COMPLETED } from 'asyncio-ts';
 * console.log(ALL_COMPLETED); // -> ALL_COMPLETED
 * ```
 */
export const ALL_COMPLETED = 'ALL_COMPLETED';

/** Options of {@link wait}.
 * @example
 * ```ts
 * import { run, wait, sleep, type WaitOptions } from 'asyncio-ts';
 * const first: WaitOptions = { returnWhen: 'FIRST_COMPLETED' };
 * await run(async () => console.log((await wait([sleep(1), sleep(1000)], first))[0].size)); // -> 1
 * ```
 */
export interface WaitOptions {
  /** Milliseconds after which it returns with what there is; no limit by default. */
  timeout?: Duration | undefined;
  /** When to return; ALL_COMPLETED by default. */
  returnWhen?: typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED | undefined;
}

/** Waits for futures and returns those that are done and those that are not. It throws no timeout, and it
 * cancels nothing: neither when the time is over nor when the wait itself is cancelled. Semantics:
 * asyncio.wait.
 * @throws InvalidArgumentError for no futures, for something else than futures, or an unknown `returnWhen`
 * @example
 * ```ts
 * import { run, wait, createTask, sleep, FIRST_COMPLETED } from 'asyncio-ts';
 * await run(async () => {
 *   const tasks = [createTask(() => sleep(1)), createTask(() => sleep(60_000))];
 *   const [done, pending] = await wait(tasks, { returnWhen: FIRST_COMPLETED });
 *   console.log(done.size, pending.size); // -> 1 1
 * });
 * ```
 */
export async function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): Promise<[done: Set<F>, pending: Set<F>]> {
  const set = futureSet(futures);
  const when = options.returnWhen ?? ALL_COMPLETED;
  if (when !== FIRST_COMPLETED && when !== FIRST_EXCEPTION && when !== ALL_COMPLETED) {
    throw new InvalidArgumentError(
      'returnWhen',
      `returnWhen must be one of the three constants, not ${showValue(when)}`,
    );
  }
  const limit = options.timeout === undefined ? undefined : toMilliseconds(options.timeout, 'timeout');
  await settle(set, when, limit);
  const done = new Set<F>();
  const pending = new Set<F>();
  for (const future of set) (future.done() ? done : pending).add(future);
  return [done, pending];
}

function futureSet<F extends Future<unknown>>(futures: Iterable<F>): Set<F> {
  if (futures instanceof Promise || typeof futures?.[Symbol.iterator] !== 'function') {
    throw new InvalidArgumentError('futures', 'wait needs a list of futures or tasks');
  }
  const set = new Set(futures);
  for (const future of set) {
    if (future instanceof Future) continue;
    throw new InvalidArgumentError(
      'futures',
      typeof future === 'function'
        ? 'wait takes tasks, not functions: start them with createTask first'
        : 'wait takes futures and tasks only: wrap a promise with wrapFuture',
    );
  }
  if (set.size === 0) throw new InvalidArgumentError('futures', 'wait needs at least one future');
  return set;
}

async function settle(set: Set<Future<unknown>>, when: string, limit: number | undefined): Promise<void> {
  const loop = runningLoop('wait');
  const waiter = new Future<void>();
  waiter.blocker = new JointBlocker('wait', set);
  const release = (): void => {
    if (!waiter.done()) waiter.setResult();
  };
  const deadline = limit === undefined ? undefined : new Deadline(loop, loop.time() + limit, release, true);
  let left = set.size;
  const entries = [...set].map((future) => ({
    future,
    entry: onDone(future, () => {
      left--;
      const failed = when === FIRST_EXCEPTION && !future.cancelled() && failedSeen(future);
      if (left <= 0 || when === FIRST_COMPLETED || failed) release();
    }),
  }));
  try {
    await waiter;
  } finally {
    deadline?.cancel();
    for (const { future, entry } of entries) offDone(future, entry);
  }
}

function failedSeen(future: Future<unknown>): boolean {
  if (!hasFailed(future)) return false;
  future.exception();
  return true;
}
