// A StreamReader and real connections against CPython's, over random programs. More of them:
// npm run differential:streams.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBun, onDeno } from '../../commandLine.ts';
import { backends, selectorMissing } from '../../net/backends.ts';
import { findPython } from '../python.ts';
import { differentReaders } from './compareReaders.ts';
import { differentScripts } from './scripts.ts';

const python = onBun || onDeno ? undefined : findPython();
const skip = python === undefined && 'no Python of 3.11 or later to compare with, or not on Node';

test(
  'StreamReader: 3,000 random programs have the traces of CPython',
  { skip, timeout: 120_000 },
  async () => {
    assert.deepEqual(await differentReaders(python!, 1, 3000), []);
  },
);

test(
  'connections: 200 random scripts have the traces of CPython on each backend',
  { skip: skip || selectorMissing, timeout: 120_000 },
  async () => {
    assert.deepEqual(await differentScripts(python!, backends, 1, 200), []);
  },
);
