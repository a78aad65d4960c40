// The line client: both directions at once, the end of either side, Ctrl-C; with standard input as a pipe and
// as a file.

import '../harness.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine, onDeno } from '../commandLine.ts';
import { posix } from './example.ts';

const denoSignal = onDeno && 'under its test runner Deno ends by the signal, and not by the handler';

const file = fileURLToPath(new URL('../../examples/stdin-client.ts', import.meta.url));

/** A client of a server that answers by `talk`; resolves to what the client printed and how it ended. */
async function client(
  talk: (socket: Socket) => void,
  play: (child: ChildProcess, heard: (text: string) => Promise<void>) => Promise<void>,
  stdin: StdioOptions = 'pipe',
): Promise<{ output: string; errors: string; code: number | null }> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const child = spawn(process.execPath, [...commandLine(file), String(port)], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_TEST_CONTEXT: undefined,
      npm_lifecycle_event: undefined,
      DENO_NO_UPDATE_CHECK: '1',
    },
    stdio: [stdin as 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  let look = (): void => {};
  child.stdout.on('data', (data: Buffer) => {
    output += String(data);
    look();
  });
  child.stderr.on('data', (data: Buffer) => void (errors += String(data)));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const killer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const heard = async (text: string): Promise<void> => {
    while (!output.includes(text)) await new Promise<void>((resolve) => (look = resolve));
  };
  await play(child, heard);
  const code = await ended;
  clearTimeout(killer);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return { output, errors, code };
}

const echo = (socket: Socket): void => void socket.pipe(socket);

test('lines are answered while the input stays open', { skip: posix }, async () => {
  const { output, errors, code } = await client(echo, async (child, heard) => {
    for (const line of ['one\n', 'two\n', 'three\n']) {
      child.stdin?.write(line);
      await heard(line);
    }
    child.stdin?.end();
  });
  assert.deepEqual([output, errors, code], ['one\ntwo\nthree\n', '', 0]);
});

test(
  'the end of the input is told to the server, whose last words are printed',
  { skip: posix },
  async () => {
    const talk = (socket: Socket): void => {
      let count = 0;
      socket.on('data', (data) => void (count += data.length));
      socket.on('end', () => socket.end(`${count} bytes\n`));
    };
    const { output, code } = await client(talk, async (child) => void child.stdin?.end('12345\nlast'));
    assert.deepEqual([output, code], ['10 bytes\n', 0]);
  },
);

test('a server that closes ends it though more could be typed', { skip: posix }, async () => {
  const talk = (socket: Socket): void => void socket.end('good-bye\n');
  const { output, errors, code } = await client(talk, async () => {});
  assert.deepEqual([output, errors, code], ['good-bye\n', '', 0]);
});

test('Ctrl-C ends it at once', { skip: posix || denoSignal }, async () => {
  const { output, errors, code } = await client(echo, async (child, heard) => {
    child.stdin?.write('hello\n');
    await heard('hello');
    child.kill('SIGINT');
  });
  assert.deepEqual([output, errors, code], ['hello\n', '', 130]);
});

test('standard input can be a file', { skip: posix }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asyncio-ts-'));
  const text = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join('');
  await writeFile(join(folder, 'lines'), text);
  const input = await open(join(folder, 'lines'));
  const { output, code } = await client(echo, async () => {}, input.fd as never);
  assert.equal(code, 0);
  assert.equal(output, text);
  await input.close();
  await rm(folder, { recursive: true });
});

test('nobody there: one sentence, and the exit code says so', { skip: posix }, async () => {
  const child = spawn(process.execPath, [...commandLine(file), '1'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => void (errors += String(data)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.match(errors, /ECONNREFUSED/);
  assert.equal(code, 1);
});
