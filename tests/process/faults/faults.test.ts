// Children in small numbers; `main.ts` has the whole of it. PROCESS_SEED repeats a run.

import '../../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import { onBackends } from '../../net/onBackends.ts';
import { cancelled, manyChildren, throughCat } from './faults.ts';

const seed = Number(process.env['PROCESS_SEED'] ?? Date.now() % 1_000_000);

onBackends(
  'many quick children leave no descriptor and no zombie',
  async () => {
    assert.deepEqual(await manyChildren(60, 6), []);
  },
  { timeout: 60_000 },
);

onBackends(
  'communicate: what goes through a child comes back as it was',
  async () => {
    assert.deepEqual(await throughCat(4_000_000), []);
  },
  { timeout: 60_000 },
);

onBackends(
  'cancels at random moments of every operation lose nothing and leave no child',
  async () => {
    for (const first of [1, 2, seed])
      assert.deepEqual(await cancelled(15, first), [], `replay it with PROCESS_SEED=${first}`);
  },
  { timeout: 120_000 },
);
