// Files, saved as what must survive a loss of power is: read, hashed, written beside their place, forced onto the disk,
// and moved there. Forcing is the wait; the system does many at a time in the time of one.

import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { interruptible, Queue, taskGroup } from '../../src/asyncio.ts';

export interface Saved {
  /** Files that are safe. */
  done: number;
  bytes: number;
  /** The hash of each, by its number. */
  readonly hashes: string[];
}

/** Saves the files into the folder, `limit` at a time, each under its number. */
export async function saveFiles(
  files: readonly string[],
  folder: string,
  limit: number,
  saved: Saved,
): Promise<void> {
  const queue = new Queue<number>();
  for (const n of files.keys()) queue.putNowait(n);
  queue.shutdown();
  await taskGroup(async (workers) => {
    for (let n = 1; n <= limit; n += 1) {
      workers.startSoon(
        async () => {
          for await (const number of queue) await save(number);
        },
        { name: `saver ${n}` },
      );
    }
  });

  async function save(number: number): Promise<void> {
    const content = await interruptible(readFile(files[number] as string));
    const place = join(folder, String(number));
    await interruptible(writeSafely(`${place}.new`, content));
    await interruptible(rename(`${place}.new`, place));
    saved.hashes[number] = createHash('sha256').update(content).digest('hex');
    saved.done += 1;
    saved.bytes += content.length;
  }
}

/** Writes the file, and returns when it is on the disk. */
async function writeSafely(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}
