// Gathered writes: several chunks with one system call.

import { ffi } from './ffi.ts';
import type { Ffi } from './ffi.ts';
import { libc } from './libc.ts';
import { MSG_NOSIGNAL } from './socketConstants.ts';

/** How many chunks go into one call at most. */
const GATHER_LIMIT = 64;

// struct iovec { void *base; size_t length } and struct msghdr, both in machine words.
const vector = new BigUint64Array(2 * GATHER_LIMIT);
const vectorBytes = new Uint8Array(vector.buffer);
const message = new BigUint64Array(7);
const messageBytes = new Uint8Array(message.buffer);

/** Sends up to GATHER_LIMIT chunks from `first` on, plain ones, and none behind one that is empty; returns what
 * `sendmsg` returns: the bytes taken, or below zero with the reason in `errno()`. */
export function sendGathered(fd: number, chunks: readonly Uint8Array[], first: number): number {
  const { address } = ffi() as Ffi;
  const most = Math.min(chunks.length - first, GATHER_LIMIT);
  let count = 0;
  for (; count < most; count++) {
    const chunk = chunks[first + count] as Uint8Array;
    const { byteLength } = chunk;
    if (byteLength === 0) break;
    vector[2 * count] = address(chunk);
    vector[2 * count + 1] = BigInt(byteLength);
  }
  message[2] = address(vectorBytes);
  message[3] = BigInt(count);
  return libc().sendmsg(fd, messageBytes, MSG_NOSIGNAL);
}
