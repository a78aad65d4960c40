// Memory that will be written to again: what a program reads into, and what an iterator gives out until its next
// step. Its bytes may be handed to `write` as any others: what the system does not take at once is copied
// (pendingBytes.ts), so that the next read does not change what is still to be sent.

import { sharedMemory } from '../sys/libc/memory.ts';

const reused = new WeakSet<ArrayBufferLike>();
// Spares a look into the set, since mostly it is the same memory again; keeps one buffer at most.
let last: ArrayBufferLike | undefined;

/** New memory that is used again and again; its bytes are undefined. */
export function reusedMemory(size: number): Buffer {
  const memory = sharedMemory(size);
  reused.add(memory.buffer);
  return memory;
}

/** The memory of a plain view will be written to again. */
export function markReused({ buffer }: Uint8Array): void {
  if (buffer === last) return;
  last = buffer;
  reused.add(buffer);
}

/** Whether the memory of a plain view may be written to again at any time. */
export function isReused({ buffer }: Uint8Array): boolean {
  return reused.has(buffer);
}
