// Writes to a stream of the host's, which keeps each chunk by itself, and its raw address, until it is sent: it is
// given copies, and small chunks that come while it is busy are joined into blocks.
//
// 1. Order is kept, and a stream that is not busy gets each chunk at once.
// 2. A block is handed over when it is full, before a chunk that is not joined, and at `flush`, which its owner
//    calls when the stream says that something was sent: so it waits only while something else does.
// 3. Node hands all that waits to the system in one call, and past 2 ** 20 chunks that is EINVAL and the end of the
//    connection. Nor would any host be quick with millions.

import { sizeOf } from '../base/bytes.ts';
import { copyBytes } from '../sys/libc/memory.ts';

/** Chunks from this size on stay by themselves. */
const SMALL = 4096;
const BLOCK: number = 16 * 1024;

/** What is needed of a stream of the host's. */
export interface HostWriting {
  readonly writableLength: number;
  write(data: Uint8Array, written: (error?: Error | null) => void): unknown;
}

export class CoalescedWrites {
  readonly #stream: HostWriting;
  readonly #written: (error?: Error | null) => void;
  #block: Buffer | undefined = undefined;
  #used: number = 0;

  /** `written` is called for each chunk or block that was sent or failed. */
  constructor(stream: HostWriting, written: (error?: Error | null) => void) {
    this.#stream = stream;
    this.#written = written;
  }

  /** Bytes that wait, here and in the stream. */
  get size(): number {
    return this.#used + this.#stream.writableLength;
  }

  write(data: Uint8Array): void {
    const length = sizeOf(data);
    if (length >= SMALL || this.size === 0) {
      this.flush();
      this.#stream.write(copyBytes(data), this.#written);
      return;
    }
    if (this.#used + length > BLOCK) this.flush();
    this.#block ??= Buffer.allocUnsafeSlow(BLOCK);
    this.#block.set(data, this.#used);
    this.#used += length;
  }

  /** Hands over what was joined. */
  flush(): void {
    if (this.#block === undefined) return;
    const joined = this.#block.subarray(0, this.#used);
    this.#block = undefined;
    this.#used = 0;
    this.#stream.write(joined, this.#written);
  }
}
