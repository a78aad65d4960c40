// What CPython's test_io, test_file and test_fileio ask of open(), in our words, as far as io.test.ts and asPython.test.ts
// do not.

import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import '../harness.ts';
import { FileExistsError, InvalidArgumentError, OSError, UsageError } from '../../src/asyncio.ts';
import { open, Path, UnsupportedOperation } from '../../src/files/files.ts';
import { inFolder } from './folder.ts';

test(
  'open: a path as an object, and numbers that are no descriptors or those of folders',
  inFolder(async (folder) => {
    const path = join(folder, 'file');
    for (const given of [new Path(path), pathToFileURL(path), { fspath: () => path }]) {
      const written = await open(given, 'w');
      await written.write('egg\n');
      assert.equal(written.name, path);
      await written.close();
      const read = await open(given);
      assert.equal(await read.read(), 'egg\n');
      await read.close();
    }
    for (const bad of [
      true,
      false,
      -1,
      -10,
      1.5,
      Number.NaN,
      2 ** 40,
      Buffer.from(path),
      null,
      undefined,
      {},
    ])
      await assert.rejects(
        (async () => await (await open(bad as never, 'rb')).close())(),
        (error) => error instanceof InvalidArgumentError || error instanceof OSError,
        inspect(bad),
      );
    await assert.rejects(open(987_654, 'rb'), OSError);
    const descriptor = openSync(folder, 'r');
    try {
      await assert.rejects(open(descriptor, 'rb'), OSError);
    } finally {
      closeSync(descriptor);
    }
  }),
);

test(
  'open: x makes a file and writes, and never over one; what cannot be read or written says so; a close writes all',
  inFolder(async (folder) => {
    const path = join(folder, 'file');
    const made = await open(path, 'x');
    await made.write('spam');
    await assert.rejects(made.read(), UnsupportedOperation);
    assert.equal(readFileSync(path, 'utf8'), '');
    await made.close();
    assert.equal(readFileSync(path, 'utf8'), 'spam');
    for (const mode of ['x', 'xb', 'x+'] as const) await assert.rejects(open(path, mode), FileExistsError);
    const bytes = await open(path, 'rb');
    await assert.rejects(bytes.write(Buffer.from('x')), UnsupportedOperation);
    await assert.rejects(bytes.truncate(), UnsupportedOperation);
    await bytes.close();
    await assert.rejects(bytes.read(), UsageError);
    for (const [mode, at] of [
      ['a', 4],
      ['ab', 4],
      ['a+b', 4],
      ['r+b', 0],
    ] as const) {
      const file = await open(path, mode);
      assert.equal(Number(await file.tell()), at, mode);
      await file.close();
    }
    const text = await open(path, 'r');
    assert.equal(text.seekable(), true);
    await text.close();
    assert.deepEqual(readdirSync(folder), ['file']);
  }),
);

test(
  'open: text is UTF-8 whatever the environment says; encodings that are none of text, and modes that make no sense, are refused',
  inFolder(async (folder) => {
    const path = join(folder, 'file');
    writeFileSync(path, 'grün');
    const { LC_ALL } = process.env;
    process.env['LC_ALL'] = 'C';
    try {
      const file = await open(path);
      assert.equal(await file.read(), 'grün');
      assert.match(file.encoding, /^utf-?8$/i);
      await file.close();
    } finally {
      if (LC_ALL === undefined) delete process.env['LC_ALL'];
      else process.env['LC_ALL'] = LC_ALL;
    }
    for (const encoding of ['hex', 'rot13', 'base64', 'zip', 'no such one', 'utf\0 8', ''])
      await assert.rejects(open(path, 'r', { encoding }), InvalidArgumentError, encoding);
    for (const mode of [
      '',
      'z',
      'w+z',
      'rw',
      'ww',
      'rr',
      'r++',
      'b',
      '+',
      'rwb',
      'ax',
      'bt',
      'rbt',
      'U',
      'rU',
      'qw',
      'r,b',
    ])
      await assert.rejects(open(path, mode as 'r'), InvalidArgumentError, mode);
    for (const options of [{ encoding: 'utf8' }, { errors: 'strict' }, { newline: '' }])
      await assert.rejects(open(path, 'rb', options as never), InvalidArgumentError);
    assert.equal(readFileSync(path, 'utf8'), 'grün');
  }),
);
