// What the system refuses, as programs meet it: the class, the file it names, and the line that called.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import {
  FileExistsError,
  FileNotFoundError,
  getRunningLoop,
  InvalidArgumentError,
  IsADirectoryError,
  LimitOverrunError,
  NotADirectoryError,
  OSError,
  PermissionError,
  run,
  UnsupportedError,
  UsageError,
} from '../../src/asyncio.ts';
import { open, replaceFile, UnicodeDecodeError, UnsupportedOperation } from '../../src/files/files.ts';
import { root, sourceCondition } from '../../scripts/runtime.mjs';
import { onNode } from '../facade/program.ts';
import { errorOf } from '../outcome.ts';
import { inFolder } from './folder.ts';

test(
  'open: each refusal is the class that Python raises, and names the file',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, 'text');
    const missing = await errorOf(open(`${folder}/no/file`), FileNotFoundError);
    assert.deepEqual(
      [missing.filename, missing.code, missing.syscall],
      [`${folder}/no/file`, 'ENOENT', 'open'],
    );
    assert.equal((await errorOf(open(path, 'x'), FileExistsError)).filename, path);
    assert.equal((await errorOf(open(folder), IsADirectoryError)).filename, folder);
    await errorOf(open(folder, 'w'), IsADirectoryError);
    await errorOf(open(`${path}/x`), NotADirectoryError);
    for (const mode of ['', 'rw', 'q', 'rr', 'bt', 'rbt', '+'])
      await errorOf(open(path, mode), InvalidArgumentError);
    await errorOf(open(path, 'rb', { encoding: 'utf-8' }), InvalidArgumentError);
    await errorOf(open(path, 'r', { encoding: 'no-such' }), InvalidArgumentError);
    await errorOf(open(path, 'r', { errors: 'no-such' }), InvalidArgumentError);
    await errorOf(open(path, 'r', { errors: 'namereplace' }), UnsupportedError);
    await errorOf(open(path, 'r', { buffering: 0 }), InvalidArgumentError);
    await errorOf(open(path, 'r', { closefd: false }), InvalidArgumentError);
  }),
);

test(
  'open, read: an error names the line that called',
  { skip: onNode ? false : 'the host gives its errors no stack that follows awaits' },
  inFolder(async (folder) => {
    const opening = async (): Promise<void> => void (await open(`${folder}/missing`));
    assert.match((await errorOf(opening(), OSError)).stack ?? '', /opening .*faults\.test\.ts/);
    const file = await open('/proc/self/mem', 'rb');
    try {
      const reading = async (): Promise<void> => void (await file.read(10));
      assert.match((await errorOf(reading(), OSError)).stack ?? '', /reading .*faults\.test\.ts/);
    } finally {
      await file.close();
    }
  }),
);

test(
  'open: no permission is PermissionError',
  {
    skip:
      !onNode ||
      process.platform === 'win32' ||
      (process.getuid?.() === 0 && !existsSync('/usr/bin/setpriv'))
        ? 'needs setpriv, and starts a Node of its own'
        : false,
  },
  inFolder(async (folder) => {
    const path = `${folder}/secret`;
    writeFileSync(path, 'text');
    chmodSync(path, 0);
    if (process.getuid?.() !== 0) {
      assert.equal((await errorOf(open(path), PermissionError)).filename, path);
      return;
    }
    const program = `try { require('fs').readFileSync(${JSON.stringify(path)}) } catch (e) { console.log(e.code) }`;
    chmodSync(folder, 0o755);
    const args = ['--reuid=65534', '--clear-groups', process.execPath, '-e', program];
    const { stdout } = spawnSync('setpriv', args, { encoding: 'utf8' });
    if (stdout.trim() !== 'EACCES') return; // the runtime itself is out of the other user's reach
    const ours = spawnSync(
      'setpriv',
      [
        ...[
          '--reuid=65534',
          '--clear-groups',
          process.execPath,
          sourceCondition,
          '--input-type=module',
          '-e',
        ],
        `const { run } = await import('asyncio-ts'); const { open } = await import('asyncio-ts/files');
         await run(() => open(${JSON.stringify(path)})).catch((e) => console.log(e.name, e.filename));`,
      ],
      { encoding: 'utf8', cwd: root },
    );
    assert.equal(ours.stdout.trim(), `PermissionError ${path}`, ours.stderr);
  }),
);

test(
  'write: a full disk is an OSError at the flush, again at the close, and the descriptor is closed',
  { skip: !existsSync('/dev/full') && 'needs /dev/full' },
  inFolder(async () => {
    const file = await open('/dev/full', 'w');
    await file.write('x');
    const error = await errorOf(file.flush(), OSError);
    assert.deepEqual([error.code, error.filename], ['ENOSPC', '/dev/full']);
    await errorOf(file.write('x'.repeat(1_000_000)), OSError);
    await errorOf(file.close(), OSError);
    assert.equal(file.closed, true);
    await file.close();
  }),
);

