import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { test } from 'node:test';
import { run } from '../../../src/asyncio.ts';
import { realFileSystem } from '../../../tour/folder/fileSystem.ts';
import type { FileSystem } from '../../../tour/folder/fileSystem.ts';
import { UserError } from '../../../tour/userError.ts';
import { emptyListing, findFolder, walk } from '../../../tour/folder/walk.ts';
import type { Listing } from '../../../tour/folder/walk.ts';
import { newFolder } from '../folders.ts';

const posix = process.platform !== 'win32';

async function list(
  folder: string,
  fs: FileSystem = realFileSystem,
  skip: string[] = [],
): Promise<Listing> {
  const listing = emptyListing(folder);
  await run(() => walk(fs, listing, new Set(skip)));
  return listing;
}

/** A disk that refuses what `refuse` names. */
function failing(refuse: (path: string) => string | undefined): FileSystem {
  return {
    ...realFileSystem,
    readFolder: async (path) => {
      const code = refuse(String(path));
      if (code !== undefined) throw Object.assign(new Error(code), { code });
      return realFileSystem.readFolder(path);
    },
    stat: async (path) => {
      const code = refuse(path);
      if (code !== undefined) throw Object.assign(new Error(code), { code });
      return realFileSystem.stat(path);
    },
  };
}

test('it finds every file, in order of names, and leaves out what it is told', async () => {
  const folder = newFolder({
    'b.txt': 'b',
    'a/2.txt': '2',
    'a/1.txt': '1',
    'a/deep/er/x': 'x',
    'tour.sqlite': '',
  });
  mkdirSync(join(folder, 'empty'));
  const listing = await list(folder, realFileSystem, [join(folder, 'tour.sqlite')]);
  assert.deepEqual(
    listing.files.map(({ path }) => path),
    ['b.txt', 'a/1.txt', 'a/2.txt', 'a/deep/er/x'].map(native),
  );
  assert.equal(listing.folders, 5);
});

test('links are counted and not followed, so a loop of them has an end', { skip: !posix }, async () => {
  const folder = newFolder({ 'a/file': '1' });
  symlinkSync('..', join(folder, 'a', 'up'));
  symlinkSync('a', join(folder, 'again'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  const listing = await list(folder);
  assert.deepEqual([listing.files.length, listing.links], [1, 3]);
});

test('a pipe is counted as special', { skip: !posix }, async () => {
  const folder = newFolder({ file: '1' });
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const listing = await list(folder);
  assert.deepEqual([listing.files.length, listing.special], [1, 1]);
});

test('a name that is no UTF-8 keeps its bytes', { skip: process.platform !== 'linux' }, async () => {
  const folder = newFolder({ 'ordinary \ufffd': '1' });
  const strange = Buffer.concat([Buffer.from(`${folder}/d`), Buffer.from([0xff])]);
  mkdirSync(strange);
  writeFileSync(Buffer.concat([strange, Buffer.from('/caf'), Buffer.from([0xe9])]), 'x');
  const { files } = await list(folder);
  assert.equal(files.length, 2);
  assert.equal(files[0]?.path, 'ordinary \ufffd');
  assert.deepEqual(files[1]?.path, Buffer.from([0x64, 0xff, 0x2f, 0x63, 0x61, 0x66, 0xe9]));
});

test('a folder that cannot be read is named, and the rest is listed', async () => {
  const folder = newFolder({ 'closed/x': '1', 'gone/x': '1', 'open/x': '1' });
  const listing = await list(
    folder,
    failing((path) => (path.endsWith('closed') ? 'EACCES' : path.endsWith('gone') ? 'ENOENT' : undefined)),
  );
  assert.deepEqual(
    listing.files.map(({ path }) => path),
    [native('open/x')],
  );
  assert.deepEqual(
    listing.unread.map(({ path, code, reason }) => [path, code, reason]),
    [
      ['closed', 'EACCES', 'no permission'],
      ['gone', 'ENOENT', 'it is not there any more'],
    ],
  );
});

test('the folder itself must be a folder that can be read', async () => {
  const folder = newFolder({ file: '1' });
  const cases: [string, FileSystem, RegExp][] = [
    [join(folder, 'none'), realFileSystem, /^there is no folder 'X'$/],
    [join(folder, 'file'), realFileSystem, /^'X' is not a folder$/],
    [folder, failing(() => 'EACCES'), /^no permission to read the folder 'X'$/],
    [folder, failing(() => 'EIO'), /^the folder 'X' cannot be read \(EIO\)$/],
  ];
  if (posix) {
    symlinkSync('circle', join(folder, 'circle'));
    symlinkSync('none', join(folder, 'dangling'));
    cases.push([join(folder, 'circle'), realFileSystem, /its symbolic links lead in a circle/]);
    cases.push([join(folder, 'dangling'), realFileSystem, /there is no folder/]);
    cases.push([join(folder, 'file', 'x'), realFileSystem, /there is no folder/]);
  }
  for (const [path, fs, message] of cases) {
    await assert.rejects(
      run(() => findFolder(fs, path, 'X')),
      (error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.equal(error.exitCode, 2);
        assert.match(error.message, message);
        return true;
      },
    );
  }
});

test('no permission to list the folder itself is an error, not an empty result', async () => {
  const folder = newFolder();
  chmodSync(folder, 0o300);
  const closed: FileSystem = {
    ...realFileSystem,
    readFolder: () => Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' })),
  };
  await assert.rejects(list(folder, closed), /no permission to read the folder/);
});

function native(path: string): string {
  return path.replaceAll('/', sep);
}
