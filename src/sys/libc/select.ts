// The select call: sets of descriptors as bits, which the call overwrites with its result.

import { EINTR, systemError } from './errno.ts';
import { errno } from './ffi.ts';
import { untilReady } from './interruptible.ts';
import { libc } from './libc.ts';

/** Descriptors from this number on have no bit in the sets. */
export const FD_SETSIZE = 1024;

const SET_BYTES: number = FD_SETSIZE / 8;

/** Waits until one of `readers` is readable or one of `writers` writable, and calls `found` for each that is,
 * by number. */
export function select(
  readers: ReadonlySet<number>,
  writers: ReadonlySet<number>,
  timeout: number | undefined,
  found: (fd: number, readable: boolean, writable: boolean) => void,
): void {
  const last = Math.max(-1, ...readers, ...writers);
  const readable = new Uint8Array(SET_BYTES);
  const writable = new Uint8Array(SET_BYTES);
  const count = untilReady(timeout, (ms) => {
    fill(readable, readers);
    fill(writable, writers);
    return call(last + 1, readable, writable, ms);
  });
  if (count === 0) return;
  for (let fd = 0; fd <= last; fd++) {
    const canRead = has(readable, fd);
    const canWrite = has(writable, fd);
    if (canRead || canWrite) found(fd, canRead, canWrite);
  }
}

function call(count: number, readable: Uint8Array, writable: Uint8Array, timeout: number): number {
  const result = libc().select(count, readable, writable, null, timeout < 0 ? null : timeval(timeout));
  if (result >= 0) return result;
  const number = errno();
  if (number === EINTR) return 0;
  throw systemError(number, 'select');
}

// struct timeval { long seconds; long microseconds; }
function timeval(milliseconds: number): Uint8Array {
  const microseconds = Math.ceil(milliseconds * 1000);
  const seconds = Math.floor(microseconds / 1_000_000);
  const value = BigInt64Array.of(BigInt(seconds), BigInt(microseconds - seconds * 1_000_000));
  return new Uint8Array(value.buffer);
}

function fill(set: Uint8Array, descriptors: ReadonlySet<number>): void {
  set.fill(0);
  for (const fd of descriptors) set[fd >> 3] = (set[fd >> 3] as number) | (1 << (fd & 7));
}

function has(set: Uint8Array, fd: number): boolean {
  return ((set[fd >> 3] as number) & (1 << (fd & 7))) !== 0;
}
