// mutex, semaphore: in the shape of async-mutex.

import { UsageError } from '../asyncio.ts';
import { Admission } from './admission.ts';
import type { Entry } from './admission.ts';
import { checkFunction, inSomeTask } from './startWork.ts';

/** Gives back what was acquired; a second time does nothing. For `using` too. */
export interface Releaser extends Disposable {
  (): void;
}

/** A semaphore with weights and priorities, in the shape of async-mutex; see {@link semaphore}.
 * @example
 * ```ts
 * import { semaphore } from 'asyncio-ts/tools';
 * const seats = semaphore(3);
 * const [before, release] = await seats.acquire(2);
 * console.log(before, seats.getValue()); // -> 3 1
 * release();
 * ```
 */
export class WeightedSemaphore {
  readonly #admission: Admission;
  readonly #what: string;

  constructor(value: number, what: string = 'semaphore') {
    this.#what = what;
    this.#admission = new Admission({ concurrency: value, what, kind: `${what}.acquire` });
  }

  /** Takes `weight`, waiting for it where there is less: those of higher `priority` first, then first come, first
   * served. A cancelled wait takes nothing.
   * @returns what was free before, and what gives back */
  async acquire(weight: number = 1, priority: number = 0): Promise<[value: number, release: Releaser]> {
    const entry = this.#admission.queueUp({ weight, priority });
    return await inSomeTask(async () => {
      await this.#admission.pass(entry);
      return [this.#admission.concurrency - entry.before, this.#releaser(entry)];
    });
  }

  /** Runs `fn` with `weight` taken, and gives it back however `fn` ends. */
  async runExclusive<T>(
    fn: (value: number) => PromiseLike<T> | T,
    weight: number = 1,
    priority: number = 0,
  ): Promise<T> {
    checkFunction(fn, 'fn');
    const entry = this.#admission.queueUp({ weight, priority });
    return await inSomeTask(async () => {
      await this.#admission.pass(entry);
      try {
        return await fn(this.#admission.concurrency - entry.before);
      } finally {
        this.#admission.leave(entry);
      }
    });
  }

  /** Takes `weight` if that needs no wait, or returns undefined. */
  tryAcquire(weight: number = 1): [value: number, release: Releaser] | undefined {
    const entry = this.#admission.tryEnter({ weight });
    return entry && [this.getValue() + weight, this.#releaser(entry)];
  }

  /** Waits until `weight` could be taken, and takes nothing: another may have taken it when this goes on. */
  waitForUnlock(weight: number = 1): Promise<void> {
    const free = (): boolean => this.#admission.waitingCount === 0 && this.getValue() >= weight;
    return inSomeTask(() => this.#admission.until(free, `${this.#what}.waitForUnlock`));
  }

  /** Whether an acquire of 1 would have to wait. */
  isLocked(): boolean {
    return this.getValue() < 1 || this.#admission.waitingCount > 0;
  }

  /** What is free. */
  getValue(): number {
    return this.#admission.concurrency - this.#admission.inside;
  }

  /** Ends the wait of all who wait with a UsageError; those who hold it go on. */
  cancel(): void {
    const message = `the wait for the ${this.#what} was ended by its cancel()`;
    this.#admission.clear(message, () => new UsageError(message));
  }

  #releaser(entry: Entry): Releaser {
    const release = (): void => this.#admission.leave(entry);
    return Object.assign(release, { [Symbol.dispose]: release });
  }
}

/** A lock, in the shape of async-mutex; see {@link mutex}.
 * @example
 * ```ts
 * import { mutex } from 'asyncio-ts/tools';
 * const lock = mutex();
 * const release = await lock.acquire();
 * console.log(lock.isLocked()); // -> true
 * release();
 * ```
 */
export class Mutex {
  readonly #one: WeightedSemaphore = new WeightedSemaphore(1, 'mutex');

  /** Takes the lock, waiting while it is held. A cancelled wait takes nothing. */
  async acquire(priority: number = 0): Promise<Releaser> {
    const [, release] = await this.#one.acquire(1, priority);
    return release;
  }

  /** Runs `fn` with the lock held, and gives it back however `fn` ends. */
  runExclusive<T>(fn: () => PromiseLike<T> | T, priority: number = 0): Promise<T> {
    return this.#one.runExclusive(() => fn(), 1, priority);
  }

  /** Takes the lock if it is free, or returns undefined. */
  tryAcquire(): Releaser | undefined {
    return this.#one.tryAcquire()?.[1];
  }

  /** Waits until it is free, and does not take it. */
  waitForUnlock(): Promise<void> {
    return this.#one.waitForUnlock();
  }

  isLocked(): boolean {
    return this.#one.isLocked();
  }

  /** Ends the wait of all who wait with a UsageError; whoever holds it goes on. */
  cancel(): void {
    this.#one.cancel();
  }
}

/** A lock in the shape of async-mutex: fair, with a cancel that takes a waiter out of the queue. Not re-entrant. In code
 * written for this library, `Lock` of `asyncio-ts` says more in reports (who holds it). Works outside of a loop too.
 * @example
 * ```ts
 * import { mutex } from 'asyncio-ts/tools';
 * const lock = mutex();
 * let n = 0;
 * await Promise.all([1, 2].map(() => lock.runExclusive(async () => { const was = n; await null; n = was + 1; })));
 * console.log(n); // -> 2
 * ```
 */
export function mutex(): Mutex {
  return new Mutex();
}

/** A semaphore in the shape of async-mutex, with weights and priorities: `value` is what may be held at once.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when it is no whole number from 1 on
 * @example
 * ```ts
 * import { semaphore } from 'asyncio-ts/tools';
 * const seats = semaphore(2);
 * console.log(await seats.runExclusive(async (free) => free)); // -> 2
 * ```
 */
export function semaphore(value: number): WeightedSemaphore {
  return new WeightedSemaphore(value);
}
