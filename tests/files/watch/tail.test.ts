// tail: the last lines first, then those that come; rotation, truncation, partial lines, and going on from a position.

import assert from 'node:assert/strict';
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import '../../harness.ts';
import {
  createTask,
  FileNotFoundError,
  InvalidArgumentError,
  IsADirectoryError,
  Queue,
  sleep,
  timeout,
} from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { tail } from '../../../src/files/files.ts';
import type { TailOptions } from '../../../src/files/files.ts';
import { inFolder } from '../folder.ts';

async function all(path: string, options: TailOptions): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of tail(path, { follow: false, ...options })) lines.push(line);
  return lines;
}

interface Following {
  hear(): Promise<string>;
  stop(): Promise<void>;
}

function follow(path: string, options: TailOptions = {}): Following {
  const queue = new Queue<string>();
  const task: Task<void> = createTask(async () => {
    for await (const line of tail(path, { interval: 2, ...options })) queue.putNowait(line);
  });
  return {
    hear: () => timeout(10_000, () => queue.get()),
    stop: async () => {
      assert.equal(queue.qsize(), 0);
      task.cancel();
      await Promise.allSettled([task]);
      assert.equal(task.cancelled(), true);
    },
  };
}

test(
  'tail: the last n lines, all of them, none; a last line without an end counts',
  inFolder(async (folder) => {
    const file = join(folder, 'log');
    writeFileSync(file, '');
    assert.deepEqual(await all(file, {}), []);
    writeFileSync(file, 'one\ntwo\r\n\nfour');
    assert.deepEqual(await all(file, { lines: 1 }), ['four']);
    assert.deepEqual(await all(file, { lines: 3 }), ['two', '', 'four']);
    assert.deepEqual(await all(file, { lines: 9 }), ['one', 'two', '', 'four']);
    assert.deepEqual(await all(file, { lines: 0 }), []);
    assert.deepEqual(await all(file, { fromStart: true, lines: 1 }), ['one', 'two', '', 'four']);
    const many = Array.from({ length: 50_000 }, (_, index) => `line ${index}`);
    writeFileSync(file, `${many.join('\n')}\n`);
    for (const count of [1, 10, 5000, 50_000])
      assert.deepEqual(await all(file, { lines: count }), many.slice(-count));
    writeFileSync(file, Buffer.from('grün\n', 'latin1'));
    assert.deepEqual(await all(file, { encoding: 'latin1' }), ['grün']);
    writeFileSync(file, 'abcdefgh\nij\n');
    assert.deepEqual(await all(file, { fromStart: true, lineLimit: 3 }), ['abc', 'def', 'gh', 'ij']);
  }),
);

test(
  'tail: what it does not take is refused, and errors name the path',
  inFolder(async (folder) => {
    for (const options of [{ lines: -1 }, { interval: -1 }, { lineLimit: 0 }, { encoding: 'klingon' }])
      assert.throws(() => tail(folder, options), InvalidArgumentError);
    const file = join(folder, 'missing');
    await assert.rejects(
      all(file, {}),
      (error) => error instanceof FileNotFoundError && error.message.includes(file),
    );
    await assert.rejects(
      all(folder, {}),
      (error) => error instanceof IsADirectoryError && error.message.includes(folder),
    );
  }),
);

test(
  'tail: follows a file that does not exist yet, grows, is renamed, truncated, removed and made again',
  inFolder(async (folder) => {
    const file = join(folder, 'log');
    const following = follow(file);
    await sleep(5);
    writeFileSync(file, 'first\nsec');
    assert.equal(await following.hear(), 'first');
    appendFileSync(file, 'ond\n');
    assert.equal(await following.hear(), 'second');
    appendFileSync(file, 'left');
    renameSync(file, `${file}.1`);
    appendFileSync(`${file}.1`, ' over\nlate\nunfinished');
    writeFileSync(file, 'new\n');
    for (const line of ['left over', 'late', 'unfinished', 'new'])
      assert.equal(await following.hear(), line);
    truncateSync(file, 0);
    await sleep(20);
    appendFileSync(file, 'cut\n');
    assert.equal(await following.hear(), 'cut');
    rmSync(file);
    await sleep(20);
    writeFileSync(file, 'again\n');
    assert.equal(await following.hear(), 'again');
    await following.stop();
  }),
);

test(
  'tail: goes on from a position through files that were renamed several times, in their order, and through no others',
  inFolder(async (folder) => {
    const file = join(folder, 'log');
    writeFileSync(file, 'a1\na2\n');
    const first = tail(file, { fromStart: true });
    for await (const _ of first) break;
    for (const [index, name] of ['b', 'c', 'd'].entries()) {
      for (let n = index; n > 0; n--) renameSync(`${file}.${n}`, `${file}.${n + 1}`);
      renameSync(file, `${file}.1`);
      await sleep(15);
      writeFileSync(file, `${name}\n`);
    }
    await sleep(15);
    for (const other of ['log.gz', 'log.2.gz', 'logs', 'log.bak'])
      writeFileSync(join(folder, other), 'wrong\n');
    const heard: string[] = [];
    for await (const line of tail(file, { interval: 1, position: first.position })) {
      heard.push(line);
      if (line === 'd') break;
    }
    assert.deepEqual(heard, ['a2', 'b', 'c', 'd']);
  }),
);

test(
  'tail: cancelled or left at any line, a reader that goes on from the position gets every line once, over rotations',
  inFolder(async (folder) => {
    const file = join(folder, 'log');
    let written = 0;
    const write = (count: number): void => {
      for (let i = 0; i < count; i++) appendFileSync(file, `${written++}\n`);
    };
    write(3);
    const heard: string[] = [];
    let position: TailOptions['position'];
    let options: TailOptions = { fromStart: true };
    for (let round = 0; round < 40; round++) {
      write(round % 4);
      if (round % 5 === 4) {
        renameSync(file, `${file}.${round}`);
        write(1);
      }
      const lines = tail(file, { interval: 1, ...options });
      const take = createTask(async () => {
        let taken = 0;
        for await (const line of lines) {
          heard.push(line);
          if (++taken > round % 3) break;
        }
      });
      await sleep(round % 7);
      take.cancel();
      await Promise.allSettled([take]);
      position = lines.position ?? position;
      options =
        position === undefined
          ? options
          : { position: JSON.parse(JSON.stringify(position)) as typeof position };
    }
    // What is left.
    write(1);
    const rest = tail(file, { interval: 1, ...options });
    await timeout(10_000, async () => {
      for await (const line of rest) {
        heard.push(line);
        if (heard.length === written) break;
      }
    });
    assert.deepEqual(
      heard,
      Array.from({ length: written }, (_, index) => String(index)),
    );
  }),
);
