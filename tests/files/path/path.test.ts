// Path and what os.path asks the file system: pathlib's rules, links, and errors that name the path.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import '../../harness.ts';
import {
  createTask,
  currentTask,
  FileExistsError,
  FileNotFoundError,
  InvalidArgumentError,
  isCancelled,
  NotADirectoryError,
  OSError,
  sleep,
  UnsupportedError,
} from '../../../src/asyncio.ts';
import { fsdecode, Path, path, SameFileError, walk } from '../../../src/files/files.ts';
import { runtime } from '../../../src/lowlevel.ts';
import { assertCancelled } from '../../outcome.ts';
import { inFolder } from '../folder.ts';

test(
  'path.exists, isfile, isdir, islink, lexists, ismount, samefile, getsize: what is there, and false for what can not be asked',
  inFolder(async (folder) => {
    const file = join(folder, 'file');
    writeFileSync(file, 'text');
    symlinkSync('file', join(folder, 'link'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    symlinkSync('loop', join(folder, 'loop'));
    const ask = async (name: string): Promise<boolean[]> => {
      const at = join(folder, name);
      return await Promise.all([
        path.exists(at),
        path.lexists(at),
        path.isfile(at),
        path.isdir(at),
        path.islink(at),
      ]);
    };
    assert.deepEqual(await ask('file'), [true, true, true, false, false]);
    assert.deepEqual(await ask('link'), [true, true, true, false, true]);
    assert.deepEqual(await ask('dangling'), [false, true, false, false, true]);
    assert.deepEqual(await ask('loop'), [false, true, false, false, true]);
    assert.deepEqual(await ask(''), [true, true, false, true, false]);
    for (const name of ['gone', 'file/x', 'a\0b', 'x'.repeat(300)])
      assert.deepEqual(await ask(name), [false, false, false, false, false], name);
    assert.deepEqual(
      [await path.ismount('/'), await path.ismount(folder), await path.ismount(file)],
      [true, false, false],
    );
    assert.equal(await path.samefile(file, join(folder, 'link')), true);
    assert.equal(await path.getsize(file), 4);
    await assert.rejects(path.getsize(join(folder, 'gone')), FileNotFoundError);
    await assert.rejects(path.exists(7 as never), InvalidArgumentError);
  }),
);

test(
  'path.realpath: links, loops and what is missing, strict and not',
  inFolder(async (made) => {
    const folder = await path.realpath(made);
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    symlinkSync('a/b', join(folder, 'link'));
    symlinkSync(join(folder, 'link'), join(folder, 'again'));
    symlinkSync('loop/x', join(folder, 'loop'));
    assert.equal(await path.realpath(`${folder}/again/../b/.//c`), join(folder, 'a/b/c'));
    assert.equal(await path.realpath(join(folder, 'loop')), join(folder, 'loop/x'));
    await assert.rejects(path.realpath(join(folder, 'loop'), { strict: true }), { code: 'ELOOP' });
    await assert.rejects(path.realpath(join(folder, 'gone'), { strict: true }), FileNotFoundError);
    assert.equal(
      await path.realpath(join(folder, 'gone/x'), { strict: 'allowMissing' }),
      join(folder, 'gone/x'),
    );
    await assert.rejects(path.realpath(join(folder, 'loop'), { strict: 'allowMissing' }), {
      code: 'ELOOP',
    });
  }),
);

test(
  'Path.mkdir, touch, rename, symlinkTo, hardlinkTo, unlink, rmdir, chmod: as pathlib',
  inFolder(async (folder) => {
    const top = new Path(folder);
    const deep = top.joinpath('a', 'b');
    await assert.rejects(deep.mkdir(), FileNotFoundError);
    await deep.mkdir({ parents: true });
    await assert.rejects(deep.mkdir(), FileExistsError);
    await deep.mkdir({ existOk: true });
    const file = deep.joinpath('file.txt');
    await file.touch({ mode: 0o600 });
    assert.equal(statSync(file.fspath()).mode & 0o777, 0o600);
    await file.touch();
    await assert.rejects(file.touch({ existOk: false }), FileExistsError);
    await assert.rejects(file.mkdir({ existOk: true }), FileExistsError);
    await assert.rejects(file.joinpath('x').mkdir({ parents: true }), NotADirectoryError);
    assert.equal(await file.writeText('grün\n'), 5);
    assert.equal(await file.readText(), 'grün\n');
    assert.equal((await file.readBytes()).length, 6);
    const link = top.joinpath('link');
    await link.symlinkTo('a/b/file.txt');
    assert.equal(String(await link.readlink()), 'a/b/file.txt');
    await assert.rejects(link.chmod(0o600, { followSymlinks: false }), UnsupportedError);
    await top.joinpath('hard').hardlinkTo(file);
    assert.equal(await file.samefile(link), true);
    assert.ok((await file.rename(top.joinpath('moved'))).equals(top.joinpath('moved')));
    await assert.rejects(
      file.unlink(),
      (error) => error instanceof FileNotFoundError && error.message.includes(file.fspath()),
    );
    await file.unlink({ missingOk: true });
    await assert.rejects(top.joinpath('a').rmdir(), OSError);
    await deep.rmdir();
    assert.equal(typeof (await top.owner()), 'string');
  }),
);

test(
  'Path.copy, copyInto, move, moveInto: files and folders; the same file is refused',
  inFolder(async (folder) => {
    const top = new Path(folder);
    const from = top.joinpath('from');
    await from.joinpath('deep').mkdir({ parents: true });
    await from.joinpath('deep', 'file').writeText('text');
    const to = await from.copy(top.joinpath('to'));
    assert.equal(await to.joinpath('deep', 'file').readText(), 'text');
    await assert.rejects(from.copy(to), FileExistsError);
    await assert.rejects(from.copy(from.joinpath('inside')), SameFileError);
    const inside = await to.joinpath('deep', 'file').copyInto(from);
    assert.deepEqual(readdirSync(from.fspath()).toSorted(), ['deep', 'file']);
    await assert.rejects(inside.move(inside), SameFileError);
    assert.equal((await inside.moveInto(to)).fspath(), join(folder, 'to', 'file'));
    await from.move(top.joinpath('there'));
    assert.deepEqual(readdirSync(folder).toSorted(), ['there', 'to']);
    assert.throws(() => new Path('/').copyInto('x'), InvalidArgumentError);
  }),
);

test(
  'Path, walk: names that are no UTF-8 are found, opened and removed',
  { skip: runtime().name === 'deno' && 'Deno gives such names with what it could not decode replaced' },
  inFolder(async (folder) => {
    const name = fsdecode(Uint8Array.of(0x61, 0xff, 0x62));
    const file = new Path(folder, name);
    await file.writeText('text');
    const found: string[] = [];
    for await (const one of new Path(folder).iterdir()) found.push(one.name);
    for await (const [, , files] of walk(folder)) found.push(...files);
    assert.deepEqual(found, [name, name]);
    assert.equal(await file.readText(), 'text');
    await file.unlink();
  }),
);

test(
  'walk: a loop of links is gone through once, a folder that vanishes is told to onError',
  inFolder(async (folder) => {
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    symlinkSync('../..', join(folder, 'a', 'b', 'up'));
    let folders = 0;
    for await (const _ of walk(folder, { followSymlinks: true })) folders++;
    assert.ok(folders < 10, `${folders}`);
    const errors: unknown[] = [];
    for await (const [top, dirs] of walk(folder, { onError: (error) => errors.push(error) }))
      if (top === folder) dirs.push('gone');
    assert.deepEqual(
      errors.map((error) => error instanceof FileNotFoundError),
      [true],
    );
    await assert.rejects(async () => {
      for await (const _ of walk(folder, { concurrency: 0 }));
    }, InvalidArgumentError);
    chmodSync(folder, 0o700);
  }),
);

test(
  'walk: a cancel ends it at the next folder, also where that has been read ahead',
  inFolder(async (folder) => {
    for (let i = 0; i < 8; i++) mkdirSync(join(folder, `folder${i}`));
    let folders = 0;
    const task = createTask(async () => {
      for await (const _ of walk(folder)) {
        folders++;
        if (folders === 1) continue;
        // By now the host has read the others: nothing has to be waited for.
        await sleep(50);
        task.cancel();
        assert.equal(task.cancelling(), 1);
      }
    });
    await assertCancelled(task);
    assert.equal(folders, 2);
  }),
);

test(
  'Path: cancelled before, nothing is done; cancelled while, what changes something is done, and what looks is left',
  inFolder(async (folder) => {
    const file = new Path(folder, 'file');
    const before = createTask(async () => {
      currentTask()?.cancel();
      await file.touch();
    });
    await assert.rejects(before, isCancelled);
    assert.equal(await file.exists(), false);
    for (const call of [() => file.exists(), () => path.realpath(file), () => file.walk().next()]) {
      const task = createTask(call as () => Promise<unknown>);
      void createTask(async () => {
        task.cancel();
        task.cancel();
      });
      await assert.rejects(task, isCancelled);
    }
  }),
);
