// What CPython's test_genericpath and test_posixpath ask of os.path, in our words, as far as osPath.test.ts and
// path.test.ts do not: paths as objects, wrong arguments, times, the same file, chains and loops of links.

import assert from 'node:assert/strict';
import { linkSync, mkdirSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { open as openHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import '../../harness.ts';
import { FileNotFoundError, InvalidArgumentError, OSError } from '../../../src/asyncio.ts';
import { open, Path, path } from '../../../src/files/files.ts';
import { inLoop } from '../../inLoop.ts';
import { inFolder } from '../folder.ts';

const byText = {
  normcase: path.normcase,
  isabs: path.isabs,
  join: path.join,
  split: path.split,
  splitext: path.splitext,
  splitdrive: path.splitdrive,
  splitroot: path.splitroot,
  basename: path.basename,
  dirname: path.dirname,
  expanduser: path.expanduser,
  expandvars: path.expandvars,
  normpath: path.normpath,
  abspath: path.abspath,
  relpath: path.relpath,
};
const asking = {
  exists: path.exists,
  lexists: path.lexists,
  isfile: path.isfile,
  isdir: path.isdir,
  islink: path.islink,
  ismount: path.ismount,
  isjunction: path.isjunction,
  getsize: path.getsize,
  getmtime: path.getmtime,
  getatime: path.getatime,
  getctime: path.getctime,
  realpath: path.realpath,
};

test(
  'path.*: an object with fspath, a Path and a file: URL are the path that they stand for, in every function',
  inFolder(async (folder) => {
    const file = join(folder, 'file.txt');
    writeFileSync(file, 'text');
    const objects = [{ fspath: () => file }, new Path(file), pathToFileURL(file)];
    for (const object of objects) {
      for (const [name, call] of Object.entries(byText))
        assert.deepEqual((call as (path: unknown) => unknown)(object), call(file), name);
      for (const [name, call] of Object.entries(asking))
        assert.deepEqual(await (call as (path: unknown) => unknown)(object), await call(file), name);
      assert.equal(path.commonpath([object, file]), file);
      assert.equal(path.commonprefix([object, file]), file);
      assert.equal(path.join(folder, object), file);
      assert.equal(path.relpath(object, folder), 'file.txt');
      assert.equal(await path.samefile(object, file), true);
    }
  }),
);

test(
  'path.*: what is no path is an InvalidArgumentError, in every function and at every place',
  inLoop(async () => {
    const bad = [undefined, null, true, 0, 2.5, [], Buffer.from('a'), {}, { fspath: () => 5 }] as never[];
    for (const each of bad) {
      for (const [name, call] of Object.entries(byText)) {
        if (name === 'relpath') continue;
        assert.throws(() => call(each), InvalidArgumentError, name);
      }
      for (const [name, call] of Object.entries(asking))
        await assert.rejects((async () => await call(each))(), InvalidArgumentError, name);
      assert.throws(() => path.join('a', each), InvalidArgumentError);
      assert.throws(() => path.relpath(each, 'a'), InvalidArgumentError);
      assert.throws(() => path.commonpath(['a', each]), InvalidArgumentError);
      assert.throws(() => path.commonprefix(['a', each]), InvalidArgumentError);
      await assert.rejects(path.samefile(each, '/'), InvalidArgumentError);
      await assert.rejects(path.samefile('/', each), InvalidArgumentError);
      if (each !== undefined) assert.throws(() => path.relpath('a', each), InvalidArgumentError);
    }
    for (const text of ['\0', 'foo\0bar', '\0foo', 'foo\0']) assert.equal(path.normpath(text), text);
  }),
);

test(
  'path.getsize, getmtime, getatime, getctime: of what is there; names that no file can have are errors',
  inFolder(async (folder) => {
    const file = join(folder, 'file');
    writeFileSync(file, 'Hello');
    utimesSync(file, 1000, 2000);
    assert.deepEqual(
      [await path.getsize(file), await path.getatime(file), await path.getmtime(file)],
      [5, 1_000_000, 2_000_000],
    );
    writeFileSync(file, 'Hello World!');
    assert.equal(await path.getsize(file), 12);
    assert.equal(await path.getctime(file), statSync(file).ctimeMs);
    // Deno has one of them in whole seconds.
    assert.ok((await path.getctime(file)) > (await path.getmtime(file)) - 1000);
    for (const call of [path.getsize, path.getatime, path.getmtime, path.getctime]) {
      await assert.rejects(call('/tmp\0abcds'), InvalidArgumentError);
      await assert.rejects(call('/tmp\udfffabcds'), InvalidArgumentError);
      await assert.rejects(call('/tmp\udcffabcds'), FileNotFoundError);
    }
  }),
);

test(
  'path.samefile, samestat, sameopenfile: by links of both kinds, and not by the name',
  inFolder(async (folder) => {
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    writeFileSync(one, 'foo');
    assert.equal(await path.samefile(one, one), true);
    for (const link of [symlinkSync, linkSync]) {
      link(one, other);
      assert.equal(await path.samefile(one, other), true);
      assert.equal(path.samestat(statSync(one), statSync(other)), true);
      unlinkSync(other);
      writeFileSync(other, 'foo');
      assert.equal(await path.samefile(one, other), false);
      assert.equal(path.samestat(statSync(one), statSync(other)), false);
      unlinkSync(other);
    }
    writeFileSync(other, '');
    const [a, b, c] = [await open(one, 'rb'), await open(one, 'rb'), await open(other, 'rb')];
    assert.equal(await path.sameopenfile(a, b), true);
    assert.equal(await path.sameopenfile(a, c), false);
    const handle = await openHandle(one);
    assert.equal(await path.sameopenfile(handle, a.fileno()), true);
    await handle.close();
    await assert.rejects(path.sameopenfile(a, {} as never), InvalidArgumentError);
    for (const each of [a, b, c]) await each.close();
  }),
);

test(
  'path.ismount: roots and mounts, never a link, a folder, or what is not there',
  { skip: process.platform !== 'linux' && 'needs /proc' },
  inFolder(async (folder) => {
    symlinkSync('/', join(folder, 'link'));
    for (const at of ['/', '/proc', '/proc/../proc', '/.']) assert.equal(await path.ismount(at), true, at);
    for (const at of [folder, join(folder, 'link'), join(folder, 'gone'), '/\udfff', '/\0', '/\udcff'])
      assert.equal(await path.ismount(at), false, at);
  }),
);

test(
  'path.realpath: chains and loops of links, as text where nothing is strict, errors where all is',
  inFolder(async (made) => {
    const folder = await path.realpath(made);
    const at = (name: string): string => join(folder, name);
    const { realpath } = path;
    assert.equal(await realpath('./.'), process.cwd());
    assert.equal(await realpath('../..'), dirname(dirname(process.cwd())));
    assert.equal(await realpath(Array.from({ length: 100 }, () => '..').join('/')), '/');
    symlinkSync(at('x'), at('y'));
    assert.equal(await realpath(at('y')), at('x'));
    await assert.rejects(realpath(at('y'), { strict: true }), FileNotFoundError);
    assert.equal(await realpath(at('y'), { strict: 'allowMissing' }), at('x'));
    symlinkSync(path.relpath(at('x')), at('relative'));
    // Relative to the folder of the link, not to the working one.
    assert.equal(await realpath(at('relative')), path.normpath(join(folder, path.relpath(at('x')))));
    assert.equal(await realpath(`${folder}/gone/../y`), at('x'));
    symlinkSync(at('self'), at('self'));
    symlinkSync(at('1'), at('2'));
    symlinkSync(at('2'), at('1'));
    symlinkSync('a/b', at('a'));
    symlinkSync(`../${basename(folder)}/c`, at('c'));
    for (const [name, expected] of [
      ['self', 'self'],
      ['1', '1'],
      ['2', '2'],
      ['1/x', '1/x'],
      ['1/..', '.'],
      ['1/../x', 'x'],
      ['1/../y', 'x'],
      ['1/../1', '1'],
      ['a', 'a/b'],
      ['c', 'c'],
    ] as const) {
      assert.equal(await realpath(`${folder}/${name}`), path.normpath(at(expected)), name);
      for (const strict of [true, 'allowMissing'] as const)
        await assert.rejects(realpath(`${folder}/${name}`, { strict }), OSError, name);
    }
    mkdirSync(at('d'));
    symlinkSync('../d', at('d/self'));
    symlinkSync('self/self/self', at('d/link'));
    assert.equal(await realpath(at('d/link')), at('d'));
    for (let i = 0; i < 10; i++)
      symlinkSync(Array.from({ length: 10 }, () => i).join('/'), at(`d/${i + 1}`));
    symlinkSync('.', at('d/0'));
    assert.equal(await realpath(at('d/10')), at('d'));
    assert.equal(await realpath(at('d/10'), { strict: true }), at('d'));
    mkdirSync(at('k/y'), { recursive: true });
    symlinkSync(at('k/y'), at('link-y'));
    assert.equal(await realpath(`${folder}/link-y/..`), at('k'));
    assert.equal(await realpath(`${path.relpath(folder)}/link-y/..`), at('k'));
    symlinkSync(folder, at('top'));
    assert.equal(await realpath(`${path.relpath(folder)}/top/k`), at('k'));
  }),
);
