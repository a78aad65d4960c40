// copyFile, copy, copy2, copyTree, removeTree: what they make, what they refuse, and what a cancel leaves.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import {
  createTask,
  currentTask,
  FileExistsError,
  FileNotFoundError,
  InvalidArgumentError,
  IsADirectoryError,
  isCancelled,
  NotADirectoryError,
  OSError,
  sleep,
} from '../../../src/asyncio.ts';
import {
  copy,
  copy2,
  copyFile,
  copyTree,
  ignorePatterns,
  removeTree,
  SameFileError,
  SpecialFileError,
  TreeCopyError,
} from '../../../src/files/files.ts';
import { inFolder } from '../folder.ts';

const asRoot = process.getuid?.() === 0 ? 'root may do everything' : false;

test(
  'copyFile: data only; copy: the mode too; copy2: the times too; each into a folder where the target is one',
  inFolder(async (folder) => {
    const source = join(folder, 'source');
    writeFileSync(source, 'text');
    chmodSync(source, 0o640);
    utimesSync(source, 1000, 2000);
    mkdirSync(join(folder, 'into'));
    assert.equal(await copyFile(source, join(folder, 'data')), join(folder, 'data'));
    assert.equal(await copy(source, join(folder, 'into')), join(folder, 'into', 'source'));
    assert.equal(await copy2(source, join(folder, 'all')), join(folder, 'all'));
    const look = (name: string): unknown[] => {
      const { mode, mtimeMs } = statSync(join(folder, name));
      return [readFileSync(join(folder, name), 'utf8'), mode & 0o777, mtimeMs === 2_000_000];
    };
    assert.deepEqual(look('data'), ['text', 0o666 & ~process.umask(), false]);
    assert.deepEqual(look('into/source'), ['text', 0o640, false]);
    assert.deepEqual(look('all'), ['text', 0o640, true]);
    await assert.rejects(copyFile(source, join(folder, 'into')), OSError);
    assert.deepEqual(readdirSync(folder).toSorted(), ['all', 'data', 'into', 'source']);
  }),
);

test(
  'copyFile: over a file that is there, its mode stays; through a link; in place, its other names stay',
  inFolder(async (folder) => {
    const [source, target, link] = [join(folder, 'source'), join(folder, 'target'), join(folder, 'link')];
    writeFileSync(source, 'new');
    writeFileSync(target, 'old and longer');
    chmodSync(target, 0o600);
    symlinkSync('target', link);
    linkSync(target, join(folder, 'name'));
    await copyFile(source, link);
    assert.equal(readFileSync(target, 'utf8'), 'new');
    assert.equal(statSync(target).mode & 0o777, 0o600);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(readFileSync(join(folder, 'name'), 'utf8'), 'old and longer');
    await copyFile(source, join(folder, 'name'), { inPlace: true });
    assert.equal(readFileSync(join(folder, 'name'), 'utf8'), 'new');
    await copyFile(link, join(folder, 'link2'), { followSymlinks: false });
    assert.equal(readlinkSync(join(folder, 'link2')), 'target');
  }),
);

test(
  'copyFile: progress by chunks up to the size; holes stay holes',
  inFolder(async (folder) => {
    const source = join(folder, 'source');
    writeFileSync(source, Buffer.alloc(1_000_000, 7));
    const told: number[][] = [];
    await copyFile(source, join(folder, 'target'), {
      chunkSize: 300_000,
      progress: (...at) => told.push(at),
    });
    assert.deepEqual(
      told.map(([copied]) => copied),
      [300_000, 600_000, 900_000, 1_000_000],
    );
    assert.deepEqual([...new Set(told.map(([, total]) => total))], [1_000_000]);
    assert.ok(readFileSync(source).equals(readFileSync(join(folder, 'target'))));
    const sparse = join(folder, 'sparse');
    writeFileSync(sparse, 'begin');
    truncateSync(sparse, 40_000_000);
    await copy2(sparse, join(folder, 'holes'));
    const { size, blocks } = statSync(join(folder, 'holes'));
    assert.equal(size, 40_000_000);
    assert.ok(blocks * 512 < 4_000_000, `${blocks} blocks`);
    assert.ok(readFileSync(sparse).equals(readFileSync(join(folder, 'holes'))));
    await assert.rejects(
      copyFile(source, join(folder, 'stopped'), { progress: () => assert.fail('enough') }),
      /enough/,
    );
    assert.equal(existsSync(join(folder, 'stopped')), false);
  }),
);

