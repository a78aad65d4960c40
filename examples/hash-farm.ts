// Hashes the files of folders in threads, as many at once as the machine has processors, and tells how far it is.
//
//   npm run example -- hash-farm [folder ...]      the current folder by default
//
// Prints a line for each file as sha256sum does, in the order of the files, and at the end how many bytes that were. Ctrl-C
// stops the threads in the middle of a file: the loop there asks checkCancelled after each piece.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { checkCancelled, run, ThreadPoolExecutor } from 'asyncio-ts';

interface Hashed {
  readonly digest: string;
  readonly bytes: number;
}

/** Runs in a thread. It is sent there as it stands, so it takes what it needs from inside. */
function hashFile(path: string): Hashed {
  const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256');
  const piece = new Uint8Array(1 << 20);
  const file = openSync(path, 'r');
  try {
    for (let bytes = 0; ;) {
      checkCancelled();
      const read = readSync(file, piece);
      if (read === 0) return { digest: hash.digest('hex'), bytes };
      hash.update(piece.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(file);
  }
}

async function* filesBelow(folders: readonly string[]): AsyncGenerator<string> {
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    yield* files.map((entry) => join(entry.parentPath, entry.name)).sort();
  }
}

async function main(folders: readonly string[]): Promise<void> {
  const pool = new ThreadPoolExecutor();
  let files = 0;
  let bytes = 0;
  const names: string[] = [];
  async function* noted(): AsyncGenerator<string> {
    for await (const file of filesBelow(folders)) {
      names.push(file);
      yield file;
    }
  }
  try {
    for await (const hashed of pool.map(hashFile, noted())) {
      console.log(`${hashed.digest}  ${names.shift()}`);
      files += 1;
      bytes += hashed.bytes;
      if (process.stderr.isTTY) process.stderr.write(`\r${files} files, ${bytes >> 20} MiB\r`);
    }
  } finally {
    await pool.shutdown();
  }
  console.error(`${files} files, ${bytes} bytes`);
}

const folders = process.argv.slice(2);
await run(() => main(folders.length > 0 ? folders : ['.']));
