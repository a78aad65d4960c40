// What CPython's test_pathlib asks of Path, in our words, as far as path.test.ts does not: kinds, copies and moves with
// links, folders with parents and modes, subclasses, URIs.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import {
  FileExistsError,
  FileNotFoundError,
  gather,
  InvalidArgumentError,
  NotADirectoryError,
  OSError,
  PermissionError,
  UnsupportedError,
} from '../../../src/asyncio.ts';
import { Path, path, PurePath, SameFileError, TreeCopyError } from '../../../src/files/files.ts';
import type { FilePath } from '../../../src/files/files.ts';
import { runtime } from '../../../src/lowlevel.ts';
import { inFolder } from '../folder.ts';

const isRoot = process.getuid?.() === 0;

/** Two files, three folders, and links: to a file, to a folder, to the folder it is in, to nothing and to itself. */
function makeTree(top: string): Path {
  for (const folder of ['dirA', 'dirB', 'dirC/dirD']) mkdirSync(join(top, folder), { recursive: true });
  for (const file of ['fileA', 'dirB/fileB', 'dirC/fileC', 'dirC/dirD/fileD'])
    writeFileSync(join(top, file), `this is ${file}\n`);
  symlinkSync('fileA', join(top, 'linkA'));
  symlinkSync('dirB', join(top, 'linkB'));
  symlinkSync('../dirB', join(top, 'dirB', 'linkD'));
  symlinkSync('non-existing', join(top, 'broken'));
  symlinkSync('loop', join(top, 'loop'));
  return new Path(top);
}

async function names(found: AsyncIterable<PurePath>, top: Path): Promise<string[]> {
  const all: string[] = [];
  for await (const one of found) all.push(path.relpath(one, top));
  return all.toSorted();
}

test(
  'Path.exists, isFile, isDir, isSymlink, info: links followed or not, and false for names that no file can have',
  inFolder(async (folder) => {
    const top = makeTree(folder);
    const kinds = async (name: string): Promise<string> => {
      const at = top.joinpath(name);
      const asked = await gather([
        ...[true, false].flatMap((followSymlinks) => [
          at.exists({ followSymlinks }),
          at.isFile({ followSymlinks }),
          at.isDir({ followSymlinks }),
        ]),
        at.isSymlink(),
      ]);
      const { info } = at;
      const known = await gather([
        ...[true, false].flatMap((followSymlinks) => [
          info.exists({ followSymlinks }),
          info.isFile({ followSymlinks }),
          info.isDir({ followSymlinks }),
        ]),
        info.isSymlink(),
      ]);
      assert.deepEqual(known, asked, name);
      return asked.map((yes) => (yes ? '1' : '0')).join('');
    };
    // exists, isFile and isDir, followed; the same, not followed; isSymlink.
    const expected = {
      fileA: '1101100',
      dirA: '1011010',
      linkA: '1101001',
      linkB: '1011001',
      'linkB/fileB': '1101100',
      broken: '0001001',
      loop: '0001001',
      'fileA/bah': '0000000',
      'linkA/bah': '0000000',
      gone: '0000000',
      'fileA\udfff': '0000000',
      'fileA\0': '0000000',
      'linkA\udfff': '0000000',
      'linkA\0': '0000000',
    };
    for (const [name, is] of Object.entries(expected)) assert.equal(await kinds(name), is, name);
    for await (const child of top.iterdir()) {
      const { info } = child;
      assert.equal(await info.exists({ followSymlinks: false }), true);
      assert.equal(await info.isDir(), await child.isDir());
      assert.equal(await info.isSymlink(), await child.isSymlink());
    }
  }),
);

test(
  'Path.info: what was asked once stays as it was; another object asks anew',
  inFolder(async (folder) => {
    const top = new Path(folder);
    const [file, made, link] = [top.joinpath('file'), top.joinpath('made'), top.joinpath('link')];
    assert.deepEqual(
      [await file.info.exists(), await made.info.isDir(), await link.info.isSymlink()],
      [false, false, false],
    );
    await file.writeText('hullo');
    await made.mkdir();
    await link.symlinkTo('blah');
    assert.deepEqual(
      [
        await file.info.exists(),
        await file.info.isFile(),
        await made.info.isDir(),
        await link.info.isSymlink(),
      ],
      [false, false, false, false],
    );
    const again = top.joinpath('link');
    assert.equal(await again.info.isSymlink(), true);
    await link.unlink();
    assert.equal(await again.info.isSymlink(), true);
  }),
);

