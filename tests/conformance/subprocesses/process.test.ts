// asyncio's SubprocessMixin: children with streams. Real children, which say when they are ready.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  BrokenPipeError,
  CancelledError,
  ConnectionResetError,
  createSubprocessExec,
  createSubprocessShell,
  createTask,
  DEVNULL,
  FileNotFoundError,
  gather,
  getRunningLoop,
  InvalidArgumentError,
  NotADirectoryError,
  PermissionError,
  PIPE,
  ProcessLookupError,
  sleep,
  STDOUT,
  SubprocessProtocol,
} from '../../../src/asyncio.ts';
import type { ProcessOptions } from '../../../src/asyncio.ts';
import { HostReadPipe } from '../../../src/pipes/host/readPipe.ts';
import { SelectorReadPipe } from '../../../src/pipes/selector/readPipe.ts';
import { openDescriptors } from '../../../src/testing/hostWork.ts';
import { onBackends } from '../../net/onBackends.ts';
import { childrenOfProcess } from '../../process/children.ts';

const BLOCKED = ['sleep', '3600'] as const;
/** More than fits into any pipe. */
const MUCH = Buffer.alloc(4_000_000, 'x');

onBackends('Process: stdin is written and closed, stdout read, and the exit code waited for', async () => {
  const process = await createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
  process.stdin.write(Buffer.from('some data'));
  await process.stdin.drain();
  process.stdin.close();
  assert.equal(String(await process.stdout.read()), 'some data');
  assert.equal(await process.wait(), 0);
});

onBackends('communicate writes the input and returns the output', async () => {
  const process = await createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
  const [stdout, stderr] = await process.communicate(Buffer.from('some data'));
  assert.deepEqual([process.returncode, String(stdout), stderr], [0, 'some data', undefined]);
});

onBackends('communicate without input closes stdin', async () => {
  const process = await createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
  assert.equal(String((await process.communicate())[0]), '');
  assert.equal(process.returncode, 0);
});

onBackends('createSubprocessShell runs a command line, and wait returns its exit code', async () => {
  const process = await createSubprocessShell('exit 7');
  assert.equal(await process.wait(), 7);
});

onBackends('startNewSession and processGroup put a child into a group of its own', async () => {
  for (const options of [{ startNewSession: true }, { processGroup: 0 }] as const) {
    const process = await createSubprocessShell('ps -o pgid= -p $$; exit 8', { ...options, stdout: PIPE });
    const [group] = await process.communicate();
    assert.equal(Number(String(group)), process.pid);
    assert.equal(process.returncode, 8);
  }
});

onBackends('kill and terminate end a child, and the return code is the signal below zero', async () => {
  const killed = await createSubprocessExec(...BLOCKED);
  killed.kill();
  assert.equal(await killed.wait(), -9);
  const terminated = await createSubprocessExec(...BLOCKED);
  terminated.terminate();
  assert.equal(await terminated.wait(), -15);
});

onBackends('kill ends a shell that waits for a child of its own', async () => {
  const process = await createSubprocessShell('echo $$; read line; true', { stdin: PIPE, stdout: PIPE });
  assert.equal(Number(await process.stdout.readline()), process.pid);
  process.kill();
  assert.equal(await process.wait(), -9);
});

onBackends('sendSignal sends a signal by name or number, and refuses what is none', async () => {
  for (const signal of ['SIGHUP', 1] as const) {
    const process = await createSubprocessShell('echo sleeping; exec sleep 3600', { stdout: PIPE });
    assert.equal(String(await process.stdout.readline()), 'sleeping\n');
    for (const wrong of ['SIGNOTHING', 1.5, -1, 65, null])
      assert.throws(() => process.sendSignal(wrong as never), InvalidArgumentError);
    process.sendSignal(0);
    process.sendSignal(signal);
    assert.equal(await process.wait(), -1);
    assert.throws(() => process.sendSignal(signal), ProcessLookupError);
  }
});

onBackends('drain fails when the child has ended before it read its stdin', async () => {
  const process = await createSubprocessExec('true', { stdin: PIPE });
  await process.wait();
  const writing = async (): Promise<void> => {
    process.stdin.write(MUCH);
    await process.stdin.drain();
  };
  await assert.rejects(
    writing,
    (error) => error instanceof BrokenPipeError || error instanceof ConnectionResetError,
  );
});

