// Reading and writing a descriptor through memory, and where the program stands in it. Both faces of a file, of bytes
// and of text, hold one; they see to it that one operation runs at a time.
//
// 1. Either what was read ahead is held, or what is to be written, never both: going from one to the other sets the
//    descriptor's position right.
// 2. What the host has read goes into the memory in the very call that read it. A read whose task was cancelled leaves
//    its bytes there for the next one; a later operation first waits for it.
// 3. What was accepted for writing stays, in order, until the system has it, and leaves the memory in the very call that
//    wrote it: an error or a cancel in between loses nothing and writes nothing twice.

import { isCancelled } from '../../asyncio.ts';
import type { RawFile } from '../host/rawFile.ts';
import { changing, looking } from '../host/hostCall.ts';

const EMPTY: Buffer = Buffer.alloc(0);

/** For a file that is known to be short. */
const LEAST = 4096;

export class Buffered {
  readonly descriptor: RawFile;
  readonly size: number;
  /** What was read ahead, from `#start` to `#end`. */
  #memory: Buffer = EMPTY;
  #start: number = 0;
  #end: number = 0;
  #reading: Promise<number | undefined> | undefined = undefined;
  #pending: Buffer = EMPTY;
  #pendingStart: number = 0;
  #pendingEnd: number = 0;

  constructor(descriptor: RawFile, size: number) {
    this.descriptor = descriptor;
    this.size = size;
  }

  /** A read is under way that nobody waits for. */
  get isReading(): boolean {
    return this.#reading !== undefined;
  }

  /** Bytes that were read ahead. */
  get available(): number {
    return this.#end - this.#start;
  }

  /** Bytes that are to be written. */
  get unwritten(): number {
    return this.#pendingEnd - this.#pendingStart;
  }

  /** Where the program stands. */
  get position(): number {
    return this.descriptor.position - this.available + this.unwritten;
  }

  /** What was read ahead; to be looked at before anything else happens. */
  view(): Buffer {
    return this.#memory.subarray(this.#start, this.#end);
  }

