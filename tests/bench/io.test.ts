// The benchmarks of processes, threads, files and formats run from end to end, as the others do: a quick run's figures
// mean nothing, but every work is done and checks its own result.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { works } from '../../bench/io/works.ts';
import { missingPeers } from '../peers.ts';

interface Report {
  works: { name: string; rows: { peer: string; failed: string | null; skipped: string | null }[] }[];
}

const main = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));
const packages = new Set(
  works
    .flatMap(({ rows }) => rows)
    .filter(({ peer, label }) => label === undefined && peer !== 'ours' && peer !== 'python3')
    .map(({ peer }) => peer),
);

test(
  'npm run bench io: a quick run measures every row of every work',
  { skip: missingPeers(...packages), timeout: 300_000 },
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [main, 'io', '--quick', '--json'], {
      maxBuffer: 1 << 24,
    });
    const report = JSON.parse(stdout) as Report;
    assert.deepEqual(
      report.works.map(({ name }) => name),
      works.map(({ name }) => name),
    );
    for (const { name, rows } of report.works) {
      for (const { peer, failed, skipped } of rows)
        assert.equal(failed ?? skipped, null, `${name}: ${peer}`);
    }
  },
);
