// The interrupts of asyncio's test_runners, with real signals in a process of their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../../harness.ts';
import { runProgram } from '../../facade/program.ts';

const PROGRAM = new URL('./interrupt.ts', import.meta.url);

for (const [manner, title, printed] of [
  ['callSoon', 'a main that is always ready', 'InterruptedError'],
  ['wait', 'a main that waits for a future, which is cancelled with it', 'InterruptedError true'],
  ['cancelled', 'a main that was cancelled already ends as cancelled, not interrupted', 'CancelledError'],
  [
    'again',
    'a main that is cancelled once more in its clean-up was interrupted all the same',
    'InterruptedError',
  ],
] as const) {
  test(`interrupt: ${title}`, async () => {
    const { code, stdout, stderr } = await runProgram(PROGRAM, [manner]);
    assert.deepEqual([code, stdout, stderr], [0, `${printed}\n`, '']);
  });
}
