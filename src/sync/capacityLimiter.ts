// A semaphore that knows who borrowed: at most one token a borrower, and a total that can be changed.
//
// Rules, as Trio's and AnyIO's:
// - a token is lent to a waiting borrower when it is woken, not when its task runs; a task that is
//   cancelled in between gives it back, to whoever is next;
// - nobody overtakes: while somebody waits, a newcomer waits behind them;
// - the total may be lowered below what is lent. Then nothing is taken away, and nothing lent until enough
//   tokens have come back.

import type { Turns, Waiter } from './waitQueue.ts';
import { UsageError } from '../base/errors.ts';
import { checkWhole } from '../base/wholeNumber.ts';
import { requireTask } from '../core/task/createTask.ts';
import { Task } from '../core/task/task.ts';
import { Guard } from './guard.ts';
import type { Releasable } from './guard.ts';
import { Primitive } from './primitive.ts';
import type { PrimitiveOptions } from './primitive.ts';
import { firstAsleep } from './sleepers.ts';
import { WaitQueue } from './waitQueue.ts';
import { WouldBlockError } from './wouldBlockError.ts';

/** What {@link CapacityLimiter.statistics} returns.
 * @example
 * ```ts
 * import { CapacityLimiter, type CapacityLimiterStatistics } from 'asyncio-ts';
 * const limiter = new CapacityLimiter(2);
 * limiter.acquireOnBehalfOfNowait('a');
 * const statistics: CapacityLimiterStatistics = limiter.statistics();
 * console.log(statistics); // -> { borrowedTokens: 1, totalTokens: 2, borrowers: [ 'a' ], waiters: 0 }
 * ```
 */
export interface CapacityLimiterStatistics {
  /** Tokens that are lent. */
  readonly borrowedTokens: number;
  /** Tokens there are, lent or not. */
  readonly totalTokens: number;
  /** Who holds a token. */
  readonly borrowers: readonly unknown[];
  /** How many wait for one. */
  readonly waiters: number;
}

/** Limits how many do something at once; the limit can be changed meanwhile. Unlike a semaphore's permit a
 * token belongs to its borrower, by default the running task, who can have but one.
 * Semantics: anyio.CapacityLimiter, trio.CapacityLimiter.
 * @example
 * ```ts
 * import { run, CapacityLimiter } from 'asyncio-ts';
 * await run(async () => {
 *   const connections = new CapacityLimiter(10);
 *   using _ = await connections.acquire();
 *   connections.totalTokens = 20;
 *   console.log(connections.borrowedTokens, connections.availableTokens); // -> 1 19
 * });
 * ```
 */
export class CapacityLimiter extends Primitive implements Turns {
  /** @internal */
  static override readonly name: string = 'CapacityLimiter';
  #total: number;
  readonly #borrowers: Set<unknown> = new Set();
  readonly #waiting: Set<unknown> = new Set();
  readonly #waiters: WaitQueue = new WaitQueue();

  /** What a task that waits here called. */
  get kind(): string {
    return 'capacityLimiter.acquire';
  }

  /** `totalTokens` is how many tokens there are: an integer of at least 0, or Infinity.
   * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when it is anything else. */
  constructor(totalTokens: number, options?: PrimitiveOptions) {
    super(options);
    this.#total = checkWhole(totalTokens, 'totalTokens', 0);
  }

  /** How many tokens there are, lent or not. When it is raised those who wait get the new ones.
   * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when it is not an integer of at least 0
   * or Infinity. */
  get totalTokens(): number {
    return this.#total;
  }

  set totalTokens(total: number) {
    this.#total = checkWhole(total, 'totalTokens', 0);
    this.#lend();
  }

  /** How many tokens are lent. */
  get borrowedTokens(): number {
    return this.#borrowers.size;
  }

  /** How many tokens are there to be lent; below 0 when more are lent than there should be. */
  get availableTokens(): number {
    return this.#total - this.#borrowers.size;
  }

  /** Borrows a token for the running task, waiting for one where there is none. A wait that is cancelled
   * borrows nothing and gives its turn to the next.
   * @returns a guard for `using`; it gives back this task's token, wherever it is disposed.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when the task holds a token already, or outside of a task. */
  async acquire(): Promise<Guard> {
    return await this.acquireOnBehalfOf(requireTask("a limiter's token"));
  }

  /** Borrows a token for the running task, if there is one to be had at once.
   * @throws WouldBlockError (`ERR_ASYNCIO_WOULD_BLOCK`) when there is none.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when the task holds a token already, or outside of a task. */
  acquireNowait(): Guard {
    return this.acquireOnBehalfOfNowait(requireTask("a limiter's token"));
  }

