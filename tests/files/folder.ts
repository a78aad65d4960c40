// A test in a loop, with a folder of its own.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inLoop } from '../inLoop.ts';

export function inFolder(body: (folder: string) => Promise<unknown>): () => Promise<void> {
  return inLoop(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'asyncio-ts-files-'));
    try {
      await body(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