test(
  'Path.isFifo, isSocket, isCharDevice, isBlockDevice, isMount, isJunction: the one, and nothing else',
  inFolder(async (folder) => {
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    const server = createServer();
    const listening = runtime().name === 'node' || runtime().name === 'bun';
    if (listening) await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
    const ask = async (at: Path): Promise<boolean[]> =>
      await gather([
        at.isFifo(),
        at.isSocket(),
        at.isCharDevice(),
        at.isBlockDevice(),
        at.isMount(),
        at.isJunction(),
        at.isFile(),
      ]);
    const top = new Path(folder);
    const [yes, no] = [true, false];
    assert.deepEqual(await ask(top.joinpath('fifo')), [yes, no, no, no, no, no, no]);
    if (listening) assert.deepEqual(await ask(top.joinpath('socket')), [no, yes, no, no, no, no, no]);
    assert.deepEqual(await ask(new Path('/dev/null')), [no, no, yes, no, no, no, no]);
    assert.deepEqual((await ask(new Path('/'))).slice(0, 5), [no, no, no, no, yes]);
    for (const name of ['gone', 'fifo/x', 'fifo\udfff', 'fifo\0'])
      assert.deepEqual(await ask(top.joinpath(name)), [no, no, no, no, no, no, no], name);
    await new Promise((resolve) => server.close(resolve));
  }),
);

test(
  'Path.copy: files over files and through links, links as links, trees with and without their links, nothing into itself',
  inFolder(async (folder) => {
    const top = makeTree(folder);
    const at = (name: string): Path => top.joinpath(name);
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    // Over a link: what it leads to is written, whether links are followed or not.
    for (const followSymlinks of [true, false]) {
      await at('fileA').writeText('this is file A\n');
      assert.ok((await at('dirB/fileB').copy(at('linkA'), { followSymlinks })).equals(at('linkA')));
      assert.equal(readlinkSync(join(folder, 'linkA')), 'fileA');
      assert.equal(read('fileA'), 'this is dirB/fileB\n');
    }
    await at('linkA').copy(at('followed'));
    assert.ok(lstatSync(join(folder, 'followed')).isFile());
    for (const [link, target] of [
      ['linkA', 'fileA'],
      ['linkB', 'dirB'],
      ['broken', 'non-existing'],
    ] as const) {
      const copied = at(`${link}-copied`);
      assert.ok((await at(link).copy(copied, { followSymlinks: false })).equals(copied));
      assert.equal(readlinkSync(copied.fspath()), target);
    }
    await at('empty').touch();
    await at('empty').copy(at('empty2'));
    assert.equal(statSync(join(folder, 'empty2')).size, 0);
    const refused: [string, string][] = [
      ['fileA', 'dirA'],
      ['fileA', 'fileA'],
      ['linkA', 'linkA'],
      ['linkB', 'linkB'],
      ['linkB', 'linkB/inside'],
      ['dirC', 'dirC'],
      ['dirC', 'dirC/dirD/inside'],
      ['dirC', 'dirA'],
      ['linkA', 'linkB'],
      ['linkB', 'linkA'],
      ['gone', 'other'],
    ];
    for (const [from, to] of refused) {
      for (const followSymlinks of [true, false]) {
        const copying = at(from).copy(at(to), { followSymlinks });
        await assert.rejects(copying, OSError, `${from} to ${to}, ${followSymlinks}`);
      }
    }
    assert.deepEqual(readdirSync(join(folder, 'dirB')).toSorted(), ['fileB', 'linkD']);
    symlinkSync('fileC', join(folder, 'dirC/linkC'));
    symlinkSync('dirD', join(folder, 'dirC/linkD'));
    await at('dirC').copy(at('all'));
    assert.ok(lstatSync(join(folder, 'all/linkC')).isFile());
    assert.equal(read('all/linkD/fileD'), read('dirC/dirD/fileD'));
    await at('dirC').copy(at('links'), { followSymlinks: false });
    assert.equal(readlinkSync(join(folder, 'links/linkC')), 'fileC');
    assert.equal(readlinkSync(join(folder, 'links/linkD')), 'dirD');
    // A tree with a link that leads nowhere: told, and no reason with links as links.
    symlinkSync('nowhere', join(folder, 'dirA/dangling'));
    await assert.rejects(
      at('dirA').copy(at('dangles')),
      (error) => error instanceof TreeCopyError && error.failures[0]?.error instanceof FileNotFoundError,
    );
    await at('dirA').copy(at('dangles2'), { followSymlinks: false });
    assert.equal(readlinkSync(join(folder, 'dangles2/dangling')), 'nowhere');
  }),
);