test(
  'copyFile: the same file, a FIFO, a folder, what is missing: errors that name it, and nothing is left',
  inFolder(async (folder) => {
    const source = join(folder, 'source');
    writeFileSync(source, 'text');
    linkSync(source, join(folder, 'name'));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    await assert.rejects(copyFile(source, join(folder, 'name')), SameFileError);
    await assert.rejects(copyFile(join(folder, 'fifo'), join(folder, 'x')), SpecialFileError);
    await assert.rejects(copyFile(source, join(folder, 'fifo')), SpecialFileError);
    await assert.rejects(
      copyFile(folder, join(folder, 'x')),
      (error) => error instanceof IsADirectoryError && error.filename === folder,
    );
    const gone = join(folder, 'gone');
    const names = (error: unknown): boolean =>
      error instanceof FileNotFoundError && error.message.includes(gone);
    await assert.rejects(copyFile(gone, join(folder, 'x')), names);
    await assert.rejects(copyFile(source, join(gone, 'x')), names);
    await assert.rejects(copyFile(join(source, 'x'), gone), NotADirectoryError);
    assert.deepEqual(readdirSync(folder).toSorted(), ['fifo', 'name', 'source']);
  }),
);

test(
  'copyFile: cancelled before, while, twice and in the turn it ends: what was there stays, or the whole copy is',
  inFolder(async (folder) => {
    const [source, target] = [join(folder, 'source'), join(folder, 'target')];
    const data = Buffer.alloc(6_000_000, 'data');
    writeFileSync(source, data);
    const before = createTask(async () => {
      currentTask()?.cancel();
      await copyFile(source, target);
    });
    await assert.rejects(before, isCancelled);
    assert.deepEqual(readdirSync(folder), ['source']);
    let stopped = 0;
    for (let i = 0; i < 60; i++) {
      writeFileSync(target, 'old');
      let chunks = 0;
      const task = createTask(() =>
        copyFile(source, target, {
          chunkSize: 100_000,
          progress: () => {
            if (++chunks !== i + 1) return;
            task.cancel();
            if (i % 2 === 1) task.cancel();
          },
        }),
      );
      await Promise.allSettled([task]);
      assert.equal(task.cancelled(), true, String(i));
      if (chunks < 60) stopped++;
      const now = readFileSync(target);
      assert.ok(now.equals(data) || now.toString() === 'old', `${now.length} bytes after ${i}`);
      assert.ok(chunks <= i + 2, `${chunks} chunks`);
      assert.deepEqual(readdirSync(folder).toSorted(), ['source', 'target']);
    }
    assert.ok(stopped > 50);
    const half = createTask(() =>
      copyFile(source, target, { inPlace: true, chunkSize: 1000, progress: () => void half.cancel() }),
    );
    await assert.rejects(half, isCancelled);
    assert.ok(statSync(target).size < 10_000);
  }),
);

/** `folders` folders of three files each, a link, and one that leads nowhere. */
function makeTree(top: string, folders: number): void {
  for (let i = 0; i < folders; i++) {
    const folder = join(top, `d${i % 7}`, `d${i}`);
    mkdirSync(folder, { recursive: true });
    for (const name of ['a.txt', 'b.log', '.c']) writeFileSync(join(folder, name), name.repeat(i));
    chmodSync(join(folder, 'a.txt'), 0o600);
  }
  symlinkSync('d0', join(top, 'link'));
}

const listing = (top: string): string =>
  execFileSync('find', ['.', '-printf', '%P %y %s %m\n'], { cwd: top, encoding: 'utf8' })
    .split('\n')
    .toSorted()
    .map((line) => line.replace(/ d \d+/, ' d'))
    .join('\n');

test(
  'copyTree: the same tree, with links as links or as what they lead to; ignore; into one that is there',
  inFolder(async (folder) => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    makeTree(from, 60);
    chmodSync(join(from, 'd1'), 0o750);
    utimesSync(join(from, 'd1'), 1000, 2000);
    let last = { files: 0, bytes: 0, path: '' };
    assert.equal(await copyTree(from, to, { symlinks: true, progress: (copied) => (last = copied) }), to);
    assert.equal(listing(to), listing(from));
    assert.equal(last.files, 180);
    assert.equal(statSync(join(to, 'd1')).mtimeMs, 2_000_000);
    await assert.rejects(copyTree(from, to), FileExistsError);
    await copyTree(from, to, { symlinks: false, dirsExistOk: true }).catch((error: unknown) => {
      // The link is there already.
      assert.ok(error instanceof TreeCopyError);
    });
    const some = join(folder, 'some', 'deep');
    await copyTree(from, some, { ignore: ignorePatterns('*.log', 'd[2-9]*') });
    assert.ok(lstatSync(join(some, 'link')).isDirectory());
    assert.deepEqual(readdirSync(join(some, 'd1', 'd1')).toSorted(), ['.c', 'a.txt']);
    await assert.rejects(copyTree(from, join(from, 'd1', 'inside')), SameFileError);
    await assert.rejects(copyTree(join(folder, 'gone'), join(folder, 'x')), FileNotFoundError);
    await assert.rejects(copyTree(from, join(folder, 'y'), { concurrency: 0 }), InvalidArgumentError);
  }),
);

