// What meets a file from outside while it is open: a close while others wait, files that tell no size, lines without an
// end, folders that vanish, no descriptors left.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import {
  createTask,
  InvalidArgumentError,
  LimitOverrunError,
  OSError,
  sleep,
  UsageError,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import {
  mkdtemp,
  mkstemp,
  NamedTemporaryFile,
  open,
  Path,
  SpooledTemporaryFile,
  TemporaryDirectory,
} from '../../src/files/files.ts';
import type { OpenOptions, TextFile } from '../../src/files/files.ts';
import { root, sourceCondition } from '../../scripts/runtime.mjs';
import { onNode } from '../facade/program.ts';
import { assertCancelled, errorOf } from '../outcome.ts';
import { inFolder } from './folder.ts';

const noFifo = process.platform === 'win32' && 'needs a FIFO';
const noProc = !existsSync('/proc/self/status') && 'needs /proc';

test(
  'close: who waits to read a FIFO, or for his turn, gets UsageError',
  { skip: noFifo },
  inFolder(async (folder) => {
    execFileSync('mkfifo', [`${folder}/fifo`]);
    for (const mode of ['r', 'rb']) {
      const file = await open(`${folder}/fifo`, mode);
      const waiting: Task<unknown>[] = [
        createTask<unknown>(() => file.read(5)),
        createTask<unknown>(() => file.readline()),
      ];
      await sleep(20);
      await file.close();
      for (const task of waiting) await errorOf(task, UsageError);
    }
  }),
);

test(
  'close: who is about to wait for a FIFO, in whatever turn of its read, gets UsageError',
  { skip: noFifo },
  inFolder(async (folder) => {
    execFileSync('mkfifo', [`${folder}/fifo`]);
    for (let turns = 0; turns < 12; turns++) {
      const file = await open(`${folder}/fifo`, 'rb');
      const reading = createTask(() => file.read(5));
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      await file.close();
      await errorOf(reading, UsageError);
    }
  }),
);

test(
  'close: who is about to wait for room in a FIFO when its close is cancelled, in whatever turn, gets UsageError',
  { skip: noFifo },
  inFolder(async (folder) => {
    execFileSync('mkfifo', [`${folder}/fifo`]);
    for (let turns = 1; turns < 12; turns++) {
      const reader = await open(`${folder}/fifo`, 'rb');
      const file = await open(`${folder}/fifo`, 'wb');
      const writing = createTask(() => file.write(new Uint8Array(1_000_000)));
      await sleep(0);
      const closing = createTask(() => file.close());
      for (let turn = 0; turn < turns; turn++) await sleep(0);
      closing.cancel();
      await Promise.allSettled([closing]);
      assert.ok(file.closed);
      await errorOf(writing, UsageError);
      await reader.close();
    }
  }),
);

test(
  'readline, read: a line that has begun waits for its end, and whoever wants less of it does not',
  { skip: noFifo },
  inFolder(async (folder) => {
    execFileSync('mkfifo', [`${folder}/fifo`]);
    await using file = await open(`${folder}/fifo`, 'r', { lineLimit: 5 });
    await using writer = await open(`${folder}/fifo`, 'w');
    const feed = async (text: string): Promise<void> => {
      await writer.write(text);
      await writer.flush();
    };
    await feed('one\nbeg');
    assert.equal(await file.readline(), 'one\n');
    assert.equal(await file.readline(2), 'be', 'a part of a line that has no end yet');
    await feed('un\nta');
    assert.equal(await file.readline(), 'gun\n');
    assert.equal(await file.read(2), 'ta');
    await feed('\nold\rmac');
    assert.equal(await file.readline(), '\n');
    assert.equal(await file.readline(), 'old\n', "a '\\r' ends a line, and no '\\n' need follow");
    await feed('\ntoo long');
    const lines = file[Symbol.asyncIterator]();
    assert.deepEqual(await lines.next(), { done: false, value: 'mac\n' });
    await errorOf(lines.next(), LimitOverrunError);
    await feed(' here\nend');
    assert.equal(await file.readline(), 'too long here\n');
    await writer.close();
    assert.deepEqual(await file.readlines(), ['end']);
  }),
);