test(
  'Path.copy: preserveMetadata keeps mode and times of files, of links and of all in a tree',
  inFolder(async (folder) => {
    const top = makeTree(folder);
    chmodSync(join(folder, 'fileA'), 0o705);
    chmodSync(join(folder, 'dirC/dirD'), 0o705);
    for (const name of ['fileA', 'dirC/fileC', 'dirC/dirD/fileD', 'dirC/dirD', 'dirC'])
      utimesSync(join(folder, name), 1000, 2000);
    await top.joinpath('fileA').copy(top.joinpath('copyA'), { preserveMetadata: true });
    await top.joinpath('dirC').copy(top.joinpath('copyC'), { preserveMetadata: true });
    for (const [from, to] of [
      ['fileA', 'copyA'],
      ...['.', 'fileC', 'dirD', 'dirD/fileD'].map((name) => [`dirC/${name}`, `copyC/${name}`]),
    ] as [string, string][]) {
      const [source, target] = [statSync(join(folder, from)), statSync(join(folder, to))];
      assert.deepEqual([target.mode, target.mtimeMs], [source.mode, 2_000_000], to);
    }
    const link = top.joinpath('linkA');
    await link.copy(top.joinpath('copyL'), { followSymlinks: false, preserveMetadata: true });
    const [source, target] = [await link.lstat(), await top.joinpath('copyL').lstat()];
    assert.ok(target.isSymbolicLink() && Math.abs(target.mtimeMs - source.mtimeMs) < 2);
  }),
);

/** A folder on another file system than the temporary files', if there is one. */
function elsewhere(): string | undefined {
  try {
    const made = mkdtempSync('/dev/shm/asyncio-ts-');
    if (statSync(made).dev !== statSync('/tmp').dev) return made;
    rmSync(made, { recursive: true });
  } catch {
    // Nowhere else.
  }
  return undefined;
}

for (const where of ['the same file system', 'another file system'] as const) {
  const other = where === 'another file system' ? elsewhere() : undefined;
  test(
    `Path.move, moveInto on ${where}: files, folders and links; over a file, never over a folder, nor into itself`,
    { skip: where === 'another file system' && other === undefined && 'needs /dev/shm' },
    inFolder(async (folder) => {
      try {
        const top = makeTree(folder);
        const target = new Path(other ?? join(folder, 'there'));
        await target.mkdir({ existOk: true });
        const at = (name: string): Path => top.joinpath(name);
        const to = (name: string): Path => target.joinpath(name);
        for (const [name, leads] of [
          ['linkA', 'fileA'],
          ['linkB', 'dirB'],
          ['broken', 'non-existing'],
        ] as const) {
          assert.ok((await at(name).move(to(name))).equals(to(name)));
          assert.equal(readlinkSync(to(name).fspath()), leads);
          assert.equal(await at(name).exists({ followSymlinks: false }), false);
        }
        for (const name of ['fileA', 'dirC']) {
          await assert.rejects(at(name).move(at(name)), SameFileError);
          assert.equal(await at(name).exists(), true);
        }
        await to('full').mkdir();
        await to('full').joinpath('file').writeText('old');
        await assert.rejects(at('fileA').move(to('full')), OSError);
        await assert.rejects(at('dirC').move(to('full')), OSError);
        await assert.rejects(at('dirC').move(at('dirC/dirD/inside')), OSError);
        assert.equal(await at('dirC/dirD/fileD').readText(), 'this is dirC/dirD/fileD\n');
        // Over a file that is there.
        await at('fileA').move(to('full').joinpath('file'));
        assert.equal(await to('full').joinpath('file').readText(), 'this is fileA\n');
        await at('dirC').move(to('dirC'));
        assert.equal(await to('dirC').joinpath('dirD', 'fileD').readText(), 'this is dirC/dirD/fileD\n');
        assert.ok((await at('dirB/fileB').moveInto(target)).equals(to('fileB')));
        assert.throws(() => new Path('').moveInto(target), InvalidArgumentError);
        for (const name of ['fileA', 'dirC', 'dirB/fileB']) assert.equal(await at(name).exists(), false);
      } finally {
        if (other !== undefined) rmSync(other, { recursive: true, force: true });
      }
    }),
  );
}