test(
  'write, replaceFile, copyFile: a file that may not grow is an OSError, the old contents stay, nothing is left beside',
  { skip: !onNode || process.platform === 'win32' ? 'needs ulimit' : false },
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, 'old');
    writeFileSync(`${folder}/large`, 'x'.repeat(100_000));
    const program = `process.on('SIGXFSZ', () => {});
      const { run } = await import('asyncio-ts');
      const { copy, copyFile, open, replaceFile } = await import('asyncio-ts/files');
      await run(async () => {
        for (const call of [copy, copyFile])
          await call(${JSON.stringify(`${folder}/large`)}, ${JSON.stringify(path)}).catch((e) => console.log(e.name, e.code));
        await replaceFile(${JSON.stringify(path)}, 'x'.repeat(100_000)).catch((e) => console.log(e.name, e.code));
        const file = await open(${JSON.stringify(`${folder}/grows`)}, 'wb');
        await file.write(new Uint8Array(100_000)).catch((e) => console.log(e.name, e.code));
        await file.close().catch((e) => console.log('close', e.code));
      });`;
    const { stdout, stderr } = spawnSync(
      'bash',
      [
        '-c',
        'ulimit -f 16; exec "$0" "$@"',
        process.execPath,
        sourceCondition,
        '--input-type=module',
        '-e',
        program,
      ],
      { encoding: 'utf8', cwd: root },
    );
    assert.match(stdout, /^(?:OSError EFBIG\n){3}/, stderr);
    assert.equal(readFileSync(path, 'utf8'), 'old');
    assert.deepEqual(readdirSync(folder).toSorted(), ['file', 'grows', 'large']);
  }),
);

test(
  'replaceFile: keeps the permissions, follows a link, and a failing writer changes nothing',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    await replaceFile(path, Buffer.from('new'));
    assert.equal(readFileSync(path, 'utf8'), 'new');
    const { statSync, symlinkSync, lstatSync } = await import('node:fs');
    assert.equal(statSync(path).mode & 0o777, 0o640);
    symlinkSync('file', `${folder}/link`);
    await replaceFile(`${folder}/link`, 'by link');
    assert.equal(lstatSync(`${folder}/link`).isSymbolicLink(), true);
    assert.equal(readFileSync(path, 'utf8'), 'by link');
    const failing = replaceFile(path, async (file) => {
      await file.write('half');
      throw new Error('no more');
    });
    await assert.rejects(failing, { message: 'no more' });
    assert.equal(readFileSync(path, 'utf8'), 'by link');
    assert.deepEqual(readdirSync(folder).toSorted(), ['file', 'link']);
    mkdirSync(`${folder}/sub`);
    await errorOf(replaceFile(`${folder}/sub`, 'x'), OSError);
    await errorOf(replaceFile(`${folder}/none/x`, 'x'), FileNotFoundError);
  }),
);

test(
  'read: what the file cannot do, and a closed file, say so',
  inFolder(async (folder) => {
    const file = await open(`${folder}/file`, 'w');
    await errorOf(file.read(), UnsupportedOperation);
    await errorOf(file.write(5 as never), InvalidArgumentError);
    await file.close();
    await errorOf(file.write('x'), UsageError);
    await errorOf(file.read(), UsageError);
    const bytes = await open(`${folder}/file`, 'rb');
    await errorOf(bytes.write(Buffer.from('x')), UnsupportedOperation);
    await errorOf(bytes.seek(-1), InvalidArgumentError);
    await bytes.close();
  }),
);

test(
  'for await: a line over the limit is LimitOverrunError, stays in the file, and memory is bounded',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, `short\n${'x'.repeat(5000)}\nlast\n`);
    for (const mode of ['r', 'rb']) {
      const file = await open(path, mode, { lineLimit: 1000, buffering: 256 });
      try {
        const lines: string[] = [];
        const reading = async (): Promise<void> => {
          for await (const line of file) lines.push(String(line));
        };
        await errorOf(reading(), LimitOverrunError);
        assert.deepEqual(lines, ['short\n']);
        assert.equal((await file.readline()).length, 5001);
        assert.equal(String(await file.readline()), 'last\n');
      } finally {
        await file.close();
      }
    }
  }),
);

test(
  'read: what stands before bad bytes is read first, and the error has its place',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, Buffer.from('good\nbad \xff\n', 'latin1'));
    const file = await open(path);
    try {
      assert.equal(await file.readline(), 'good\n');
      const error = await errorOf(file.readline(), UnicodeDecodeError);
      assert.deepEqual([error.position, error.reason, error.encoding], [9, 'invalid start byte', 'utf-8']);
      assert.equal(await file.read(4), 'bad ');
      await errorOf(file.read(1), UnicodeDecodeError);
    } finally {
      await file.close();
    }
  }),
);

test(
  'read: a file that vanishes is read to its end',
  { skip: process.platform === 'win32' && 'an open file can not be deleted there' },
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, 'x'.repeat(500_000));
    const file = await open(path);
    try {
      assert.equal((await file.read(10)).length, 10);
      (await import('node:fs')).unlinkSync(path);
      assert.equal((await file.read()).length, 499_990);
    } finally {
      await file.close();
    }
  }),
);

test('open: a file that was not closed is written and closed at the end of the run, and debug mode names it', async () => {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const folder = mkdtempSync(`${tmpdir()}/asyncio-ts-`);
  const told: string[] = [];
  await run(
    async () => {
      getRunningLoop().setExceptionHandler((_loop, { message }) => void told.push(String(message)));
      const file = await open(`${folder}/file`, 'w');
      await file.write('kept');
    },
    { debug: true },
  );
  assert.deepEqual(told, [`unclosed file '${folder}/file' (w): close() it`]);
  assert.equal(readFileSync(`${folder}/file`, 'utf8'), 'kept');
  rmSync(folder, { recursive: true });
});
