// The bytes that a reader holds: one stretch of memory, which grows while a message is put together.
//
// 1. An empty buffer has no memory. What is taken whole is handed out without a copy, and let go of.
// 2. Memory is only ever written behind what it holds: what was handed out of it stays as it is.
// 3. A small chunk of a large memory is handed out as a copy, so that keeping a line does not keep all that
//    came with it.
// 4. Memory of which a part is handed out while more of it is held, or was handed out, is locked, so that its
//    receiver cannot transfer it away from the others; where memory can't be locked the part is a copy.
// 5. Memory that is lent is kept and written to again, also in front of what it holds, once the loan has ended. What
//    is taken out of it otherwise is a copy. Where memory can't be locked a loan is a copy in memory of its own,
//    which the next loan uses again.
// 6. Each byte is searched once: the buffer remembers how far the search has come and for what.

import { canLock, copyBytes, lockMemory, newBytes } from '../sys/libc/memory.ts';
import { markReused, reusedMemory } from '../transport/reusedMemory.ts';
import type { Separators } from './separators.ts';

// Chunks of a memory up to this size are handed out without a copy, whatever their own size.
const KEPT_WHOLE = 4096;

// What is shorter is not lent: fresh memory for it is cut off a slab, or the pool.
const LENT_FROM = 16_384;

// Whose the memory is: the buffer's alone, somebody's who gave it, or also of those who have a part of it.
const OWN = 0;
const GIVEN = 1;
const SHARED = 2;

const NOTHING: Buffer = Buffer.alloc(0);

export class ReadBuffer {
  #memory: Buffer = NOTHING;
  #owner: typeof OWN | typeof GIVEN | typeof SHARED = OWN;
  /** While the memory is kept: what loans are copied into, where memory can't be locked. */
  #loan: Buffer | undefined = undefined;
  /** Up to here it is lent right now. */
  #lent: number = 0;
  #start: number = 0;
  #end: number = 0;
  /** Up to here, no separator begins. */
  #searched: number = 0;
  #sought: Separators | undefined = undefined;
  /** The end of the separator that was found, or -1. */
  #found: number = -1;
  /** Where it begins. */
  #foundAt: number = 0;

  /** How many bytes were taken the last time. */
  lastTaken: number = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** How much memory it has. */
  get capacity(): number {
    return this.#memory.length;
  }

  /** Adds a copy of the first `count` bytes. */
  append(source: Uint8Array, count: number): void {
    const end = this.#end;
    if (end === 0 && this.#loan === undefined) {
      const memory = newBytes(count);
      memory.set(count === source.length ? source : source.subarray(0, count));
      this.#memory = memory;
      this.#owner = OWN;
    } else {
      this.#makeRoom(count, Math.max(count, this.length));
      this.#memory.set(count === source.length ? source : source.subarray(0, count), this.#end);
    }
    this.#end += count;
  }

  /** Adds bytes that belong to the buffer from now on. */
  appendOwned(chunk: Buffer): void {
    if (this.#end !== 0 || this.#loan !== undefined) {
      this.append(chunk, chunk.length);
      return;
    }
    this.#memory = chunk;
    this.#owner = GIVEN;
    this.#end = chunk.length;
  }

  /** The free room behind what it holds; where that is less than `least` bytes, new room of `size`. What is put
   * there counts after {@link fill}. */
  room(least: number, size: number): Buffer {
    this.#makeRoom(least, size);
    return this.#end === 0 ? this.#memory : this.#memory.subarray(this.#end);
  }

  /** `count` bytes were put into the room. */
  fill(count: number): void {
    this.#end += count;
  }

  /** Takes the first `count` bytes out; there must be that many. */
  take(count: number): Buffer {
    const memory = this.#memory;
    const start = this.#start;
    const stop = start + count;
    if (this.#loan !== undefined) {
      const copy = copyBytes(memory.subarray(start, stop));
      this.lastTaken = count;
      this.skip(count);
      return copy;
    }
    const partly = stop < this.#end;
    const keep = memory.length <= KEPT_WHOLE || 2 * count >= memory.length;
    if (partly && keep && this.#owner !== SHARED && canLock()) {
      this.#owner = SHARED;
      lockMemory(memory);
    }
    this.lastTaken = count;
    this.skip(count);
    if (start === 0 && stop === memory.length) return memory;
    const part = memory.subarray(start, stop);
    return keep && (!partly || canLock()) ? part : copyBytes(part);
  }

