// Memory that will be written to again: what a program reads into, and what an iterator gives out until its next
// step. Its bytes may be handed to `write` as any others: what the system does not take at once is copied
// (pendingBytes.ts), so that the next read does not change what is still to be sent.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { sharedMemory } from '../sys/libc/memory.ts';

const reused = new WeakSet<ArrayBufferLike>();
// Spares a look into the set, since mostly it is the same memory again; keeps one buffer at most.
let last: ArrayBufferLike | undefined;

/** New memory that is used again and again, for what is received or to be sent; its bytes are undefined. Views of it
 * may be given to a transport's `write` and written to again right after: what the system does not take at once is
 * copied. It can't be transferred, where the host can prevent that.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) unless `size` is a whole number from 0 on
 * @example
 * ```ts
 * import { openConnection, run, startServer } from 'asyncio-ts';
 * import { reusedMemory } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   await using server = await startServer(async (reader) => void console.log(String(await reader.read())), '127.0.0.1', 0);
 *   const [, writer] = await openConnection('127.0.0.1', server.port);
 *   const memory = reusedMemory(1024);
 *   for (const word of ['one', 'two']) writer.write(memory.subarray(0, memory.write(word)));
 *   writer.close(); // -> onetwo
 *   await writer.waitClosed();
 * });
 * ```
 */
export function reusedMemory(size: number): Buffer {
  if (!Number.isSafeInteger(size) || size < 0)
    throw new InvalidArgumentError('size', `a whole number of bytes from 0 on, not ${showValue(size)}`);
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
