// mutex, semaphore: in the shape of async-mutex.

import { InvalidArgumentError, UsageError } from '../asyncio.ts';
import { Admission } from './admission.ts';
import { checkFunction } from './checkArguments.ts';
import { inSomeTask } from './startWork.ts';
import type { Entry } from './waitingLine.ts';

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
  readonly #cancelError: Error | undefined;

  constructor(value: number, cancelError?: Error, what: string = 'semaphore') {
    this.#what = what;
    this.#cancelError = cancelError;
    this.#admission = new Admission({
      concurrency: checkWhole(value, 'value'),
      fillsLater: value === 0,
      what,
      kind: `${what}.acquire`,
    });
  }

  /** Takes `weight`, waiting for it where there is less: those of higher `priority` first, then first come, first
   * served. A cancelled wait takes nothing.
   * @returns what was free before, and what gives back */
  async acquire(weight: number = 1, priority: number = 0): Promise<[value: number, release: Releaser]> {
    const entry = this.#admission.queueUp({ weight: checkWeight(weight), priority });
    return await inSomeTask(async () => {
      await this.#admission.pass(entry);
      return [entry.freeBefore, this.#releaser(entry)];
    });
  }

  /** Runs `fn` with `weight` taken, and gives it back however `fn` ends. */
  async runExclusive<T>(
    fn: (value: number) => PromiseLike<T> | T,
    weight: number = 1,
    priority: number = 0,
  ): Promise<T> {
    checkFunction(fn, 'fn');
    const entry = this.#admission.queueUp({ weight: checkWeight(weight), priority });
    return await inSomeTask(async () => {
      await this.#admission.pass(entry);
      try {
        return await fn(entry.freeBefore);
      } finally {
        this.#admission.leave(entry);
      }
    });
  }

  /** Takes `weight` if that needs no wait, or returns undefined. */
  tryAcquire(weight: number = 1): [value: number, release: Releaser] | undefined {
    const entry = this.#admission.tryEnter({ weight: checkWeight(weight) });
    return entry && [entry.freeBefore, this.#releaser(entry)];
  }

  /** Waits until `weight` could be taken by one of that `priority`, and takes nothing: another may have taken it when
   * this goes on. */
  async waitForUnlock(weight: number = 1, priority: number = 0): Promise<void> {
    checkWeight(weight);
    const free = (): boolean => {
      const { first } = this.#admission;
      return this.getValue() >= weight && (first === undefined || first.priority < priority);
    };
    await this.#admission.until(free, `${this.#what}.waitForUnlock`, true);
  }

  /** Whether an acquire of 1 would have to wait. */
  isLocked(): boolean {
    return this.getValue() < 1 || this.#admission.waitingCount > 0;
  }

  /** What is free. */
  getValue(): number {
    return this.#admission.free;
  }

  /** Sets what is free, and lets in those for whom that is enough: how much there is in all changes with it. */
  setValue(value: number): void {
    const { free, concurrency } = this.#admission;
    this.#admission.concurrency = concurrency + checkWhole(value, 'value') - free;
  }

  /** Adds `weight` to what is free, whoever took it. What {@link WeightedSemaphore.acquire} returns is the better way,
   * where it can be used: it gives back once, and what was taken. */
  release(weight: number = 1): void {
    this.#admission.concurrency += checkWeight(weight);
  }

  /** Ends the wait of all who wait with a UsageError, or the error that was given for it; those who hold it go on. */
  cancel(): void {
    const message = `the wait for the ${this.#what} was ended by its cancel()`;
    this.#admission.clear(message, () => this.#cancelError ?? new UsageError(message));
  }

  /** @internal */
  _endHolds(): void {
    for (const entry of this.#admission.admitted()) this.#admission.leave(entry);
  }

  #releaser(entry: Entry): Releaser {
    const release = (): void => this.#admission.leave(entry);
    return Object.assign(release, { [Symbol.dispose]: release });
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<semaphore value=${this.getValue()} waiting=${this.#admission.waitingCount}>`;
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
  readonly #one: WeightedSemaphore;

  constructor(cancelError?: Error) {
    this.#one = new WeightedSemaphore(1, cancelError, 'mutex');
  }

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
  waitForUnlock(priority: number = 0): Promise<void> {
    return this.#one.waitForUnlock(1, priority);
  }

  isLocked(): boolean {
    return this.#one.isLocked();
  }

  /** Takes the lock from whoever holds it; nothing when nobody does. What {@link Mutex.acquire} returns is the better
   * way, where it can be used: it gives back only what was taken with it. */
  release(): void {
    this.#one._endHolds();
  }

  /** Ends the wait of all who wait with a UsageError, or the error that was given for it; whoever holds it goes on. */
  cancel(): void {
    this.#one.cancel();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<mutex ${this.isLocked() ? 'locked' : 'free'}>`;
  }
}

/** A lock in the shape of async-mutex: fair, with a cancel that takes a waiter out of the queue. Not re-entrant. In code
 * written for this library, `Lock` of `asyncio-ts` says more in reports (who holds it). Works outside of a loop too.
 * @param cancelError what those who wait get when `cancel()` ends their wait; a UsageError by default
 * @example
 * ```ts
 * import { mutex } from 'asyncio-ts/tools';
 * const lock = mutex();
 * let n = 0;
 * await Promise.all([1, 2].map(() => lock.runExclusive(async () => { const was = n; await null; n = was + 1; })));
 * console.log(n); // -> 2
 * ```
 */
export function mutex(cancelError?: Error): Mutex {
  return new Mutex(cancelError);
}

/** A semaphore in the shape of async-mutex, with weights and priorities: `value` is what may be held at once. A weight above
 * it is refused, as nothing would ever let it in; but one that begins with 0 is a count of what others add by `release()`
 * and `setValue()`, where any weight waits.
 * @param cancelError what those who wait get when `cancel()` ends their wait; a UsageError by default
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when it is no whole number from 0 on
 * @example
 * ```ts
 * import { semaphore } from 'asyncio-ts/tools';
 * const seats = semaphore(2);
 * console.log(await seats.runExclusive(async (free) => free)); // -> 2
 * ```
 */
export function semaphore(value: number, cancelError?: Error): WeightedSemaphore {
  return new WeightedSemaphore(value, cancelError);
}

function checkWhole(value: number, name: string): number {
  if (!(Number.isInteger(value) && value >= 0))
    throw new InvalidArgumentError(name, `${name} is a whole number from 0 on, not ${String(value)}`);
  return value;
}

function checkWeight(weight: number): number {
  if (!(Number.isFinite(weight) && weight > 0))
    throw new InvalidArgumentError('weight', `weight is a number above 0, not ${String(weight)}`);
  return weight;
}
