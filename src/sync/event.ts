// A flag that tasks can wait for.
//
// Rule, as in asyncio: whoever waits when the flag is set goes on, even when it is cleared before they run.

import type { Turns, Waiter } from './waitQueue.ts';
import { Primitive } from './primitive.ts';
import type { PrimitiveOptions } from './primitive.ts';
import { WaitQueue } from './waitQueue.ts';

const YES: Promise<true> = Promise.resolve(true);

/** What {@link Event.statistics} returns.
 * @example
 * ```ts
 * import { Event, type EventStatistics } from 'asyncio-ts';
 * const statistics: EventStatistics = new Event().statistics();
 * console.log(statistics); // -> { set: false, waiters: 0 }
 * ```
 */
export interface EventStatistics {
  /** Whether the flag is set. */
  readonly set: boolean;
  /** How many wait for it. */
  readonly waiters: number;
}

/** A flag, down at first. `wait` waits until it is up. Semantics: asyncio.Event.
 * @example
 * ```ts
 * import { run, createTask, Event } from 'asyncio-ts';
 * await run(async () => {
 *   const ready = new Event();
 *   const waiting = createTask(() => ready.wait());
 *   ready.set();
 *   console.log(await waiting, ready.isSet()); // -> true true
 * });
 * ```
 */
export class Event extends Primitive implements Turns {
  /** @internal */
  static override readonly name: string = 'Event';
  #set: boolean = false;
  readonly #waiters: WaitQueue = new WaitQueue();

  /** What a task that waits here called. */
  get kind(): string {
    return 'event.wait';
  }

  constructor(options?: PrimitiveOptions) {
    super(options);
  }

  /** Whether the flag is up. */
  isSet(): boolean {
    return this.#set;
  }

  /** Puts the flag up and wakes everybody who waits, in the order they came. */
  set(): void {
    if (this.#set) return;
    this.#set = true;
    this.#waiters.wake(Infinity);
  }

  /** Takes the flag down. A task that was woken already goes on all the same. */
  clear(): void {
    this.#set = false;
  }

  /** Waits until the flag is up; returns at once when it is. A cancel ends the wait and leaves nothing.
   * @throws UsageError (`ERR_ASYNCIO_USAGE`) when others already wait for it under another loop. */
  wait(): Promise<true> {
    return this.#set ? YES : this.waitIn(this.#waiters, this);
  }

  /** Its state at this moment. */
  statistics(): EventStatistics {
    return Object.freeze({ set: this.#set, waiters: this.#waiters.length });
  }

  /** @internal */
  protected override describe(): string {
    const { length } = this.#waiters;
    return `${this.#set ? 'set' : 'unset'}${length === 0 ? '' : ` waiters=${length}`}`;
  }

  /** @internal */
  resumeWaiter(waiter: Waiter): void {
    this.#waiters.leave(waiter);
    waiter.grant(true);
  }

  /** @internal */
  abandonWaiter(waiter: Waiter): void {
    this.#waiters.leave(waiter);
  }
}
