// The benchmarks of looking inside run from end to end: a quick run's figures mean nothing, but every work is done and
// checks its own result.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

interface Report {
  works: { name: string; rows: { peer: string; failed: string | null }[] }[];
}

const main = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));

test('npm run bench inside: a quick run of one work measures every row', { timeout: 300_000 }, async () => {
  const args = [main, 'inside', 'inside-queue', '--quick', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 });
  const { works } = JSON.parse(stdout) as Report;
  assert.deepEqual(
    works.map(({ name }) => name),
    ['inside-queue'],
  );
  for (const { peer, failed } of works[0]!.rows) assert.equal(failed, null, peer);
});
