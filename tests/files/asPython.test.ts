// What CPython's test_tempfile and test_io ask of temporary files and of files that have no place, one by one.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import '../harness.ts';
import { runtime } from '../../src/lowlevel.ts';
import {
  gettempdir,
  mkdtemp,
  NamedTemporaryFile,
  open,
  SpooledTemporaryFile,
  TemporaryDirectory,
  UnsupportedOperation,
} from '../../src/files/files.ts';
import { inFolder } from './folder.ts';

const notNode = runtime().name !== 'node' && 'needs to replace a function of node:crypto for everybody';

test(
  'gettempdir: is there, can be written to, and stays as it is spelled',
  inFolder(async (folder) => {
    assert.ok(statSync(gettempdir()).isDirectory());
    const file = await NamedTemporaryFile('w+', { dir: gettempdir() });
    await file.close();
    assert.equal(gettempdir(), gettempdir());
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = join(folder, 'aaBB');
    try {
      assert.equal(gettempdir(), join(folder, 'aaBB'));
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  }),
);

for (const kind of ['file', 'folder'] as const)
  test(
    `mkdtemp: takes another name where a ${kind} has the first one`,
    { skip: notNode },
    inFolder(async (folder) => {
      const original = crypto.randomInt;
      const draw = (from: number): void => {
        let drawn = 0;
        crypto.randomInt = (below: number) => (from + (drawn++ < 8 ? 0 : 1)) % below;
        syncBuiltinESMExports();
      };
      try {
        draw(0);
        const first = await mkdtemp({ dir: folder });
        if (kind === 'file') {
          execFileSync('rmdir', [first]);
          writeFileSync(first, '');
        }
        draw(0);
        const second = await mkdtemp({ dir: folder });
        assert.notEqual(second, first);
        assert.equal(readdirSync(folder).length, 2);
      } finally {
        crypto.randomInt = original;
        syncBuiltinESMExports();
      }
    }),
  );

test(
  'NamedTemporaryFile: is iterated over by line, from its beginning',
  inFolder(async (folder) => {
    const file = await NamedTemporaryFile('w+', { dir: folder });
    try {
      await file.write('spam\neggs\nno end');
      await file.seek(0);
      const lines: string[] = [];
      for await (const line of file) lines.push(line);
      assert.deepEqual(lines, ['spam\n', 'eggs\n', 'no end']);
    } finally {
      await file.close();
    }
  }),
);

test(
  'SpooledTemporaryFile: leaves nothing in its folder; mode and encoding are the same before and after',
  inFolder(async (folder) => {
    const file = await SpooledTemporaryFile({ mode: 'w+', encoding: 'latin-1', dir: folder });
    const said = [file.mode, file.encoding, file.errors];
    await file.write('grün');
    await file.rollover();
    assert.equal(file.rolledOver, true);
    assert.deepEqual([file.mode, file.encoding, file.errors], said);
    assert.deepEqual(readdirSync(folder), [], 'it has no name');
    await file.seek(0);
    assert.equal(await file.read(), 'grün');
    await file.close();
    assert.deepEqual(readdirSync(folder), []);
  }),
);

test(
  'TemporaryDirectory: follows no link out of it, changes no mode there, and deletes what has none',
  inFolder(async (folder) => {
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'kept'), '');
    chmodSync(join(outside, 'kept'), 0o400);
    chmodSync(outside, 0o555);
    const made = await TemporaryDirectory({ dir: folder });
    symlinkSync(outside, join(made.name, 'link'));
    symlinkSync(join(outside, 'kept'), join(made.name, 'file'));
    for (const mode of [0o700, 0o500, 0o600]) {
      const inner = join(made.name, String(mode));
      mkdirSync(inner);
      writeFileSync(join(inner, 'file'), '');
      chmodSync(inner, mode);
    }
    await made[Symbol.asyncDispose]();
    assert.equal(existsSync(made.name), false);
    assert.equal(existsSync(join(outside, 'kept')), true);
    assert.deepEqual(
      [statSync(outside).mode & 0o777, statSync(join(outside, 'kept')).mode & 0o777],
      [0o555, 0o400],
    );
    chmodSync(outside, 0o700);
  }),
);

test(
  'open: await using closes whatever is thrown; what was written is rewound and overwritten',
  inFolder(async (folder) => {
    const path = join(folder, 'file');
    const file = await open(path, 'w+b');
    await file.write(Buffer.from('abcdef'));
    await file.seek(0);
    await file.write(Buffer.from('XY'));
    await file.seek(4);
    await file.write(Buffer.from('Z'));
    await file.seek(0);
    assert.equal(String(await file.read()), 'XYcdZf');
    await file[Symbol.asyncDispose]();
    assert.equal(file.closed, true);
    const text = await open(path);
    assert.deepEqual([text.encoding, text.seekable()], ['utf-8', true]);
    await text[Symbol.asyncDispose]();
    assert.equal(text.closed, true);
  }),
);

test(
  'open: a FIFO has no place, as bytes and as text, also to append to',
  inFolder(async (folder) => {
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    // Linux opens both ends at once.
    const keeper = await open(path, 'r+b', { buffering: 0 });
    try {
      for (const mode of ['rb', 'wb', 'ab', 'r', 'w', 'a'] as const) {
        const file = await open(path, mode);
        try {
          assert.equal(file.seekable(), false, mode);
          await assert.rejects(file.seek(0), UnsupportedOperation, mode);
          await assert.rejects(async () => await file.tell(), UnsupportedOperation, mode);
        } finally {
          await file.close();
        }
      }
    } finally {
      await keeper.close();
    }
  }),
);
