// The index of a folder as a coroutine, on a disk that stands still where the test wants it, cancelled there.

import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTask, isCancelled, run, sleep } from '../../../src/asyncio.ts';
import { realFileSystem } from '../../../tour/folder/fileSystem.ts';
import type { FileSystem, OpenFile } from '../../../tour/folder/fileSystem.ts';
import { Progress } from '../../../tour/screen/progress.ts';
import { rootErrors } from '../../../tour/rootErrors.ts';
import { noStyle } from '../noStyle.ts';
import { indexFolder } from '../../../tour/folder/indexFolder.ts';
import type { Surroundings } from '../../../tour/folder/indexFolder.ts';
import { folderArguments, inspect, manyFiles, newFolder } from '../folders.ts';
import type { Inspected } from '../folders.ts';

interface Told {
  report: string;
  progress: string;
}

interface Scene {
  readonly fs: FileSystem;
  readonly args?: string[];
  readonly files?: Record<string, string>;
  readonly maxPages?: number;
  /** Resolves when the tour is to be cancelled; never, when it is to end by itself. */
  readonly cancelAt?: (told: Told) => boolean;
}

interface Outcome extends Inspected {
  readonly error: unknown;
  readonly told: Told;
}

/** Runs the tour on a scratch folder in this process. */
async function play(scene: Scene): Promise<Outcome> {
  const folder = newFolder(scene.files ?? manyFiles(600));
  const db = join(newFolder(), 'tour.sqlite');
  const args = folderArguments([folder, '--db', db, '--no-warm', ...(scene.args ?? [])]);
  const told: Told = { report: '', progress: '' };
  const output = { write: (text: string) => void (told.progress += text) };
  const around: Surroundings = {
    fs: scene.fs,
    progress: new Progress(output, false, noStyle),
    page: { width: 80, style: noStyle },
    print: (lines) => void (told.report += lines.join('\n')),
    atExit: () => () => {},
    cwd: '/',
    ...(scene.maxPages === undefined ? {} : { store: { maxPages: scene.maxPages } }),
  };
  let error: unknown;
  await run(async () => {
    const task = createTask(() => indexFolder(args, around));
    while (!task.done() && scene.cancelAt?.(told) !== true) await sleep(5);
    task.cancel();
    try {
      await task;
    } catch (thrown) {
      error = thrown;
    }
  });
  return { error, told, ...inspect(db) };
}

/** A disk on which the files from the `n`th on open but bring nothing, ever. */
function stuckAfter(n: number): { fs: FileSystem; opened: () => number; open: () => number } {
  let [opened, open] = [0, 0];
  const fs: FileSystem = {
    ...realFileSystem,
    open: async (path) => {
      const handle = await realFileSystem.open(path);
      opened += 1;
      open += 1;
      const stuck = opened > n;
      const file: OpenFile = {
        stat: () => handle.stat(),
        read: (...args) => (stuck ? new Promise(() => {}) : handle.read(...args)),
        close: async () => {
          await handle.close();
          open -= 1;
        },
      };
      return file;
    },
  };
  return { fs, opened: () => opened, open: () => open };
}

test('cancelled during the walk, it says what it found and writes nothing', async () => {
  let folders = 0;
  const fs: FileSystem = {
    ...realFileSystem,
    readFolder: (path) => ((folders += 1) > 3 ? new Promise(() => {}) : realFileSystem.readFolder(path)),
  };
  const { error, told, integrity, passes } = await play({ fs, cancelAt: () => folders > 3 });
  assert.ok(isCancelled(error), String(error));
  assert.equal(integrity, 'ok');
  assert.deepEqual(passes, {});
  assert.match(
    told.report,
    /^\nStopped while listing the files\.\n200 files found, none written; the database is as it was\./,
  );
});