  /** As {@link take}, for code that needs the bytes until {@link endLoan} only. */
  lend(count: number): Buffer {
    if (this.#loan === undefined && !this.#keep(count)) return this.take(count);
    const part = this.#memory.subarray(this.#start, this.#start + count);
    this.lastTaken = count;
    if (!canLock()) {
      let loan = this.#loan as Buffer;
      if (loan.byteLength < count) loan = this.#loan = reusedMemory(count);
      loan.set(part);
      this.skip(count);
      return loan.subarray(0, count);
    }
    this.#lent = this.#start + count;
    this.skip(count);
    return part;
  }

  /** What was lent is not needed any more. */
  endLoan(): void {
    if (this.#lent === 0) return;
    this.#lent = 0;
    if (this.#start === this.#end) this.clear();
  }

  /** Nothing will be lent for now: memory is kept no longer. */
  endLending(): void {
    if (this.#loan === undefined) return;
    this.#loan = undefined;
    if (this.#start === this.#end) this.clear();
    else this.#move(this.length);
  }

  /** Moves the first bytes, as many as `room` takes, out into it; returns how many. */
  moveInto(room: Uint8Array): number {
    const start = this.#start;
    const count = Math.min(this.length, room.byteLength);
    room.set(this.#memory.subarray(start, start + count));
    this.lastTaken = count;
    this.skip(count);
    return count;
  }

  /** Puts bytes back, in front of what it holds. */
  restore(bytes: Uint8Array): void {
    const memory = Buffer.allocUnsafeSlow(bytes.byteLength + this.length);
    memory.set(bytes);
    memory.set(this.#memory.subarray(this.#start, this.#end), bytes.byteLength);
    this.#loan = undefined;
    this.clear();
    this.#sought = undefined;
    this.#memory = memory;
    this.#owner = OWN;
    this.#end = memory.length;
  }

  /** Drops the first `count` bytes. */
  skip(count: number): void {
    this.#start += count;
    if (this.#start === this.#end) this.clear();
    else {
      this.#found = -1;
      this.#searched = Math.max(this.#searched, this.#start);
    }
  }

  clear(): void {
    if (this.#loan === undefined) {
      this.#memory = NOTHING;
      this.#owner = OWN;
      this.#lent = 0;
    }
    this.#start = this.#end = this.#searched = this.#lent;
    this.#found = -1;
  }

  /** Searches for the separator that ends first. True when there is one; {@link messageEnd} and
   * {@link messageLength} say where. */
  find(separators: Separators): boolean {
    if (separators !== this.#sought) {
      this.#sought = separators;
      this.#searched = this.#start;
      this.#found = -1;
    }
    if (this.#found !== -1) return true;
    const { all, shortest, longest } = separators;
    if (this.#end - this.#searched < shortest) return false;
    const end = this.#end;
    // The free room is not searched.
    const held = end === this.#memory.length ? this.#memory : this.#memory.subarray(0, end);
    for (const separator of all) {
      const at = held.indexOf(separator, this.#searched);
      if (at === -1) continue;
      const stop = at + (typeof separator === 'number' ? 1 : separator.length);
      if (this.#found !== -1 && stop >= this.#found) continue;
      this.#found = stop;
      this.#foundAt = at;
    }
    if (this.#found !== -1) return true;
    this.#searched = Math.max(this.#searched, end + 1 - longest);
    return false;
  }

  /** How many bytes the message in front has, with its separator; after `find` said that there is one. */
  get messageEnd(): number {
    return this.#found - this.#start;
  }

  /** How many bytes are in front of that separator. */
  get messageLength(): number {
    return this.#foundAt - this.#start;
  }

  /** How many bytes in front hold no separator; after `find` said that there is none. */
  get unmatched(): number {
    return Math.max(0, this.#searched - this.#start);
  }

  /** Begins to keep the memory, where lending that many bytes is worth it and the memory is the buffer's alone. */
  #keep(count: number): boolean {
    const memory = this.#memory;
    if (count < LENT_FROM || this.#owner !== OWN) return false;
    this.#loan = NOTHING;
    this.#lockKept(memory);
    return true;
  }

  #lockKept(memory: Buffer): void {
    lockMemory(memory);
    markReused(memory);
  }

  #makeRoom(least: number, size: number): void {
    if (this.#memory.length - this.#end >= least) return;
    if (this.#loan !== undefined && this.#lent === 0 && this.#memory.length - this.length >= least) {
      this.#memory.copyWithin(0, this.#start, this.#end);
      this.#moved();
    } else this.#move(this.length + size);
  }

  #move(capacity: number): void {
    const memory = Buffer.allocUnsafeSlow(capacity);
    if (this.length > 0) memory.set(this.#memory.subarray(this.#start, this.#end));
    if (this.#loan !== undefined) this.#lockKept(memory);
    this.#memory = memory;
    this.#owner = OWN;
    this.#lent = 0;
    this.#moved();
  }

  /** What it holds stands at the beginning of the memory now. */
  #moved(): void {
    this.#searched = Math.max(0, this.#searched - this.#start);
    if (this.#found !== -1) {
      this.#found -= this.#start;
      this.#foundAt -= this.#start;
    }
    this.#end -= this.#start;
    this.#start = 0;
  }
}
