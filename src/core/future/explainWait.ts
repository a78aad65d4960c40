// Saying what a future stands for, for whoever looks into the program or reads its reports.

import { harmless } from '../../base/harmless.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';
import type { Task } from '../task/task.ts';
import type { Blocker, BlockerDetails, WaitSort } from './blocker.ts';
import { Future } from './future.ts';

/** What {@link explainWait} says.
 * @example
 * ```ts
 * import type { WaitExplanation } from 'asyncio-ts/lowlevel';
 * const explanation: WaitExplanation = { what: 'GET /users', sort: 'request', peer: 'example.com:443' };
 * console.log(explanation.sort); // -> request
 * ```
 */
export interface WaitExplanation extends Partial<BlockerDetails> {
  /** The thing, as it is printed: `query 17 of the pool "main"`. */
  readonly what: string;
  /** What the waiting code called: `connection.query`. */
  readonly call?: string | undefined;
  /** The tasks that could end the wait, where that is known: cycles are found through them. */
  readonly holders?: (() => Iterable<Task>) | undefined;
}

class Explained implements Blocker {
  readonly #given: WaitExplanation;

  constructor(given: WaitExplanation) {
    this.#given = given;
  }

  get what(): string {
    return harmless(this.#given.what);
  }

  get kind(): string {
    return this.#given.call ?? '';
  }

  holders(): Iterable<Task> {
    return this.#given.holders?.() ?? [];
  }

  details(): BlockerDetails {
    const { size, limit, peer, pid } = this.#given;
    const sort: WaitSort = this.#given.sort ?? 'other';
    return { sort, size, limit, peer, pid };
  }
}

/** Says what a task waits for that awaits `future`, as `asyncio ps` and the reports on waiting tasks then tell it: for
 * drivers, clients, pools that are written outside of the library. The explanation is read when somebody looks, so its
 * members may be getters.
 * @returns `future`
 * @throws InvalidArgumentError when it is no future of this library, or the explanation has no `what`
 * @example
 * ```ts
 * import { createTask, interruptible, run, sleep } from 'asyncio-ts';
 * import { explainWait, taskWaits } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const answer = Promise.withResolvers<string>();
 *   const task = createTask(() =>
 *     explainWait(interruptible(answer.promise), { what: 'the device', call: 'device.ask', sort: 'request' }),
 *   );
 *   await sleep(0);
 *   console.log(taskWaits(task).map(({ what, call }) => `${what} (${call})`)); // -> [ 'the device (device.ask)' ]
 *   answer.resolve('yes');
 * });
 * ```
 */
export function explainWait<F extends Future<never> | Future>(future: F, explanation: WaitExplanation): F {
  if (!(future instanceof Future))
    throw new InvalidArgumentError('future', `explainWait needs a future, not ${showValue(future)}`);
  if (typeof explanation?.what !== 'string')
    throw new InvalidArgumentError('explanation', 'an explanation says what is waited for');
  future.blocker = new Explained(explanation);
  return future;
}
