// watch: what is told of changes, when the watch is on, and what it leaves behind.

import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import '../../harness.ts';
import {
  createTask,
  FileNotFoundError,
  InvalidArgumentError,
  isCancelled,
  moveOnAfter,
  sleep,
  timeout,
  UsageError,
} from '../../../src/asyncio.ts';
import { watch } from '../../../src/files/files.ts';
import type { Watch } from '../../../src/files/files.ts';
import { inFolder } from '../folder.ts';

/** Reads until these have been told, as `change path`, in any order. */
async function told(watching: Watch, folder: string, expected: readonly string[]): Promise<void> {
  const seen: string[] = [];
  await timeout(20_000, async () => {
    while (seen.length < expected.length) {
      const changes = await watching.read();
      assert.notEqual(changes.length, 0, 'the watch ended');
      for (const { change, path } of changes) seen.push(`${change} ${path.slice(folder.length + 1)}`);
    }
  });
  assert.deepEqual(seen.toSorted(), expected.toSorted());
}

test(
  'watch: tells what is added, modified, deleted and renamed; no change after it returned is missed',
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'there'), '1');
    const watching = await watch(folder, { debounce: 5 });
    try {
      writeFileSync(join(folder, 'new'), '');
      appendFileSync(join(folder, 'there'), '2');
      await told(watching, folder, ['added new', 'modified there']);
      renameSync(join(folder, 'new'), join(folder, 'newer'));
      await told(watching, folder, ['deleted new', 'added newer']);
      rmSync(join(folder, 'there'));
      symlinkSync('nowhere', join(folder, 'link'));
      await told(watching, folder, ['deleted there', 'added link']);
      writeFileSync(join(folder, 'brief'), '');
      rmSync(join(folder, 'brief'));
      writeFileSync(join(folder, 'last'), '');
      await told(watching, folder, ['added last']);
    } finally {
      await watching.close();
    }
  }),
);

test(
  'watch recursive: folders that appear are watched, with all that is in them by then, and go with what was in them',
  inFolder(async (folder) => {
    const watching = await watch(folder, { recursive: true, debounce: 5 });
    try {
      for (let round = 0; round < 5; round++) {
        const deep = join(folder, 'a', 'b', 'c');
        mkdirSync(deep, { recursive: true });
        writeFileSync(join(deep, 'file'), '');
        await told(watching, folder, ['added a', 'added a/b', 'added a/b/c', 'added a/b/c/file']);
        appendFileSync(join(deep, 'file'), 'more');
        await told(watching, folder, ['modified a/b/c/file']);
        renameSync(join(folder, 'a'), join(folder, 'z'));
        await told(watching, folder, [
          ...['deleted a', 'deleted a/b', 'deleted a/b/c', 'deleted a/b/c/file'],
          ...['added z', 'added z/b', 'added z/b/c', 'added z/b/c/file'],
        ]);
        rmSync(join(folder, 'z'), { recursive: true });
        await told(watching, folder, ['deleted z', 'deleted z/b', 'deleted z/b/c', 'deleted z/b/c/file']);
      }
    } finally {
      await watching.close();
    }
  }),
);

test(
  'watch recursive: 2,000 files in 40 folders made at once are all told, each once',
  inFolder(async (folder) => {
    const watching = await watch(folder, { recursive: true, debounce: 20 });
    try {
      const expected: string[] = [];
      for (let i = 0; i < 40; i++) {
        mkdirSync(join(folder, `d${i}`));
        expected.push(`added d${i}`);
        for (let n = 0; n < 50; n++) {
          writeFileSync(join(folder, `d${i}`, `f${n}`), '');
          expected.push(`added d${i}/f${n}`);
        }
      }
      await told(watching, folder, expected);
    } finally {
      await watching.close();
    }
  }),
);

test(
  'watch: a queue of the system that overflowed loses nothing',
  inFolder(async (folder) => {
    mkdirSync(join(folder, 'busy'));
    mkdirSync(join(folder, 'quiet'));
    const watching = await watch(folder, { recursive: true, debounce: 20 });
    try {
      // Nobody reads the queue meanwhile: it holds 16,384.
      for (let i = 0; i < 10_000; i++) {
        writeFileSync(join(folder, 'busy', String(i % 100)), String(i));
        if (i % 100 === 99) for (let n = 0; n < 100; n++) rmSync(join(folder, 'busy', String(n)));
      }
      writeFileSync(join(folder, 'quiet', 'last'), '');
      await told(watching, folder, ['added quiet/last']);
    } finally {
      await watching.close();
    }
  }),
);

