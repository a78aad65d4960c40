// The counting semaphore.
//
// Rules, as in asyncio:
// - a permit is handed to a waiter when it is woken, not when it runs, so `value` never counts it twice;
// - nobody overtakes: while somebody waits or is about to run, newcomers wait behind them, permits or not;
// - a waiter that was handed a permit and can't use it puts it back; every waiter that leaves wakes as many
//   as there are permits.

import type { Turns, Waiter } from './waitQueue.ts';
import { checkWhole } from '../base/wholeNumber.ts';
import { Guard } from './guard.ts';
import { Primitive } from './primitive.ts';
import type { PrimitiveOptions } from './primitive.ts';
import { firstAsleep, isDeserted } from './sleepers.ts';
import { WaitQueue } from './waitQueue.ts';

/** What {@link Semaphore.statistics} returns.
 * @example
 * ```ts
 * import { Semaphore, type SemaphoreStatistics } from 'asyncio-ts';
 * const statistics: SemaphoreStatistics = new Semaphore(3).statistics();
 * console.log(statistics); // -> { value: 3, locked: false, waiters: 0 }
 * ```
 */
export interface SemaphoreStatistics {
  /** Permits that are there to be taken. */
  readonly value: number;
  /** Whether an acquire would have to wait. */
  readonly locked: boolean;
  /** How many wait for a permit. */
  readonly waiters: number;
}

/** A number of permits. `acquire` takes one and waits where there is none; those who wait get theirs in
 * the order they came. Semantics: asyncio.Semaphore.
 * @example
 * ```ts
 * import { run, gather, sleep, Semaphore } from 'asyncio-ts';
 * await run(async () => {
 *   const permits = new Semaphore(2);
 *   let busy = 0, most = 0;
 *   const work = () => permits.with(async () => {
 *     most = Math.max(most, ++busy);
 *     await sleep(1);
 *     busy--;
 *   });
 *   await gather(work(), work(), work(), work(), work());
 *   console.log(most); // -> 2
 * });
 * ```
 */
export class Semaphore extends Primitive implements Turns {
  /** @internal */
  static override readonly name: string = 'Semaphore';
  #value: number;
  readonly #waiters: WaitQueue = new WaitQueue();

  /** What a task that waits here called. */
  get kind(): string {
    return 'semaphore.acquire';
  }

  /** `value` is the number of permits, 1 by default.
   * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when it is not a whole number
   * from 0 on, or Infinity. */
  constructor(value: number = 1, options?: PrimitiveOptions) {
    super(options);
    this.#value = checkWhole(value, 'value', 0);
  }

  /** Permits that are there to be taken. */
  get value(): number {
    return this.#value;
  }

  /** Whether an acquire would have to wait: no permit, or others before it. */
  locked(): boolean {
    return this.#value === 0 || !isDeserted(this.#waiters);
  }

  /** Takes a permit, waiting for one where there is none. A wait that is cancelled takes none and gives
   * its turn to the next.
   * @returns a guard for `using`; it is truthy, as what asyncio returns.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when others already wait for it under another loop. */
  acquire(): Promise<Guard> {
    if (this.locked()) return this.waitIn(this.#waiters, this);
    this.#value--;
    return Promise.resolve(new Guard(this));
  }

  /** Puts a permit back, or hands it to the first who waits. */
  release(): void {
    this.#value++;
    this.#wakeNext();
  }

  /** Runs `body` with a permit and puts that back however `body` ends. */
  async with<T>(body: () => PromiseLike<T> | T): Promise<T> {
    if (this.locked()) await this.waitIn(this.#waiters, this);
    else this.#value--;
    try {
      return await body();
    } finally {
      this.release();
    }
  }

  /** Its state at this moment. */
  statistics(): SemaphoreStatistics {
    return Object.freeze({ value: this.#value, locked: this.locked(), waiters: this.#waiters.length });
  }

  /** @internal */
  protected override describe(): string {
    const { length } = this.#waiters;
    const state = this.locked() ? 'locked' : `unlocked value=${this.#value}`;
    return length === 0 ? state : `${state} waiters=${length}`;
  }

  /** @internal */
  resumeWaiter(waiter: Waiter): void {
    this.#waiters.leave(waiter);
    this.#wakeAll();
    waiter.grant(new Guard(this));
  }

  /** @internal */
  abandonWaiter(waiter: Waiter): void {
    this.#waiters.leave(waiter);
    if (waiter.woken) this.#value++;
    this.#wakeAll();
  }

  /** Those behind may have had to wait though there were permits: wakes as many as there are. */
  #wakeAll(): void {
    while (this.#value > 0 && this.#wakeNext());
  }

  #wakeNext(): boolean {
    const next = firstAsleep(this.#waiters);
    if (next === undefined) return false;
    this.#value--;
    next.wake();
    return true;
  }
}
