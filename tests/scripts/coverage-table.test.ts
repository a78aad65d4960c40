// The tables that say which of asyncio's tests are covered name tests that exist.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('COVERAGE.md is up to date, and every test that it names exists', () => {
  const script = fileURLToPath(new URL('../../scripts/coverage-table.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});
