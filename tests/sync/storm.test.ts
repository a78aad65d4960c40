// Random programs with random cancels on what has no plain reference: conditions and barriers.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTask, run } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { Barrier } from '../../src/sync/barrier.ts';
import { BrokenBarrierError } from '../../src/sync/brokenBarrierError.ts';
import { Condition } from '../../src/sync/condition.ts';
import { turns } from '../turns.ts';

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('first' as const), n: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('second' as const), n: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('cancel' as const), n: fc.nat(5), back: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'turn' as const }) },
);

type Program = readonly (
  | { do: 'first' | 'second'; n: number }
  | { do: 'cancel'; n: number; back: boolean }
  | { do: 'turn' }
)[];

/** Plays a program; returns the tasks, when everything is quiet. */
async function play(
  program: Program,
  first: (n: number) => Promise<void>,
  second: (n: number) => Promise<void>,
): Promise<Task<void>[]> {
  const tasks: Task<void>[] = [];
  for (const one of program) {
    if (one.do === 'turn') await turns();
    else if (one.do === 'cancel') {
      const alive = tasks.filter((task) => !task.done());
      const task = alive[one.n % (alive.length || 1)];
      task?.cancel();
      if (one.back) task?.uncancel();
    } else tasks.push(createTask(() => (one.do === 'first' ? first(one.n) : second(one.n))));
  }
  await turns(60);
  return tasks;
}

test('Condition: in any program of a buffer over it no item and no wake-up is lost, and the lock is free at last', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (program) => {
      await run(async () => {
        const changed = new Condition();
        let items = 0;
        let put = 0;
        let taken = 0;
        const tasks = await play(
          program,
          (n) =>
            changed.with(async () => {
              items += n + 1;
              put += n + 1;
              changed.notify(n + 1);
              await turns(n);
            }),
          (n) =>
            changed.with(async () => {
              await changed.waitFor(() => items > 0);
              items--;
              taken++;
              await turns(n);
            }),
        );
        assert.equal(put - taken, items);
        const waiting = tasks.filter((task) => !task.done()).length;
        assert.ok(items === 0 || waiting === 0, `${waiting} wait for ${items} items`);
        assert.deepEqual({ ...changed.statistics() }, { locked: false, waiters: waiting, lockWaiters: 0 });
        for (const task of tasks) task.cancel();
        await Promise.allSettled(tasks);
        assert.deepEqual({ ...changed.statistics() }, { locked: false, waiters: 0, lockWaiters: 0 });
      });
    }),
    { numRuns: 300 },
  );
});

test('Barrier: in any program with cancels and resets rounds are whole, and nobody is left in one that is full', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 50 }),
      async (parties, program) => {
        await run(async () => {
          const barrier = new Barrier(parties);
          const met: number[] = [];
          const tasks = await play(
            program,
            async () => {
              try {
                met.push(await barrier.wait());
              } catch (error) {
                if (!(error instanceof BrokenBarrierError)) throw error;
              }
            },
            async (n) => {
              if (n === 0) await barrier.reset();
              else met.push(await barrier.wait().catch(() => -1));
            },
          );
          assert.ok(met.every((index) => index >= -1 && index < parties));
          const { state, waiters } = barrier.statistics();
          assert.equal(state, 'filling');
          assert.ok(waiters < parties);
          assert.equal(tasks.filter((task) => !task.done()).length, waiters);
          for (const task of tasks) task.cancel();
          await Promise.allSettled(tasks);
          assert.deepEqual({ ...barrier.statistics() }, { state: 'filling', parties, waiters: 0 });
        });
      },
    ),
    { numRuns: 300 },
  );
});
