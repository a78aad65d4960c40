// The Promises/A+ suite on Future; see suite.ts.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import { runChild } from '../core/child.ts';

// Bun's loader drops a 'use strict' inside a function of a CommonJS file, so that two of the tests cannot be
// posed there: they fail for Bun's own Promise too.
const bun = 'bun' in process.versions;
const unposable = bun ? '(i.e. with no `this` value). > strict mode' : '\0';

test('a Future passes all 872 tests of Promises/A+', async () => {
  const { stdout, stderr } = await runChild(new URL('./suite.ts', import.meta.url));
  const outcome = JSON.parse(stdout === '' ? 'null' : stdout) as {
    passed: number;
    failures: string[];
  } | null;
  assert.ok(outcome !== null, stderr);
  const failures = outcome.failures.filter((failure) => !failure.includes(unposable));
  assert.deepEqual(failures, []);
  assert.equal(outcome.passed, bun ? 870 : 872);
});