test(
  'copyTree: what can not be copied is told at the end, with all else copied; dangling links may be left out',
  inFolder(async (folder) => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    makeTree(from, 10);
    symlinkSync('nowhere', join(from, 'dangling'));
    execFileSync('mkfifo', [join(from, 'fifo')]);
    const error = await copyTree(from, to).catch((caught: unknown) => caught);
    assert.ok(error instanceof TreeCopyError);
    assert.deepEqual(error.failures.map(({ source }) => source).toSorted(), [
      join(from, 'dangling'),
      join(from, 'fifo'),
    ]);
    assert.ok(error.failures.some((failure) => failure.error instanceof SpecialFileError));
    assert.match(error.message, /^copytree .*: 2 of the tree not copied, the first: /);
    assert.equal(existsSync(join(to, 'd6', 'd6', 'a.txt')), true);
    await removeTree(join(from, 'fifo'));
    await copyTree(from, join(folder, 'to2'), { ignoreDanglingSymlinks: true });
    assert.equal(existsSync(join(folder, 'to2', 'dangling')), false);
  }),
);

test(
  'removeTree: all of it, links not followed; what vanishes meanwhile is no error; errors go where they are asked to',
  inFolder(async (folder) => {
    const [top, kept] = [join(folder, 'top'), join(folder, 'kept')];
    makeTree(top, 100);
    mkdirSync(kept);
    writeFileSync(join(kept, 'file'), '');
    symlinkSync(kept, join(top, 'out'));
    const both = [createTask(() => removeTree(top)), createTask(() => removeTree(top))];
    const outcomes = await Promise.allSettled(both);
    assert.ok(outcomes.some(({ status }) => status === 'fulfilled'));
    assert.equal(existsSync(top), false);
    assert.deepEqual(readdirSync(kept), ['file']);
    await assert.rejects(
      removeTree(top),
      (error) => error instanceof FileNotFoundError && error.message.includes(top),
    );
    await removeTree(top, { ignoreErrors: true });
    const told: string[] = [];
    await removeTree(top, { onError: (_, path) => told.push(path) });
    assert.deepEqual(told, [top]);
  }),
);

test(
  'removeTree: no permission is an error that names the folder',
  { skip: asRoot },
  inFolder(async (folder) => {
    mkdirSync(join(folder, 'top', 'locked'), { recursive: true });
    writeFileSync(join(folder, 'top', 'locked', 'file'), '');
    chmodSync(join(folder, 'top', 'locked'), 0o500);
    await assert.rejects(removeTree(join(folder, 'top')), { code: 'EACCES' });
    chmodSync(join(folder, 'top', 'locked'), 0o700);
  }),
);

test(
  'copyTree, removeTree: cancelled at any moment, each file is whole, and nothing goes on',
  inFolder(async (folder) => {
    const from = join(folder, 'from');
    makeTree(from, 40);
    writeFileSync(join(from, 'large'), Buffer.alloc(3_000_000, 1));
    let cancelled = 0;
    for (let i = 0; i < 12; i++) {
      const to = join(folder, `to${i}`);
      const task = createTask(() => copyTree(from, to, { symlinks: true }));
      await sleep(i * 2);
      task.cancel();
      if (i % 2 === 1) task.cancel();
      await Promise.allSettled([task]);
      if (task.cancelled()) cancelled++;
      if (!existsSync(to)) continue;
      const state = listing(to);
      assert.doesNotMatch(state, /\.part /);
      const whole = new Set(listing(from).split('\n'));
      for (const line of state.split('\n')) if (/ f /.test(line)) assert.ok(whole.has(line), line);
      const removal = createTask(() => removeTree(to));
      await sleep(i / 2);
      removal.cancel();
      await Promise.allSettled([removal]);
      const left = existsSync(to) ? listing(to) : '';
      await sleep(5);
      assert.equal(existsSync(to) ? listing(to) : '', left);
    }
    assert.ok(cancelled > 0);
  }),
);