  skip(count: number): void {
    this.#start += count;
    // A read that somebody has left fills the memory behind what is there.
    if (this.#start === this.#end && !this.isReading) this.#start = this.#end = 0;
  }

  /** The next `count` bytes, of those that are available. */
  take(count: number): Buffer {
    const { length } = this.#memory;
    if (count >= LEAST && count === length && this.#start === 0 && !this.isReading) {
      const whole = this.#memory;
      this.#memory = EMPTY;
      this.#start = this.#end = 0;
      return whole;
    }
    const taken = Buffer.from(this.#memory.subarray(this.#start, this.#start + count));
    this.skip(count);
    return taken;
  }

  /** Reads on, so that about `wanted` more bytes are available. Resolves to how many came, 0 at the end. */
  async more(wanted: number = 1): Promise<number> {
    for (;;) {
      const count = await looking(() => (this.#reading ??= this.#read(wanted)));
      if (count !== undefined) return count;
      await this.descriptor.readable();
    }
  }

  /** Has the host read on while the program looks at what it has: for a file that is read from one end to the other. */
  readAhead(): void {
    if (this.#reading !== undefined || !this.descriptor.regular || this.size === 0) return;
    this.#reading = this.#read(1);
    // Whoever reads next fails by itself.
    this.#reading.catch(() => {});
  }

  async #read(wanted: number): Promise<number | undefined> {
    try {
      this.#makeRoom(wanted);
      const count = await this.descriptor.read(this.#memory.subarray(this.#end));
      if (count !== undefined) this.#end += count;
      return count;
    } finally {
      this.#reading = undefined;
    }
  }

  #makeRoom(wanted: number): void {
    const { available } = this;
    const room = Math.max(wanted, this.#step());
    if (this.#memory.length - this.#end >= wanted && this.#memory.length - this.#end >= room / 2) return;
    if (this.#memory.length >= available + room) this.#memory.copyWithin(0, this.#start, this.#end);
    else {
      // A long line doubles it each time: it is copied as often as it has binary digits.
      const larger = Buffer.allocUnsafeSlow(
        available + Math.max(room, available < this.size ? 0 : available),
      );
      this.#memory.copy(larger, 0, this.#start, this.#end);
      this.#memory = larger;
    }
    this.#start = 0;
    this.#end = available;
  }

  /** How much to read at once: no more than a short file has, and one byte that tells its end. */
  #step(): number {
    const { regular, size, position } = this.descriptor;
    if (!regular || size === 0) return this.size;
    return Math.min(this.size, Math.max(size - position + 1, LEAST));
  }

  /** Waits for a read that somebody has left, and forgets what was read ahead: the next byte that is written goes to
   * where the program stands. */
  async dropReadAhead(): Promise<void> {
    while (this.#reading !== undefined) await this.settled();
    if (this.available > 0 && this.descriptor.seekable) this.descriptor.position -= this.available;
    this.#start = this.#end = 0;
  }

  /** Waits for a read that somebody has left. */
  async settled(): Promise<void> {
    const reading = this.#reading;
    if (reading !== undefined) await looking(() => reading.catch(() => {}));
  }

  /** Writes bytes that are too many to be held. A cancel in the middle keeps the rest, to be written next. */
  async writeThrough(bytes: Uint8Array): Promise<void> {
    await this.flush();
    let done = 0;
    const step = async (): Promise<boolean> => {
      const count = await this.descriptor.write(bytes.subarray(done));
      done += count ?? 0;
      return count !== undefined;
    };
    try {
      while (done < bytes.length) if (!(await changing(step))) await this.descriptor.writable();
    } catch (error) {
      if (isCancelled(error) && done > 0) this.put(bytes.subarray(done));
      throw error;
    }
  }

  /** Whether `count` bytes more can be held without writing. */
  fits(count: number): boolean {
    return this.unwritten + count <= this.size;
  }

  /** Room for `count` bytes that are to be written, where they fit. */
  put(bytes: Uint8Array): void {
    const needed = this.unwritten + bytes.length;
    if (this.#pending.length - this.#pendingEnd < bytes.length) {
      const length = this.#pending.length >= needed ? this.#pending.length : this.#roomFor(needed);
      const pending = length === this.#pending.length ? this.#pending : Buffer.allocUnsafeSlow(length);
      this.#pending.copy(pending, 0, this.#pendingStart, this.#pendingEnd);
      this.#pendingEnd = this.unwritten;
      this.#pendingStart = 0;
      this.#pending = pending;
    }
    this.#pending.set(bytes, this.#pendingEnd);
    this.#pendingEnd += bytes.length;
  }

  #roomFor(needed: number): number {
    return Math.max(needed, Math.min(this.size, Math.max(2 * this.#pending.length, LEAST)));
  }

  /** Writes what was accepted. */
  async flush(): Promise<void> {
    while (this.unwritten > 0) {
      if ((await changing(() => this.#write())) === undefined) await this.descriptor.writable();
    }
  }

  async #write(): Promise<number | undefined> {
    const count = await this.descriptor.write(this.#pending.subarray(this.#pendingStart, this.#pendingEnd));
    if (count !== undefined) this.#pendingStart += count;
    if (this.unwritten === 0) {
      this.#pendingStart = this.#pendingEnd = 0;
      if (this.#pending.length > this.size) this.#pending = EMPTY;
    }
    return count;
  }

  /** Goes to `position`, having written what was to be. */
  async seek(position: number): Promise<void> {
    await this.flush();
    const ahead = this.descriptor.position;
    if (this.#reading === undefined && position <= ahead && position >= ahead - this.available) {
      this.#start = this.#end - (ahead - position);
      return;
    }
    await this.dropReadAhead();
    this.descriptor.position = position;
  }
}