test(
  'Path.mkdir: modes of parents and of the last, over what is there, the root, and many at once',
  inFolder(async (folder) => {
    const top = makeTree(folder);
    const deep = top.joinpath('newD', 'newE');
    await deep.mkdir({ mode: 0o555, parents: true });
    const umask = process.umask();
    assert.equal(statSync(deep.fspath()).mode & 0o777, 0o555 & ~umask);
    assert.equal(statSync(deep.parent.fspath()).mode & 0o777, 0o777 & ~umask);
    for (const options of [{}, { parents: true }])
      await assert.rejects(deep.mkdir(options), FileExistsError);
    const { ctimeMs } = statSync(deep.fspath());
    await deep.mkdir({ parents: true, existOk: true });
    assert.equal(statSync(deep.fspath()).ctimeMs, ctimeMs);
    for (const options of [{ parents: true }, { parents: true, existOk: true }, { existOk: true }])
      await assert.rejects(top.joinpath('dirB', 'fileB').mkdir(options), FileExistsError);
    await new Path('/').mkdir({ existOk: true });
    await new Path('/').mkdir({ parents: true, existOk: true });
    // Somebody else makes the parents meanwhile.
    const all = Array.from({ length: 8 }, (_, i) => top.joinpath('at', 'once', `d${i % 4}`, 'e'));
    await gather(all.map((one) => one.mkdir({ parents: true, existOk: true })));
    assert.deepEqual(readdirSync(join(folder, 'at', 'once')).toSorted(), ['d0', 'd1', 'd2', 'd3']);
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => top.joinpath('of', 'three').mkdir({ parents: true })),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  }),
);

test(
  'Path.touch, open, chmod, hardlinkTo, rename, replace: modes by the umask, times, names as strings',
  inFolder(async (folder) => {
    const top = makeTree(folder);
    const at = (name: string): Path => top.joinpath(name);
    const mode = (name: string): number => statSync(join(folder, name)).mode & 0o777;
    const umask = process.umask(0o026);
    try {
      await at('touched').touch();
      await at('mode').touch({ mode: 0o750 });
      await (await at('opened').open('wb')).close();
    } finally {
      process.umask(umask);
    }
    assert.deepEqual([mode('touched'), mode('mode'), mode('opened')], [0o640, 0o750, 0o640]);
    utimesSync(join(folder, 'fileA'), 1000, 1000);
    await at('fileA').touch();
    assert.ok(statSync(join(folder, 'fileA')).mtimeMs > 1_000_000);
    assert.equal(await at('fileA').readText(), 'this is fileA\n');
    await at('linkA').chmod(0o440);
    assert.equal(mode('fileA'), 0o440);
    await at('fileA').chmod(0o640, { followSymlinks: false });
    assert.equal(mode('fileA'), 0o640);
    await at('dirA/hard').hardlinkTo(join(folder, 'fileA'));
    assert.equal(await at('dirA/hard').samefile(join(folder, 'fileA')), true);
    assert.equal(await at('dirA/hard').samefile(at('dirB/fileB')), false);
    await assert.rejects(at('fileA').samefile('/gone'), FileNotFoundError);
    await assert.rejects(at('gone').samefile(at('gone')), FileNotFoundError);
    const renamed = await at('fileA').rename(join(folder, 'dirA', 'renamed'));
    assert.ok(renamed.equals(at('dirA/renamed')) && renamed instanceof Path);
    const replaced = await renamed.replace(at('dirB/fileB'));
    assert.equal(await replaced.readText(), 'this is fileA\n');
    await assert.rejects(renamed.stat(), FileNotFoundError);
    await assert.rejects(at('dirA/hard').readlink(), OSError);
    assert.equal(String(await at('linkB/linkD').readlink()), '../dirB');
    await at('absolute').symlinkTo(at('dirB'));
    assert.equal(await at('absolute').isDir(), true);
    assert.notDeepEqual((await at('absolute').lstat()).ino, (await at('absolute').stat()).ino);
    assert.deepEqual(await at('dirB/fileB').lstat(), await at('dirB/fileB').stat());
    await assert.rejects(async () => {
      for await (const _ of at('dirB/fileB').iterdir());
    }, NotADirectoryError);
    assert.deepEqual(await names(at('linkB').iterdir(), top), ['linkB/fileB', 'linkB/linkD']);
  }),
);

