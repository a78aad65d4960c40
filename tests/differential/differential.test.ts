// Random programs under Python's asyncio and here. `npm run differential` runs as many as it is told. Without the
// harness: a program leaves behind what it likes.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { describe, withComparison } from './compare.ts';
import { cuts, isValid } from './cut.ts';
import { generate } from './generate.ts';
import { operations } from './operations.ts';
import { statements } from './program.ts';
import { findPython } from './python.ts';
import { runHere } from './runtime.ts';
import { shrink } from './shrink.ts';
import { spellHere, spellPython } from './spell.ts';

const newest = { minor: 15 };
const seeds = Number(process.env['DIFFERENTIAL_SEEDS'] ?? 2000);
const first = Number(process.env['DIFFERENTIAL_SEED'] ?? 1);
const python = findPython();

test(
  'random programs: the trace is the one of asyncio, event by event',
  {
    skip: python === undefined && 'there is no Python of 3.11 or later: install python3',
    timeout: 120_000,
  },
  () =>
    withComparison(python!, async (comparison) => {
      for await (const difference of comparison.seeds(first, seeds)) {
        if (difference === undefined) continue;
        const { seed } = difference;
        const shown = describe(await comparison.smallest(difference));
        assert.fail(
          `Python ${python!.version} differs:\n${shown}\nnpm run differential -- --seeds=1 --seed=${seed}`,
        );
      }
      const excluded = [...comparison.excluded.values()].reduce((sum, count) => sum + count, 0);
      assert.ok(excluded <= 5 + seeds / 50, `${excluded} of ${seeds} programs were not compared`);
    }),
);

test('generate: a program follows from its seed, and its trace from the program', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const [one, other] = [generate(seed, newest), generate(seed, newest)];
    assert.deepEqual(one, other);
    assert.ok(isValid(one));
    assert.deepEqual(await runHere(one), await runHere(other));
  }
});

test('generate: every operation comes up', () => {
  const met = new Set<string>();
  for (let seed = 1; seed <= 2000; seed++) {
    for (const statement of statements(generate(seed, newest)))
      if ('do' in statement) met.add(statement.do);
  }
  assert.deepEqual(
    Object.keys(operations).filter((name) => !met.has(name)),
    [],
  );
});

test('cuts: what is left of a program is no longer, and spelled in both languages', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const program = generate(seed, newest);
    const size = [...statements(program)].length;
    for (const cut of cuts(program)) {
      assert.ok([...statements(cut)].length <= size);
      assert.notEqual(spellPython(cut), '');
      assert.notEqual(spellHere(cut), '');
    }
  }
});

test('shrink: goes on until no step fails any more', async () => {
  const steps = (list: number[]): number[][] => list.map((_, at) => list.toSpliced(at, 1));
  const fails = async (lists: readonly number[][]): Promise<boolean[]> =>
    lists.map((list) => list.includes(3) && list.includes(7));
  const all = Array.from({ length: 50 }, (_, at) => at);
  assert.deepEqual(await shrink(all, steps, fails), [3, 7]);
});