for (const mode of ['r', 'rb'] as const)
  test(
    `readlines: a cancel takes none of the lines that had come (${mode})`,
    { skip: noFifo },
    inFolder(async (folder) => {
      execFileSync('mkfifo', [`${folder}/fifo`]);
      await using file = await open(`${folder}/fifo`, mode);
      await using writer = await open(`${folder}/fifo`, 'w');
      const feed = async (text: string): Promise<void> => {
        await writer.write(text);
        await writer.flush();
      };
      const long = `${'é€😀'.repeat(3)}\n`.repeat(300);
      await feed('zero\n');
      assert.equal(String(await file.readline()), 'zero\n');
      for (const text of ['one\n', `two\n${long}thr`]) {
        await feed(text);
        const reading = createTask<unknown>(() => file.readlines());
        await sleep(20);
        reading.cancel();
        await assertCancelled(reading);
      }
      assert.equal(String(await file.readline()), 'one\n');
      const reading = createTask<unknown>(() => file.readlines());
      await sleep(20);
      reading.cancel();
      await assertCancelled(reading);
      await feed('ee\nfour');
      await writer.close();
      const lines = (await file.readlines()).map(String);
      assert.equal(lines.join(''), `two\n${long}three\nfour`);
      assert.equal(lines.length, 303);
    }),
  );

test(
  'close: waits for what a FIFO has to take; its cancel ends that wait, and who writes gets UsageError',
  { skip: noFifo },
  inFolder(async (folder) => {
    execFileSync('mkfifo', [`${folder}/fifo`]);
    const reader = await open(`${folder}/fifo`, 'rb');
    const file = await open(`${folder}/fifo`, 'wb');
    const writing = createTask(() => file.write(new Uint8Array(1_000_000)));
    const next = createTask(() => file.write(new Uint8Array(10)));
    await sleep(20);
    const closing = createTask(() => file.close());
    await sleep(20);
    assert.deepEqual([writing.done(), closing.done()], [false, false]);
    closing.cancel();
    await Promise.allSettled([closing]);
    assert.deepEqual([closing.cancelled(), file.closed], [true, true]);
    await errorOf(writing, UsageError);
    await errorOf(next, UsageError);
    await reader.close();
  }),
);

test(
  'read, readAt, for await: a file that says 0 is read to its end',
  { skip: noProc },
  inFolder(async () => {
    const file = await open('/proc/self/status', 'rb');
    assert.match(String(await file.readAt(5, 0)), /^Name:$/);
    assert.ok((await file.readAt(100_000, 0)).length > 500);
    assert.ok((await file.read()).length > 500);
    await file.close();
    const text = await open('/proc/self/status');
    let count = 0;
    for await (const line of text) count += line.endsWith('\n') ? 1 : 0;
    assert.ok(count > 10);
    await text.close();
  }),
);

test(
  'readline, for await: a line of 30 MB without an end takes time in proportion to its length',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    const timeOf = async (length: number, mode: string): Promise<number> => {
      writeFileSync(path, Buffer.alloc(length, 'x'));
      const begun = process.cpuUsage();
      const file = await open(path, mode, { buffering: 65_536 });
      assert.equal((await file.readline()).length, length);
      await file.close();
      const { user, system } = process.cpuUsage(begun);
      return user + system;
    };
    for (const mode of ['r', 'rb']) {
      const short = Math.max(await timeOf(3_000_000, mode), 10_000);
      // 100 times as much, where all that is there is looked at or copied again with each part.
      assert.ok((await timeOf(30_000_000, mode)) < 40 * short);
    }
  }),
);

test(
  'readline: a line end that lies across two parts, in every kind',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    for (const [newline, end] of [
      ['\r\n', '\r\n'],
      ['', '\r\n'],
      ['\r', '\r'],
      [null, '\r\n'],
    ] as const)
      for (const length of [6, 7, 8, 9, 15, 16, 65_535, 65_536]) {
        writeFileSync(path, `${'x'.repeat(length)}${end}next${end}`);
        // Eight bytes at a time, a long line would take thousands of reads.
        const file = await open(path, 'r', { newline, buffering: length < 65_535 ? 8 : 65_536 });
        const read = newline === null ? '\n' : end;
        assert.equal(await file.readline(), `${'x'.repeat(length)}${read}`);
        assert.equal(await file.readline(), `next${read}`);
        await file.close();
      }
  }),
);

test(
  'SpooledTemporaryFile: rollover in its turn: with a write, with another rollover, with a close',
  inFolder(async (folder) => {
    const file = await SpooledTemporaryFile({ dir: folder, buffering: 0 });
    await file.write(new Uint8Array(2_000_000));
    await file.seek(0);
    const rolling = [createTask(() => file.rollover()), createTask(() => file.rollover())];
    const writing = createTask(() => file.write(Buffer.from('new')));
    await Promise.all([...rolling, writing]);
    await file.seek(0);
    assert.equal(String(await file.read(3)), 'new');
    await file.close();
    await errorOf(file.rollover(), UsageError);
    const other = await SpooledTemporaryFile({ dir: folder });
    await other.write(Buffer.from('x'));
    const both = [createTask(() => other.rollover()), createTask(() => other.close())];
    await Promise.allSettled(both);
    assert.equal(other.closed, true);
    assert.deepEqual(readdirSync(folder), []);
  }),
);

