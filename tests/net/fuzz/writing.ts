// The writing half of a fuzzed direction: sends a content in pieces of any size, with pauses, drains and
// cancelled drains in between.

import { createTask, isCancelled, sleep } from '../../../src/asyncio.ts';
import type { StreamWriter } from '../../../src/asyncio.ts';
import type { Random } from '../../../src/testing/random.ts';

/** Sends all of `bytes`, in pieces of up to two to the power of `scale`. The end of the data is the caller's
 * business. */
export async function writeAll(
  random: Random,
  writer: StreamWriter,
  bytes: Buffer,
  scale: number,
): Promise<void> {
  const high = random.pick([0, 1, 1000, 65_536, 65_536, 1 << 20]);
  writer.transport.setWriteBufferLimits({ high });
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + Math.ceil(2 ** (random.next() * scale)));
    if (random.oneIn(4)) writer.writelines(cut(random, bytes.subarray(at, end)));
    else writer.write(plain(random, bytes.subarray(at, end)));
    at = end;
    await rest(random, writer);
  }
}

async function rest(random: Random, writer: StreamWriter): Promise<void> {
  const choice = random.int(10);
  if (choice < 5) await writer.drain();
  else if (choice < 7) await cancelledDrain(random, writer);
  else if (choice === 7) await sleep(random.int(3));
}

/** A drain that may be cancelled before it ends; nothing of what was written may go with it. */
async function cancelledDrain(random: Random, writer: StreamWriter): Promise<void> {
  const task = createTask(() => writer.drain());
  for (let turns = random.int(4); turns > 0; turns -= 1) await sleep(0);
  task.cancel();
  try {
    await task;
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}

/** Some pieces of the bytes, of which some are empty. */
function* cut(random: Random, bytes: Buffer): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const end = at + random.int(random.oneIn(3) ? bytes.length : 200);
    yield plain(random, bytes.subarray(at, end));
    at = end;
  }
}

/** The same bytes, at times as a plain Uint8Array. */
function plain(random: Random, bytes: Buffer): Uint8Array {
  return random.oneIn(3) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : bytes;
}
