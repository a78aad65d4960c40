// Operations of the host that are given our signal fail with an AbortError of their own: it counts as the
// cancel that it stands for.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { setTimeout as hostSleep } from 'node:timers/promises';
import {
  createTask,
  currentSignal,
  run,
  sleep,
  timeout,
  TimeoutError,
  waitFor,
} from '../../src/asyncio.ts';

const stopped = (): Promise<void> => hostSleep(60_000, undefined, { signal: currentSignal() });

test('timeout: an AbortError of the host that our signal caused is the timeout', () =>
  run(async () => {
    await assert.rejects(timeout(1, stopped), TimeoutError);
    await assert.rejects(waitFor(stopped, 1), TimeoutError);
  }));

test('Task: an AbortError of the host that our signal caused ends the task as cancelled', () =>
  run(async () => {
    const task = createTask(stopped);
    await sleep(1);
    task.cancel();
    await assert.rejects(async () => await task, { name: 'CancelledError' });
    assert.equal(task.cancelled(), true);
  }));
