// A short soak; the whole one is `main.ts`.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { soak } from './soak.ts';

test('races against a long-lived scope and signal leave nothing behind, and the heap is flat', async () => {
  const races = Number(process.env['SOAK_RACES'] ?? 20_000);
  const report = await soak(races);
  assert.deepEqual([report.listeners, report.timers, report.tasks], [0, 0, 0]);
  const grown = report.heapAfter - report.heapBefore;
  // A leak of one object a race would be megabytes; the rest is the engine's compiled code and caches.
  assert.ok(grown < 2 ** 20, `the heap grew by ${grown} bytes, ${(grown / races).toFixed(1)} a race`);
});
