// The hash farm, with real files: what it prints, and Ctrl-C in the middle of a file.

import '../harness.ts';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { posix, startExample } from './example.ts';

const folder = mkdtempSync(join(tmpdir(), 'hash-farm-'));
after(() => rmSync(folder, { recursive: true }));

test('it hashes the files of folders in order, and counts', async () => {
  const files = join(folder, 'some');
  mkdirSync(join(files, 'below'), { recursive: true });
  const contents = { a: 'first', 'below/b': '', c: 'x'.repeat(3_000_000) };
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(files, name), text);
  const { code, stdout, stderr } = await startExample('hash-farm', [files]).ended;
  const lines = Object.entries(contents).map(
    ([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${join(files, name)}\n`,
  );
  assert.deepEqual([code, stdout, stderr], [0, lines.join(''), '3 files, 3000005 bytes\n']);
});

test('a folder that is not there ends it with an error', async () => {
  const { code, stderr } = await startExample('hash-farm', [join(folder, 'none')]).ended;
  assert.equal(code, 1);
  assert.match(stderr, /ENOENT/);
});

test('Ctrl-C ends it in the middle of a file', { skip: posix }, async () => {
  const files = join(folder, 'large');
  mkdirSync(files);
  writeFileSync(join(files, 'a'), 'small');
  writeFileSync(join(files, 'b'), '');
  // A hole: terabytes that take no room, and no end to hash.
  truncateSync(join(files, 'b'), 2 ** 42);
  const program = startExample('hash-farm', [files]);
  await program.printed('\n');
  program.signal('SIGINT');
  const { code, stderr } = await program.ended;
  assert.deepEqual([code, stderr], [130, '']);
});
