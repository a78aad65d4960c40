// In debug mode: bytes that are changed after they were given to `write` and before they were sent. What waits is the
// program's own memory (the host is given copies, but a program is not to depend on that), so the peer would get what
// stands there later.
//
// 1. A checksum is kept for each block of what waits, and compared when the block was sent. So each byte is read twice,
//    however many calls it takes to send a chunk.
// 2. Each chunk is told of once, with the place of its write, as an error of that connection; it is sent all the same.
// 3. Memory that is known to be written to again is copied in time (reusedMemory.ts), and not watched.

import { BufferError } from './bufferError.ts';
import type { LifeCycle } from './lifeCycle.ts';
import { isReused } from './reusedMemory.ts';

const BLOCK: number = 64 * 1024;

interface Watched {
  readonly bytes: Uint8Array;
  readonly sums: Uint32Array;
  /** How much of it was sent. */
  sent: number;
  told: boolean;
  /** Made at the call of `write`. */
  readonly error: BufferError;
}

// FNV-1a.
function checksum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < bytes.length; index++)
    sum = Math.imul(sum ^ (bytes[index] as number), 0x01000193);
  return sum >>> 0;
}

function block(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.subarray(index * BLOCK, (index + 1) * BLOCK);
}

export class WriteWatch {
  readonly #life: LifeCycle;
  #watched: Watched[] = [];

  constructor(life: LifeCycle) {
    this.#life = life;
  }

  /** The bytes wait to be sent, behind those that were added before. */
  add(bytes: Uint8Array): void {
    const sums = new Uint32Array(Math.ceil(bytes.length / BLOCK));
    for (let index = 0; index < sums.length; index++) sums[index] = checksum(block(bytes, index));
    const error = new BufferError(
      'bytes were changed after write() and before they were sent: give it a copy, as Buffer.from(bytes)',
    );
    this.#watched.push({ bytes, sums, sent: 0, told: isReused(bytes), error });
  }

  /** The next `count` bytes were sent just now. */
  sent(count: number): void {
    let rest = count;
    for (let first = this.#watched[0]; first !== undefined && rest > 0; first = this.#watched[0]) {
      const part = Math.min(rest, first.bytes.length - first.sent);
      this.#compare(first, first.sent, first.sent + part);
      first.sent += part;
      rest -= part;
      // Memory that was taken away has no length any more: that is told elsewhere.
      if (first.sent >= first.bytes.length) this.#watched.shift();
    }
  }

  /** Nothing waits any more; what was sent is compared. */
  allSent(): void {
    for (const one of this.#watched.splice(0)) this.#compare(one, one.sent, one.bytes.length);
  }

  clear(): void {
    this.#watched = [];
  }

  #compare(one: Watched, from: number, to: number): void {
    if (one.told || isReused(one.bytes)) return;
    for (let index = Math.floor(from / BLOCK); index * BLOCK < to; index++) {
      if (checksum(block(one.bytes, index)) === one.sums[index]) continue;
      one.told = true;
      return this.#life.report('a write buffer was changed too early', one.error);
    }
  }
}
