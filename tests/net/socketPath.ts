// A folder of its own for the socket files of a test.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `body` with a path that does not exist yet; the folder is removed afterwards. */
export async function withSocketPath(body: (path: string) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'asyncio-ts-'));
  try {
    await body(join(folder, 's'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
