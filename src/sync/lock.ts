// The mutual exclusion lock.
//
// Rules, as in asyncio:
// - hand-over is first come first served: `release` wakes the first waiter and leaves the lock open, and
//   nobody but those in the queue can take it until that waiter has run;
// - the waiter in front that is cancelled, whether before or after it was woken, wakes the next.

import { atCaller } from '../base/callerStack.ts';
import type { CancelledError } from '../base/errors.ts';
import type { Owner } from '../core/cancel/frame.ts';
import type { Task } from '../core/task/task.ts';
import type { Cause } from '../core/cancel/cause.ts';
import type { Turns } from './waitQueue.ts';
import { UsageError } from '../base/errors.ts';
import { toCancelledError } from '../core/cancel/cause.ts';
import { currentFrame } from '../core/cancel/frame.ts';
import { Guard } from './guard.ts';
import { Primitive } from './primitive.ts';
import type { PrimitiveOptions } from './primitive.ts';
import { isDeserted } from './sleepers.ts';
import { Waiter, WaitQueue } from './waitQueue.ts';

/** What {@link Lock.statistics} returns.
 * @example
 * ```ts
 * import { Lock, type LockStatistics } from 'asyncio-ts';
 * const statistics: LockStatistics = new Lock().statistics();
 * console.log(statistics); // -> { locked: false, holder: null, waiters: 0 }
 * ```
 */
export interface LockStatistics {
  /** Whether it is taken. */
  readonly locked: boolean;
  /** The task that took it; null when it is free or was taken outside of any task. */
  readonly holder: Task<unknown> | null;
  /** How many wait for it. */
  readonly waiters: number;
}

/** A mutual exclusion lock for tasks: at most one holds it, and those who wait get it in the order they
 * came. It does not belong to the task that took it: another may release it. Not re-entrant.
 * Semantics: asyncio.Lock.
 * @example
 * ```ts
 * import { run, gather, sleep, Lock } from 'asyncio-ts';
 * await run(async () => {
 *   const lock = new Lock({ name: 'log' });
 *   const log: string[] = [];
 *   const write = async (name: string) => {
 *     using _ = await lock.acquire();
 *     log.push(`${name} in`);
 *     await sleep(1);
 *     log.push(`${name} out`);
 *   };
 *   await gather(() => write('a'), () => write('b'));
 *   console.log(log.join(', ')); // -> a in, a out, b in, b out
 * });
 * ```
 */
export class Lock extends Primitive implements Turns {
  /** @internal */
  static override readonly name: string = 'Lock';
  #locked: boolean = false;
  #holder: Owner | undefined = undefined;
  readonly #waiters: WaitQueue = new WaitQueue();

  /** What a task that waits here called. */
  get kind(): string {
    return 'lock.acquire';
  }

  constructor(options?: PrimitiveOptions) {
    super(options);
  }

  /** Whether it is taken. */
  locked(): boolean {
    return this.#locked;
  }

  /** Takes the lock, waiting for it where it is taken. A wait that is cancelled takes nothing and gives
   * its turn to the next.
   * @returns a guard for `using`; it is truthy, as what asyncio returns.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when others already wait for it under another loop. */
  acquire(): Promise<Guard> {
    if (this.#takeIfFree()) return Promise.resolve(new Guard(this));
    return this.waitIn(this.#waiters, this);
  }

  /** Opens the lock and wakes the first who waits for it.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when it is not taken. */
  release(): void {
    if (!this.#locked) {
      const problem = `${this.what} is not locked: release() was called before acquire(), or once more than it`;
      throw atCaller(new UsageError(problem), Lock.prototype.release);
    }
    this.#locked = false;
    this.#holder = undefined;
    this.#wakeFirst();
  }

  /** Runs `body` with the lock taken and releases it however `body` ends. */
  async with<T>(body: () => PromiseLike<T> | T): Promise<T> {
    if (!this.#takeIfFree()) await this.waitIn(this.#waiters, this);
    try {
      return await body();
    } finally {
      this.release();
    }
  }

  /** The task that holds it, if any. */
  override holders(): Iterable<Task<unknown>> {
    return this.#holder === undefined ? [] : [this.#holder as Task<unknown>];
  }

  /** Its state at this moment. */
  statistics(): LockStatistics {
    return Object.freeze({
      locked: this.#locked,
      holder: (this.#holder as Task<unknown> | undefined) ?? null,
      waiters: this.#waiters.length,
    });
  }

  /** @internal */
  protected override describe(): string {
    const { length } = this.#waiters;
    return `${this.#locked ? 'locked' : 'unlocked'}${length === 0 ? '' : ` waiters=${length}`}`;
  }

  /** Takes the lock again for a condition, whatever happens meanwhile: a task that is cancelled here keeps its
   * place. Resolves to the latest of those cancels. @internal */
  async _reacquire(): Promise<CancelledError | undefined> {
    if (this.#takeIfFree()) return undefined;
    const waiter = this.#waiters.join(new StubbornWaiter<Guard>(this, undefined));
    await waiter;
    return waiter.cause === undefined ? undefined : toCancelledError(waiter.cause);
  }

  /** @internal */
  resumeWaiter(waiter: Waiter): void {
    this.#waiters.leave(waiter);
    this.#locked = true;
    this.#holder = waiter.task;
    waiter.grant(new Guard(this));
  }

  /** @internal */
  abandonWaiter(waiter: Waiter): void {
    this.#waiters.leave(waiter);
    // Nobody holds it, so it may have been this one's turn.
    if (!this.#locked) this.#wakeFirst();
  }

  #takeIfFree(): boolean {
    if (this.#locked || !isDeserted(this.#waiters)) return false;
    this.#locked = true;
    this.#holder = currentFrame()?.task;
    return true;
  }

  #wakeFirst(): void {
    const { first } = this.#waiters;
    // Else it is about to run already, and takes the lock or passes its turn on.
    if (first !== undefined && first.asleep) first.wake();
  }
}

/** A waiter that a cancel does not drive away: it remembers the cancel and waits on. For taking a condition's lock
 * again, which must succeed before an error may pass. */
class StubbornWaiter<T = unknown> extends Waiter<T> {
  /** The latest cancel that it was asked for. @internal */
  cause: Cause | undefined = undefined;

  protected override takeCancel(cause: Cause): boolean {
    this.cause = cause;
    return true;
  }
}
