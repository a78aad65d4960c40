// Pools against CPython's run_in_executor, over random programs. More of them: EXECUTOR_PROGRAMS=2000, from EXECUTOR_SEED.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBun, onDeno } from '../../commandLine.ts';
import { findPython } from '../python.ts';
import { differentPools } from './comparePools.ts';

const python = onBun || onDeno ? undefined : findPython();
const skip = python === undefined && 'no Python of 3.11 or later to compare with, or not on Node';
const count = Number(process.env['EXECUTOR_PROGRAMS'] ?? 100);
const seed = Number(process.env['EXECUTOR_SEED'] ?? 1);

test(
  `ThreadPoolExecutor: ${count} random programs run and end as under CPython's asyncio (from seed ${seed})`,
  { skip, timeout: 240_000 },
  async () => {
    assert.deepEqual(await differentPools(python!, seed, count), []);
  },
);
