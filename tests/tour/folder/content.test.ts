import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../../src/asyncio.ts';
import { readContent } from '../../../tour/folder/content.ts';
import type { Content } from '../../../tour/folder/content.ts';
import { realFileSystem } from '../../../tour/folder/fileSystem.ts';
import type { FileSystem } from '../../../tour/folder/fileSystem.ts';
import { newFolder } from '../folders.ts';

const costs = { hashing: 0, storing: 0 };

function read(folder: string, name: string, fs: FileSystem = realFileSystem): Promise<Content> {
  return run(() => readContent(fs, { path: name, location: join(folder, name) }, costs));
}

test('every size has its right hash, at the borders of the buffer too', async () => {
  const chunk = 1 << 20;
  for (const length of [0, 1, 4096, chunk - 2, chunk - 1, chunk, chunk + 1, 2 * chunk, 2 * chunk + 7]) {
    const content = Buffer.alloc(length, 'abc');
    const folder = newFolder({ file: content });
    const { bytes, sha256 } = await read(folder, 'file');
    assert.equal(bytes, length);
    assert.equal(sha256, createHash('sha256').update(content).digest('hex'), `${length} bytes`);
  }
});

test('reads that bring less than asked, and sizes that are not true, do not matter', async () => {
  const content = Buffer.from('0123456789'.repeat(50));
  for (const claimed of [0, 10, 499, 500, 501, 5000]) {
    for (const step of [1, 7, 500]) {
      let at = 0;
      let closed = false;
      const fs: FileSystem = {
        ...realFileSystem,
        open: async () => ({
          stat: async () => ({ isFile: () => true, size: claimed, mtimeMs: 0, dev: 0, ino: 0 }) as never,
          read: async (buffer, offset, length) => {
            const bytesRead = content.copy(buffer, offset, at, at + Math.min(step, length));
            at += bytesRead;
            return { bytesRead };
          },
          close: async () => {
            closed = true;
          },
        }),
      };
      const { bytes, sha256 } = await read('', 'file', fs);
      assert.equal(bytes, content.length, `claimed ${claimed}, step ${step}`);
      assert.equal(sha256, createHash('sha256').update(content).digest('hex'));
      assert.ok(closed);
    }
  }
});

test(
  'a pipe or a link in the place of a file is an error, and nothing hangs',
  { skip: process.platform === 'win32' },
  async () => {
    const folder = newFolder({ file: 'x' });
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('file', join(folder, 'link'));
    await assert.rejects(read(folder, 'pipe'), { code: 'ENOTREGULAR' });
    await assert.rejects(read(folder, 'link'), { code: 'ELOOP' });
    await assert.rejects(read(folder, 'none'), { code: 'ENOENT' });
  },
);

test('the file is closed when reading it fails', async () => {
  let closed = 0;
  const fs: FileSystem = {
    ...realFileSystem,
    open: async () => ({
      stat: async () => ({ isFile: () => true, size: 5, mtimeMs: 0, dev: 0, ino: 0 }) as never,
      read: () => Promise.reject(Object.assign(new Error('bad sector'), { code: 'EIO' })),
      close: async () => {
        closed += 1;
      },
    }),
  };
  await assert.rejects(read('', 'file', fs), { code: 'EIO' });
  assert.equal(closed, 1);
});