for (const pass of ['sequential', 'concurrent'] as const) {
  test(`cancelled during the ${pass} pass, what was read is written and no file stays open`, async () => {
    const disk = stuckAfter(300);
    const expected = pass === 'sequential' ? 301 : 308;
    const { error, told, integrity, passes, rows } = await play({
      fs: disk.fs,
      args: ['--passes', pass, '--limit', '8'],
      cancelAt: () => disk.opened() === expected,
    });
    assert.ok(isCancelled(error), String(error));
    assert.equal(integrity, 'ok');
    assert.equal(rows[pass], 300);
    assert.equal(passes[pass]?.['state'], 'interrupted');
    assert.equal(passes[pass]?.['files'], 300);
    assert.equal(passes[pass]?.['total'], 600);
    assert.equal(disk.open(), 0);
    assert.match(
      told.report,
      /^\nStopped while reading (one by one|concurrently)\.\n {2}\S.* 300 of 600 files written/,
    );
    assert.match(told.report, /integrity ok/);
  });
}

test('cancelled in the second pass, the first one stays whole', async () => {
  const disk = stuckAfter(650);
  const { error, rows, passes } = await play({ fs: disk.fs, cancelAt: () => disk.opened() === 682 });
  assert.ok(isCancelled(error), String(error));
  assert.deepEqual(rows, { sequential: 600, concurrent: 50 });
  assert.deepEqual(
    [passes['sequential']?.['state'], passes['concurrent']?.['state']],
    ['done', 'interrupted'],
  );
});

for (const pass of ['sequential', 'concurrent'] as const) {
  test(`a disk that fills up in the ${pass} pass ends it; what was written stays`, async () => {
    const { error, told, integrity, rows, passes } = await play({
      fs: realFileSystem,
      files: manyFiles(2000),
      args: ['--passes', pass],
      maxPages: 30,
    });
    const errors = rootErrors(error).map(String);
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(errors[0] ?? '', /no room left for the database .*: the disk is full/);
    assert.equal(integrity, 'ok');
    assert.equal(passes[pass]?.['state'], 'failed');
    assert.equal(passes[pass]?.['files'], rows[pass]);
    assert.ok((rows[pass] ?? 0) >= 256, String(rows[pass]));
    assert.match(told.report, /^\nFailed while reading/);
    assert.match(told.report, new RegExp(` ${rows[pass]} of 2,000 files written`));
  });

  test(`files that fail in the ${pass} pass are counted and named`, async () => {
    const codes = ['EACCES', 'EIO', 'ENOENT', 'EMFILE'];
    let opened = 0;
    const fs: FileSystem = {
      ...realFileSystem,
      open: async (path) => {
        opened += 1;
        const code = opened % 100 === 0 ? codes[(opened / 100) % 4] : undefined;
        if (code !== undefined) throw Object.assign(new Error(code), { code });
        return realFileSystem.open(path);
      },
    };
    const { error, told, rows, unread, passes } = await play({ fs, args: ['--passes', pass] });
    assert.equal(error, undefined);
    assert.equal(rows[pass], 594);
    assert.equal(unread.length, 6);
    assert.deepEqual([passes[pass]?.['unread'], passes[pass]?.['state']], [6, 'done']);
    assert.match(told.report, /Not read: 6\n/);
    assert.match(told.report, /^ {2}EACCES {2}folder\d\/file\d+\.txt: no permission$/m);
  });

  test(`an error of the program in the ${pass} pass closes the database`, async () => {
    let opened = 0;
    const fs: FileSystem = {
      ...realFileSystem,
      open: async (path) => {
        if ((opened += 1) === 400) throw new TypeError('a mistake of ours');
        return realFileSystem.open(path);
      },
    };
    const { error, integrity, rows, passes } = await play({ fs, args: ['--passes', pass] });
    assert.match(rootErrors(error).map(String).join(), /a mistake of ours/);
    assert.equal(integrity, 'ok');
    assert.ok((rows[pass] ?? 0) >= 300, String(rows[pass]));
    assert.equal(passes[pass]?.['state'], 'failed');
  });
}
