// tests/corpus/DIFFERENCES.md and docs/tools.md hold what `npm run corpus -- --tools` compares with, and how it reads what
// suites print; the command itself needs the network.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDifferences } from '../corpus/differences.ts';
import { outcomesOf } from '../corpus/suite.ts';
import { toolPackages } from '../corpus/toolPackages.ts';

const differences = readDifferences();

test('DIFFERENCES.md: a section for each package that is run, whose numbers are those of its lists', () => {
  assert.deepEqual([...differences.keys()].toSorted(), toolPackages.map(({ name }) => name).toSorted());
  for (const [name, { passed, tests, fails }] of differences)
    assert.equal(tests - passed, fails.size, name);
});

test('docs/tools.md: the totals are those of DIFFERENCES.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/tools.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\S+) \| (\d+) of (\d+) \|$/gm)].map(([, ...row]) => row);
  const known = [...differences].map(([name, { passed, tests }]) => [name, `${passed}`, `${tests}`]);
  assert.deepEqual(rows, known);
});

test('a suite that was broken off is not taken for one whose tests passed; suites of tests are no tests', () => {
  const yaml = (type: string): string => `  ---\n  duration_ms: 1.5\n  type: '${type}'\n  ...\n`;
  const printed = `TAP version 13\n    ok 1 - inner\n  ${yaml('test')}ok 1 - outer\n${yaml('suite')}ok 2 - last\n`;
  assert.deepEqual(outcomesOf(printed, true), ['ok inner', 'ok last']);
  assert.equal(outcomesOf(printed, false), undefined);
  assert.deepEqual(outcomesOf(`${printed}not ok 3 - no`, false), ['not ok no', 'ok inner', 'ok last']);
});
