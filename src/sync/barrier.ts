// A meeting point: a fixed number of tasks wait until all of them are there.
//
// The states, as in asyncio:
//   filling    tasks arrive and wait;
//   draining   all have arrived and leave one by one; newcomers wait until the last has left;
//   resetting  it was reset while tasks waited: they leave with an error, newcomers wait meanwhile;
//   broken     it was aborted: everybody gets an error until it is reset.
//
// Rule: whoever leaves last turns draining and resetting back into filling, and wakes who waits for that.

import type { BlockerDetails } from '../core/future/blocker.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { BrokenBarrierError } from './brokenBarrierError.ts';
import { Condition } from './condition.ts';
import { Primitive } from './primitive.ts';
import type { PrimitiveOptions } from './primitive.ts';

/** The states of a {@link Barrier}.
 * @example
 * ```ts
 * import { Barrier, type BarrierState } from 'asyncio-ts';
 * const state: BarrierState = new Barrier(2).statistics().state;
 * console.log(state); // -> filling
 * ```
 */
export type BarrierState = 'filling' | 'draining' | 'resetting' | 'broken';

/** What {@link Barrier.statistics} returns.
 * @example
 * ```ts
 * import { Barrier, type BarrierStatistics } from 'asyncio-ts';
 * const statistics: BarrierStatistics = new Barrier(2).statistics();
 * console.log(statistics); // -> { state: 'filling', parties: 2, waiters: 0 }
 * ```
 */
export interface BarrierStatistics {
  /** What it is doing. */
  readonly state: BarrierState;
  /** How many tasks it takes. */
  readonly parties: number;
  /** How many are inside: waiting for the others, or about to leave. */
  readonly waiters: number;
}

/** A meeting point for `parties` tasks: each waits until all are there, then all go on, and the barrier
 * can be used again. Semantics: asyncio.Barrier.
 * @example
 * ```ts
 * import { run, gather, Barrier } from 'asyncio-ts';
 * await run(async () => {
 *   const start = new Barrier(3);
 *   console.log(await gather(start.wait(), start.wait(), start.wait())); // -> [ 0, 1, 2 ]
 * });
 * ```
 */
export class Barrier extends Primitive {
  /** @internal */
  static override readonly name: string = 'Barrier';
  readonly #parties: number;
  readonly #changed: Turnstile;
  #state: BarrierState = 'filling';
  #inside: number = 0;

  /** `parties` is the number of tasks that make it open.
   * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) when it is not an integer of at least 1. */
  constructor(parties: number, options?: PrimitiveOptions) {
    super(options);
    if (!Number.isInteger(parties) || parties < 1) {
      throw new InvalidArgumentError(
        'parties',
        `parties must be an integer >= 1, not ${showValue(parties)}`,
      );
    }
    this.#parties = parties;
    this.#changed = new Turnstile(this);
  }

  /** How many tasks it takes. */
  get parties(): number {
    return this.#parties;
  }

  /** How many wait for the others to come; 0 while they leave. */
  get nWaiting(): number {
    return this.#state === 'filling' ? this.#inside : 0;
  }

  /** Whether it is broken. */
  get broken(): boolean {
    return this.#state === 'broken';
  }

  /** Waits until `parties` tasks wait here. A task that is cancelled while it waits is not counted any
   * more; the others go on waiting.
   * @returns a number from 0 to `parties - 1`, another for each task: the order in which they came.
   * @throws BrokenBarrierError (`ERR_ASYNCIO_BROKEN_BARRIER`) when it is broken, or is broken or reset
   * meanwhile. */
  async wait(): Promise<number> {
    const changed = this.#changed;
    await changed.acquire();
    try {
      await this.#enter();
      try {
        const index = this.#inside++;
        if (index + 1 === this.#parties) this.#open();
        else await this.#waitForOthers();
        return index;
      } finally {
        this.#inside--;
        this.#left();
      }
    } finally {
      changed.release();
    }
  }

  /** Brings it back to its first state. Whoever waits in it gets a BrokenBarrierError. */
  async reset(): Promise<void> {
    await this.#changed.with(() => {
      this.#state = this.#inside > 0 ? 'resetting' : 'filling';
      this.#changed.notifyAll();
    });
  }

  /** Breaks it: whoever waits in it, or comes before it is reset, gets a BrokenBarrierError. */
  async abort(): Promise<void> {
    await this.#changed.with(() => {
      this.#state = 'broken';
      this.#changed.notifyAll();
    });
  }

  /** Its state at this moment. */
  statistics(): BarrierStatistics {
    return Object.freeze({ state: this.#state, parties: this.#parties, waiters: this.#inside });
  }

  /** @internal */
  protected override describe(): string {
    return this.broken ? this.#state : `${this.#state} waiters=${this.nWaiting}/${this.#parties}`;
  }

  /** Waits until those before have left. */
  async #enter(): Promise<void> {
    await this.#changed.waitFor(() => this.#state !== 'draining' && this.#state !== 'resetting');
    if (this.broken) throw this.#brokenError();
  }

  #brokenError(): BrokenBarrierError {
    return new BrokenBarrierError(
      this.broken
        ? `${this.what} is broken: abort() was called, and reset() would make it usable again`
        : `${this.what} was reset while this task waited at it`,
    );
  }

  #open(): void {
    this.#state = 'draining';
    this.#changed.notifyAll();
  }

  async #waitForOthers(): Promise<void> {
    await this.#changed.waitFor(() => this.#state !== 'filling');
    if (this.#state !== 'draining') throw this.#brokenError();
  }

  #left(): void {
    if (this.#inside > 0) return;
    if (this.#state === 'resetting' || this.#state === 'draining') this.#state = 'filling';
    this.#changed.notifyAll();
  }
}

/** The condition at which a barrier's tasks wait, under the barrier's name. */
class Turnstile extends Condition {
  readonly #barrier: Barrier;

  constructor(barrier: Barrier) {
    super(undefined, barrier);
    this.#barrier = barrier;
  }

  override get what(): string {
    return this.#barrier.what;
  }

  override get kind(): string {
    return 'barrier.wait';
  }

  details(): BlockerDetails {
    const { waiters, parties } = this.#barrier.statistics();
    return { sort: 'barrier', size: waiters, limit: parties };
  }
}
