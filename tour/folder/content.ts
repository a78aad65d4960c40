// Reads one file and hashes it: open, stat, read to the end, close. Each of these is one trip to the
// thread pool of the runtime, where the system call may take its time; the SHA-256 is computed here, on
// the thread of JavaScript. Both passes use this very function.
//
// Memory: one buffer of at most `chunkSize` for each open file, whatever the file's size.

import { createHash, hash } from 'node:crypto';
import { interruptible } from '../../src/asyncio.ts';
import type { FileSystem, OpenFile } from './fileSystem.ts';
import type { Listed } from './walk.ts';

/** What is known of a file that was read: a row of the database. */
export interface Content {
  readonly path: Listed['path'];
  /** Bytes read, which for a file that is being written to is the truth, not what `stat` said. */
  readonly bytes: number;
  readonly sha256: string;
  /** Time of the last change, in milliseconds since 1970. */
  readonly modified: number;
  /** Together they tell two names of one file (hard links) from two files. */
  readonly device: number;
  readonly inode: number;
}

/** Where the time goes that cannot be shared out to other threads. */
export interface Costs {
  /** Milliseconds of the JavaScript thread spent in SHA-256, and in SQLite. */
  hashing: number;
  storing: number;
}

const chunkSize = 1 << 20;

/**
 * Reads and hashes one file. Cancellation is delivered at each read; the file is closed in any case.
 *
 * @throws The system's error, or one with the code `ENOTREGULAR` when something else than a file is found.
 */
export async function readContent(fs: FileSystem, file: Listed, costs: Costs): Promise<Content> {
  const handle = await fs.open(file.location);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw Object.assign(new Error('no regular file'), { code: 'ENOTREGULAR' });
    const { bytes, sha256 } = await hashAll(handle, stats.size, costs);
    return { path: file.path, bytes, sha256, modified: stats.mtimeMs, device: stats.dev, inode: stats.ino };
  } finally {
    await handle.close();
  }
}

async function hashAll(
  handle: OpenFile,
  expected: number,
  costs: Costs,
): Promise<{ bytes: number; sha256: string }> {
  // One byte more than expected: a read that does not fill the buffer is known to have met the end. Some
  // files (in /proc) claim to be empty and are not.
  const buffer = Buffer.allocUnsafe(expected === 0 ? 1 << 16 : Math.min(expected + 1, chunkSize));
  let { bytesRead } = await interruptible(handle.read(buffer, 0, buffer.length, null));
  if (bytesRead === expected && bytesRead > 0 && bytesRead < buffer.length) {
    const start = performance.now();
    const sha256 = hash('sha256', buffer.subarray(0, bytesRead));
    costs.hashing += performance.now() - start;
    return { bytes: bytesRead, sha256 };
  }
  const state = createHash('sha256');
  let bytes = 0;
  while (bytesRead > 0) {
    const start = performance.now();
    state.update(buffer.subarray(0, bytesRead));
    costs.hashing += performance.now() - start;
    bytes += bytesRead;
    ({ bytesRead } = await interruptible(handle.read(buffer, 0, buffer.length, null)));
  }
  return { bytes, sha256: state.digest('hex') };
}
