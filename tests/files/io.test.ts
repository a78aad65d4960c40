// What CPython's test_io, test_file and test_fileio ask of a file, where the random programs do not.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import '../harness.ts';
import { InvalidArgumentError, OSError, run, UsageError } from '../../src/asyncio.ts';
import {
  NamedTemporaryFile,
  open,
  SpooledTemporaryFile,
  TemporaryDirectory,
  TemporaryFile,
  UnsupportedOperation,
} from '../../src/files/files.ts';
import { errorOf } from '../outcome.ts';
import { inFolder } from './folder.ts';

test(
  'a closed file: every method is UsageError, close is nothing',
  inFolder(async (folder) => {
    for (const mode of ['w+', 'w+b']) {
      const file = await open(`${folder}/file`, mode);
      await file.close();
      await file.close();
      assert.equal(file.closed, true);
      const data = (mode === 'w+' ? 'x' : Buffer.from('x')) as never;
      const calls: (() => unknown)[] = [
        () => file.read(),
        () => file.readline(),
        () => file.readlines(),
        () => file.write(data),
        () => file.writelines([data]),
        () => file.seek(0),
        () => file.tell(),
        () => file.truncate(),
        () => file.flush(),
        () => file.fileno(),
        () => file.isatty(),
        () => file.readable(),
        () => file.writable(),
        () => file.seekable(),
        () => file[Symbol.asyncIterator]().next(),
      ];
      for (const call of calls) await errorOf(Promise.resolve().then(call), UsageError);
    }
  }),
);

test(
  'a file: name, mode, closed, encoding, errors, newlines and what it can do',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, 'a\nb\r\nc\rd');
    const file = await open(path);
    assert.deepEqual(
      [file.name, file.mode, file.closed, file.encoding, file.errors],
      [path, 'r', false, 'utf-8', 'strict'],
    );
    assert.deepEqual([file.readable(), file.writable(), file.seekable()], [true, false, true]);
    assert.deepEqual([file.isatty(), file.fileno() > 2], [false, true]);
    assert.deepEqual(file.newlines, []);
    await file.read();
    assert.deepEqual(new Set(file.newlines), new Set(['\n', '\r', '\r\n']));
    await errorOf(file.write('x'), UnsupportedOperation);
    await file.close();
    const bytes = await open(path, 'wb');
    assert.deepEqual([bytes.mode, bytes.readable(), bytes.writable()], ['wb', false, true]);
    await errorOf(bytes.read(), UnsupportedOperation);
    await bytes.close();
  }),
);

test(
  'write, writelines: views of any kind are bytes; what is neither is refused',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    const file = await open(path, 'wb');
    const numbers = new Uint16Array([0x6161, 0x6262]);
    assert.equal(await file.write(numbers), 4);
    await file.writelines([Buffer.from('1\n'), new Uint8Array([50])]);
    for (const wrong of [null, undefined, 5, 'text'])
      await errorOf(file.write(wrong as never), InvalidArgumentError);
    await assert.rejects(file.writelines([1, 2] as never));
    await file.close();
    assert.equal(readFileSync(path, 'utf8'), 'aabb1\n2');
    const text = await open(path, 'w');
    await text.writelines(new Set(['one\n', 'two\n']));
    for (const wrong of [null, 5, Buffer.from('x')])
      await errorOf(text.write(wrong as never), InvalidArgumentError);
    await assert.rejects(text.writelines([1] as never));
    await text.close();
    assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n');
  }),
);

test(
  'open: closefd, a number of a descriptor, a buffer of none, one line or more',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    const outer = await open(path, 'wb');
    const inner = await open(outer.fileno(), 'wb', { closefd: false });
    await inner.write(Buffer.from('a'));
    await inner.close();
    await outer.write(Buffer.from('b'));
    await outer.close();
    assert.equal(readFileSync(path, 'utf8'), 'ab');
    await errorOf(open(1_000_000, 'rb'), OSError);
    const raw = await open(path, 'wb', { buffering: 0 });
    await raw.write(Buffer.from('at once'));
    assert.equal(readFileSync(path, 'utf8'), 'at once');
    await raw.close();
    const line = await open(path, 'w', { buffering: 1 });
    await line.write('held');
    assert.equal(readFileSync(path, 'utf8'), '');
    await line.write(' until\n');
    assert.equal(readFileSync(path, 'utf8'), 'held until\n');
    await line.close();
    const held = await open(path, 'wb', { buffering: 8 });
    await held.write(Buffer.from('1234'));
    assert.equal(readFileSync(path, 'utf8'), '');
    await held.write(Buffer.from('56789'));
    assert.ok(readFileSync(path, 'utf8').startsWith('1234'));
    await held.close();
    assert.equal(readFileSync(path, 'utf8'), '123456789');
  }),
);

