// A condition variable: a lock, and a place to wait for news about what the lock protects.
//
// Rules, as in asyncio:
// - `wait` holds the lock again however it ends, also when it was cancelled, and however often;
// - a wait that ends with an error may have eaten a notification, so it notifies another: that makes
//   spurious wake-ups possible, and lost ones impossible.

import type { Task } from '../core/task/task.ts';
import type { Guard } from './guard.ts';
import type { Turns, Waiter } from './waitQueue.ts';
import { UsageError } from '../base/errors.ts';
import { checkWhole } from '../base/wholeNumber.ts';
import { Lock } from './lock.ts';
import { Primitive } from './primitive.ts';
import type { PrimitiveOptions } from './primitive.ts';
import { WaitQueue } from './waitQueue.ts';

/** What {@link Condition.statistics} returns.
 * @example
 * ```ts
 * import { Condition, type ConditionStatistics } from 'asyncio-ts';
 * const statistics: ConditionStatistics = new Condition().statistics();
 * console.log(statistics); // -> { locked: false, waiters: 0, lockWaiters: 0 }
 * ```
 */
export interface ConditionStatistics {
  /** Whether its lock is taken. */
  readonly locked: boolean;
  /** How many wait to be notified. */
  readonly waiters: number;
  /** How many wait for its lock. */
  readonly lockWaiters: number;
}

/** A condition variable: tasks that hold its lock can wait until another, holding it too, notifies them.
 * A wait may end without reason: test again, or use `waitFor`. Semantics: asyncio.Condition.
 * @example
 * ```ts
 * import { run, createTask, Condition } from 'asyncio-ts';
 * await run(async () => {
 *   const changed = new Condition();
 *   let items = 0;
 *   const buyer = createTask(() => changed.with(async () => {
 *     await changed.waitFor(() => items > 0);
 *     return items;
 *   }));
 *   await changed.with(() => { items = 3; changed.notify(); });
 *   console.log(await buyer); // -> 3
 * });
 * ```
 */
export class Condition extends Primitive implements Turns {
  /** @internal */
  static override readonly name: string = 'Condition';
  readonly #lock: Lock;
  readonly #waiters: WaitQueue = new WaitQueue();

  /** What a task that waits here called. */
  get kind(): string {
    return 'condition.wait';
  }

  /** `lock` is the lock to use, so that several conditions can share it; a new one by default. */
  constructor(lock?: Lock | null, options?: PrimitiveOptions) {
    super(options);
    this.#lock = lock ?? new Lock(options);
  }

  /** The lock that goes with it. */
  get lock(): Lock {
    return this.#lock;
  }

  /** Whether its lock is taken. */
  locked(): boolean {
    return this.#lock.locked();
  }

  /** Takes its lock, as {@link Lock.acquire}. */
  acquire(): Promise<Guard> {
    return this.#lock.acquire();
  }

  /** Releases its lock, as {@link Lock.release}.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when it is not taken. */
  release(): void {
    this.#lock.release();
  }

  /** Runs `body` with the lock taken and releases it however `body` ends. */
  with<T>(body: () => PromiseLike<T> | T): Promise<T> {
    return this.#lock.with(body);
  }

  /** Releases the lock, waits until notified, and takes the lock again. When it is cancelled it takes the
   * lock again before the CancelledError comes out of it.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when the lock is not taken. */
  async wait(): Promise<true> {
    this.#checkLocked('wait');
    let failed = false;
    let failure: unknown;
    const problem = this.bindLoop();
    if (problem !== undefined) throw problem;
    const notified = this.waitIn(this.#waiters, this);
    this.release();
    try {
      await notified;
    } catch (error) {
      failed = true;
      failure = error;
    }
    const cancel = await this.#lock._reacquire();
    if (cancel === undefined && !failed) return true;
    this.#waiters.wake(1);
    throw cancel ?? failure;
  }

  /** Waits until `predicate` returns something truthy, and returns that. It is asked with the lock taken,
   * at first and after each notification.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when it has to wait and the lock is not taken. */
  async waitFor<T>(predicate: () => T): Promise<T> {
    let result = predicate();
    while (!result) {
      await this.wait();
      result = predicate();
    }
    return result;
  }

  /** Wakes the first `count` who wait, 1 by default. They go on when they get the lock.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when the lock is not taken.
   * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when `count` is not a whole
   * number or Infinity. */
  notify(count: number = 1): void {
    checkWhole(count, 'count');
    this.#checkLocked('notify');
    this.#waiters.wake(count);
  }

  /** Wakes everybody who waits. They go on one after the other, as they get the lock.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when the lock is not taken. */
  notifyAll(): void {
    this.notify(Infinity);
  }

  /** The task that holds its lock, if any. */
  override holders(): Iterable<Task<unknown>> {
    return this.#lock.holders();
  }

  /** Its state at this moment. */
  statistics(): ConditionStatistics {
    return Object.freeze({
      locked: this.locked(),
      waiters: this.#waiters.length,
      lockWaiters: this.#lock.statistics().waiters,
    });
  }

  /** @internal */
  resumeWaiter(waiter: Waiter): void {
    this.#waiters.leave(waiter);
    waiter.grant(undefined);
  }

  /** @internal */
  abandonWaiter(waiter: Waiter): void {
    this.#waiters.leave(waiter);
  }

  /** @internal */
  protected override describe(): string {
    const { length } = this.#waiters;
    return `${this.locked() ? 'locked' : 'unlocked'}${length === 0 ? '' : ` waiters=${length}`}`;
  }

  #checkLocked(method: string): void {
    if (this.locked()) return;
    throw new UsageError(
      `${this.what} is not locked: call ${method}() between acquire() and release(), or inside with()`,
    );
  }
}
