// Failures that were looked at are forgotten, also where the error leads back to the task that failed.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import '../harness.ts';
import { createTask, newEventLoop, sleep, taskGroup } from '../../src/asyncio.ts';
import { hostTurn } from './reports.ts';

class Found extends Error {
  readonly by: unknown[];
  constructor(by: unknown[]) {
    super('found');
    this.by = by;
  }
}

test('a failed task that was looked at is collected, whatever its error refers to', async (t) => {
  const host = globalThis as { gc?: () => void };
  // Deno's errors hold the receivers of their frames.
  if (host.gc === undefined || 'deno' in process.versions) {
    t.skip('nothing can be collected on demand here');
    return;
  }
  const refs: WeakRef<object>[] = [];
  const loop = newEventLoop();
  await loop.runUntilComplete(async () => {
    const drop = (): void => {
      for (let i = 0; i < 10; i++) {
        const own: unknown[] = [];
        const task = createTask(async () => {
          await sleep(0);
          throw new Found(own);
        });
        own.push(task);
        task.addDoneCallback((one) => void one.exception());
        refs.push(new WeakRef(task));
      }
    };
    drop();
    await taskGroup(async (group) => {
      const own: unknown[] = [];
      const child = group.createTask(async () => {
        await sleep(0);
        throw new Found(own);
      });
      own.push(child);
      refs.push(new WeakRef(child));
    }).catch(() => {});
    await sleep(2);
    for (let i = 0; i < 20; i++) {
      host.gc?.();
      await hostTurn();
    }
  });
  loop.close();
  const left = refs.filter((ref) => ref.deref() !== undefined).length;
  // The engine may keep one that it handled last.
  assert.ok(left <= 1, `${left} of ${refs.length} are still held`);
});