test(
  'Path.owner, group: of what a link leads to, and of the link',
  { skip: !isRoot && 'only root gives files away' },
  inFolder(async (folder) => {
    const top = makeTree(folder);
    lchownSync(join(folder, 'linkA'), 1, 1);
    const line = (file: string, id: string): string | undefined =>
      readFileSync(file, 'utf8')
        .split('\n')
        .find((each) => each.split(':')[2] === id)
        ?.split(':')[0];
    const link = top.joinpath('linkA');
    assert.deepEqual(
      [await link.owner(), await link.group()],
      [line('/etc/passwd', '0'), line('/etc/group', '0')],
    );
    assert.equal(await link.owner({ followSymlinks: false }), line('/etc/passwd', '1'));
    assert.equal(await link.group({ followSymlinks: false }), line('/etc/group', '1'));
    lchownSync(join(folder, 'fileA'), 3_999_999, 3_999_999);
    await assert.rejects(link.owner(), UnsupportedError);
    await assert.rejects(link.group(), UnsupportedError);
  }),
);

test(
  'Path: what a subclass makes is of its kind, with what it carries',
  inFolder(async (folder) => {
    makeTree(folder);
    class Tagged extends Path {
      tag = 0;
      override withSegments(...segments: readonly FilePath[]): this {
        const made = super.withSegments(...segments);
        made.tag = this.tag;
        return made;
      }
    }
    const top = new Tagged(folder);
    top.tag = 42;
    const made: Tagged[] = [
      top.parent,
      ...top.parents,
      top.joinpath('x'),
      top.withName('x'),
      top.withStem('x'),
      top.withSuffix('.x'),
      top.relativeTo('/'),
      top.withSegments('a'),
      top.absolute(),
      top.withSegments('~').expanduser(),
      await top.resolve(),
      await top.joinpath('linkA').readlink(),
      await top.joinpath('fileA').rename(top.joinpath('fileX')),
      await top.joinpath('fileX').replace(top.joinpath('fileA')),
      await top.joinpath('fileA').copy(top.joinpath('copied')),
      await top.joinpath('copied').move(top.joinpath('moved')),
    ];
    for await (const one of top.iterdir()) made.push(one);
    for await (const one of top.glob('*')) made.push(one);
    for await (const one of top.rglob('*')) made.push(one);
    for await (const [one] of top.walk()) made.push(one);
    assert.ok(made.length > 40 && made.every((one) => one instanceof Tagged && one.tag === 42));
  }),
);

test(
  'Path.glob, rglob: links entered or not, a pattern as a path, the case, deep trees, many at once',
  inFolder(async (folder) => {
    const top = makeTree(folder);
    const files = ['dirB/fileB', 'dirC/fileC'];
    assert.deepEqual(await names(top.glob(new PurePath('dir*', 'file*')), top), files);
    assert.deepEqual(await names(top.rglob(new Path('dirD', 'file*')), top), ['dirC/dirD/fileD']);
    assert.deepEqual(await names(top.glob('DIRB/FILE*', { caseSensitive: false }), top), ['dirB/fileB']);
    assert.deepEqual(await names(top.glob('DIRB/FILE*', { caseSensitive: true }), top), []);
    assert.deepEqual(await names(top.rglob('fileB'), top), ['dirB/fileB']);
    assert.deepEqual(await names(top.rglob('*/fileB'), top), [
      'dirB/fileB',
      'dirB/linkD/fileB',
      'linkB/fileB',
    ]);
    const entered = await names(top.rglob('fileB', { recurseSymlinks: true }), top);
    assert.deepEqual(
      entered.filter((name) => !name.includes('linkD/linkD')),
      ['dirB/fileB', 'dirB/linkD/fileB', 'linkB/fileB', 'linkB/linkD/fileB'],
    );
    assert.deepEqual(await names(top.rglob(''), top), ['.', 'dirA', 'dirB', 'dirC', 'dirC/dirD']);
    const up = '../'.repeat(50).slice(0, -1);
    assert.equal((await Array.fromAsync(top.glob(up))).length, 1);
    for (const pattern of ['', '.', './'])
      assert.throws(() => top.glob(pattern), InvalidArgumentError, pattern);
    symlinkSync('bad'.repeat(200), join(folder, 'dirA', 'long'));
    assert.deepEqual(await names(top.glob('dirA/**/*'), top), ['dirA/long']);
    const depth = 60;
    const deep = top.joinpath('deep', ...Array.from({ length: depth }, () => 'd'));
    await deep.mkdir({ parents: true });
    assert.equal((await Array.fromAsync(top.joinpath('deep').glob('**/'))).length, depth + 1);
    const searches = Array.from({ length: 50 }, () => top.joinpath('deep').rglob('d'));
    for (let step = 1; step <= 5; step++) {
      for (const search of searches) {
        const { value } = await search.next();
        assert.equal((value as Path).parts.length, top.parts.length + 1 + step);
      }
    }
    for (const search of searches) await search.return();
    const walks = Array.from({ length: 20 }, () => top.joinpath('deep').walk({ topDown: false }));
    for (const walk of walks) {
      const { value } = await walk.next();
      assert.ok(Array.isArray(value) && value[0].equals(deep));
      await walk.return();
    }
  }),
);

