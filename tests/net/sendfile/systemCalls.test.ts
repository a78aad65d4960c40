// What sendfile promises by its name: the system is asked to move every byte, and none is read. Told by strace,
// of the static file server.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commandLine } from '../../commandLine.ts';
import { selectorMissing } from '../backends.ts';

const SIZE = 9_000_001;
const server = fileURLToPath(new URL('../../../examples/static-file-server.ts', import.meta.url));

/** Why there is nothing to tell it by: tracing may be forbidden, too. */
function traceMissing(): string | false {
  for (const [command, ...args] of [
    ['strace', '-o', '/dev/null', 'true'],
    ['curl', '--version'],
  ] as const) {
    if (spawnSync(command, args).status !== 0) return `${command} is not installed, or not allowed`;
  }
  return false;
}

test(
  'a file that is served is moved by the system alone',
  { skip: selectorMissing || traceMissing() },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'asyncio-ts-'));
    await writeFile(join(folder, 'big'), Buffer.alloc(SIZE, 'bytes '));
    const log = join(folder, 'log');
    const traced = [process.execPath, ...commandLine(server), '0', folder];
    const child = spawn('strace', ['-f', '-o', log, '-e', 'trace=sendfile,pread64', ...traced], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        NODE_TEST_CONTEXT: undefined,
        npm_lifecycle_event: undefined,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const line = await new Promise((resolve) => child.stdout.once('data', resolve));
    const [, address = ''] = /on ([\d.:]+)/.exec(String(line)) ?? [];
    await promisify(execFile)('curl', ['-s', '-o', join(folder, 'copy'), `http://${address}/big`]);
    assert.equal((await readFile(join(folder, 'copy'))).length, SIZE);
    // strace hands its own signals on to nobody: the server is its child.
    const [pid = ''] = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).split(' ');
    process.kill(Number(pid), 'SIGINT');
    await ended;
    const calls = (await readFile(log, 'utf8')).split('\n').filter((one) => / sendfile\(/.test(one));
    const moved = calls.reduce((sum, one) => sum + Math.max(0, Number(/= (-?\d+)/.exec(one)?.[1] ?? 0)), 0);
    assert.equal(moved, SIZE);
    await rm(folder, { recursive: true });
  },
);