test(
  'watch: filter says what is told, ignore what is looked at',
  inFolder(async (folder) => {
    const ignore = (path: string): boolean => path.endsWith('node_modules');
    const filter = (path: string): boolean => path.endsWith('.ts');
    const watching = await watch(folder, { recursive: true, debounce: 5, ignore, filter });
    try {
      mkdirSync(join(folder, 'node_modules'));
      writeFileSync(join(folder, 'node_modules', 'x.ts'), '');
      writeFileSync(join(folder, 'y.js'), '');
      writeFileSync(join(folder, 'z.ts'), '');
      await told(watching, folder, ['added z.ts']);
    } finally {
      await watching.close();
    }
  }),
);

test(
  'watch of a file: tells of it alone, through replacing, removing and coming back',
  inFolder(async (folder) => {
    const file = join(folder, 'file');
    writeFileSync(file, '1');
    const watching = await watch(file, { debounce: 5 });
    try {
      writeFileSync(join(folder, 'other'), '');
      appendFileSync(file, '2');
      await told(watching, folder, ['modified file']);
      writeFileSync(join(folder, 'beside'), 'new');
      renameSync(join(folder, 'beside'), file);
      await told(watching, folder, ['modified file']);
      rmSync(file);
      await told(watching, folder, ['deleted file']);
      writeFileSync(file, '3');
      await told(watching, folder, ['added file']);
    } finally {
      await watching.close();
    }
  }),
);

test(
  'watch: ends when the folder is gone; a missing one is an error that names it',
  inFolder(async (folder) => {
    const top = join(folder, 'top');
    await assert.rejects(
      watch(top),
      (error) => error instanceof FileNotFoundError && error.message.includes(top),
    );
    await assert.rejects(watch(folder, { debounce: -1 }), InvalidArgumentError);
    mkdirSync(top);
    writeFileSync(join(top, 'file'), '');
    const batches: string[][] = [];
    const watching = await watch(top, { debounce: 5 });
    rmSync(top, { recursive: true });
    for await (const changes of watching)
      batches.push(changes.map(({ change, path }) => `${change} ${path}`));
    assert.deepEqual(batches.flat().toSorted(), [`deleted ${top}`, `deleted ${top}/file`]);
    assert.equal(watching.closed, true);
    assert.deepEqual(await watching.read(), []);
  }),
);

test(
  'watch: a cancelled read loses nothing, at any moment; one reads at a time',
  inFolder(async (folder) => {
    const watching = await watch(folder, { debounce: 3 });
    try {
      for (let i = 0; i < 30; i++) {
        await moveOnAfter(i % 6, () => watching.read());
        writeFileSync(join(folder, String(i)), '');
        const seen: string[] = [];
        // Cancels in the wait, in the quiet time, in the look, and in the turn in which it ends.
        for (let n = 0; seen.length === 0; n++) {
          const reading = createTask(
            async () => void seen.push(...(await watching.read()).map(({ path }) => path)),
          );
          await sleep(n / 3);
          reading.cancel();
          reading.cancel();
          await Promise.allSettled([reading]);
        }
        assert.deepEqual(seen, [join(folder, String(i))]);
      }
      const first = createTask(() => watching.read());
      await sleep(0);
      await assert.rejects(watching.read(), UsageError);
      first.cancel();
      await assert.rejects(first, isCancelled);
    } finally {
      await watching.close();
    }
  }),
);

test(
  'watch: the loop over it closes it when it is left by break, by an error and by a cancel',
  inFolder(async (folder) => {
    const ways: ((watching: Watch) => Promise<void>)[] = [
      async (watching) => {
        for await (const _ of watching) break;
      },
      async (watching) => {
        for await (const _ of watching) throw new Error('left');
      },
      async (watching) => {
        for await (const _ of watching) await sleep(60_000);
      },
    ];
    for (const [index, way] of ways.entries()) {
      const watching = await watch(folder, { debounce: 0 });
      const task = createTask(() => way(watching));
      writeFileSync(join(folder, String(index)), '');
      if (index === 2) {
        await sleep(30);
        task.cancel();
      }
      await Promise.allSettled([task]);
      assert.equal(watching.closed, true, String(index));
    }
    const waiting = await watch(folder);
    const task = createTask(async () => {
      for await (const _ of waiting);
    });
    await sleep(5);
    task.cancel();
    await assert.rejects(task, isCancelled);
    assert.equal(waiting.closed, true);
  }),
);

test(
  'watch: cancelled while it is being set up, it leaves nothing',
  inFolder(async (folder) => {
    for (let i = 0; i < 50; i++) mkdirSync(join(folder, `d${i}`));
    for (let i = 0; i < 8; i++) {
      const task = createTask(() => watch(folder, { recursive: true }));
      await sleep(i / 2);
      task.cancel();
      const [outcome] = await Promise.allSettled([task]);
      if (outcome?.status === 'fulfilled') outcome.value.close();
    }
  }),
);
