// The writable half of a transport: what waits to be written, and who is told of it.
//
// 1. Strictly above `high` the protocol is asked to pause, at `low` or below to go on, each once for each crossing.
// 2. After our end of data nothing can be written any more; nor while somebody else writes to what is below the
//    transport, as sendfile does: they wait until nothing waits (`whenEmptied`), and say when they are done.
// 3. Most connections never have anything waiting, so a transport may make its half when something does.

import { InvalidArgumentError, UsageError } from '../base/errors.ts';
import { Future } from '../core/future/future.ts';
import { closedWhileSending } from './closedWhileSending.ts';
import type { LifeCycle } from './lifeCycle.ts';
import type { WriteBufferLimits } from './transport.ts';

const DEFAULT_HIGH: number = 64 * 1024;

/** The limits of a transport that has not made its half yet. */
export const defaultLimits: { readonly low: number; readonly high: number } = {
  low: DEFAULT_HIGH / 4,
  high: DEFAULT_HIGH,
};

/** What is not written yet. */
export interface Waiting {
  /** In bytes. */
  readonly size: number;
  /** What waits now goes on waiting when its writer does. */
  keep?(): void;
}

export class WriteSide<W extends Waiting = Waiting> {
  readonly waiting: W;
  readonly #life: LifeCycle;
  #high: number = defaultLimits.high;
  #low: number = defaultLimits.low;
  /** The protocol was asked to pause. */
  #paused: boolean = false;
  /** Our end of data was written, or is to be behind what waits. */
  #ended: boolean = false;
  #emptied: Future<void> | undefined = undefined;

  constructor(life: LifeCycle, waiting: W) {
    this.#life = life;
    this.waiting = waiting;
  }

  get limits(): { low: number; high: number } {
    return { low: this.#low, high: this.#high };
  }

  /** @throws InvalidArgumentError unless high >= low >= 0 */
  setLimits(limits?: WriteBufferLimits | null): void {
    const { high, low } = limits ?? {};
    const top = high ?? (low === undefined ? DEFAULT_HIGH : 4 * low);
    const bottom = low ?? Math.floor(top / 4);
    if (!(top >= bottom && bottom >= 0)) {
      throw new InvalidArgumentError(
        'limits',
        `high (${String(top)}) must be >= low (${String(bottom)}) must be >= 0`,
      );
    }
    this.#high = top;
    this.#low = bottom;
    this.rose();
  }

  /** More waits than before. */
  rose(): void {
    this.waiting.keep?.();
    if (this.#paused || this.waiting.size <= this.#high) return;
    this.#paused = true;
    this.#life.tell('pauseWriting', (protocol) => protocol.pauseWriting());
  }

  /** Less waits than before. */
  fell(): void {
    if (!this.fallen) return;
    this.#paused = false;
    this.#life.tell('resumeWriting', (protocol) => protocol.resumeWriting());
  }

  /** The protocol is to be told that it may go on. */
  get fallen(): boolean {
    return this.#paused && this.waiting.size <= this.#low;
  }

  /** Whether our end of data was asked for. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Nothing is written any more. False when that was so before. */
  end(): boolean {
    if (this.#ended) return false;
    return (this.#ended = true);
  }

  /** @throws UsageError after the end of data, and while somebody else writes */
  check(method: string): void {
    if (this.#ended) throw new UsageError(`cannot call ${method}() after writeEof()`);
    if (this.#emptied !== undefined) throw new UsageError(`cannot call ${method}() while a file is sent`);
  }

  /** Somebody waits until nothing waits, or writes. */
  get emptying(): boolean {
    return this.#emptied !== undefined;
  }

  /** Resolves when nothing waits to be written; until {@link endEmptied} nothing may be written. The connection's
   * end before that is a ConnectionAbortedError. */
  whenEmptied(): Future<void> {
    if (this.#emptied !== undefined) throw new UsageError('the transport is being emptied already');
    this.#emptied = new Future<void>({ loop: this.#life.loop });
    if (this.waiting.size === 0) this.#emptied.setResult();
    return this.#emptied;
  }

  /** Nothing waits any more. */
  emptied(): void {
    if (this.#emptied?.done() === false) this.#emptied.setResult();
  }

  endEmptied(): void {
    this.#emptied = undefined;
  }

  /** The connection is gone. With its loop, nobody waits any more. */
  lost(): void {
    if (this.#life.loop.isClosed()) return;
    if (this.#emptied?.done() === false) this.#emptied.setException(closedWhileSending());
  }
}
