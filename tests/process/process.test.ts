// The rules of children beyond asyncio's own tests: ends, cancels, descriptors, what outlives what.

import '../harness.ts';
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  CancelledError,
  createSubprocessExec,
  createSubprocessShell,
  CancelScope,
  createTask,
  gather,
  moveOnAfter,
  newEventLoop,
  PIPE,
  sleep,
  STDOUT,
  SubprocessProtocol,
  taskGroup,
  UsageError,
} from '../../src/asyncio.ts';
import type { Process } from '../../src/asyncio.ts';
import { expectReport } from '../../src/testing/testing.ts';
import { backends } from '../net/backends.ts';
import { onBackends } from '../net/onBackends.ts';
import { childrenOfProcess, disposing } from './children.ts';

const BLOCKED = ['sleep', '3600'] as const;

onBackends('wait returns at the end of the child though a grandchild holds the pipe', async () => {
  const process = await createSubprocessShell('sleep 3600 & echo $!; exit 5', { stdout: PIPE });
  const grandchild = Number(await process.stdout.readline());
  assert.equal(await process.wait(), 5);
  assert.equal(process.stdout.atEof(), false);
  const rest = createTask(() => process.communicate());
  await sleep(0);
  assert.equal(rest.done(), false);
  globalThis.process.kill(grandchild, 'SIGKILL');
  assert.deepEqual((await rest).map(String), ['', 'undefined']);
});

onBackends('a cancelled communicate keeps what it read, and gives it to the next call', async () => {
  const script =
    'trap go=1 USR1; echo one; echo err >&2; exec 2>&-; while [ -z "$go" ]; do sleep 0.01; done; echo two';
  const process = await createSubprocessShell(script, { stdin: PIPE, stdout: PIPE, stderr: PIPE });
  const first = createTask(() => process.communicate());
  // Its standard error is read up to the end, standard output in part.
  while (!process.stderr.atEof()) await sleep(1);
  await sleep(0);
  first.cancel();
  await assert.rejects(first, CancelledError);
  process.sendSignal('SIGUSR1');
  assert.deepEqual((await process.communicate()).map(String), ['one\ntwo\n', 'err\n']);
  assert.equal(process.returncode, 0);
  assert.deepEqual((await process.communicate()).map(String), ['', '']);
});

onBackends(
  'a cancelled communicate goes on writing its input, and the next call takes no other',
  async () => {
    const process = await createSubprocessExec('wc', '-c', { stdin: PIPE, stdout: PIPE });
    const size = 3_000_000;
    const first = createTask(() => process.communicate(Buffer.alloc(size)));
    await sleep(0);
    await assert.rejects(process.communicate(), UsageError);
    first.cancel();
    await assert.rejects(first, CancelledError);
    await assert.rejects(process.communicate(Buffer.from('more')), UsageError);
    assert.equal(Number((await process.communicate())[0]), size);
  },
);

onBackends('communicate refuses input without a pipe, and what is no bytes', async () => {
  const process = await createSubprocessExec('true', { stdin: 'devnull' });
  await assert.rejects(process.communicate(Buffer.from('x')), UsageError);
  await assert.rejects(process.communicate('x' as never), TypeError);
  await process.wait();
});

onBackends('await using ends a child with the block, whatever leaves the block', async () => {
  let kept: Process<object> | undefined;
  const block = async (): Promise<void> => {
    const process = await createSubprocessExec(...BLOCKED);
    kept = process;
    await disposing(process, () => Promise.reject(new Error('left')));
  };
  await assert.rejects(block, /left/);
  assert.equal(kept?.returncode, -9);
  // In a scope that is cancelled for good the end is waited for all the same.
  await moveOnAfter(1, async () => {
    const process = await createSubprocessExec(...BLOCKED);
    kept = process;
    await disposing(process, () => sleep(60_000));
  });
  assert.equal(kept?.returncode, -9);
});

onBackends('a cancel that stands already starts nothing', async () => {
  const scope = new CancelScope();
  await scope.run(async () => {
    scope.cancel();
    await assert.rejects(createSubprocessExec(...BLOCKED), CancelledError);
  });
  assert.deepEqual(childrenOfProcess(), []);
  const task = createTask(() => createSubprocessExec(...BLOCKED));
  task.cancel();
  await assert.rejects(task, CancelledError);
  assert.deepEqual(childrenOfProcess(), []);
});

