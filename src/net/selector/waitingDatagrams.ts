// The datagrams that the system has not taken yet, in order. Each counts HEADER bytes more than it has, so that
// empty ones count too.

import { Fifo } from '../../base/fifo.ts';
import { copyBytes } from '../../sys/libc/memory.ts';
import type { SocketAddress } from '../../transport/transport.ts';

const HEADER = 8;

interface Waiting {
  readonly data: Uint8Array;
  readonly address: SocketAddress | undefined;
}

export class WaitingDatagrams {
  /** What waits, in bytes. */
  size: number = 0;
  readonly #all: Fifo<Waiting> = new Fifo();

  /** The one to be sent next. */
  get first(): Waiting | undefined {
    return this.#all.front;
  }

  /** Keeps a copy: the caller may change its bytes meanwhile. */
  push(data: Uint8Array, address: SocketAddress | undefined): void {
    const copy = copyBytes(data);
    this.#all.push({ data: copy, address });
    this.size += copy.byteLength + HEADER;
  }

  /** The first was sent, or can't be. */
  drop(): void {
    const first = this.#all.shift();
    if (first !== undefined) this.size -= first.data.byteLength + HEADER;
  }

  clear(): void {
    this.#all.clear();
    this.size = 0;
  }
}
