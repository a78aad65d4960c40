// Locks between processes: against Python's fcntl.flock, with cancels and deadlines.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import '../harness.ts';
import { createTask, sleep, TimeoutError } from '../../src/asyncio.ts';
import { flock, lockFile, open } from '../../src/files/files.ts';
import { findPython } from '../differential/python.ts';
import { errorOf } from '../outcome.ts';
import { inFolder } from './folder.ts';

const python = process.platform === 'win32' ? undefined : findPython();
const skip = python === undefined && 'needs Python and flock';

/** Whether Python gets the lock at once. */
function pythonGets(path: string, how: 'LOCK_EX' | 'LOCK_SH'): boolean {
  const script = `import fcntl; fcntl.flock(open(${JSON.stringify(path)}, 'a'), fcntl.${how} | fcntl.LOCK_NB)`;
  const { status } = spawnSync(python?.command ?? '', [...(python?.args ?? []), '-c', script], {
    stdio: 'ignore',
  });
  return status === 0;
}

test(
  'lockFile, flock: keep out Python, and share with it',
  { skip },
  inFolder(async (folder) => {
    const path = `${folder}/lock`;
    const lock = await lockFile(path);
    assert.equal(pythonGets(path, 'LOCK_EX'), false);
    await lock.release();
    await lock.release();
    assert.equal(pythonGets(path, 'LOCK_EX'), true);
    const file = await open(path, 'a');
    try {
      const held = await flock(file, { shared: true });
      try {
        assert.deepEqual([pythonGets(path, 'LOCK_EX'), pythonGets(path, 'LOCK_SH')], [false, true]);
      } finally {
        await held[Symbol.asyncDispose]();
      }
    } finally {
      await file.close();
    }
  }),
);

test(
  'lockFile: waits for Python, up to a deadline or a cancel, and takes nothing then',
  { skip },
  inFolder(async (folder) => {
    const path = `${folder}/lock`;
    const script = `import fcntl, sys; f = open(${JSON.stringify(path)}, 'a'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()`;
    const child = spawn(python?.command ?? '', [...(python?.args ?? []), '-c', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await errorOf(lockFile(path, { timeout: 20 }), TimeoutError);
    await errorOf(lockFile(path, { timeout: 0 }), TimeoutError);
    const cancelled = createTask(() => lockFile(path));
    await sleep(10);
    cancelled.cancel();
    await Promise.allSettled([cancelled]);
    assert.equal(cancelled.cancelled(), true);
    const waiting = createTask(() => lockFile(path));
    await sleep(10);
    assert.equal(waiting.done(), false);
    const ended = once(child, 'exit');
    child.stdin.end();
    await (await waiting).release();
    await ended;
  }),
);
