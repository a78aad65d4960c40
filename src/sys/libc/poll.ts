// The poll call: a table of descriptors that is built anew after a change, and read after the call.

import { EINTR, systemError } from './errno.ts';
import { errno } from './ffi.ts';
import { untilReady } from './interruptible.ts';
import { libc } from './libc.ts';

export const POLLIN = 0x001;
export const POLLOUT = 0x004;

// struct pollfd { int fd; short events; short revents; }
const STRIDE = 8;

export class Poll {
  readonly #masks: Map<number, number> = new Map();
  #table: DataView = new DataView(new ArrayBuffer(0));
  #changed: boolean = true;

  set(fd: number, mask: number): void {
    this.#masks.set(fd, mask);
    this.#changed = true;
  }

  delete(fd: number): void {
    this.#masks.delete(fd);
    this.#changed = true;
  }

  /** Waits, and calls `found` for each descriptor that has events, in the order they were set. */
  wait(timeout: number | undefined, found: (fd: number, mask: number) => void): void {
    if (this.#changed) this.#build();
    const table = this.#table;
    const bytes = new Uint8Array(table.buffer);
    const count = table.byteLength / STRIDE;
    let left = untilReady(timeout, (ms) => poll(bytes, count, Math.ceil(ms)));
    for (let at = 0; left > 0 && at < table.byteLength; at += STRIDE) {
      const mask = table.getInt16(at + 6, true);
      if (mask === 0) continue;
      left--;
      found(table.getInt32(at, true), mask);
    }
  }

  #build(): void {
    this.#changed = false;
    this.#table = new DataView(new ArrayBuffer(this.#masks.size * STRIDE));
    let at = 0;
    for (const [fd, mask] of this.#masks) {
      this.#table.setInt32(at, fd, true);
      this.#table.setInt16(at + 4, mask, true);
      at += STRIDE;
    }
  }
}

function poll(table: Uint8Array, count: number, timeout: number): number {
  const ready = libc().poll(table, count, timeout);
  if (ready >= 0) return ready;
  const number = errno();
  if (number === EINTR) return 0;
  throw systemError(number, 'poll');
}
