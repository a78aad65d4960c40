// Bytes that the system has not taken yet: chunks in order, the first maybe sent in part.
//
// The chunks are the writer's own memory, which it may take away: then a chunk has no bytes any more, which no
// chunk had at the beginning, and nothing can be sent in its place. Memory that is known to be written to again
// (reusedMemory.ts) is copied when the first try has not sent all of it.

import { plainBytes } from '../base/bytes.ts';
import { copyBytes } from '../sys/libc/memory.ts';
import { takenAway } from './byteArguments.ts';
import { isReused } from './reusedMemory.ts';
import type { WriteWatch } from './writeWatch.ts';

const SENT = new Uint8Array(0);
// The list is made anew when more than this of it, and more than half, was sent: so each chunk is moved once at
// most, however many there are.
const COMPACT_ABOVE = 1024;

export class PendingBytes {
  /** Bytes that wait. */
  size: number = 0;
  /** @internal */ _chunks: Uint8Array[] = [];
  /** Where in them the first stands that is not sent. @internal */ _first: number = 0;
  /** Chunks from here on may be memory that is written to again. */
  #kept: number = 0;
  /** In debug mode: whether what waits is changed. */
  watch: WriteWatch | undefined = undefined;

  /** Adds the bytes from `start` on, at least one. */
  push(bytes: Uint8Array, start: number = 0): void {
    const chunk = plainBytes(bytes, start);
    this._chunks.push(chunk);
    this.size += chunk.byteLength;
    this.watch?.add(chunk);
  }

  /** What waits now goes on waiting when its writer does: memory that is written to again is copied. */
  keep(): void {
    const chunks = this._chunks;
    for (let index = Math.max(this.#kept, this._first); index < chunks.length; index++) {
      const chunk = chunks[index] as Uint8Array;
      if (isReused(chunk)) chunks[index] = copyBytes(chunk);
    }
    this.#kept = chunks.length;
  }

  clear(): void {
    this._chunks = [];
    this._first = 0;
    this.#kept = 0;
    this.size = 0;
    this.watch?.clear();
  }

  /** What is to be sent next. @throws BufferError when it was taken away @internal */
  next(): Uint8Array {
    const chunk = this._chunks[this._first] as Uint8Array;
    if (chunk.byteLength === 0) throw takenAway('write');
    return chunk;
  }

  /** Forgets the first `count` bytes. True when whole chunks were taken, so that the next may be tried at once.
   * @internal */
  drop(count: number): boolean {
    this.watch?.sent(count);
    this.size -= count;
    let rest = count;
    while (rest > 0) {
      const chunk = this._chunks[this._first] as Uint8Array;
      if (chunk.byteLength > rest) {
        this._chunks[this._first] = chunk.subarray(rest);
        break;
      }
      rest -= chunk.byteLength;
      this._chunks[this._first++] = SENT;
    }
    if (this._first === this._chunks.length) this.clear();
    else if (this._first > COMPACT_ABOVE && 2 * this._first > this._chunks.length) {
      this._chunks = this._chunks.slice(this._first);
      this.#kept = Math.max(0, this.#kept - this._first);
      this._first = 0;
    }
    return rest === 0;
  }
}
