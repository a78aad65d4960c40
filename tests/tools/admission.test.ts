// Random programs of limits, queues and semaphores: the model is a list of who is inside. Whatever is cancelled when, no
// more than may are inside, everybody ends, and nothing stays taken.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sleep, taskGroup } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { runTest } from '../../src/testing/testing.ts';
import { queue, semaphore } from '../../src/tools/tools.ts';
import { turns } from '../turns.ts';

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('add' as const), ms: fc.nat(5), priority: fc.nat(2) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cancel' as const), n: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), on: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('concurrency' as const), n: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'clear' as const }) },
);

test('queue: random programs never have more inside than may be, keep the rate, and end empty', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), (program, rated) =>
      runTest(async ({ clock }) => {
        const works = queue(rated ? { concurrency: 2, intervalCap: 3, interval: 10 } : { concurrency: 2 });
        const tasks: Task<void>[] = [];
        const starts: number[] = [];
        let inside = 0;
        for (const what of program) {
          if (what.do === 'add') {
            const task = works.add(
              async () => {
                assert.ok(++inside <= 4);
                starts.push(clock.now());
                try {
                  await sleep(what.ms);
                } finally {
                  inside--;
                }
              },
              { priority: what.priority },
            );
            task.catch(() => {});
            tasks.push(task);
          } else if (what.do === 'cancel') tasks[what.n % Math.max(tasks.length, 1)]?.cancel();
          else if (what.do === 'wait') await (what.ms === 0 ? turns() : sleep(what.ms));
          else if (what.do === 'pause') void (what.on ? works.pause() : works.start());
          else if (what.do === 'clear') works.clear();
          else works.concurrency = what.n;
          assert.ok(works.pending <= 4);
        }
        works.start();
        await works.onIdle();
        await Promise.allSettled(tasks);
        assert.deepEqual([inside, works.pending, works.size, works.runningTasks.length], [0, 0, 0, 0]);
        if (rated)
          for (let i = 3; i < starts.length; i++)
            assert.ok((starts[i] as number) - (starts[i - 3] as number) >= 10, `the rate at start ${i}`);
      }),
    ),
    { numRuns: 150 },
  );
});

test('semaphore: random weights and cancels give everything back', async () => {
  const ask = fc.record({
    weight: fc.integer({ min: 1, max: 3 }),
    priority: fc.nat(2),
    cancelAt: fc.nat(12),
    ms: fc.nat(4),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(ask, { maxLength: 25 }), (asks) =>
      runTest(async () => {
        const seats = semaphore(3);
        let taken = 0;
        const one = async ({ weight, priority, ms }: (typeof asks)[number]): Promise<void> => {
          const [, release] = await seats.acquire(weight, priority);
          taken += weight;
          assert.ok(taken <= 3);
          try {
            await sleep(ms);
          } finally {
            taken -= weight;
            release();
            release();
          }
        };
        await taskGroup(async (group) => {
          for (const each of asks) {
            const task = group.createTask(() => one(each));
            if (each.cancelAt > 0)
              group.startSoon(async () => void (await sleep(each.cancelAt), task.cancel()));
          }
        });
        assert.deepEqual([taken, seats.getValue(), seats.isLocked()], [0, 3, false]);
      }),
    ),
    { numRuns: 100 },
  );
});
