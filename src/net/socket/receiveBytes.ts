// Receiving into a buffer of the right size, which is the caller's to keep.
//
// Nobody knows how much will come, so what is asked for in ordinary sizes is received into one scratch
// buffer and copied out; a large size gets a buffer of its own, cut short when little came.

import { copyBytes } from '../../sys/libc/memory.ts';
import { lastName, receive, receiveFrom } from '../../sys/libc/socketCalls.ts';
import type { SocketAddress } from '../../transport/transport.ts';

const SCRATCH = 65_536;

// Memory of the thread's, made when first needed: nothing is kept in it from one read to the next.
let scratch: Buffer | undefined;

/** Up to `size` bytes, or undefined where that would have to wait. */
export function receiveBytes(fd: number, size: number, flags: number): Buffer | undefined {
  const buffer = roomFor(size);
  return taken(buffer, receive(fd, buffer, size, flags));
}

/** As receiveBytes, with the sender's address. */
export function receiveBytesFrom(
  fd: number,
  size: number,
  flags: number,
): [Buffer, SocketAddress] | undefined {
  const buffer = roomFor(size);
  const count = receiveFrom(fd, buffer, size, flags);
  const bytes = taken(buffer, Math.min(count, size));
  return bytes === undefined ? undefined : [bytes, lastName()];
}

function roomFor(size: number): Buffer {
  if (size > SCRATCH) return Buffer.allocUnsafeSlow(size);
  return (scratch ??= Buffer.allocUnsafeSlow(SCRATCH));
}

function taken(buffer: Buffer, count: number): Buffer | undefined {
  if (count < 0) return undefined;
  const bytes = buffer.subarray(0, count);
  return buffer !== scratch && count * 2 >= buffer.length ? bytes : copyBytes(bytes);
}
