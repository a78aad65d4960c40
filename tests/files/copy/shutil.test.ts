// What CPython's test_shutil asks of copies and removals, in our words, as far as copy.test.ts does not.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import '../../harness.ts';
import {
  FileExistsError,
  FileNotFoundError,
  InvalidArgumentError,
  IsADirectoryError,
  OSError,
} from '../../../src/asyncio.ts';
import {
  copy,
  copy2,
  copyFile,
  copyTree,
  Path,
  removeTree,
  SameFileError,
  TreeCopyError,
} from '../../../src/files/files.ts';
import { inFolder } from '../folder.ts';

/** A folder with a file, and one in it with another. */
function makeTree(top: string): string {
  mkdirSync(join(top, 'sub'), { recursive: true });
  writeFileSync(join(top, 'test.txt'), '123');
  writeFileSync(join(top, 'sub', 'test.txt'), '456');
  return top;
}

test(
  'copyFile, copy, copy2: what a link leads to or the link, onto itself by a link, a folder on either side',
  inFolder(async (folder) => {
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('file'), 'data');
    chmodSync(at('file'), 0o751);
    utimesSync(at('file'), 1000, 2000);
    symlinkSync('file', at('link'));
    for (const [index, call] of [copyFile, copy, copy2].entries()) {
      assert.equal(await call(at('link'), at(`data${index}`)), at(`data${index}`));
      assert.ok(lstatSync(at(`data${index}`)).isFile());
      assert.equal(statSync(at(`data${index}`)).mode & 0o100, index === 0 ? 0 : 0o100);
      await call(at('link'), at(`link${index}`), { followSymlinks: false });
      assert.equal(readlinkSync(at(`link${index}`)), 'file');
      assert.equal(statSync(at('file')).mode & 0o777, 0o751);
      await assert.rejects(call(at('file'), at('link')), SameFileError);
      await assert.rejects(call(at('file'), at('file')), SameFileError);
      await assert.rejects(call(at('link'), at('file')), SameFileError);
      await assert.rejects(call(folder, at('gone/')), IsADirectoryError);
      await assert.rejects(call(at('file'), at('gone/')), OSError);
      await assert.rejects(call(at('gone'), at('x')), (error) => error instanceof FileNotFoundError);
    }
    mkdirSync(at('into'));
    await assert.rejects(copyFile(at('file'), at('into')), IsADirectoryError);
    await assert.rejects(copyFile(at('into'), folder), IsADirectoryError);
    await assert.rejects(copy(at('into'), folder), OSError);
    assert.equal(await copy(new Path(at('file')), new Path(at('into'))), at('into/file'));
    assert.equal(readFileSync(at('file'), 'utf8'), 'data');
    writeFileSync(at('empty'), '');
    for (const call of [copyFile, copy, copy2]) {
      await call(at('empty'), at('data0'));
      assert.equal(statSync(at('data0')).size, 0);
    }
  }),
);

test(
  'copyTree: over folders that are there, ignore by a function, a path as an object, its result, not into itself',
  inFolder(async (folder) => {
    const [from, to] = [makeTree(join(folder, 'from')), join(folder, 'to')];
    mkdirSync(join(to, 'sub'), { recursive: true });
    writeFileSync(join(to, 'sub', 'test.txt'), 'will be replaced');
    await assert.rejects(copyTree(from, to, { dirsExistOk: false }), FileExistsError);
    assert.deepEqual(readdirSync(to), ['sub']);
    assert.equal(await copyTree(from, to, { dirsExistOk: true }), to);
    assert.equal(readFileSync(join(to, 'sub', 'test.txt'), 'utf8'), '456');
    assert.equal(readFileSync(join(to, 'test.txt'), 'utf8'), '123');
    const asked: [string, readonly string[]][] = [];
    const some = await copyTree(new Path(from), new Path(folder, 'some'), {
      ignore: (top, names) => {
        asked.push([top, names.toSorted()]);
        return names.filter((name) => name === 'test.txt' && top.endsWith('sub'));
      },
    });
    assert.deepEqual(asked, [
      [from, ['sub', 'test.txt']],
      [join(from, 'sub'), ['test.txt']],
    ]);
    assert.deepEqual(readdirSync(some).toSorted(), ['sub', 'test.txt']);
    assert.deepEqual(readdirSync(join(some, 'sub')), []);
    await assert.rejects(copyTree(from, join(from, 'some', 'where')), SameFileError);
    assert.deepEqual(readdirSync(from).toSorted(), ['sub', 'test.txt']);
  }),
);