test(
  'NamedTemporaryFile, TemporaryDirectory, mkstemp, mkdtemp: paths are absolute, and a folder that vanished is no error',
  inFolder(async (folder) => {
    const dir = relative(process.cwd(), folder);
    const file = await NamedTemporaryFile('w', { dir });
    const made = await TemporaryDirectory({ dir });
    const [fd, path] = await mkstemp({ dir });
    const bare = await mkdtemp({ dir });
    for (const name of [file.name, made.name, path, bare]) {
      assert.ok(name.startsWith(`${folder}/`), name);
      assert.ok(statSync(name));
    }
    await (await open(fd, 'w')).close();
    await file.write('x');
    for (const name of readdirSync(folder)) rmSync(`${folder}/${name}`, { recursive: true });
    await file.close();
    await made.cleanup();
  }),
);

test(
  'open: a loop of links is an OSError that names the path',
  inFolder(async (folder) => {
    symlinkSync('loop', `${folder}/loop`);
    const error = await errorOf(open(`${folder}/loop`), OSError);
    assert.deepEqual([error.code, error.filename], ['ELOOP', `${folder}/loop`]);
  }),
);

test(
  'open, NamedTemporaryFile: without a descriptor left they fail with EMFILE, and work again when there is one',
  { skip: !onNode || process.platform === 'win32' ? 'needs ulimit' : false },
  inFolder(async (folder) => {
    mkdirSync(`${folder}/made`);
    writeFileSync(`${folder}/file`, 'text');
    const program = `const { run } = await import('asyncio-ts');
      const { NamedTemporaryFile, open } = await import('asyncio-ts/files');
      await run(async () => {
        const files = [];
        let code;
        while (code === undefined)
          await open(${JSON.stringify(`${folder}/file`)}).then((f) => files.push(f), (e) => (code = e.code));
        const named = NamedTemporaryFile('w', { dir: ${JSON.stringify(`${folder}/made`)} });
        console.log(code, await named.then(() => 'made', (e) => e.code));
        await files.pop().close();
        const again = await open(${JSON.stringify(`${folder}/file`)});
        console.log(await again.read());
        await again.close();
        for (const file of files) await file.close();
      });`;
    const { stdout, stderr } = spawnSync(
      'bash',
      [
        ...['-c', 'ulimit -n 120; exec "$0" "$@"', process.execPath],
        ...[sourceCondition, '--input-type=module', '-e', program],
      ],
      { encoding: 'utf8', cwd: root },
    );
    assert.equal(stdout, 'EMFILE EMFILE\ntext\n', stderr);
    assert.deepEqual(readdirSync(`${folder}/made`), []);
  }),
);

async function linesOf(opening: Promise<TextFile>): Promise<string[]> {
  const file = await opening;
  try {
    return await file.readlines();
  } finally {
    await file.close();
  }
}

test(
  'open: options may stand in the place of the mode, as by name in Python; what is neither is refused',
  inFolder(async (folder) => {
    writeFileSync(`${folder}/text`, 'a\r\nb\rc\n');
    const wanted = new Map<OpenOptions['newline'], string[]>([
      [undefined, ['a\n', 'b\n', 'c\n']],
      [null, ['a\n', 'b\n', 'c\n']],
      ['', ['a\r\n', 'b\r', 'c\n']],
      ['\n', ['a\r\n', 'b\rc\n']],
      ['\r', ['a\r', '\nb\r', 'c\n']],
      ['\r\n', ['a\r\n', 'b\rc\n']],
    ]);
    for (const [newline, lines] of wanted) {
      const options: OpenOptions = { newline };
      assert.deepEqual(await linesOf(open(`${folder}/text`, options)), lines);
      assert.deepEqual(await linesOf(new Path(folder, 'text').open(options)), lines);
    }
    await errorOf(open(`${folder}/text`, { newline: 'x' as never }), InvalidArgumentError);
    for (const mode of [7, true]) {
      const error = await errorOf(open(`${folder}/none`, mode as never), InvalidArgumentError);
      assert.match(error.message, /a mode is a string such as 'r' or 'wb'/);
    }
  }),
);
