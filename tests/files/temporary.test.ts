// Temporary files and folders: gone when they are closed, at the end of the run, and at the end of the process.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { test } from 'node:test';
import '../harness.ts';
import { FileNotFoundError, run } from '../../src/asyncio.ts';
import {
  mkdtemp,
  mkstemp,
  NamedTemporaryFile,
  open,
  SpooledTemporaryFile,
  TemporaryDirectory,
  TemporaryFile,
  UnsupportedOperation,
} from '../../src/files/files.ts';
import { root, sourceCondition } from '../../scripts/runtime.mjs';
import { onNode } from '../facade/program.ts';
import { errorOf } from '../outcome.ts';
import { inFolder } from './folder.ts';

test(
  'TemporaryFile, NamedTemporaryFile: are private, take names as asked, and are gone at the close',
  inFolder(async (folder) => {
    const file = await NamedTemporaryFile('w+', { dir: folder, prefix: 'a-', suffix: '.txt' });
    assert.match(file.name, /\/a-[a-z0-9_]{8}\.txt$/);
    assert.equal(statSync(file.name).mode & 0o777, 0o600);
    await file.write('text');
    await file.flush();
    assert.equal(readFileSync(file.name, 'utf8'), 'text');
    await file.close();
    assert.deepEqual(readdirSync(folder), []);
    const nameless = await TemporaryFile('w+b', { dir: folder });
    try {
      assert.deepEqual(readdirSync(folder), []);
      await nameless.write(Buffer.from('ab'));
      await nameless.seek(1);
      assert.equal(String(await nameless.read()), 'b');
      const kept = await NamedTemporaryFile('w', { dir: folder, delete: false });
      await kept.close();
      assert.equal(existsSync(kept.name), true);
      await errorOf(TemporaryFile('w+b', { dir: `${folder}/none` }), FileNotFoundError);
    } finally {
      await nameless.close();
    }
  }),
);

test(
  'TemporaryDirectory, mkdtemp, mkstemp: make what nobody else has',
  inFolder(async (folder) => {
    const inner = await TemporaryDirectory({ dir: folder });
    assert.equal(statSync(inner.name).mode & 0o777, 0o700);
    writeFileSync(`${inner.name}/file`, 'x');
    await inner.cleanup();
    await inner.cleanup();
    assert.deepEqual(readdirSync(folder), []);
    const made = await mkdtemp({ dir: folder, suffix: '.d' });
    assert.match(made, /\.d$/);
    const [fd, path] = await mkstemp({ dir: folder });
    const file = await open(fd, 'w');
    try {
      await file.write('x');
      await unlink(path);
    } finally {
      await file.close();
    }
  }),
);

test('SpooledTemporaryFile: is memory until it is longer than maxSize, and the same before and after', async () => {
  await run(async () => {
    const file = await SpooledTemporaryFile({ maxSize: 20, mode: 'w+' });
    try {
      await file.write('some text');
      await file.seek(5);
      assert.equal(await file.read(), 'text');
      assert.equal(file.rolledOver, false);
      assert.throws(() => file.fileno(), UnsupportedOperation);
      await file.write(', and more of it than fits');
      await file.seek(0);
      assert.equal(file.rolledOver, true);
      assert.equal(await file.read(), 'some text, and more of it than fits');
      await file.truncate(4);
      await file.seek(0);
      assert.equal(await file.read(), 'some');
      const other = await SpooledTemporaryFile();
      try {
        await other.write(Buffer.from('x'));
        await other.rollover();
        assert.equal(other.rolledOver, true);
        await other.seek(0);
        assert.equal(String(await other.read()), 'x');
      } finally {
        await other.close();
      }
    } finally {
      await file.close();
    }
  });
});

test(
  'NamedTemporaryFile, TemporaryDirectory: are gone after process.exit()',
  { skip: !onNode && 'starts a Node of its own' },
  inFolder(async (folder) => {
    const program = `const { run } = await import('asyncio-ts');
      const { NamedTemporaryFile, TemporaryDirectory } = await import('asyncio-ts/files');
      await run(async () => {
        await NamedTemporaryFile('w', { dir: ${JSON.stringify(folder)} });
        await TemporaryDirectory({ dir: ${JSON.stringify(folder)} });
        process.exit(3);
      });`;
    const args = [sourceCondition, '--input-type=module', '-e', program];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    assert.equal(status, 3, stderr);
    assert.deepEqual(readdirSync(folder), []);
  }),
);