test(
  'copyTree: modes of files and folders, links to files and folders and to nowhere, FIFOs told',
  inFolder(async (folder) => {
    const from = makeTree(join(folder, 'from'));
    chmodSync(join(from, 'test.txt'), 0o777);
    chmodSync(join(from, 'sub', 'test.txt'), 0o600);
    chmodSync(join(from, 'sub'), 0o700);
    chmodSync(from, 0o777);
    symlinkSync('sub', join(from, 'folder'));
    symlinkSync(join(from, 'test.txt'), join(from, 'sub', 'file'));
    const to = await copyTree(from, join(folder, 'to'));
    for (const name of ['.', 'test.txt', 'sub', 'sub/test.txt'])
      assert.equal(statSync(join(to, name)).mode, statSync(join(from, name)).mode, name);
    assert.ok(lstatSync(join(to, 'folder')).isDirectory() && lstatSync(join(to, 'sub', 'file')).isFile());
    assert.equal(readFileSync(join(to, 'folder', 'test.txt'), 'utf8'), '456');
    const links = await copyTree(from, join(folder, 'links'), { symlinks: true });
    assert.equal(readlinkSync(join(links, 'folder')), 'sub');
    assert.equal(readlinkSync(join(links, 'sub', 'file')), join(from, 'test.txt'));
    symlinkSync('nowhere', join(from, 'broken'));
    symlinkSync('nowhere', join(from, 'sub', 'broken'));
    execFileSync('mkfifo', [join(from, 'sub', 'fifo')]);
    const told = async (name: string, options: Parameters<typeof copyTree>[2]): Promise<string[]> => {
      const error = await copyTree(from, join(folder, name), options).catch((caught: unknown) => caught);
      assert.ok(error instanceof TreeCopyError);
      return error.failures.map(({ source }) => source.slice(from.length + 1)).toSorted();
    };
    // The folder is copied a second time, by its link.
    const fifos = ['folder/fifo', 'sub/fifo'];
    assert.deepEqual(await told('a', {}), [
      'broken',
      'folder/broken',
      ...fifos.slice(0, 1),
      'sub/broken',
      'sub/fifo',
    ]);
    assert.deepEqual(await told('b', { ignoreDanglingSymlinks: true }), fifos);
    assert.equal(existsSync(join(folder, 'b', 'broken')), false);
    assert.deepEqual(await told('c', { symlinks: true }), ['sub/fifo']);
    assert.equal(readlinkSync(join(folder, 'c', 'broken')), 'nowhere');
  }),
);

test(
  'removeTree: links, FIFOs and files, at the top and inside; very deep; what is no path is refused',
  inFolder(async (folder) => {
    const at = (name: string): string => join(folder, name);
    makeTree(at('kept'));
    writeFileSync(at('file'), 'x');
    mkdirSync(at('tree/dir'), { recursive: true });
    symlinkSync('dir', at('tree/link1'));
    symlinkSync(at('kept'), at('tree/link2'));
    symlinkSync(at('file'), at('tree/link3'));
    symlinkSync('nowhere', at('tree/dir/link4'));
    execFileSync('mkfifo', [at('tree/fifo'), at('fifo')]);
    await removeTree(at('tree'));
    assert.equal(existsSync(at('tree')), false);
    assert.deepEqual(readdirSync(at('kept')).toSorted(), ['sub', 'test.txt']);
    symlinkSync('kept', at('link'));
    for (const name of ['link', 'fifo', 'file']) {
      await removeTree(at(name));
      assert.equal(existsSync(at(name)), false);
    }
    assert.deepEqual(readdirSync(folder), ['kept']);
    const deep = join(folder, ...Array.from({ length: 300 }, () => 'd'));
    mkdirSync(deep, { recursive: true });
    await removeTree(at('d'));
    await assert.rejects(removeTree(undefined as never), InvalidArgumentError);
    await assert.rejects(removeTree(undefined as never, { ignoreErrors: true }), InvalidArgumentError);
    // What can't be removed is told, from inside out, and the rest goes.
    const told: string[] = [];
    mkdirSync(at('tree'));
    const busy = '/proc/self/fd';
    await removeTree(busy, {
      onError: (error, path) => {
        assert.ok(error instanceof OSError);
        told.push(path);
      },
    });
    assert.equal(told.at(-1), busy);
  }),
);
