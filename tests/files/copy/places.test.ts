// Copies from one file system to another, onto a full one, under a limit of size, and without permission.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import { copy2, copyFile, copyTree, Path } from '../../../src/files/files.ts';
import { commandLine } from '../../commandLine.ts';
import { onNode } from '../../facade/program.ts';
import { inFolder } from '../folder.ts';

const program = join(import.meta.dirname, 'places.ts');
const isRoot = process.getuid?.() === 0;

/** What it prints. @param wrapper a command that runs the rest of its arguments */
function runPlaces(args: readonly string[], wrapper: readonly string[] = []): Record<string, unknown> {
  const [command = '', ...rest] = [...wrapper, process.execPath, ...commandLine(program), ...args];
  const { stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8' });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function otherFileSystem(folder: string): string | undefined {
  if (!existsSync('/dev/shm')) return undefined;
  const made = mkdtempSync('/dev/shm/asyncio-ts-');
  if (statSync(made).dev !== statSync(folder).dev) return made;
  rmSync(made, { recursive: true });
  return undefined;
}

test(
  'copyFile, copy2, copyTree, Path.move: from one file system to another, all that is kept is kept, and nothing lies beside',
  inFolder(async (folder) => {
    const other = otherFileSystem(folder);
    // Without another file system it is the same all the same.
    const far = other ?? join(folder, 'far');
    mkdirSync(far, { recursive: true });
    try {
      const file = join(folder, 'file');
      const data = Buffer.from(Array.from({ length: 3_000_000 }, (_, n) => n % 251));
      writeFileSync(file, data);
      chmodSync(file, 0o640);
      utimesSync(file, 1000, 2000);
      let told = 0;
      await copyFile(file, join(far, 'data'), { progress: (copied) => void (told = copied) });
      assert.equal(told, data.length);
      await copy2(file, join(far, 'all'));
      await copy2(join(far, 'all'), join(folder, 'back'));
      for (const path of [join(far, 'all'), join(folder, 'back')]) {
        const { mode, mtimeMs } = statSync(path);
        assert.deepEqual([mode & 0o777, mtimeMs], [0o640, 2_000_000]);
        assert.ok(readFileSync(path).equals(data));
      }
      mkdirSync(join(folder, 'tree', 'deep'), { recursive: true });
      writeFileSync(join(folder, 'tree', 'deep', 'one'), 'one');
      symlinkSync('deep/one', join(folder, 'tree', 'link'));
      await copyTree(join(folder, 'tree'), join(far, 'tree'), { symlinks: true });
      assert.equal(readFileSync(join(far, 'tree', 'link'), 'utf8'), 'one');
      await new Path(far, 'tree').move(join(folder, 'moved'));
      assert.equal(readFileSync(join(folder, 'moved', 'deep', 'one'), 'utf8'), 'one');
      assert.deepEqual(readdirSync(far).toSorted(), ['all', 'data']);
    } finally {
      if (other !== undefined) rmSync(other, { recursive: true });
    }
  }),
);

/** What a folder holds after copies that found no room. */
function checkFull(folder: string, outcomes: Record<string, unknown>, code: string): void {
  assert.deepEqual(outcomes['new'], ['OSError', code, join(folder, 'new')]);
  assert.deepEqual(outcomes['over'], ['OSError', code, join(folder, 'old')]);
  assert.deepEqual(outcomes['tree'], [code]);
  assert.equal((outcomes['in place'] as string[])[1], code);
}

test(
  'copyFile, copyTree: a file that may not grow so far is an OSError, what was there stays, and nothing lies beside',
  { skip: !onNode || process.platform === 'win32' ? 'needs ulimit' : false },
  inFolder(async (folder) => {
    mkdirSync(join(folder, 'from'));
    mkdirSync(join(folder, 'to'));
    writeFileSync(join(folder, 'from', 'large'), Buffer.alloc(1_000_000, 1));
    const into = join(folder, 'to');
    writeFileSync(join(into, 'old'), 'old');
    const outcomes = runPlaces(
      ['full', into, join(folder, 'from', 'large')],
      ['bash', '-c', 'ulimit -f 64; exec "$0" "$@"'],
    );
    checkFull(into, outcomes, 'EFBIG');
    assert.equal(readFileSync(join(into, 'old'), 'utf8'), 'old');
    assert.deepEqual(readdirSync(into).toSorted(), ['old', 'place', 'tree']);
    assert.deepEqual(readdirSync(join(into, 'tree')), []);
  }),
);

const canMount =
  isRoot &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', '/mnt']).status === 0;

test(
  'copyFile, copyTree: a full disk is an OSError, what was there stays, and nothing lies beside',
  { skip: !onNode || !canMount ? 'needs to mount a small file system, in a name space of its own' : false },
  inFolder(async (folder) => {
    mkdirSync(join(folder, 'from'));
    mkdirSync(join(folder, 'small'));
    writeFileSync(join(folder, 'from', 'large'), Buffer.alloc(1_000_000, 1));
    const into = join(folder, 'small');
    const look = join(folder, 'look');
    // The mount is gone with the name space: it is looked at from within.
    const script = `mount -t tmpfs -o size=256k tmpfs ${into} && echo old > ${into}/old && "$0" "$@";
      rm -f ${into}/place; (cd ${into} && find . -type f && cat old) > ${look}`;
    const outcomes = runPlaces(
      ['full', into, join(folder, 'from', 'large')],
      ['unshare', '-m', 'bash', '-c', script],
    );
    checkFull(into, outcomes, 'ENOSPC');
    assert.equal(readFileSync(look, 'utf8'), './old\nold\n');
  }),
);

test(
  'copyFile, copyTree, removeTree: no permission is an error that names the file, also where the tests run as root',
  { skip: !onNode || !isRoot ? 'needs root, to become somebody else' : false },
  inFolder(async (folder) => {
    chmodSync(folder, 0o755);
    for (const name of ['own', 'locked', 'mixed']) mkdirSync(join(folder, name));
    for (const name of ['secret', 'locked/there', 'mixed/open', 'mixed/secret', 'own/file'])
      writeFileSync(join(folder, name), name);
    for (const name of ['secret', 'mixed/secret']) chmodSync(join(folder, name), 0o600);
    chownSync(join(folder, 'own'), 65_534, 65_534);
    chownSync(join(folder, 'own', 'file'), 65_534, 65_534);
    const outcomes = runPlaces(['unprivileged', folder]);
    assert.deepEqual(outcomes, {
      read: ['PermissionError', 'EACCES', join(folder, 'secret')],
      write: ['PermissionError', 'EACCES', join(folder, 'locked', 'copy')],
      over: ['PermissionError', 'EACCES', join(folder, 'locked', 'there')],
      'in place': ['PermissionError', 'EACCES', join(folder, 'secret')],
      tree: ['EACCES'],
      remove: ['PermissionError', 'EACCES', join(folder, 'locked', 'there')],
      well: 'done',
    });
    assert.deepEqual(readdirSync(join(folder, 'own')).toSorted(), ['file', 'mixed', 'well']);
    assert.deepEqual(readdirSync(join(folder, 'own', 'mixed')), ['open']);
    assert.equal(readFileSync(join(folder, 'locked', 'there'), 'utf8'), 'locked/there');
    assert.equal(readFileSync(join(folder, 'secret'), 'utf8'), 'secret');
  }),
);
