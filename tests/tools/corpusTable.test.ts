// tests/corpus/DIFFERENCES.md and docs/tools.md hold what `npm run corpus -- --tools` compares with; the command itself
// needs the network.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDifferences } from '../corpus/differences.ts';
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
