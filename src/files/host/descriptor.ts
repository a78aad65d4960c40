// A descriptor, and where it stands: what Python calls a raw file.
//
// 1. Each call is one call of the host's and keeps its own books when it ends, whether or not somebody still waits for
//    it: the position counts what has been read and written.
// 2. As long as the program doesn't seek, the system's own position is used and moves along, so that a child or another
//    descriptor of the same file goes on where this one stands. The host has no lseek: after a seek, reads and writes
//    say where, and the system's position stays.
// 3. Files are opened without blocking. What would have to wait (a FIFO, a terminal) waits on the loop and not in a
//    thread of the host's, of which there are four.
// 4. Once it is closed nothing is asked of its number, and nobody waits for it: not either who had a call under way when
//    it was closed. The number is given back when such calls have ended, for it may be another's at once. One that may
//    block for ever is not waited for.

import fs from 'node:fs';
import type { Stats } from 'node:fs';
import { isatty } from 'node:tty';
import { UsageError } from '../../asyncio.ts';
import type { RawFile } from './rawFile.ts';
import { readyFor } from './readiness.ts';
import type { Side, Wait } from './readiness.ts';

/** More than that at once some hosts refuse. */
const MOST = 2 ** 30;

export interface DescriptorOptions {
  /** The path it was opened by, or its number: what errors name. */
  readonly name: string | number;
  readonly stats: Stats;
  readonly appending: boolean;
  /** Where the system stands in it. */
  readonly position: number;
  /** False for one that was given as a number, and may block. */
  readonly blocksNever: boolean;
}

export class Descriptor implements RawFile {
  readonly #fd: number;
  readonly name: string | number;
  /** Has a position, and ends where its size says. */
  readonly regular: boolean;
  readonly seekable: boolean;
  readonly blocksNever: boolean;
  readonly size: number;
  /** Waits for the other end. */
  readonly #waiting: Set<Wait> = new Set();
  readonly #appending: boolean;
  #position: number;
  #system: number;
  /** Something has come through it, or could have: nothing more is the end. */
  #met: boolean;
  /** The sides on which nobody waits any more: whoever had a call under way would begin to after the last word. */
  readonly #dismissed: Set<Side> = new Set();
  /** Calls of the host's that are under way. */
  readonly #calls: Set<Promise<unknown>> = new Set();

  constructor(fd: number, options: DescriptorOptions) {
    const { name, stats, appending, position, blocksNever } = options;
    this.#fd = fd;
    this.name = name;
    this.size = stats.size;
    this.regular = stats.isFile();
    this.seekable = this.regular || stats.isBlockDevice();
    this.blocksNever = blocksNever;
    this.#appending = appending;
    this.#system = position;
    this.#position = appending && this.seekable ? stats.size : position;
    this.#met = !stats.isFIFO() || !blocksNever;
  }

  get position(): number {
    return this.#position;
  }

  set position(value: number) {
    this.#position = value;
  }

  async read(room: Uint8Array, position?: number): Promise<number | undefined> {
    this.#checkOpen();
    const at = position ?? this.#where();
    try {
      const size = Math.min(room.length, MOST);
      const count = await this.#call<number>((done) => fs.read(this.#fd, room, 0, size, at, done));
      // Before its first writer has come a FIFO has no end.
      if (count === 0 && !this.#met) return undefined;
      this.#met = true;
      if (position === undefined) this.#moved(at, count);
      return count;
    } catch (error) {
      if (!mustWait(error)) throw this.named(error, 'read');
      this.#met = true;
      return undefined;
    }
  }

  async readable(): Promise<void> {
    if (await this.#ready('Reader')) this.#met = true;
  }

  async write(bytes: Uint8Array, position?: number): Promise<number | undefined> {
    this.#checkOpen();
    const at = position ?? (this.#appending ? null : this.#where());
    try {
      const size = Math.min(bytes.length, MOST);
      const count = await this.#call<number>((done) => fs.write(this.#fd, bytes, 0, size, at, done));
      if (position === undefined && this.#appending && this.seekable)
        this.#position = this.#system = await this.length();
      else if (position === undefined) this.#moved(at, count);
      return count;
    } catch (error) {
      if (mustWait(error)) return undefined;
      throw this.named(error);
    }
  }

  async writable(): Promise<void> {
    await this.#ready('Writer');
  }

  release(): void {
    this.#dismiss('Reader');
  }

  #dismiss(side: Side): void {
    this.#dismissed.add(side);
    for (const wait of this.#waiting) if (wait.side === side) wait.fail(this.#closedError());
  }

  async #ready(side: Side): Promise<boolean> {
    if (this.#dismissed.has(side)) throw this.#closedError();
    return await readyFor(side, this.#fd, this.#waiting);
  }

  /** Once it is closed its number may be another's. */
  #checkOpen(): void {
    if (this.#dismissed.has('Writer')) throw this.#closedError();
  }

  #closedError(): UsageError {
    return new UsageError(`the file '${this.name}' is closed`);
  }

  async length(): Promise<number> {
    const stats = await this.#about(call<Stats>((done) => fs.fstat(this.#fd, done)));
    return stats.size;
  }

  truncate(size: number): Promise<void> {
    return this.#about(act((done) => fs.ftruncate(this.#fd, size, done)));
  }

  sync(dataOnly: boolean): Promise<void> {
    const start = dataOnly ? fs.fdatasync : fs.fsync;
    return this.#about(act((done) => start(this.#fd, done)));
  }

  async close(): Promise<void> {
    this.#dismiss('Reader');
    this.#dismiss('Writer');
    if (this.blocksNever) await this.#callsEnd();
    await this.#about(act((done) => fs.close(this.#fd, done)));
  }

  closeNow(): void {
    this.#dismiss('Reader');
    this.#dismiss('Writer');
    if (this.blocksNever && this.#calls.size > 0)
      void this.#callsEnd().then(() => fs.close(this.#fd, () => {}));
    else fs.closeSync(this.#fd);
  }

  async #callsEnd(): Promise<void> {
    if (this.#calls.size > 0) await Promise.allSettled(this.#calls);
  }

  async #call<T>(start: (done: (error: Error | null, result: T) => void) => void): Promise<T> {
    const promise = call<T>(start);
    this.#calls.add(promise);
    try {
      return await promise;
    } finally {
      this.#calls.delete(promise);
    }
  }

  fileno(): number {
    return this.#fd;
  }

  get isTerminal(): boolean {
    return isatty(this.#fd);
  }

  #where(): number | null {
    return !this.seekable || this.#position === this.#system ? null : this.#position;
  }

  #moved(at: number | null, count: number): void {
    this.#position += count;
    if (at === null) this.#system += count;
  }

  async #about<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      throw this.named(error);
    }
  }

  /** The host does not say which file a descriptor is, and Deno not always which call it was. */
  named(error: unknown, syscall: string = 'write'): unknown {
    if (!(error instanceof Error)) return error;
    if ('code' in error && !('syscall' in error)) Object.assign(error, { syscall });
    if (typeof this.name === 'string' && !('path' in error)) Object.assign(error, { path: this.name });
    return error;
  }
}

function mustWait(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EAGAIN';
}

/** A call of the host's, as a promise. */
export function call<T>(start: (done: (error: Error | null, result: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result)));
  });
}

/** One that brings nothing. */
export function act(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return call<void>((done) => start((error) => done(error)));
}
