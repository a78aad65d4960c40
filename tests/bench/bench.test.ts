// The benchmarks run from end to end: the figures of a quick run mean nothing, but every work is done and
// checks its own result, and the document for machines has the shape that is promised.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { goals, works } from '../../bench/works.ts';

interface Report {
  machine: { node: string; subject: string | null };
  works: {
    name: string;
    rows: {
      peer: string;
      failed: string | null;
      skipped: string | null;
      figures: Record<string, Figure>;
    }[];
  }[];
  goals: { text: string; reached: boolean | null; figure: number | null }[];
}

interface Figure {
  median: number;
  min: number;
  max: number;
  ratio: number | null;
}

const main = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));

async function bench(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { maxBuffer: 1 << 24 });
  return stdout;
}

test('a quick run measures every work of ours and of bare promises', { timeout: 240_000 }, async () => {
  const report = JSON.parse(await bench('--quick', '--json', '--peers=ours,bare')) as Report;
  assert.equal(report.machine.node, process.version);
  assert.deepEqual(
    report.works.map(({ name }) => name),
    works.map(({ name }) => name),
  );
  for (const { name, rows } of report.works) {
    for (const { peer, failed, skipped, figures } of rows) {
      assert.equal(failed ?? skipped, null, `${name}: ${peer}`);
      const { value } = figures;
      assert.ok(value !== undefined && value.median > 0, `${name}: ${peer}`);
      assert.ok(value.min <= value.median && value.median <= value.max);
      assert.ok(value.ratio !== null && value.ratio > 0);
      if (peer === 'ours') assert.ok(value.ratio > 0);
    }
  }
  assert.equal(report.goals.length, goals.length);
  for (const { reached, figure } of report.goals) assert.equal(reached === null, figure === null);
});

test('tables give ratios to ours, and the goals at the end', { timeout: 60_000 }, async () => {
  const text = await bench('--quick', '--peers=ours,bare', 'cancel');
  assert.match(text, /^ +asyncio-ts +[\d.,]+ +1× /m);
  assert.match(text, /^ +bare promises +[\d.,]+ +[\d.,]+× /m);
  assert.match(text, /^Goals: \d of 2 reached$/m);
});

test('an unknown work or peer is named, with what there is', { timeout: 60_000 }, async () => {
  await assert.rejects(bench('no-such-work'), (error: Error & { code: number; stderr: string }) => {
    assert.equal(error.code, 2);
    assert.match(error.stderr, /there is no work 'no-such-work'/);
    assert.match(error.stderr, /spawn-yield/);
    return true;
  });
  await assert.rejects(bench('--peers=nobody'), /there is no peer 'nobody'/);
});
