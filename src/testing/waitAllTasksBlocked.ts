// Waiting until nothing else can run. A loop is quiet when it had nothing ready in a number of turns of
// the host in a row: then the chains of foreign promises have ended too, and every task waits for time, for
// the outside world, or for another task.
//
// All who wait with the same cushion are woken together, the smallest cushion first: the first who is
// woken makes the loop busy again, and the others would wait for each other for ever.

import { Future, NoRunningLoopError } from '../asyncio.ts';
import type { Duration } from '../asyncio.ts';
import { hostTime, hostTimer, hostTurn, peekRunningLoop, toMilliseconds, viewLoop } from '../lowlevel.ts';
import type { Loop, LoopView } from '../lowlevel.ts';

/** Turns of the host in which nothing became ready, after which a loop counts as quiet. */
export const QUIET_TURNS = 2;

/** Options of {@link waitAllTasksBlocked}.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { waitAllTasksBlocked, type WaitBlockedOptions } from 'asyncio-ts/testing';
 * const options: WaitBlockedOptions = { cushion: 5 };
 * await run(() => waitAllTasksBlocked(options));
 * ```
 */
export interface WaitBlockedOptions {
  /** For how many milliseconds of real time nothing may run; 0 by default, which is a few turns of the
   * host. */
  cushion?: Duration | undefined;
}

/** Waits until every other task of the running loop waits for something that is not ready: for time, for
 * the outside world, or for another task. With a {@link VirtualClock} that jumps by itself it returns
 * before the time jumps. A cancel ends the wait. Semantics: trio.testing.wait_all_tasks_blocked.
 * @throws NoRunningLoopError outside of a loop; InvalidArgumentError for a bad cushion
 * @example
 * ```ts
 * import { run, createTask, Lock } from 'asyncio-ts';
 * import { waitAllTasksBlocked } from 'asyncio-ts/testing';
 * await run(async () => {
 *   const lock = new Lock();
 *   await lock.acquire();
 *   const task = createTask(() => lock.with(() => {}));
 *   await waitAllTasksBlocked();
 *   console.log(lock.statistics().waiters); // -> 1
 *   lock.release();
 *   await task;
 * });
 * ```
 */
export function waitAllTasksBlocked(options: WaitBlockedOptions = {}): Future<void> {
  const cushion = Math.max(0, toMilliseconds(options.cushion ?? 0, 'cushion'));
  const loop = peekRunningLoop();
  if (loop === undefined) throw new NoRunningLoopError('waitAllTasksBlocked');
  let waiting = waiters.get(loop);
  if (waiting === undefined) waiters.set(loop, (waiting = new QuietWaiters(loop)));
  return waiting.wait(cushion);
}

const waiters: WeakMap<Loop, QuietWaiters> = new WeakMap();

class QuietWaiters {
  readonly #loop: Loop;
  readonly #view: LoopView;
  readonly #waiters: Map<Future<void>, number> = new Map();
  #since: number = 0;
  #entriesRun: number = 0;
  #quiet: number = 0;
  #looking: boolean = false;
  #stopListening: (() => void) | undefined = undefined;

  constructor(loop: Loop) {
    this.#loop = loop;
    this.#view = viewLoop(loop);
  }

  wait(cushion: number): Future<void> {
    const future = new Future<void>({ loop: this.#loop });
    this.#waiters.set(future, cushion);
    this.#stopListening ??= this.#view.onRest(this.#rest);
    future.addDoneCallback(() => this.#leave(future));
    return future;
  }

  #leave(future: Future<void>): void {
    this.#waiters.delete(future);
    if (this.#waiters.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  readonly #rest = (): void => {
    this.#since = hostTime();
    this.#entriesRun = this.#view.entriesRun;
    this.#quiet = 0;
    if (this.#looking) return;
    this.#looking = true;
    hostTurn(this.#look);
  };

  readonly #look = (): void => {
    this.#looking = false;
    // When the loop works again, its next rest begins the count anew.
    const { resting, entriesRun } = this.#view;
    if (this.#waiters.size === 0 || !resting || entriesRun !== this.#entriesRun) return;
    const wanted = Math.min(...this.#waiters.values());
    const left = this.#since + wanted - hostTime();
    if (++this.#quiet < QUIET_TURNS) this.#again(0);
    else if (wanted > 0 && left > 0) this.#again(left);
    else for (const [future, cushion] of this.#waiters) if (cushion === wanted) this.#wake(future);
  };

  #again(delay: number): void {
    this.#looking = true;
    if (delay > 0) hostTimer(delay, this.#look);
    else hostTurn(this.#look);
  }

  #wake(future: Future<void>): void {
    if (!future.done()) future.setResult();
  }
}
