// A program that the host does not let into the network: an error that can be caught, in every way in.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commandLine, onDeno } from '../../commandLine.ts';
import { withSocketPath } from '../socketPath.ts';

const file = fileURLToPath(new URL('../programs/notAllowed.ts', import.meta.url));

async function ways(leave: string[]): Promise<string[]> {
  let lines: string[] = [];
  await withSocketPath(async (path) => {
    const [run, ...rest] = commandLine(file).filter((argument) => argument !== '--allow-all');
    const flags = ['--no-prompt', '--allow-read', '--allow-env', '--allow-sys', ...leave];
    const { stdout } = await promisify(execFile)(process.execPath, [
      run as string,
      ...flags,
      ...rest,
      path,
    ]);
    lines = stdout.trim().split('\n');
  });
  return lines;
}

test(
  'startServer and its like: without leave to use the network each is PermissionError',
  { skip: !onDeno && 'Deno asks' },
  async () => {
    const lines = await ways([]);
    assert.equal(lines.length, 8);
    assert.deepEqual(
      lines.filter((line) => !line.endsWith(': PermissionError EACCES')),
      [],
    );
  },
);

test('startServer: with leave for its address it listens', { skip: !onDeno && 'Deno asks' }, async () => {
  const lines = await ways(['--allow-net=127.0.0.1,[::1]']);
  assert.match(lines[0] as string, /^startServer: <StreamServer 127\.0\.0\.1:|^startServer: \[object/);
  assert.match(lines[1] as string, /^startServer, IPv6: (<StreamServer|\[object)/);
  assert.equal(lines[2], 'createServer on several: PermissionError EACCES');
});
