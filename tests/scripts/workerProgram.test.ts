// src/sys/worker/program.ts is what scripts/worker-program.mjs makes of the files beside it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/runtime.mjs';

test('the program of a worker is up to date', () => {
  const script = join(root, 'scripts', 'worker-program.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(status, 0);
});
