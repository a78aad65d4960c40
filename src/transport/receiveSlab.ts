// Where bytes are received for protocols that are handed their data, and own it then: one memory for the
// thread, which is cut up as it is handed out.
//
// - Chunks are cut off a slab of 16 KiB, so that keeping a small one keeps no more than that. Nothing is
//   copied, and a slab of that size stays in the processor's cache.
// - The slab's address is kept over calls, so the slab must stay: it is locked (sys/libc/memory.ts), and looked at
//   before each call all the same. Where memory can't be locked, chunks are copied out of it and it is never
//   handed out.
// - Large reads have a room of 64 KiB, which is handed out whole or copied out of. Above 128 KiB the C library
//   would map fresh pages for each room, and their first touch costs more than the read.

import { ffi } from '../sys/libc/ffi.ts';
import type { Ffi } from '../sys/libc/ffi.ts';
import { canLock, copyBytes, sharedMemory } from '../sys/libc/memory.ts';

const SLAB: number = 16 * 1024;
const LEAST_ROOM: number = 4 * 1024;
const ROOM: number = 64 * 1024;
/** From this many bytes on the room itself is handed out. */
const HANDED_OUT: number = 16 * 1024;

// The thread's: reads follow each other, and none keeps anything in it but what it has taken.
let slab: Buffer | undefined;
let address: number = 0;
let used: number = 0;
let room: Buffer | undefined;

/** The address of the free part of the slab; valid until {@link takeFromSlab}. */
export function slabAddress(): number {
  if (slab === undefined || slab.byteLength !== SLAB) {
    slab = sharedMemory(SLAB);
    address = Number((ffi() as Ffi).address(slab));
    used = 0;
  }
  return address + used;
}

/** How much fits there. */
export function slabRoom(): number {
  return SLAB - used;
}

/** The first `count` bytes of it, as the receiver's own. */
export function takeFromSlab(count: number): Buffer {
  const chunk = (slab as Buffer).subarray(used, used + count);
  if (!canLock()) return copyBytes(chunk);
  used += (count + 7) & ~7;
  if (SLAB - used < LEAST_ROOM) {
    slab = undefined;
    used = 0;
  }
  return chunk;
}

/** The room for a large read; valid until {@link takeReceived}. */
export function receiveRoom(): Buffer {
  return (room ??= Buffer.allocUnsafeSlow(ROOM));
}

/** The first `count` bytes of the room, as the receiver's own. */
export function takeReceived(count: number): Buffer {
  const received = room as Buffer;
  if (count < HANDED_OUT) return copyBytes(received.subarray(0, count));
  room = undefined;
  return count === ROOM ? received : received.subarray(0, count);
}
