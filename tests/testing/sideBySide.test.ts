// runTest: several at once in one thread, as in the concurrent tests of one file.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allTasks, createTask, run, sleep, spawn, UsageError } from '../../src/asyncio.ts';
import { expectReport, LeakError, ReportError, runTest } from '../../src/testing/testing.ts';
import '../harness.ts';

const hostTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('runTest: forty at once have a clock, tasks and an order of their own each', async () => {
  const ends = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      runTest(
        async ({ clock }) => {
          await hostTurn();
          await sleep(1000 * i);
          await hostTurn();
          return [clock.now(), allTasks().size];
        },
        { seed: i },
      ),
    ),
  );
  assert.deepEqual(
    ends,
    ends.map((_, i) => [1000 * i, 1]),
  );
});

test('runTest: what one of several leaves or reports fails that one alone', async () => {
  const fine = (): Promise<unknown> =>
    runTest(async () => {
      for (let i = 0; i < 5; i++) await hostTurn();
      await sleep(5);
    });
  const loses = async (): Promise<never> => {
    throw new Error('lost');
  };
  const outcomes = await Promise.allSettled([
    fine(),
    runTest(async () => {
      await hostTurn();
      void createTask(() => sleep(1000));
    }),
    fine(),
    runTest(async () => {
      await hostTurn();
      void createTask(loses, { name: 'loser' });
      await sleep(0);
    }),
    runTest(async () => {
      expectReport('Task expected: its exception was never retrieved');
      void createTask(loses, { name: 'expected' });
      await hostTurn();
    }),
    fine(),
  ]);
  assert.deepEqual(
    outcomes.map((one) => (one.status === 'fulfilled' ? undefined : (one.reason as Error).constructor)),
    [undefined, LeakError, undefined, ReportError, undefined, undefined],
  );
});

test('runTest: beside a run and a spawned task it works, inside of one it is refused', async () => {
  const inside = (): Promise<void> =>
    assert.rejects(
      runTest(async () => {}),
      UsageError,
    );
  await Promise.all([
    run(async () => {
      await inside();
      await hostTurn();
      await inside();
    }),
    spawn(inside),
    runTest(() => sleep(60_000)),
  ]);
});