onBackends('communicate takes a child that does not read its stdin for no error', async () => {
  const process = await createSubprocessExec('true', { stdin: PIPE });
  await process.communicate(MUCH);
  assert.equal(await process.wait(), 0);
});

onBackends(
  'a reader pauses the pipe at its limit, and communicate reads all the same',
  async (_, backend) => {
    const type = backend === 'host' ? HostReadPipe : SelectorReadPipe;
    const pausing = mock.method(type.prototype, 'pauseReading');
    const resuming = mock.method(type.prototype, 'resumeReading');
    try {
      const process = await createSubprocessExec('head', '-c', '21', '/dev/zero', {
        stdout: PIPE,
        limit: 10,
      });
      // The reader holds more than twice its limit before anybody reads.
      while (pausing.mock.callCount() === 0) await sleep(1);
      assert.equal((await process.communicate())[0].length, 21);
      assert.equal(resuming.mock.callCount(), 1);
    } finally {
      mock.restoreAll();
    }
  },
);

onBackends('stdin is no descriptor of other children: communicate ends', async () => {
  const options = { stdin: PIPE, stdout: PIPE, stderr: PIPE };
  const first = await createSubprocessExec('wc', '-c', options);
  const second = await createSubprocessExec(...BLOCKED, { stdin: PIPE });
  assert.equal(String((await first.communicate(Buffer.from('abc')))[0]).trim(), '3');
  assert.equal(await first.wait(), 0);
  second.kill();
  await second.wait();
});

onBackends('communicate with empty input', async () => {
  const process = await createSubprocessExec('wc', '-c', { stdin: PIPE, stdout: PIPE, stderr: PIPE });
  const [stdout, stderr] = await process.communicate(Buffer.from(''));
  assert.deepEqual([String(stdout).trim(), String(stderr), process.returncode], ['0', '', 0]);
});

onBackends('DEVNULL: nothing is read, and what is written is gone', async () => {
  const input = await createSubprocessExec('wc', '-c', { stdin: DEVNULL, stdout: PIPE, stderr: PIPE });
  assert.equal(String((await input.communicate())[0]).trim(), '0');
  const output = await createSubprocessExec('cat', { stdin: PIPE, stdout: DEVNULL, stderr: PIPE });
  assert.deepEqual([(await output.communicate(Buffer.from('abc')))[0], output.returncode], [undefined, 0]);
  const error = await createSubprocessShell('echo unheard >&2; cat', {
    stdin: PIPE,
    stdout: PIPE,
    stderr: DEVNULL,
  });
  assert.deepEqual((await error.communicate(Buffer.from('abc'))).map(String), ['abc', 'undefined']);
});

onBackends('stdin of this process is inherited', async () => {
  const process = await createSubprocessExec('test', '-e', '/dev/fd/0', { stdin: 'inherit', stdout: PIPE });
  await process.communicate();
  assert.equal(process.returncode, 0);
});

onBackends('a cancelled wait ends that wait only', async (loop) => {
  const process = await createSubprocessExec(...BLOCKED);
  const task = createTask(() => process.wait());
  loop.callSoon(() => task.cancel());
  await assert.rejects(task, CancelledError);
  assert.equal(task.cancel(), false);
  process.kill();
  assert.equal(await process.wait(), -9);
});

onBackends('a cancelled creation leaves no child', async (loop) => {
  const before = childrenOfProcess();
  const streams = createTask(() => createSubprocessExec(...BLOCKED));
  loop.callSoon(() => streams.cancel());
  await assert.rejects(streams, CancelledError);
  const plain = createTask(() =>
    getRunningLoop().subprocessExec(() => new SubprocessProtocol(), ...BLOCKED),
  );
  loop.callSoon(() => plain.cancel());
  await assert.rejects(plain, CancelledError);
  assert.deepEqual(childrenOfProcess(), before);
});

onBackends('close kills a child that runs, and leaves one alone that has ended', async (loop) => {
  const ended = loop.createFuture<void>();
  class Witness extends SubprocessProtocol {
    override connectionLost(): void {
      ended.setResult();
    }
  }
  const [transport] = await loop.subprocessExec(() => new Witness(), ...BLOCKED);
  assert.equal(transport.getReturncode(), undefined);
  transport.close();
  transport.close();
  await ended;
  assert.equal(transport.getReturncode(), -9);
  transport.close();
  assert.throws(() => transport.kill(), ProcessLookupError);
});

