// ParkingLot: what a primitive is made of that is written outside of the library. All fairness is in it: who parked
// first goes first, and what somebody was unparked for is not lost when a cancel takes them away.

import { harmless } from '../base/harmless.ts';
import type { Turns, Waiter } from './waitQueue.ts';
import type { Task } from '../core/task/task.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { Primitive } from './primitive.ts';
import { countAsleep } from './sleepers.ts';
import { WaitQueue } from './waitQueue.ts';

/** Options of a {@link ParkingLot}: what reports say of those who wait in it, and what becomes of a lost turn.
 * @example
 * ```ts
 * import { ParkingLot, type ParkingLotOptions } from 'asyncio-ts/lowlevel';
 * const options: ParkingLotOptions = { what: 'Pool "db"', kind: 'pool.connect' };
 * console.log(String(new ParkingLot(options))); // -> <Pool "db" waiters=0>
 * ```
 */
export interface ParkingLotOptions {
  /** What the tasks wait for, as reports print it: `Pool "db"`. */
  readonly what?: string | undefined;
  /** What the waiting code called: `pool.connect`. */
  readonly kind?: string | undefined;
  /** The tasks that could let it go, where that is known: cycles are found through them. */
  readonly holders?: (() => Iterable<Task>) | undefined;
  /** Called when somebody who had been unparked was cancelled before they ran: gives on what they were unparked for.
   * By default the next in the lot is unparked. */
  readonly passOn?: (() => void) | undefined;
}

/** A fair queue of parked tasks, for primitives of your own: they park in it, and whoever has something for them
 * unparks the first of them. Each of those runs in the loop's next iteration, in the order in which they parked. A
 * cancel ends the wait; when it comes between being unparked and running, the turn is passed on. Semantics:
 * trio.lowlevel.ParkingLot.
 * @example
 * ```ts
 * import { run, taskGroup } from 'asyncio-ts';
 * import { ParkingLot } from 'asyncio-ts/lowlevel';
 * class Gate {
 *   readonly #lot = new ParkingLot({ what: 'Gate', kind: 'gate.pass' });
 *   #open = false;
 *   async pass(): Promise<void> { if (!this.#open) await this.#lot.park(); }
 *   open(): void { this.#open = true; this.#lot.unpark(Infinity); }
 * }
 * await run(() => taskGroup(async (group) => {
 *   const gate = new Gate();
 *   for (const name of ['first', 'second'])
 *     group.startSoon(async () => { await gate.pass(); console.log(name); }); // -> first
 *   // -> second
 *   group.startSoon(async () => gate.open());
 * }));
 * ```
 */
export class ParkingLot extends Primitive implements Turns {
  readonly #options: ParkingLotOptions;
  readonly #queue: WaitQueue = new WaitQueue();

  constructor(options: ParkingLotOptions = {}) {
    super();
    this.#options = { ...options };
  }

  override get what(): string {
    return harmless(this.#options.what ?? super.what);
  }

  /** What a task that waits here called. */
  get kind(): string {
    return this.#options.kind ?? 'parkingLot.park';
  }

  override holders(): Iterable<Task> {
    return this.#options.holders?.() ?? [];
  }

  /** How many are parked and not yet unparked nor cancelled. */
  get length(): number {
    return countAsleep(this.#queue);
  }

  /** Waits until it is this task's turn to be unparked.
   * @throws NoRunningLoopError outside of a loop; UsageError when others park here under another loop */
  park(): Promise<void> {
    return this.waitIn(this.#queue, this);
  }

  /** Unparks the first `count` in the lot, or all when there are fewer; Infinity for everybody.
   * @returns how many there were
   * @throws InvalidArgumentError when `count` is no whole number from 0 on, nor Infinity */
  unpark(count: number = 1): number {
    if (!(count === Infinity || (Number.isInteger(count) && count >= 0))) {
      throw new InvalidArgumentError('count', `count is a whole number from 0 on, not ${showValue(count)}`);
    }
    return this.#queue.wake(count);
  }

  /** @internal */
  protected override describe(): string {
    return `waiters=${this.length}`;
  }

  /** @internal */
  resumeWaiter(waiter: Waiter): void {
    this.#queue.leave(waiter);
    waiter.grant(undefined);
  }

  /** @internal */
  abandonWaiter(waiter: Waiter): void {
    this.#queue.leave(waiter);
    if (!waiter.woken) return;
    if (this.#options.passOn === undefined) this.#queue.wake(1);
    else this.#options.passOn();
  }
}
