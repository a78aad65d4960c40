// Children against CPython's asyncio, over random programs. More of them: npm run differential:processes.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBun, onDeno } from '../../commandLine.ts';
import { backends } from '../../net/backends.ts';
import { findPython } from '../python.ts';
import { differentProcesses } from './compareProcesses.ts';

const python = onBun || onDeno ? undefined : findPython();
const skip = python === undefined && 'no Python of 3.11 or later to compare with, or not on Node';

test(
  'createSubprocessExec, createSubprocessShell: 100 random programs have the traces of CPython on each backend',
  { skip, timeout: 120_000 },
  async () => {
    assert.deepEqual(await differentProcesses(python!, backends, 1, 100), []);
  },
);