onBackends(
  'a program that cannot be started is named, with the line that started it',
  async (_, backend) => {
    const folder = mkdtempSync(join(tmpdir(), 'child-'));
    const script = join(folder, 'script');
    writeFileSync(script, '#!/no/such/interpreter\n', { mode: 0o755 });
    const before = openDescriptors();
    try {
      for (const streams of [{}, { stdin: PIPE }, { stdout: PIPE, stderr: STDOUT }] as const) {
        const failing = async (program: string, options: ProcessOptions = {}): Promise<unknown> => {
          const starting = async (): Promise<unknown> =>
            await createSubprocessExec(program, 'x', { ...options, ...streams });
          const error = await starting().then(
            () => undefined,
            (thrown: unknown) => thrown as Error,
          );
          assert.match(error?.stack ?? '', /process\.test\.ts/);
          return error;
        };
        const nothing = await failing('no-such-program');
        assert.ok(nothing instanceof FileNotFoundError && nothing.filename === 'no-such-program');
        assert.match(nothing.message, /no-such-program: there is no such program in PATH \(ENOENT\)/);
        const unable = await failing('/etc/passwd');
        assert.ok(unable instanceof PermissionError && unable.filename === '/etc/passwd');
        const noFolder = await failing('true', { cwd: '/no/such/folder' });
        assert.ok(noFolder instanceof FileNotFoundError && noFolder.filename === '/no/such/folder');
        const noDirectory = await failing('true', { cwd: '/etc/passwd' });
        assert.ok(noDirectory instanceof NotADirectoryError && noDirectory.filename === '/etc/passwd');
        // A shell that becomes the program, as on the host with STDOUT, ends with 127.
        if (backend === 'host' && 'stderr' in streams) continue;
        assert.match(((await failing(script)) as Error).message, /not the interpreter that it asks for/);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.deepEqual(openDescriptors(), before);
  },
);

onBackends('stdout is read on after the child has ended', async () => {
  const size = 4096 * 64;
  const process = await createSubprocessShell(`head -c ${size} /dev/zero; exit 1`, { stdout: PIPE });
  let read = 0;
  for (let chunk; (chunk = await process.stdout.read(65_536)).length > 0;) {
    read += chunk.length;
    await sleep(1);
  }
  assert.equal(read, size);
  assert.equal(await process.wait(), 1);
});

onBackends('there is no text mode, and no option that does not exist', async () => {
  for (const name of [
    'text',
    'encoding',
    'errors',
    'universalNewlines',
    'bufsize',
    'shell',
    'preexecFn',
    'x',
  ]) {
    const options = { [name]: true } as ProcessOptions;
    await assert.rejects(createSubprocessExec('true', options), {
      code: 'ERR_ASYNCIO_INVALID_ARGUMENT',
      argument: name,
    });
    await assert.rejects(createSubprocessShell('true', options), InvalidArgumentError);
  }
});

onBackends('programs and arguments may be URLs of files', async () => {
  const process = await createSubprocessExec(pathToFileURL('/bin/echo'), pathToFileURL('/tmp'), {
    stdout: PIPE,
  });
  assert.equal(String((await process.communicate())[0]).trim(), '/tmp');
});

onBackends('env is the whole environment of a shell and of a program', async () => {
  const env = { FOO: 'bar', LEFT: undefined, PATH: '/usr/bin:/bin' };
  const shell = await createSubprocessShell('echo "$FOO $HOME"', { env, stdout: PIPE });
  assert.equal(String((await shell.communicate())[0]).trim(), 'bar');
  const program = await createSubprocessExec('env', { env, stdout: PIPE });
  assert.deepEqual(
    String((await program.communicate())[0])
      .trim()
      .split('\n')
      .sort(),
    ['FOO=bar', 'PATH=/usr/bin:/bin'],
  );
});

onBackends('many tasks wait for one child, before its end and after it', async () => {
  const process = await createSubprocessShell('read line; exit 3', { stdin: PIPE });
  const waiting = gather(
    () => process.wait(),
    () => process.wait(),
    async () => {
      process.stdin.write(Buffer.from('\n'));
      return await process.wait();
    },
    () => process.wait(),
  );
  assert.deepEqual(await waiting, [3, 3, 3, 3]);
  assert.equal(await process.wait(), 3);
});

onBackends(
  'the protocol of a child is told of the pipe and of the end, and of the loss last',
  async (loop) => {
    const events: string[] = [];
    const lost = loop.createFuture<void>();
    class Witness extends SubprocessProtocol {
      override connectionMade(): void {
        events.push('made');
      }
      override pipeDataReceived(fd: number, data: Buffer): void {
        events.push(`data ${fd} ${String(data).trim()}`);
      }
      override pipeConnectionLost(fd: number, error: unknown): void {
        events.push(`pipe ${fd} ${String(error)}`);
      }
      override processExited(): void {
        events.push('exited');
      }
      override connectionLost(error: unknown): void {
        events.push(`lost ${String(error)}`);
        lost.setResult();
      }
    }
    const [transport] = await loop.subprocessExec(() => new Witness(), 'echo', 'hello', { stdin: DEVNULL });
    await lost;
    transport.close();
    assert.equal(events[0], 'made');
    assert.equal(events.at(-1), 'lost undefined');
    assert.deepEqual([...events.slice(1, -1)].sort(), [
      'data 1 hello',
      'exited',
      'pipe 1 undefined',
      'pipe 2 undefined',
    ]);
    assert.ok(events.indexOf('data 1 hello') < events.indexOf('pipe 1 undefined'));
  },
);

onBackends('communicate reads both outputs', async () => {
  const process = await createSubprocessShell('echo out; echo err >&2', { stdout: PIPE, stderr: PIPE });
  const read = await process.communicate();
  assert.deepEqual(read.map(String), ['out\n', 'err\n']);
});

onBackends(
  'a signal at the very end of a child is sent, or refused, and never sent to another',
  async () => {
    for (let i = 0; i < 20; i++) {
      const process = await createSubprocessExec('sleep', '0');
      for (let turns = 0; turns < i; turns++) await sleep(0);
      try {
        process.sendSignal('SIGUSR1');
      } catch (error) {
        assert.ok(error instanceof ProcessLookupError);
      }
      assert.ok([0, -10].includes(await process.wait()));
    }
  },
);

onBackends('a factory that fails while pipes are made leaves no child and no descriptor', async (loop) => {
  const [before, children] = [openDescriptors(), childrenOfProcess()];
  const failure = new Error('no protocol');
  const fails = (): never => {
    throw failure;
  };
  await assert.rejects(loop.subprocessExec(fails, ...BLOCKED), failure);
  await assert.rejects(loop.subprocessShell((() => 1) as never, 'sleep 3600'), InvalidArgumentError);
  assert.deepEqual([openDescriptors(), childrenOfProcess()], [before, children]);
});

onBackends('a cancel in the first turn closes the pipes that were made', async (loop) => {
  // The loop opens what it waits by for the first pipe.
  await (await createSubprocessExec('true', { stdout: PIPE })).communicate();
  const [before, children] = [openDescriptors(), childrenOfProcess()];
  for (const options of [{ stdin: PIPE }, { stdout: PIPE }, { stdin: PIPE, stdout: PIPE, stderr: PIPE }]) {
    const task = createTask(() => createSubprocessExec(...BLOCKED, options));
    await sleep(0);
    task.cancel();
    loop.callSoon(() => task.cancel());
    await assert.rejects(task, CancelledError);
  }
  // The host closes its own ends in its own time.
  for (let turn = 0; turn < 1000 && openDescriptors().size > before.size; turn++) await sleep(0);
  assert.deepEqual([openDescriptors(), childrenOfProcess()], [before, children]);
});

onBackends('cwd is where a child runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'child-'));
  mkdirSync(join(folder, 'inner'));
  try {
    for (const cwd of [join(folder, 'inner'), pathToFileURL(join(folder, 'inner'))]) {
      const process = await createSubprocessExec('pwd', '-P', { cwd, stdout: PIPE });
      assert.match(String((await process.communicate())[0]), /\/inner\n$/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
