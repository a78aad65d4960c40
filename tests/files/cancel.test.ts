// Cancels of files: before, while, in the very turn, twice. Nothing read is lost, nothing is written late, no descriptor
// stays open.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import { createTask, isCancelled, moveOnAfter, sleep } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { open, replaceFile, TemporaryFile } from '../../src/files/files.ts';
import { inFolder } from './folder.ts';

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Starts `body` in a task, cancels it after each number of turns, and tells how it ended. */
async function cancelledAfter(
  turns: number,
  body: () => Promise<unknown>,
  twice = false,
): Promise<boolean> {
  const task: Task<unknown> = createTask(body);
  for (let i = 0; i < turns; i++) await turn();
  task.cancel();
  if (twice) {
    await Promise.resolve();
    task.cancel();
  }
  const [outcome] = await Promise.allSettled([task]);
  if (outcome?.status === 'rejected') assert.ok(isCancelled(outcome.reason), String(outcome.reason));
  return outcome?.status === 'rejected';
}

const MOMENTS = [0, 1, 2, 3, 4, 6, 9, 14, 20, 40];

test(
  'read: whatever is cancelled and when, the next reader goes on where the last one stopped',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    const contents = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join('');
    writeFileSync(path, contents);
    for (const binary of [false, true]) {
      const file = await open(path, binary ? 'rb' : 'r', { buffering: 1000 });
      try {
        let got = '';
        for (let round = 0; round < 60; round++) {
          const turns = MOMENTS[round % MOMENTS.length] as number;
          await cancelledAfter(
            turns,
            async () => {
              for (;;) {
                const part = round % 2 === 0 ? await file.read(700) : await file.readline();
                if (part.length === 0) return;
                got += String(part);
              }
            },
            round % 3 === 0,
          );
        }
        got += String(await file.read());
        const at = Array.from(got).findIndex((char, index) => char !== contents[index]);
        assert.ok(
          got === contents,
          `${got.slice(Math.max(at - 30, 0), at + 30)} at ${at} of ${got.length}, not ${contents.slice(Math.max(at - 30, 0), at + 30)}`,
        );
      } finally {
        await file.close();
      }
    }
  }),
);

test(
  'write: a cancelled write is whole or has not begun, and nothing reaches the system after its cancel',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    const file = await open(path, 'wb', { buffering: 64 });
    let expected = '';
    for (let round = 0; round < 60; round++) {
      const turns = MOMENTS[round % MOMENTS.length] as number;
      const begun: string[] = [];
      await cancelledAfter(turns, async () => {
        for (let i = 0; i < 20; i++) {
          const piece = `${round}.${i} `.repeat(1 + (i % 9));
          begun.push(piece);
          await file.write(Buffer.from(piece));
          expected += begun.pop() as string;
        }
      });
      const size = readFileSync(path).length;
      await turn();
      await turn();
      assert.equal(readFileSync(path).length, size, 'a late write');
      // The one that was cancelled is whole, or not there: the position tells.
      const [last] = begun;
      if (last !== undefined && (await file.tell()) > expected.length) expected += last;
      assert.equal(await file.tell(), expected.length);
    }
    await file.close();
    assert.equal(readFileSync(path, 'latin1'), expected);
  }),
);

test(
  'open: a cancel at any moment leaves no descriptor',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, 'text');
    for (const mode of ['r', 'w', 'a+b'] as const)
      for (const turns of MOMENTS)
        await cancelledAfter(turns, async () => {
          const held = await open(path, mode);
          try {
            await sleep(1000);
          } finally {
            await held.close();
          }
        });
    await moveOnAfter(1000, async (scope) => {
      scope.cancel();
      await open(`${folder}/never`, 'w');
    });
    assert.deepEqual(readdirSync(folder), ['file']);
  }),
);

test(
  'close: what was accepted is written though the scope is cancelled',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    await moveOnAfter(1000, async (scope) => {
      const file = await open(path, 'w');
      try {
        await file.write('accepted');
        scope.cancel();
        await sleep(1);
      } finally {
        await file.close();
      }
    });
    assert.equal(readFileSync(path, 'utf8'), 'accepted');
  }),
);

test(
  'read, write: operations of several tasks run in the order of their calls',
  inFolder(async (folder) => {
    const file = await open(`${folder}/file`, 'w+', { buffering: 16 });
    try {
      const writes = Array.from({ length: 50 }, (_, index) =>
        createTask(() => file.write(`${index},`.repeat(10))),
      );
      await Promise.all(writes);
      await file.seek(0);
      const reads = Array.from({ length: 20 }, () => createTask(() => file.read(40)));
      const parts = await Promise.all(reads);
      const text = Array.from({ length: 50 }, (_, index) => `${index},`.repeat(10)).join('');
      assert.equal(parts.join(''), text.slice(0, 800));
    } finally {
      await file.close();
    }
  }),
);

test(
  'open, read: a FIFO waits on the loop and not in a thread, and a cancel ends the wait at once',
  { skip: process.platform === 'win32' && 'needs a FIFO' },
  inFolder(async (folder) => {
    const path = `${folder}/fifo`;
    execFileSync('mkfifo', [path]);
    // More than the host has threads.
    const readers = Array.from({ length: 6 }, () =>
      createTask(async () => {
        const file = await open(path);
        try {
          return await file.read();
        } finally {
          await file.close();
        }
      }),
    );
    await sleep(30);
    writeFileSync(`${folder}/other`, 'the threads are free');
    const other = await open(`${folder}/other`);
    try {
      assert.equal(await other.read(), 'the threads are free');
      for (const reader of readers.slice(1)) reader.cancel();
      await Promise.allSettled(readers.slice(1));
      const writer = await open(path, 'w');
      await writer.write('hello');
      await writer.close();
      assert.equal(await readers[0], 'hello');
      const waiting = createTask(() => open(path, 'w'));
      await sleep(20);
      waiting.cancel();
      await Promise.allSettled([waiting]);
      assert.equal(waiting.cancelled(), true);
    } finally {
      await other.close();
    }
  }),
);

test(
  'TemporaryFile, replaceFile: a cancel at any moment leaves nothing beside',
  inFolder(async (folder) => {
    const path = `${folder}/file`;
    writeFileSync(path, 'old');
    for (const turns of MOMENTS) {
      await cancelledAfter(turns, async () => {
        const file = await TemporaryFile('w+', { dir: folder });
        try {
          await file.write('x');
          await file.fsync();
        } finally {
          await file.close();
        }
      });
      await cancelledAfter(turns, () => replaceFile(path, 'new'));
      assert.deepEqual(readdirSync(folder), ['file'], `after ${turns}`);
      assert.match(readFileSync(path, 'utf8'), /^(?:old|new)$/);
      writeFileSync(path, 'old');
    }
  }),
);
