// Sending datagrams through the host, and what of them is not sent yet.
//
// 1. Each datagram that waits counts HEADER bytes more than it has, so that empty ones count too.
// 2. A host that says how much it holds sends what it can at once, in order. One that does not say may send
//    several at a time in any order: there each waits for the one before it.
// 3. The host is given copies: it keeps raw addresses of what it could not send at once.

import { Fifo } from '../../base/fifo.ts';
import { sizeOf } from '../../base/bytes.ts';
import { copyBytes } from '../../sys/libc/memory.ts';
import type { NodeDatagramSocket } from '../../sys/host/net.ts';
import type { InetAddress } from '../../transport/transport.ts';
import { hostText } from './hostAddress.ts';

const HEADER = 8;

interface Waiting {
  readonly data: Uint8Array;
  readonly to: InetAddress;
}

export class DatagramOutput {
  /** What waits, in bytes. */
  size: number = 0;
  readonly #host: NodeDatagramSocket;
  readonly #connected: boolean;
  readonly #sent: (error: unknown) => void;
  readonly #waiting: Fifo<Waiting> = new Fifo();
  /** The host has one, and does not tell whether it was sent. */
  #busy: boolean = false;

  /** `sent` is called when something that waited was sent, and for each error. */
  constructor(host: NodeDatagramSocket, connected: boolean, sent: (error: unknown) => void) {
    this.#host = host;
    this.#connected = connected;
    this.#sent = sent;
  }

  send(data: Uint8Array, to: InetAddress): void {
    const before = this.#held();
    if (before === undefined) return this.#enqueue(data, to);
    const cost = sizeOf(data) + HEADER;
    let counted = 0;
    this.#hand(copyBytes(data), to, (error) => {
      this.size -= counted;
      if (counted > 0 || error instanceof Error) this.#sent(error);
    });
    if (this.#held() === before) return;
    counted = cost;
    this.size += cost;
  }

  /** Forgets what waits. */
  clear(): void {
    this.size = 0;
    this.#waiting.clear();
  }

  #enqueue(data: Uint8Array, to: InetAddress): void {
    this.size += sizeOf(data) + HEADER;
    const own = { data: copyBytes(data), to };
    if (this.#busy) this.#waiting.push(own);
    else this.#next(own);
  }

  #next({ data, to }: Waiting): void {
    this.#busy = true;
    this.#hand(data, to, (error) => {
      this.#busy = false;
      this.size = Math.max(0, this.size - data.byteLength - HEADER);
      const next = this.#waiting.shift();
      if (next !== undefined) this.#next(next);
      this.#sent(error);
    });
  }

  #hand(data: Uint8Array, to: InetAddress, done: (error?: unknown) => void): void {
    try {
      if (this.#connected) this.#host.send(data, done);
      else this.#host.send(data, to[1], hostText(to), done);
    } catch (error) {
      done(error);
    }
  }

  // What waits in the host, where it says so.
  #held(): number | undefined {
    return (this.#host as Partial<NodeDatagramSocket>).getSendQueueSize?.();
  }
}
