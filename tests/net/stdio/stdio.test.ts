// Standard input and output of a program of its own: as pipes, as files, as a terminal.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine, onBun, onDeno } from '../../commandLine.ts';
import { socketpair } from '../../../src/net/socket/socketPair.ts';
import { sockRecv } from '../../../src/net/socket/sockRead.ts';
import { sockSendall } from '../../../src/net/socket/sockWrite.ts';
import { backends } from '../backends.ts';
import { onBackends } from '../onBackends.ts';

const holdsUp = (onBun || onDeno) && 'this host writes standard output at once, and holds up everything';

type Stdio = 'pipe' | 'ignore' | number;

interface Ended {
  readonly output: string;
  readonly errors: string;
  readonly code: number | null;
}

/** Runs a program of programs/ on a backend; `play` writes to it and may wait for what it prints. */
async function program(
  name: string,
  backend: string,
  stdio: [stdin: Stdio, stdout: Stdio],
  play: (child: ChildProcess, printed: (text: string) => Promise<void>) => Promise<void> = async () => {},
): Promise<Ended> {
  const file = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, commandLine(file), {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_TEST_CONTEXT: undefined,
      DENO_NO_UPDATE_CHECK: '1',
      ASYNCIO_BACKEND: backend,
    },
    stdio: [...stdio, 'pipe'],
  });
  let [output, errors] = ['', ''];
  let look = (): void => {};
  child.stdout?.on('data', (data: Buffer) => {
    output += String(data);
    look();
  });
  child.stderr?.on('data', (data: Buffer) => {
    errors += String(data);
    look();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await play(child, async (text) => {
    while (!output.includes(text) && !errors.includes(text))
      await new Promise<void>((resolve) => (look = resolve));
  });
  const code = await ended;
  clearTimeout(timer);
  return { output, errors, code };
}

function withFolder(body: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-'));
    try {
      await body(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

for (const backend of backends) {
  test(`pipes: lines are answered while the input stays open and others go on (${backend})`, async () => {
    const result = await program('lines', backend, ['pipe', 'pipe'], async (child, printed) => {
      child.stdin?.write('a\nwait\n');
      await printed('others went on\n');
      child.stdin?.write('b');
      child.stdin?.end('c\n');
    });
    const output = 'got a\ngot wait\nothers went on\ngot bc\nend\n';
    assert.deepEqual(result, { output, errors: '', code: 0 });
  });

  test(`pipes: close lets the program end though the input stays open (${backend})`, async () => {
    const result = await program('lines', backend, ['pipe', 'pipe'], async (child) => {
      child.stdin?.write('quit\nmore\n');
    });
    assert.deepEqual(result, { output: 'got quit\nend\n', errors: '', code: 0 });
  });

  test(
    `files: input and output, the last line without an end (${backend})`,
    withFolder(async (folder) => {
      writeFileSync(join(folder, 'in'), 'a\nwait\nlast');
      const [input, output] = [openSync(join(folder, 'in'), 'r'), openSync(join(folder, 'out'), 'w')];
      const { errors, code } = await program('lines', backend, [input, output]);
      closeSync(input);
      closeSync(output);
      assert.deepEqual([errors, code], ['', 0]);
      const text = readFileSync(join(folder, 'out'), 'utf8');
      assert.equal(text, 'got a\ngot wait\nothers went on\ngot last\nend\n');
    }),
  );

  test(`no input at all (${backend})`, async () => {
    const result = await program('lines', backend, ['ignore', 'pipe']);
    assert.deepEqual(result, { output: 'end\n', errors: '', code: 0 });
  });

  test(`a cancelled read loses nothing, a second reader is refused, and it can be opened again (${backend})`, async () => {
    const result = await program('cancels', backend, ['pipe', 'pipe'], async (child, printed) => {
      await printed('cancelled\n');
      child.stdin?.write('half');
      await printed('half way\n');
      child.stdin?.write(' a line\n');
      await printed('reopened\n');
      child.stdin?.end('second\n');
    });
    const output = 'refused\ncancelled\nhalf way\nline half a line\nreopened\nagain second\n';
    assert.deepEqual(result, { output, errors: '', code: 0 });
  });

  test(
    `a slow reader of the output makes drain wait; nothing is lost (${backend})`,
    { skip: holdsUp },
    async () => {
      const result = await program('pours', backend, ['ignore', 'pipe'], async (child, printed) => {
        child.stdout?.pause();
        await printed('begun');
        await new Promise((resolve) => setTimeout(resolve, 300));
        child.stdout?.resume();
      });
      assert.deepEqual([result.errors, result.code], ['begun\nticks went on\n', 0]);
      assert.equal(result.output.length, 2_000_000);
    },
  );

  const script = spawnSync('script', ['--version']).status === 0 ? false : 'script(1) is not installed';
  test(
    `a terminal: lines as they are typed, and its mode stays (${backend})`,
    { skip: script },
    async () => {
      const file = fileURLToPath(new URL('programs/lines.ts', import.meta.url));
      const command = [process.execPath, ...commandLine(file)].map((word) => `'${word}'`).join(' ');
      const look = `python3 -c "import fcntl; print('flags', fcntl.fcntl(0, 3) & 0o4000)"`;
      const child = spawn('script', ['-qec', `${command}; ${look} || echo flags 0`, '/dev/null'], {
        env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, ASYNCIO_BACKEND: backend },
      });
      let output = '';
      let typed = 0;
      child.stdout.on('data', (data: Buffer) => {
        output += String(data);
        if (typed === 1 && output.includes('got first')) {
          typed = 2;
          child.stdin.write('quit\n');
        }
      });
      typed = 1;
      child.stdin.write('first\n');
      await new Promise((resolve) => child.on('close', resolve));
      assert.match(output, /got first\r\n/);
      assert.match(output, /got quit\r\nend\r\n/);
      assert.match(output, /flags 0\r\n/);
    },
  );
}

onBackends(
  'input and output may be one socket, as under ssh',
  async (loop) => {
    const [ours, theirs] = socketpair();
    const fd = theirs.fileno();
    const file = fileURLToPath(new URL('programs/lines.ts', import.meta.url));
    const child = spawn(process.execPath, commandLine(file), {
      env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, ASYNCIO_BACKEND: 'selector' },
      stdio: [fd, fd, 'inherit'],
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    theirs.close();
    await sockSendall(loop, ours, Buffer.from('one\n'));
    assert.equal(String(await sockRecv(loop, ours, 100)), 'got one\n');
    await sockSendall(loop, ours, Buffer.from('two\n'));
    assert.equal(String(await sockRecv(loop, ours, 100)), 'got two\n');
    ours.shutdown(1);
    assert.equal(String(await sockRecv(loop, ours, 100)), 'end\n');
    await ended;
    ours.close();
  },
  { only: 'selector' },
);
