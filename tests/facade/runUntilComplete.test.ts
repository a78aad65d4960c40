// runUntilComplete where it can't run.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allTasks, newEventLoop, run, UsageError } from '../../src/asyncio.ts';

test('runUntilComplete inside of a running loop is refused, and makes no task of what it was given', async () => {
  await run(async () => {
    const other = newEventLoop();
    await assert.rejects(
      other.runUntilComplete(async () => {}),
      UsageError,
    );
    assert.equal(allTasks(other).size, 0);
    other.close();
  });
});
