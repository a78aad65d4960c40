// Children of asyncio-ts/cancellable, with real programs.

import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import {
  createTask,
  currentSignal,
  isCancelled,
  moveOnAfter,
  sleep,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import { childProcess, events } from '../../src/cancellable/cancellable.ts';
import type { SpawnedChild } from '../../src/cancellable/cancellable.ts';
import { inLoop } from '../inLoop.ts';
import { errorOf } from '../outcome.ts';
import { onBun, onDeno } from '../commandLine.ts';
import { cancelAtEachMoment } from './cancels.ts';

const { execFile, exec, spawn } = childProcess;

/** Whether a process is there, as a zombie too. */
function isThere(pid: number | undefined): boolean {
  try {
    return process.kill(pid as number, 0);
  } catch {
    return false;
  }
}

/** Passes when the process is gone; Deno tells of its end a little before. */
async function gone(pid: number | undefined): Promise<void> {
  for (let i = 0; i < 200 && isThere(pid); i++) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.equal(isThere(pid), false);
}

test(
  'execFile, exec: they bring what the host brings',
  inLoop(async () => {
    assert.deepEqual(await execFile('echo', ['hello']), { stdout: 'hello\n', stderr: '' });
    assert.equal((await exec('echo hello >&2')).stderr, 'hello\n');
    assert.ok((await execFile('echo', { encoding: 'buffer' })).stdout instanceof Uint8Array);
    await assert.rejects(execFile('sh', ['-c', 'echo out; exit 3']), { code: 3, stdout: 'out\n' });
    await assert.rejects(execFile('/no/such/program'), { code: 'ENOENT' });
  }),
);

test(
  'execFile: a cancel ends the child, and is thrown when it was reaped',
  inLoop(async () => {
    const pids: (number | undefined)[] = [];
    await cancelAtEachMoment(async () => {
      const running = execFile('sleep', ['60']);
      pids.push(running.child.pid);
      try {
        await running;
      } finally {
        await gone(running.child.pid);
      }
    });
    assert.equal(pids.length, 2);
    await errorOf(
      timeout(30, () => exec('sleep 60')),
      TimeoutError,
    );
  }),
);

test(
  'execFile: a child that has ended in the very turn of the cancel, and one that cleans up first',
  inLoop(async () => {
    const task = createTask(async () => {
      const one = execFile('true');
      one.child.once('exit', () => task.cancel());
      await one;
    });
    await Promise.allSettled([task]);
    assert.equal(task.cancelled(), true);
    const polite = ['-c', 'trap "sleep 0.05; exit 0" TERM; echo ready; while :; do sleep 0.01; done'];
    const running = await moveOnAfter(10_000, async (scope) => {
      const one = execFile('sh', polite);
      one.child.stdout?.once('data', () => scope.cancel());
      void one.catch(() => {});
      try {
        await one;
      } finally {
        assert.deepEqual([one.child.exitCode, one.child.signalCode], [0, null]);
      }
    });
    assert.equal(running, undefined);
  }),
);

test(
  'execFile: a cancel leaves no pipe that a child of a child, which goes on, still holds',
  inLoop(async () => {
    let running: ReturnType<typeof execFile> | undefined;
    let other: string | undefined;
    const out = await moveOnAfter(10_000, async (scope) => {
      running = execFile('sh', ['-c', 'sleep 60 & echo $!; exit 0']);
      running.child.stdout?.once('data', (data) => (other = String(data).trim()));
      running.child.once('exit', () => setTimeout(() => scope.cancel(), 20));
      return await running;
    });
    process.kill(Number(other), 'SIGKILL');
    assert.equal(out, undefined);
    const { stdin, stdout, stderr, exitCode } = (running as NonNullable<typeof running>).child;
    assert.equal(exitCode, 0);
    assert.deepEqual(
      [stdin, stdout, stderr].map((stream) => stream?.closed),
      [true, true, true],
    );
  }),
);

test(
  "execFile: the caller's own signal does what the host says",
  inLoop(async () => {
    const own = new AbortController();
    const running = execFile('sleep', ['60'], { signal: own.signal });
    const closed = new Promise((resolve) => running.child.once('close', resolve));
    own.abort();
    await assert.rejects(running, { name: 'AbortError' });
    await closed;
  }),
);

test(
  'spawn: a cancel ends the child wherever the code waits, and wait() waits for its end',
  inLoop(async () => {
    await cancelAtEachMoment(async () => {
      const child = spawn('sleep', ['60']);
      try {
        await child.wait();
      } finally {
        await gone(child.pid);
        assert.equal(child.signalCode, 'SIGTERM');
      }
    });
    for (const wait of [(child: SpawnedChild) => events.once(child, 'close'), () => sleep(60_000)]) {
      let child: SpawnedChild | undefined;
      await moveOnAfter(30, async () => {
        child = spawn('sleep', ['60'], { stdio: 'ignore' });
        await wait(child);
      });
      assert.deepEqual(await child?.wait(), [null, 'SIGTERM']);
    }
  }),
);

test(
  'spawn: it does not outlive `await using`, and outlives a block that ended well',
  inLoop(async () => {
    // As `await using` does, which Node 22 cannot read.
    const used = spawn('sleep', ['60'], { stdio: 'ignore' });
    assert.equal(isThere(used.pid), true);
    await used[Symbol.asyncDispose]();
    await gone(used.pid);
    const child = await timeout(1000, async () => spawn('sleep', ['60'], { stdio: 'ignore' }));
    await sleep(10);
    assert.equal(isThere(child.pid), true);
    child.kill('SIGKILL');
    assert.deepEqual(await child.wait(), [null, 'SIGKILL']);
  }),
);

test(
  'spawn: what cannot be started is the error that the host tells',
  inLoop(async () => {
    await assert.rejects(async () => await spawn('/no/such/program').wait(), { code: 'ENOENT' });
  }),
);

test(
  'spawn: nothing of it counts among the listeners of the signal of the code',
  { skip: onBun || onDeno ? 'the host does not tell' : false },
  inLoop(async () => {
    const child = spawn('true');
    const signal = currentSignal();
    assert.equal(getEventListeners(signal, 'abort').length, 0);
    assert.deepEqual(await child.wait(), [0, null]);
    // So a cancel is not taken for delivered because of the child.
    const task = createTask(async () => {
      spawn('true');
      await new Promise((resolve) => setTimeout(resolve, 20));
      await sleep(60_000);
    });
    await sleep(5);
    task.cancel();
    await assert.rejects(task, isCancelled);
  }),
);

test(
  'execFile, spawn: an error names the line that called',
  { skip: onBun || onDeno ? 'the host gives its errors no stack that follows awaits' : false },
  inLoop(async () => {
    const calls = [
      () => execFile('/no/such/program'),
      () => execFile('sh', ['-c', 'exit 3']),
      () => spawn('/no/such/program').wait(),
    ];
    for (const call of calls) {
      const asking = async (): Promise<void> => void (await call());
      assert.match((await errorOf(asking(), Error)).stack ?? '', /asking .*childProcess\.test\.ts/);
    }
  }),
);
