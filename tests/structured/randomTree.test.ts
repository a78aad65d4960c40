// What holds for every program of structured blocks, on random ones. A failure prints the seed and the path:
// give them to fc.assert to see it again.

import { test } from 'node:test';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import '../harness.ts';
import { programs, runProgram } from './randomTree.ts';
import type { Program } from './randomTree.ts';

const seed = Number(process.env['ASYNCIO_SEED'] ?? 20261122);
const numRuns = Number(process.env['ASYNCIO_RUNS'] ?? 1500);

test('random programs under random cancels keep what structured blocks promise', async () => {
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      await runProgram(program);
    }),
    { seed, numRuns },
  );
});

test('a program runs the same way every time', async () => {
  await fc.assert(
    fc.asyncProperty(programs, async (program: Program) => {
      const one = await runProgram(program);
      const other = await runProgram(program);
      assert.equal(other.time, one.time);
      assert.deepEqual(Object.keys(other.outcome), Object.keys(one.outcome));
    }),
    { seed, numRuns: 200 },
  );
});
