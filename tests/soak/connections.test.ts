// A short soak of the network; the whole one is `main.ts`.

import '../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { backends } from '../net/backends.ts';
import { connectionSoak } from './connections.ts';

const connections = Number(process.env['SOAK_CONNECTIONS'] ?? 4000);

for (const backend of backends) {
  test(`short connections leave nothing behind, and the heap is flat (${backend})`, async () => {
    const { wrong, before, after } = await connectionSoak(connections, {
      backend,
      warmUp: Math.ceil(connections / 2),
    });
    assert.equal(wrong, 0);
    assert.deepEqual(
      [after.descriptors, after.tasks, after.timers],
      [before.descriptors, before.tasks, before.timers],
    );
    const grown = after.heap - before.heap;
    // A connection that stays takes kilobytes; the rest is the engine's compiled code and caches.
    assert.ok(
      grown < 2 ** 20,
      `the heap grew by ${grown} bytes, ${(grown / connections).toFixed(1)} a connection`,
    );
  });
}
