// The calls of node:fs/promises as asyncio-ts/cancellable has them, on real files.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import host from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import '../harness.ts';
import { createTask, isCancelled, moveOnAfter, sleep, timeout, TimeoutError } from '../../src/asyncio.ts';
import { fs } from '../../src/cancellable/cancellable.ts';
import { inLoop } from '../inLoop.ts';
import { errorOf } from '../outcome.ts';
import { onNode } from '../facade/program.ts';
import { cancelAtEachMoment } from './cancels.ts';

function inFolder(body: (folder: string) => Promise<unknown>): () => Promise<void> {
  return inLoop(async () => {
    const folder = await host.mkdtemp(join(tmpdir(), 'asyncio-ts-'));
    try {
      await body(folder);
    } finally {
      await host.rm(folder, { recursive: true, force: true });
    }
  });
}

test(
  'fs: each call does what the host does',
  inFolder(async (folder) => {
    const one = join(folder, 'one');
    await fs.writeFile(one, 'text');
    await fs.appendFile(one, ' and more', 'utf8');
    assert.equal(await fs.readFile(one, 'utf8'), 'text and more');
    assert.equal(await fs.readFile(one, { encoding: 'utf8' }), 'text and more');
    assert.ok((await fs.readFile(one)) instanceof Uint8Array);
    assert.equal((await fs.stat(one)).size, 13);
    await fs.mkdir(join(folder, 'a', 'b'), { recursive: true });
    await fs.rename(one, join(folder, 'a', 'two'));
    await fs.copyFile(join(folder, 'a', 'two'), join(folder, 'three'));
    assert.deepEqual((await fs.readdir(folder)).toSorted(), ['a', 'three']);
    const handle = await fs.open(join(folder, 'three'));
    assert.equal(await handle.readFile('utf8'), 'text and more');
    await handle.close();
    await fs.rm(join(folder, 'a'), { recursive: true });
    await assert.rejects(fs.stat(one), { code: 'ENOENT' });
    await assert.rejects(fs.readFile(one), { code: 'ENOENT' });
    assert.equal(fs.constants, host.constants);
  }),
);

test(
  'fs.readFile, fs.writeFile: where the code is cancelled already, nothing is read or written',
  inFolder(async (folder) => {
    const file = join(folder, 'kept');
    await host.writeFile(file, 'kept');
    for (const call of [() => fs.readFile(file), () => fs.writeFile(file, ''), () => fs.unlink(file)]) {
      await moveOnAfter(1000, async (scope) => {
        scope.cancel();
        await call();
      });
    }
    assert.equal(await host.readFile(file, 'utf8'), 'kept');
  }),
);

test(
  'fs.writeFile: a cancel stops the writing, and is thrown when it has stopped',
  inFolder(async (folder) => {
    const file = join(folder, 'long');
    let pieces = 0;
    const source = async function* (): AsyncGenerator<string> {
      for (;;) {
        pieces++;
        yield 'piece\n';
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await cancelAtEachMoment(
      () => fs.writeFile(file, source()),
      async () => {
        for (const before = pieces; pieces === before;) await sleep(2);
      },
    );
    const after = pieces;
    assert.ok(after > 0);
    await sleep(20);
    assert.equal(pieces, after);
  }),
);

test(
  'fs.readFile: a cancel in the very turn in which it ends is thrown all the same',
  inFolder(async (folder) => {
    const file = join(folder, 'short');
    await host.writeFile(file, 'short');
    for (const turns of [0, 1, 2, 3, 5, 8]) {
      const task = createTask(() => fs.readFile(file, 'utf8'));
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
      const cancelled = task.cancel();
      const [outcome] = await Promise.allSettled([task]);
      if (!cancelled) assert.equal(outcome?.status === 'fulfilled' && outcome.value, 'short');
      else assert.ok(outcome?.status === 'rejected' && isCancelled(outcome.reason));
    }
  }),
);

test(
  "fs.readFile: a signal of one's own does what the host says, and no listener is left on it",
  inFolder(async (folder) => {
    const file = join(folder, 'one');
    await host.writeFile(file, 'text');
    const own = new AbortController();
    assert.equal(await fs.readFile(file, { encoding: 'utf8', signal: own.signal }), 'text');
    await cancelAtEachMoment(async () => {
      await fs.readFile(file, { signal: own.signal });
      await sleep(1000);
    });
    assert.equal(getEventListeners(own.signal, 'abort').length, 0);
    own.abort();
    await assert.rejects(fs.readFile(file, { signal: own.signal }), { name: 'AbortError' });
  }),
);

test(
  'fs.rename: what changes something goes to its end, and the cancel comes at the next await',
  inFolder(async (folder) => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    await host.writeFile(one, 'text');
    let renamed = false;
    const task = createTask(async () => {
      await fs.rename(one, two);
      renamed = true;
      await sleep(0);
    });
    await sleep(0);
    task.cancel();
    await Promise.allSettled([task]);
    assert.deepEqual([renamed, task.cancelled()], [true, true]);
    assert.equal(await host.readFile(two, 'utf8'), 'text');
  }),
);

test(
  'fs.open: one that hangs is left at once, and closed when it opens',
  {
    skip:
      !onNode || process.platform === 'win32'
        ? 'needs a FIFO, and a host that opens it in a thread'
        : false,
  },
  inFolder(async (folder) => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const begin = performance.now();
    await errorOf(
      timeout(30, () => fs.open(fifo, 'r')),
      TimeoutError,
    );
    assert.ok(performance.now() - begin < 3000);
    const writer = await host.open(fifo, 'w');
    // Closed by the one that nobody got: a write has no reader then.
    let broken = false;
    for (let i = 0; i < 500 && !broken; i++) {
      await sleep(2);
      await writer.write('x').catch((error: NodeJS.ErrnoException) => {
        broken = error.code === 'EPIPE';
      });
    }
    assert.equal(broken, true);
    await writer.close();
  }),
);

test(
  'fs.watch: a cancel of the loop over it ends the watch',
  inFolder(async (folder) => {
    const seen: unknown[] = [];
    const task = createTask(async () => {
      for await (const { filename } of fs.watch(folder)) seen.push(filename);
    });
    for (let i = 0; i < 500 && seen.length === 0; i++) {
      await host.writeFile(join(folder, 'new'), String(i));
      await sleep(5);
    }
    assert.equal(seen[0], 'new');
    task.cancel();
    await Promise.allSettled([task]);
    assert.equal(task.cancelled(), true);
  }),
);

test(
  "fs: an error of the host's names the line that called",
  { skip: onNode ? false : 'the host gives its errors no stack that follows awaits' },
  inLoop(async () => {
    const missing = '/no/such/folder/file';
    for (const call of [fs.stat, fs.readFile, fs.rm, fs.open] as ((path: string) => Promise<unknown>)[]) {
      const asking = async (): Promise<void> => void (await call(missing));
      const error = (await errorOf(asking(), Error)) as NodeJS.ErrnoException;
      assert.equal(error.code, 'ENOENT');
      assert.match(error.stack ?? '', /asking .*fs\.test\.ts/);
    }
  }),
);