test('PurePath.match, fullMatch: the case as it is asked for', () => {
  for (const [text, pattern] of [
    ['A.py', 'a.PY'],
    ['/a/b/c.py', '/A/*/*.Py'],
  ] as const) {
    for (const method of ['match', 'fullMatch'] as const) {
      const pure = new PurePath(text);
      assert.equal(pure[method](pattern), false);
      assert.equal(pure[method](pattern, { caseSensitive: true }), false);
      assert.equal(pure[method](pattern, { caseSensitive: false }), true);
    }
  }
});

test(
  'Path.glob: from the working folder, names as they are',
  inFolder(async (folder) => {
    makeTree(folder);
    const before = process.cwd();
    process.chdir(join(folder, 'dirC'));
    try {
      const search = async (pattern: string): Promise<string[]> =>
        (await Array.fromAsync(new Path('.').glob(pattern))).map(String).toSorted();
      assert.deepEqual(await search('*'), ['dirD', 'fileC']);
      assert.deepEqual(await search('**'), ['.', 'dirD', 'dirD/fileD', 'fileC']);
      assert.deepEqual(await search('**/*'), ['dirD', 'dirD/fileD', 'fileC']);
      assert.deepEqual(await search('**/*/*'), ['dirD/fileD']);
      assert.equal(
        String(await new Path('../linkA').resolve()),
        await path.realpath(join(folder, 'fileA')),
      );
    } finally {
      process.chdir(before);
    }
  }),
);

test(
  'Path: folders that may not be read: nothing is copied, and a search goes on without them',
  { skip: isRoot && 'root may do everything' },
  inFolder(async (folder) => {
    const top = makeTree(folder);
    const closed = top.joinpath('closed');
    await closed.joinpath('inside').mkdir({ parents: true });
    symlinkSync('closed/inside', join(folder, 'link'));
    chmodSync(closed.fspath(), 0);
    try {
      await assert.rejects(closed.copy(top.joinpath('copied')), PermissionError);
      assert.equal(await top.joinpath('copied').exists(), false);
      assert.deepEqual(await Array.fromAsync(closed.joinpath('inside').glob('*')), []);
      assert.deepEqual(await names(top.glob('l*'), top), ['link', 'linkA', 'linkB', 'loop']);
      assert.deepEqual(await names(top.glob('l*/'), top), ['linkB']);
      assert.deepEqual(await names(top.rglob('fileD'), top), ['dirC/dirD/fileD']);
      assert.equal(await top.joinpath('link').exists(), false);
      assert.equal(await path.ismount(closed), false);
    } finally {
      chmodSync(closed.fspath(), 0o700);
    }
  }),
);

