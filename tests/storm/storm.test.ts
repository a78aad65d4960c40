// A small storm for each of some seeds. STORM_CANCELS and STORM_SEED ask for another size or seed; the whole
// storm is `main.ts`.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import { storm } from './storm.ts';

const cancels = Number(process.env['STORM_CANCELS'] ?? 500);
const seeds =
  process.env['STORM_SEED'] === undefined
    ? [1, 2, 3, Date.now() % 1_000_000]
    : [Number(process.env['STORM_SEED'])];

test('cancels at random moments lose no item, permit, wake-up, timer or task', async () => {
  for (const seed of seeds) {
    const report = await storm({ seed, cancels, tasks: 60 });
    assert.deepEqual(report.violations, [], `replay it with STORM_SEED=${seed} STORM_CANCELS=${cancels}`);
    assert.ok(report.cancels >= cancels);
    assert.ok(report.interrupted > 0 && report.items > 0);
  }
});