  /** As `acquire`, for anybody: an object, a name, a number.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when `borrower` holds a token already, or waits for one. */
  async acquireOnBehalfOf(borrower: unknown): Promise<Guard> {
    this.#checkBorrower(borrower);
    if (this.#canLend) return this.#lendTo(borrower);
    const problem = this.bindLoop();
    if (problem !== undefined) throw problem;
    this.#waiting.add(borrower);
    return await this.waitIn(this.#waiters, this, borrower);
  }

  /** As `acquireNowait`, for anybody.
   * @throws WouldBlockError (`ERR_ASYNCIO_WOULD_BLOCK`) when there is none.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when `borrower` holds a token already, or waits for one. */
  acquireOnBehalfOfNowait(borrower: unknown): Guard {
    this.#checkBorrower(borrower);
    if (!this.#canLend) throw new WouldBlockError('the limiter has no token to lend');
    return this.#lendTo(borrower);
  }

  /** Gives the running task's token back.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when it holds none, or outside of a task. */
  release(): void {
    this.releaseOnBehalfOf(requireTask("a limiter's token"));
  }

  /** Gives a borrower's token back.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when `borrower` holds none. */
  releaseOnBehalfOf(borrower: unknown): void {
    // A waiter that was lent a token does not know it yet: only its own task may give that back.
    if (this.#waiting.has(borrower) || !this.#borrowers.delete(borrower)) {
      throw new UsageError(`this borrower holds no token of ${this.what}`);
    }
    this.#lend();
  }

  /** Runs `body` with a token of the running task's and gives that back however `body` ends. */
  async with<T>(body: () => PromiseLike<T> | T): Promise<T> {
    const borrower = requireTask("a limiter's token");
    await this.acquireOnBehalfOf(borrower);
    try {
      return await body();
    } finally {
      this.releaseOnBehalfOf(borrower);
    }
  }

  /** The tasks among those who hold a token. */
  override holders(): Iterable<Task<unknown>> {
    return [...this.#borrowers].filter((borrower) => borrower instanceof Task);
  }

  /** Its state at this moment. */
  statistics(): CapacityLimiterStatistics {
    return Object.freeze({
      borrowedTokens: this.#borrowers.size,
      totalTokens: this.#total,
      borrowers: Object.freeze([...this.#borrowers]),
      waiters: this.#waiters.length,
    });
  }

  /** @internal */
  protected override describe(): string {
    const { length } = this.#waiters;
    return `tokens=${this.#borrowers.size}/${this.#total}${length === 0 ? '' : ` waiters=${length}`}`;
  }

  get #canLend(): boolean {
    return this.#borrowers.size < this.#total && this.#waiters.length === 0;
  }

  #checkBorrower(borrower: unknown): void {
    if (this.#borrowers.has(borrower) || this.#waiting.has(borrower)) {
      throw new UsageError(`this borrower holds a token of ${this.what} already, or waits for one`);
    }
  }

  #lendTo(borrower: unknown): Guard {
    this.#borrowers.add(borrower);
    return new Guard(new Loan(this, borrower));
  }

  /** @internal */
  resumeWaiter(waiter: Waiter): void {
    this.#forget(waiter);
    // Somebody may have come meanwhile and stood behind this one though there was a token.
    this.#lend();
    waiter.grant(new Guard(new Loan(this, waiter.payload)));
  }

  /** @internal */
  abandonWaiter(waiter: Waiter): void {
    this.#forget(waiter);
    if (waiter.woken) this.#borrowers.delete(waiter.payload);
    this.#lend();
  }

  #forget(waiter: Waiter): void {
    this.#waiting.delete(waiter.payload);
    this.#waiters.leave(waiter);
  }

  /** Lends what there is to those who wait, in the order they came. */
  #lend(): void {
    while (this.#borrowers.size < this.#total) {
      const next = firstAsleep(this.#waiters);
      if (next === undefined) return;
      this.#borrowers.add(next.payload);
      next.wake();
    }
  }
}

/** One borrower's token, for its guard. */
class Loan implements Releasable {
  readonly #limiter: CapacityLimiter;
  readonly #borrower: unknown;

  constructor(limiter: CapacityLimiter, borrower: unknown) {
    this.#limiter = limiter;
    this.#borrower = borrower;
  }

  release(): void {
    this.#limiter.releaseOnBehalfOf(this.#borrower);
  }
}