test(
  'open: a mark is written once, also where text is appended; a place beyond 2 GiB',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    for (const encoding of ['utf-8-sig', 'utf-16', 'utf-32']) {
      for (const [mode, text] of [
        ['w', 'aaa'],
        ['a', 'xxx'],
      ] as const) {
        const file = await open(path, mode, { encoding });
        await file.write(text);
        await file.close();
      }
      const file = await open(path, 'r', { encoding });
      assert.equal(await file.read(), 'aaaxxx');
      await file.close();
    }
    const large = await open(path, 'w+b');
    assert.equal(await large.seek(2 ** 31), 2 ** 31);
    await large.write(Buffer.from('xxx'));
    assert.equal(await large.tell(), 2 ** 31 + 3);
    assert.equal(await large.seek(-1, 2), 2 ** 31 + 2);
    assert.equal(String(await large.read(2)), 'x');
    assert.equal(await large.truncate(2 ** 31 + 1), 2 ** 31 + 1);
    assert.equal(await large.seek(0, 2), 2 ** 31 + 1);
    await large.close();
  }),
);

test(
  'read1, peek, readInto: what is written and read before and after counts, and views of any kind are filled',
  inFolder(async (folder) => {
    const file = await open(`${folder}/file`, 'w+b', { buffering: 10 });
    await file.write(Buffer.from('abcdef'));
    await file.seek(0);
    assert.equal(String(await file.read1(2)), 'ab');
    await file.write(Buffer.from('X'));
    assert.equal(String((await file.peek(1)).subarray(0, 1)), 'd');
    assert.equal(String(await file.read1(1)), 'd');
    const pair = new Uint16Array(1);
    assert.equal(await file.readInto(pair), 2);
    assert.equal(String(Buffer.from(pair.buffer)), 'ef');
    assert.equal((await file.read1(5)).length, 0);
    await file.seek(0);
    assert.equal(String(await file.read()), 'abXdef');
    await file.close();
  }),
);

test(
  'open, NamedTemporaryFile, SpooledTemporaryFile: a bad mode, encoding, line end, path: nothing is opened',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, 'x');
    await errorOf(open(path, 'rU'), InvalidArgumentError);
    await errorOf(open(path, 'r', { newline: 'error' as never }), InvalidArgumentError);
    await errorOf(open(`${path}\0x`), InvalidArgumentError);
    await errorOf(open(pathToFileURL(`${folder}/none`)), OSError);
    const before = readdirSync(folder);
    for (const make of [NamedTemporaryFile, TemporaryFile]) {
      await errorOf(make('wr', { dir: folder }), InvalidArgumentError);
      await errorOf(make('w', { dir: folder, encoding: 'no-such' }), InvalidArgumentError);
      await errorOf(make('w', { dir: `${folder}/none` }), OSError);
    }
    await errorOf(SpooledTemporaryFile({ mode: 'wr' }), InvalidArgumentError);
    await errorOf(SpooledTemporaryFile({ mode: 'w', encoding: 'no-such' }), InvalidArgumentError);
    await errorOf(TemporaryDirectory({ dir: `${folder}/none` }), OSError);
    assert.deepEqual(readdirSync(folder), before);
  }),
);

test('SpooledTemporaryFile: lines, holes and texts, and it rolls over when they are too long', async () => {
  await run(async () => {
    const file = await SpooledTemporaryFile({ maxSize: 35, buffering: 0 });
    for (const size of [20, 10, 5]) {
      await file.write(new Uint8Array(size));
      assert.equal(file.rolledOver, false);
    }
    await file.writelines([Buffer.from('x\n')]);
    assert.equal(file.rolledOver, true);
    await file.close();
    const sparse = await SpooledTemporaryFile({ maxSize: 30, buffering: 0 });
    await sparse.seek(100);
    assert.equal(sparse.rolledOver, false);
    await sparse.write(Buffer.from('x'));
    assert.equal(sparse.rolledOver, true);
    assert.equal(await sparse.tell(), 101);
    await sparse.close();
    const text = await SpooledTemporaryFile({ mode: 'w+', maxSize: 10, newline: '', encoding: 'utf-8' });
    await text.write('\u039b\r\n');
    await text.seek(0);
    assert.equal(await text.read(), '\u039b\r\n');
    assert.equal(text.rolledOver, false);
    await text.write('\u039b'.repeat(20) + '\r\n');
    await text.seek(0);
    assert.equal(await text.read(), `\u039b\r\n${'\u039b'.repeat(20)}\r\n`);
    assert.deepEqual([text.rolledOver, text.encoding], [true, 'utf-8']);
    await text.close();
  });
});
