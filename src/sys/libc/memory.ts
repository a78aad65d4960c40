// Memory that is handed out, and what its receiver may do with it.
//
// 1. Whoever has a view can take the memory away from all who have one: send it to another thread, put it into a
//    byte stream, call `transfer()`. So memory of which several have a part is locked: such a transfer throws
//    where it is made, and the others keep what is theirs.
// 2. Where the host cannot lock (Node 22 lets `transfer()` and byte streams pass, Bun too), nobody is given a part:
//    each gets a copy with memory of its own, which can be transferred.
// 3. The host's pool for small buffers is shared as well, and locked where the host can lock.
// 4. The host may hand out parts of one memory itself: Node 26 does, for what comes over TLS.

import process from 'node:process';
import { sizeOf } from '../../base/bytes.ts';

// What the runtime can do, found out once.
let lockable: boolean | undefined;
/** Locked last by {@link asOwn}: the host goes on handing out parts of one memory until it is full. */
let lockedLast: ArrayBufferLike | undefined;

/** Whether memory can be locked for good on this host. */
export function canLock(): boolean {
  return (lockable ??= tryLock());
}

// Some hosts respect the mark of untransferable memory in every kind of transfer, others in some only.
function tryLock(): boolean {
  const probe = new ArrayBuffer(8);
  mark(probe);
  try {
    probe.transfer();
  } catch {
    return !probe.detached;
  }
  return false;
}

function mark(buffer: ArrayBufferLike): void {
  process.getBuiltinModule('node:worker_threads').markAsUntransferable(buffer);
}

/** Locks memory, where the host can. */
export function lockMemory(bytes: Buffer): void {
  if (canLock()) mark(bytes.buffer);
}

/** New memory that many may have views of; its bytes are undefined. */
export function sharedMemory(size: number): Buffer {
  const memory = Buffer.allocUnsafeSlow(size);
  lockMemory(memory);
  return memory;
}

/** New memory to be handed out; its bytes are undefined. Whatever its receiver does, nobody else loses any. */
export function newBytes(size: number): Buffer {
  return canLock() ? Buffer.allocUnsafe(size) : Buffer.allocUnsafeSlow(size);
}

/** What the host has read, to be handed out: memory of its own, or a part that cannot be taken from the others. */
export function asOwn(bytes: Buffer): Buffer {
  if (bytes.byteLength === bytes.buffer.byteLength) return bytes;
  if (!canLock()) return copyBytes(bytes);
  if (bytes.buffer !== lockedLast) mark((lockedLast = bytes.buffer));
  return bytes;
}

/** As {@link asOwn}, for memory that is somebody's who did not give it away for good: never locked. */
export function asCopy(bytes: Buffer): Buffer {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : copyBytes(bytes);
}

/** All of them one behind the other, in memory of their own. */
export function joinBytes(chunks: readonly Uint8Array[]): Buffer {
  let size = 0;
  for (const chunk of chunks) size += sizeOf(chunk);
  const joined = newBytes(size);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += sizeOf(chunk);
  }
  return joined;
}

/** A copy to be handed out, or to be kept while the original may change. */
export function copyBytes(bytes: Uint8Array): Buffer {
  const copy = newBytes(sizeOf(bytes));
  copy.set(bytes);
  return copy;
}