test(
  'Path.walk: links among files or folders, folders taken out, one that goes away is told',
  inFolder(async (folder) => {
    const top = makeTree(folder);
    for (const followSymlinks of [false, true]) {
      for await (const [one, dirs, files] of top.walk({ followSymlinks })) {
        if (!one.equals(top)) break;
        assert.equal(dirs.includes('linkB'), followSymlinks);
        assert.equal(files.includes('linkB'), !followSymlinks);
        assert.ok(files.includes('linkA') && files.includes('broken') && files.includes('loop'));
      }
    }
    const seen: string[] = [];
    const errors: unknown[] = [];
    for await (const [one, dirs] of top.walk({
      onError: (error) => errors.push(error),
      concurrency: 1,
    })) {
      seen.push(path.relpath(one, top));
      if (!one.equals(top)) continue;
      dirs.splice(dirs.indexOf('dirB'), 1);
      dirs.push('gone');
    }
    assert.deepEqual(seen.toSorted(), ['.', 'dirA', 'dirC', 'dirC/dirD']);
    assert.ok(errors.length === 1 && errors[0] instanceof FileNotFoundError);
  }),
);

test(
  'Path.resolve: chains of links, links up, loops, what is missing',
  inFolder(async (made) => {
    const folder = await path.realpath(made);
    const top = makeTree(folder);
    for (const [name, target] of [
      ['link1', 'link0/link0'],
      ['link2', 'link1/link1'],
      ['link3', 'link2/link2'],
    ] as const)
      symlinkSync(target, join(folder, name));
    for (const target of [folder, '.', 'dirA/..']) {
      rmSync(join(folder, 'link0'), { force: true });
      symlinkSync(target, join(folder, 'link0'));
      for (const name of ['link0', 'link1', 'link2', 'link3'])
        assert.ok((await top.joinpath(name).resolve({ strict: true })).equals(top), `${target} ${name}`);
    }
    const resolved = async (name: string): Promise<string> =>
      path.relpath(await top.joinpath(name).resolve(), folder);
    assert.equal(await resolved('dirB/linkD/fileB/in/spam'), 'dirB/fileB/in/spam');
    assert.equal(await resolved('linkB/../foo/in'), 'foo/in');
    assert.equal(await resolved('link3/3/4'), '3/4');
    await assert.rejects(top.joinpath('link3/3/4').resolve({ strict: true }), FileNotFoundError);
    for (const [name, target] of [
      ['linkX', 'linkX/inside'],
      ['linkY', 'linkY'],
      ['linkZ', 'linkZ/../linkZ'],
      ['linkU', `${folder}/linkU/inside`],
      ['linkV', `${folder}/linkV`],
      ['linkW', `${folder}/linkW/../linkW`],
    ] as const) {
      symlinkSync(target, join(folder, name));
      await assert.rejects(top.joinpath(name).resolve({ strict: true }), { code: 'ELOOP' }, name);
    }
    assert.equal(await resolved('linkZ/foo'), 'linkZ/foo');
    assert.equal(await resolved('linkW/foo'), 'linkW/foo');
    assert.equal(String(await new Path('non', 'exist').resolve()), join(process.cwd(), 'non', 'exist'));
    assert.equal(String(new Path('a', '..', 'b').absolute()), join(process.cwd(), 'a') + '/../b');
    assert.deepEqual(
      ['/', '//', '//a/b'].map((text) => String(new Path(text).absolute())),
      ['/', '//', '//a/b'],
    );
    assert.ok(Path.cwd().equals(new Path(process.cwd())));
  }),
);

test('Path.home, expanduser, fromUri: the environment, other users, hosts', () => {
  const home = process.env['HOME'];
  try {
    process.env['HOME'] = '/tmp/home';
    assert.equal(String(Path.home()), '/tmp/home');
    assert.equal(String(new Path('~/a:b').expanduser()), '/tmp/home/a:b');
    assert.equal(String(new Path('~root/x').expanduser()), '/root/x');
    for (const text of ['foo', '/~', '../~', '../~root', '/~root/x', '.'])
      assert.equal(String(new Path(text).expanduser()), text);
    assert.throws(() => new Path('~nobody-of-this-name/x').expanduser(), UnsupportedError);
    delete process.env['HOME'];
    assert.ok(Path.home().isAbsolute());
  } finally {
    if (home !== undefined) process.env['HOME'] = home;
  }
  for (const [uri, expected] of [
    ['file:/foo/bar', '/foo/bar'],
    ['file:///foo/bar', '/foo/bar'],
    ['file:////foo/bar', '//foo/bar'],
    ['file://localhost/foo/bar', '/foo/bar'],
    [`file://${hostname()}/foo/bar`, '/foo/bar'],
    ['file:///a%20b/%C3%A9', '/a b/é'],
  ] as const)
    assert.equal(String(Path.fromUri(uri)), expected, uri);
  for (const uri of [
    'file://foo/bar',
    'foo/bar',
    '/foo/bar',
    '//foo/bar',
    'file:foo/bar',
    'http://foo/bar',
  ])
    assert.throws(() => Path.fromUri(uri), InvalidArgumentError, uri);
});

