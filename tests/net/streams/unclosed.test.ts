// Writers that were dropped without being closed.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commandLine } from '../../commandLine.ts';

test('StreamWriter: one that is dropped unclosed is closed and reported in debug mode', async () => {
  const program = fileURLToPath(new URL('./programs/unclosed.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, commandLine(program, { gc: true }), {
    timeout: 30_000,
  });
  assert.equal(stdout, '0 0 true\ntrue\n');
});
