// Where a transport receives the next bytes of a stream.
//
// - Most go into one buffer of the thread, always the same, and are copied out: an idle reader has no memory. It
//   is used from `getBuffer` to `bufferUpdated`, and nothing else runs in between.
// - A large message is received right where it is put together, and handed out without a copy. Its size is
//   known for `readExactly`; else most messages are about as long as the one before.

import { sharedMemory } from '../sys/libc/memory.ts';
import type { ReadBuffer } from './readBuffer.ts';

const SIZE = 262_144;
// Messages of this size on are large.
const LARGE = 16_384;
// How much room is made, at least and, while not much of the message is there yet, at most.
const ROOM = 65_536;
const MOST_ROOM = 4_194_304;

/** A read that takes whatever comes. */
export const ANY = -2;

// Made when first needed; nothing is kept in it from one read to the next.
let buffer: Buffer | undefined;

/** The buffer of the thread. */
export function receiveBuffer(): Buffer {
  if (buffer === undefined || buffer.byteLength !== SIZE) buffer = sharedMemory(SIZE);
  return buffer;
}

/** Whether nothing is held and the next message is no large one, as far as can be told. */
export function expectsLittle({ length, lastTaken }: ReadBuffer, missing: number): boolean {
  return length === 0 && missing < LARGE && lastTaken < LARGE;
}

/** The buffer of the thread, or room in `bytes`. A read waits for `missing` bytes more, where that is known; it
 * is 0 where only the bytes can tell, ANY where all will do, and -1 where no read waits. */
export function roomFor(bytes: ReadBuffer, missing: number): Buffer {
  const held = bytes.length;
  if (missing >= LARGE) {
    const size = Math.min(missing, Math.max(8 * held, MOST_ROOM));
    return bytes.room(size, size);
  }
  const { lastTaken } = bytes;
  if (missing === ANY && held === 0 && lastTaken >= LARGE) return bytes.room(ROOM, ROOM);
  if (missing === 0 && lastTaken >= LARGE && lastTaken > held) return bytes.room(1, lastTaken - held);
  return held < LARGE ? receiveBuffer() : bytes.room(LARGE, Math.max(held, ROOM));
}