onBackends('a cancel of a group ends its children that are held by their blocks', async () => {
  const processes: Process<object>[] = [];
  const hold = async (): Promise<void> => {
    const process = await createSubprocessExec(...BLOCKED);
    processes.push(process);
    await disposing(process, () => process.wait());
  };
  const group = taskGroup(async (tg) => {
    for (let i = 0; i < 5; i++) void tg.createTask(hold);
    while (processes.length < 5) await sleep(1);
    throw new Error('stop');
  });
  await assert.rejects(group);
  assert.deepEqual(
    processes.map((process) => process.returncode),
    [-9, -9, -9, -9, -9],
  );
});

onBackends('twenty children run side by side', async () => {
  const began = performance.now();
  await gather(
    ...Array.from({ length: 20 }, () => async () => {
      assert.equal(await (await createSubprocessExec('sleep', '0.2')).wait(), 0);
    }),
  );
  assert.ok(performance.now() - began < 3000);
});

onBackends('standard input from a file, by descriptor and by handle', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'child-'));
  const file = join(folder, 'input');
  writeFileSync(file, 'from a file');
  try {
    const fd = openSync(file, 'r');
    const first = await createSubprocessExec('cat', { stdin: fd, stdout: PIPE });
    closeSync(fd);
    assert.equal(String((await first.communicate())[0]), 'from a file');
    const handle = await open(file);
    const second = await createSubprocessExec('cat', { stdin: handle, stdout: PIPE });
    await handle.close();
    assert.equal(String((await second.communicate())[0]), 'from a file');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

onBackends('standard output and error into a file, together', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'child-'));
  try {
    const fd = openSync(join(folder, 'output'), 'w');
    const process = await createSubprocessShell('echo out; echo err >&2', { stdout: fd, stderr: STDOUT });
    closeSync(fd);
    await process.wait();
    assert.equal(readFileSync(join(folder, 'output'), 'utf8'), 'out\nerr\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

onBackends('passFds: a child has these descriptors under their own numbers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'child-'));
  writeFileSync(join(folder, 'input'), 'passed');
  try {
    const fd = openSync(join(folder, 'input'), 'r');
    const process = await createSubprocessShell(`cat /dev/fd/${fd}; cat /dev/fd/${fd + 1}`, {
      stdout: PIPE,
      stderr: PIPE,
      passFds: [fd],
    });
    closeSync(fd);
    const [stdout, stderr] = await process.communicate();
    assert.equal(String(stdout), 'passed');
    assert.match(String(stderr), /No such file/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

onBackends("standard input from another child's output", async () => {
  const source = await createSubprocessExec('seq', '100000', { stdout: PIPE });
  const count = await createSubprocessExec('wc', '-l', { stdin: source.stdout, stdout: PIPE });
  assert.equal(Number((await count.communicate())[0]), 100_000);
  assert.equal(await source.wait(), 0);
});

onBackends('a child that reads no more ends the one that writes to it', async () => {
  const source = await createSubprocessExec('yes', { stdout: PIPE, stderr: 'devnull' });
  const head = await createSubprocessExec('head', '-n', '1', { stdin: source.stdout, stdout: PIPE });
  assert.equal(String((await head.communicate())[0]), 'y\n');
  assert.notEqual(await source.wait(), 0);
});

onBackends('executable is run, and told the name of the program', async () => {
  const process = await createSubprocessExec('other', '-c', 'echo $0', {
    executable: '/bin/sh',
    stdout: PIPE,
  });
  assert.equal(String((await process.communicate())[0]), 'other\n');
  const shell = await createSubprocessShell('echo $0', { executable: '/bin/bash', stdout: PIPE });
  assert.match(String((await shell.communicate())[0]), /bash/);
});

onBackends('what a protocol throws is reported, and the rest is told', async (loop) => {
  const lost = loop.createFuture<void>();
  class Failing extends SubprocessProtocol {
    override pipeDataReceived(): void {
      throw new Error('on purpose');
    }
    override connectionLost(): void {
      lost.setResult();
    }
  }
  expectReport(/pipeDataReceived\(\) failed/);
  const [transport] = await loop.subprocessExec(() => new Failing(), 'echo', 'x');
  await lost;
  transport.close();
});

for (const backend of backends) {
  test(`a child lives on while its loop rests (${backend})`, async () => {
    const loop = newEventLoop({ backend });
    const process = await loop.runUntilComplete(() =>
      createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE }),
    );
    await new Promise((resolve) => setImmediate(resolve));
    const [output] = await loop.runUntilComplete(() => process.communicate(Buffer.from('hello')));
    assert.equal(String(output), 'hello');
    loop.close();
  });
}
