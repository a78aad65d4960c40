// When a connection reads, and when there is room to write.

import { Future } from '../../../asyncio.ts';
import type { Transport } from '../../../asyncio.ts';
import { whenHungUp } from '../../../lowlevel.ts';

/** Reading rests while the body of a request waits for its reader, or too much is held of the requests behind it. Even
 * then a client that goes away is noticed. */
export class ReadGate {
  readonly #hungUp: () => void;
  #bodyWaits: boolean = false;
  #held: boolean = false;
  #forget: (() => void) | undefined = undefined;

  constructor(hungUp: () => void) {
    this.#hungUp = hungUp;
  }

  set bodyWaits(waits: boolean) {
    this.#bodyWaits = waits;
  }

  set tooMuchHeld(held: boolean) {
    this.#held = held;
  }

  /** Has the transport read or rest. */
  apply(transport: Transport): void {
    const rests = this.#bodyWaits || this.#held;
    if (rests === (this.#forget !== undefined)) return;
    if (rests) {
      transport.pauseReading();
      this.#forget = whenHungUp(transport, this.#hungUp);
    } else {
      this.forget();
      transport.resumeReading();
    }
  }

  /** The connection is not ours any more. */
  forget(): void {
    this.#forget?.();
    this.#forget = undefined;
  }
}

/** Writing waits while the transport holds more than its limit. */
export class WriteGate {
  open: boolean = true;
  #waiters: Future<void>[] | undefined = undefined;

  shut(): void {
    this.open = false;
  }

  /** There is room, or nobody to write to. */
  release(): void {
    this.open = true;
    const waiters = this.#waiters;
    this.#waiters = undefined;
    for (const waiter of waiters ?? []) if (!waiter.done()) waiter.setResult();
  }

  async wait(): Promise<void> {
    if (this.open) return;
    const waiter = new Future<void>();
    (this.#waiters ??= []).push(waiter);
    await waiter;
  }
}
