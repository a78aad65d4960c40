// What has come to an endpoint and was not received yet: datagrams and errors in their order, up to a limit of
// datagrams. Whoever waits for the next one is woken first come, first served, and loses nothing when cancelled.

import { Deque } from '../../base/deque.ts';
import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import type { SocketAddress } from '../../transport/transport.ts';

/** A datagram and who sent it. */
export interface Datagram {
  readonly data: Buffer;
  readonly address: SocketAddress;
}

export type WhenFull = 'dropOldest' | 'dropNewest';

interface Failure {
  readonly error: unknown;
}

export class Inbox {
  /** Datagrams that came while there was no room. */
  dropped: number = 0;
  readonly #loop: Loop;
  readonly #limit: number;
  readonly #whenFull: WhenFull;
  readonly #items: Deque<Datagram | Failure> = new Deque();
  readonly #waiters: Deque<Future<void>> = new Deque();
  #ended: (() => unknown) | undefined = undefined;

  constructor(loop: Loop, limit: number, whenFull: WhenFull) {
    this.#loop = loop;
    this.#limit = limit;
    this.#whenFull = whenFull;
  }

  get length(): number {
    return this.#items.length;
  }

  add(data: Buffer, address: SocketAddress): void {
    if (this.#items.length >= this.#limit) {
      this.dropped++;
      if (this.#whenFull === 'dropNewest') return;
      this.#items.shift();
    }
    this.#items.push({ data, address });
    this.#wake();
  }

  fail(error: unknown): void {
    if (this.#items.length >= this.#limit) this.#items.shift();
    this.#items.push({ error });
    this.#wake();
  }

  /** Nothing more will come: once the rest is taken, `error` tells what is thrown. */
  end(error: () => unknown): void {
    this.#ended ??= error;
    for (const waiter of [...this.#waiters]) if (!waiter.done()) waiter.setResult();
  }

  /** The next datagram; throws a failure when its turn comes. */
  async take(): Promise<Datagram> {
    while (this.#items.length === 0) {
      if (this.#ended !== undefined) throw this.#ended();
      const waiter = new Future<void>({ loop: this.#loop });
      this.#waiters.push(waiter);
      try {
        await waiter;
      } catch (error) {
        this.#waiters.remove(waiter);
        // Woken and cancelled at once: what it was woken for is the next one's.
        if (!waiter.cancelled() && this.#items.length > 0) this.#wake();
        throw error;
      }
      this.#waiters.remove(waiter);
    }
    return this.#next();
  }

  /** The next datagram, if there is one. */
  takeNow(): Datagram | undefined {
    return this.#items.length === 0 ? undefined : this.#next();
  }

  #next(): Datagram {
    const item = this.#items.shift() as Datagram | Failure;
    if (this.#items.length > 0) this.#wake();
    if ('error' in item) throw item.error;
    return item;
  }

  #wake(): void {
    for (const waiter of this.#waiters) {
      if (waiter.done()) continue;
      waiter.setResult();
      return;
    }
  }
}
