// Much data through the library: it comes as it was, memory stays small, and a timer of 10 ms comes in time. Each row goes
// through one way that data takes. `large.test.ts` does a little of it, `main.ts` a gibibyte.

import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type * as Asyncio from '../../src/asyncio.ts';
import type * as Files from '../../src/files/files.ts';

/** The sources, or what is built of them. */
export interface Library {
  readonly asyncio: typeof Asyncio;
  readonly files: typeof Files;
}

export interface Figures {
  /** The most memory that the process had, in bytes. */
  readonly memory: number;
  /** How late a timer of 10 ms was at most, in milliseconds. */
  readonly late: number;
}

const BLOCK = 2 ** 20;
const LINE = 64;

type Row = (library: Library, folder: string, blocks: number) => Promise<void>;

/** In a loop; `folder` has the file `large`. */
export const rows: Readonly<Record<string, Row>> = {
  'out of a pipe': async ({ asyncio }, folder, blocks) => {
    const child = await asyncio.createSubprocessExec('cat', join(folder, 'large'), {
      stdout: asyncio.PIPE,
    });
    let read = 0;
    for await (const chunk of child.stdout.chunks({ reuse: true })) read += chunk.length;
    assert.equal(await child.wait(), 0);
    assert.equal(read, blocks * BLOCK);
  },
  'a file by lines': async ({ files }, folder, blocks) => {
    await using file = await files.open(join(folder, 'large'));
    let lines = 0;
    for await (const line of file) if (line.length === LINE) lines++;
    assert.equal(lines, (blocks * BLOCK) / LINE);
  },
  'a file by blocks': async ({ files }, folder, blocks) => {
    await using file = await files.open(join(folder, 'large'), 'rb');
    const room = new Uint8Array(65_536);
    let read = 0;
    for (let count = -1; count !== 0; read += count) count = await file.readInto(room);
    assert.equal(read, blocks * BLOCK);
  },
  'a copied file': async ({ files }, folder, blocks) => {
    const [from, to] = [join(folder, 'large'), join(folder, 'copy')];
    let copied = 0;
    await files.copyFile(from, to, { progress: (done) => (copied = done) });
    assert.equal(copied, blocks * BLOCK);
    await using one = await files.open(from, 'rb');
    await using other = await files.open(to, 'rb');
    const [here, there] = [Buffer.alloc(BLOCK), Buffer.alloc(BLOCK)];
    for (;;) {
      const count = await one.readInto(here);
      assert.equal(await other.readInto(there), count);
      if (count === 0) break;
      assert.ok(here.subarray(0, count).equals(there.subarray(0, count)), 'the copy is another');
    }
  },
};

/** Runs a row over so many MiB, in a loop, and looks at the clock and the memory meanwhile. */
export async function measure(library: Library, name: string, blocks: number): Promise<Figures> {
  const { createTask, sleep } = library.asyncio;
  const folder = await mkdtemp(join(tmpdir(), 'asyncio-ts-large-'));
  try {
    writeLarge(join(folder, 'large'), blocks);
    let [memory, late] = [0, 0];
    const ticker = createTask(async () => {
      for (let due = performance.now() + 10; ; due = performance.now() + 10) {
        await sleep(10);
        late = Math.max(late, performance.now() - due);
        memory = Math.max(memory, process.memoryUsage.rss());
      }
    });
    try {
      await (rows[name] as Row)(library, folder, blocks);
    } finally {
      ticker.cancel();
      await ticker.catch(() => {});
    }
    return { memory, late };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Lines of 64 bytes, no two blocks of them alike. */
function writeLarge(path: string, blocks: number): void {
  const block = Buffer.from(`${'x'.repeat(LINE - 1)}\n`.repeat(BLOCK / LINE));
  const fd = openSync(path, 'w');
  for (let i = 0; i < blocks; i++) {
    block.write(String(i).padStart(8));
    writeSync(fd, block);
  }
  closeSync(fd);
}
