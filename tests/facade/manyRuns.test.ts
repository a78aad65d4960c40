// Several runs in one thread: at once, as tests that run beside each other have them, and after one that left something
// behind. Without the tear-down of the other suites: what is left behind is the point.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allTasks, createTask, currentTask, isCancelled, run, sleep } from '../../src/asyncio.ts';
import { captureReports } from '../../src/testing/reports.ts';

describe('run: forty tests at once', { concurrency: true }, () => {
  for (let i = 0; i < 40; i++)
    test(`run: number ${i} of forty at once has its own tasks, and takes them along`, async () => {
      const { task: left } = await run(async () => {
        const task = createTask(() => sleep(60_000));
        await new Promise((resolve) => void setImmediate(resolve));
        await sleep(i % 7);
        assert.deepEqual([...allTasks()], [currentTask(), task]);
        return { task };
      });
      assert.ok(left.cancelled());
    });
});

test('run: one that was timed out and left a task behind does not disturb those after it', async () => {
  const reports = captureReports();
  // Something else that keeps the process alive, as a server does.
  const other = setInterval(() => {}, 1000);
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  await run(
    async () => {
      void createTask(async () => {
        for (;;) {
          try {
            await gate;
            assert.ok(currentTask());
            woken.resolve();
            return;
          } catch (error) {
            assert.ok(isCancelled(error));
          }
        }
      });
      await sleep(0);
    },
    { shutdownTimeout: 10 },
  );
  assert.match(reports.all[0]?.text ?? '', /gave up after 10 ms/);
  const counts = await Promise.all(
    [1, 2, 3].map(() =>
      run(async () => {
        open();
        await woken.promise;
        await sleep(1);
        return allTasks().size;
      }),
    ),
  );
  clearInterval(other);
  reports[Symbol.dispose]();
  assert.deepEqual(counts, [1, 1, 1]);
});
