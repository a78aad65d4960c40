// Reads a file of a gibibyte by lines and by blocks, and says how much memory that took and how late a 10 ms ticker was:
//
//   node scripts/start.mjs --main=tests/files/largeFile.ts [mebibytes]
//
// Exit code 1 above 200 MB, or above 50 ms.

import { existsSync, mkdtempSync, rmSync, writeSync, openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type * as Asyncio from '../../src/asyncio.ts';
import type * as Files from '../../src/files/files.ts';
import { root } from '../../scripts/runtime.mjs';

// The build, as users have it, where there is one: what strips the types of the sources takes memory of its own.
const bundle = join(root, 'dist', 'bundle');
const built = existsSync(join(bundle, 'files.js'));
const { createTask, run, sleep } = (await import(
  built ? join(bundle, 'asyncio.js') : '../../src/asyncio.ts'
)) as typeof Asyncio;
const { open } = (await import(
  built ? join(bundle, 'files.js') : '../../src/files/files.ts'
)) as typeof Files;

const MEBIBYTE = 2 ** 20;
const size = Number(process.argv.at(-1)) || 1024;
const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-large-'));
const path = join(folder, 'file');
const block = Buffer.from(`${'x'.repeat(63)}\n`.repeat(MEBIBYTE / 64));
const fd = openSync(path, 'w');
for (let i = 0; i < size; i++) writeSync(fd, block);
closeSync(fd);

let worst = 0;
let most = 0;
const atFirst = process.memoryUsage.rss();
try {
  await run(async () => {
    const ticker = createTask(async () => {
      for (;;) {
        const due = performance.now() + 10;
        await sleep(10);
        worst = Math.max(worst, performance.now() - due);
        most = Math.max(most, process.memoryUsage.rss());
      }
    });
    let lines = 0;
    const text = await open(path);
    try {
      for await (const line of text) if (line.length === 64) lines++;
      let bytes = 0;
      const binary = await open(path, 'rb');
      try {
        const room = new Uint8Array(65_536);
        for (;;) {
          const count = await binary.readInto(room);
          if (count === 0) break;
          bytes += count;
        }
        ticker.cancel();
        if (lines !== (size * MEBIBYTE) / 64 || bytes !== size * MEBIBYTE)
          throw new Error('not all was read');
      } finally {
        await binary.close();
      }
    } finally {
      await text.close();
    }
  });
} finally {
  rmSync(folder, { recursive: true });
}
console.log(
  `${size} MiB: ${(most / 1e6).toFixed(0)} MB at most, ${(atFirst / 1e6).toFixed(0)} at first, the ticker ${worst.toFixed(1)} ms late at most`,
);
process.exitCode = most < 200e6 && worst < 50 ? 0 : 1;