test('PurePath: what is equal, the order, what is shown, and bytes are refused', () => {
  const pure = (text: string): PurePath => new PurePath(text);
  for (const parts of [
    ['a', 'b'],
    ['a/', 'b/'],
    ['a//b//'],
    ['', 'a', 'b'],
    ['a', '', 'b'],
    ['a', './b'],
    [new PurePath('a'), new Path('b')],
  ])
    assert.ok(new PurePath(...parts).equals(pure('a/b')), String(parts));
  for (const [one, other] of [
    ['a/b', 'a'],
    ['a/b', '/a/b'],
    ['', '/'],
    ['a/b', 'A/b'],
    ['/a', '//a'],
  ] as const)
    assert.equal(pure(one).equals(pure(other)), false);
  assert.equal(pure('a').equals('a'), false);
  assert.equal(pure('///a').equals(pure('/a')), true);
  const ordered = ['a', 'a/b', 'abc', 'b', '\uffff', '\u{1f600}'];
  const shuffled = ordered.toReversed().map(pure);
  assert.deepEqual(shuffled.toSorted((a, b) => a.compare(b)).map(String), ordered);
  assert.equal(pure('a/b').compare(pure('a/b')), 0);
  const bytes = Buffer.from('a') as never;
  for (const call of [
    () => new PurePath(bytes),
    () => new PurePath('a', bytes),
    () => pure('a').joinpath(bytes),
    () => pure('a').match(bytes),
    () => pure('a').relativeTo(bytes),
    () => pure('a').isRelativeTo(bytes),
    () => pure('a').withName(bytes),
    () => pure('a').withStem(bytes),
    () => pure('a').withSuffix(bytes),
    () => pure('a').withSuffix(undefined as never),
  ])
    assert.throws(call, InvalidArgumentError, String(call));
  assert.equal(JSON.stringify(pure('a/b')), '"a/b"');
});

test(
  'Path.readText, writeText, writeBytes: encodings, line ends, and a wrong argument leaves the file as it was',
  inFolder(async (folder) => {
    const file = new Path(folder, 'file');
    await file.writeBytes(Buffer.from('äbcdefg', 'latin1'));
    assert.equal(await file.readText({ encoding: 'latin-1' }), 'äbcdefg');
    assert.equal(await file.readText({ errors: 'ignore' }), 'bcdefg');
    await assert.rejects(file.writeBytes('somestr' as never), InvalidArgumentError);
    await assert.rejects(file.writeText(Buffer.from('x') as never), InvalidArgumentError);
    assert.equal((await file.readBytes()).toString('latin1'), 'äbcdefg');
    assert.equal(await file.writeText('äbcdefg', { encoding: 'latin-1' }), 7);
    assert.equal((await file.readBytes()).toString('latin1'), 'äbcdefg');
    const text = 'abcde\r\nfghlk\n\rmnopq';
    for (const [newline, written] of [
      ['\n', 'abcde\r\nfghlk\n\rmnopq'],
      ['\r', 'abcde\r\rfghlk\r\rmnopq'],
      ['\r\n', 'abcde\r\r\nfghlk\r\n\rmnopq'],
      [undefined, 'abcde\r\nfghlk\n\rmnopq'],
    ] as const) {
      await file.writeText(text, { newline });
      assert.equal((await file.readBytes()).toString(), written);
    }
    for (const newline of ['\n', '\r', '\r\n'] as const)
      assert.equal(await file.readText({ newline }), text);
    const raw = await file.open('rb', { buffering: 0 });
    assert.equal((await raw.read()).toString(), text);
    await raw.close();
    await assert.rejects(new Path(folder, 'a\ud800').writeText(''), InvalidArgumentError);
    await assert.rejects(new Path(folder, 'a\udfff').writeText(''), InvalidArgumentError);
    assert.deepEqual(readdirSync(folder), ['file']);
  }),
);
