// What asyncio's test_staggered asks of staggered_race, in our words, and what a race must do besides.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allTasks,
  CancelledError,
  createTask,
  eagerTaskFactory,
  Event,
  getRunningLoop,
  moveOnAfter,
  sleep,
  timeout,
  TimeoutError,
} from '../../../src/asyncio.ts';
import type { Coroutine } from '../../../src/asyncio.ts';
import { viewLoop } from '../../../src/lowlevel.ts';
import type { Duration } from '../../../src/base/duration.ts';
import { staggeredRace } from '../../../src/net/connect/staggeredRace.ts';
import type { RaceOutcome } from '../../../src/net/connect/staggeredRace.ts';
import { runTest } from '../../../src/testing/testing.ts';

function race<T>(coroutines: Iterable<Coroutine<T>>, delay?: Duration): Promise<RaceOutcome<T>> {
  return staggeredRace(getRunningLoop(), coroutines, delay);
}

const answers = (index: number) => async (): Promise<string> => `Res: ${index}`;
const fails = (index: number) => async (): Promise<string> => {
  throw new RangeError(String(index));
};

// asyncio: StaggeredTests.test_empty
test('staggeredRace of nothing has no winner and no errors', () =>
  runTest(async () => {
    assert.deepEqual(await race([]), [undefined, undefined, []]);
  }));

// asyncio: StaggeredTests.test_one_successful
test('staggeredRace: the first that returns wins, and those after it are not started', () =>
  runTest(async () => {
    assert.deepEqual(await race([answers(0), answers(1)]), ['Res: 0', 0, [undefined]]);
  }));

// asyncio: StaggeredTests.test_first_error_second_successful
test('staggeredRace: a failure starts the next at once', () =>
  runTest(async ({ clock }) => {
    const [result, winner, errors] = await race([fails(0), answers(1)], 1000);
    assert.deepEqual([result, winner], ['Res: 1', 1]);
    assert.ok(errors[0] instanceof RangeError);
    assert.equal(errors[1], undefined);
    assert.equal(errors.length, 2);
    assert.equal(clock.now(), 0);
  }));

// asyncio: StaggeredTests.test_first_timeout_second_successful
test('staggeredRace: the delay starts the next, and the loser is cancelled', () =>
  runTest(async ({ clock }) => {
    const slow = async (): Promise<string> => {
      await sleep(10_000);
      return 'Res: 0';
    };
    const [result, winner, errors] = await race([slow, answers(1)], 100);
    assert.deepEqual([result, winner], ['Res: 1', 1]);
    assert.ok(errors[0] instanceof CancelledError);
    assert.equal(errors[1], undefined);
    assert.equal(clock.now(), 100);
  }));

// asyncio: StaggeredTests.test_none_successful
test('staggeredRace without a winner gives every error, in order', () =>
  runTest(async () => {
    const [result, winner, errors] = await race([fails(0), fails(1)]);
    assert.deepEqual([result, winner], [undefined, undefined]);
    assert.deepEqual(
      errors.map((error) => (error as Error).message),
      ['0', '1'],
    );
  }));

// asyncio: StaggeredTests.test_multiple_winners
test('staggeredRace: of several that are ready in one iteration the first wins and the rest is cancelled', () =>
  runTest(async () => {
    const event = new Event();
    const waits = (index: number) => async (): Promise<number> => {
      await event.wait();
      return index;
    };
    const sets = async (): Promise<number> => {
      event.set();
      await new Event().wait();
      return 2;
    };
    const [result, winner, errors] = await race([waits(0), waits(1), sets], 100);
    assert.deepEqual([result, winner], [0, 0]);
    assert.equal(errors.length, 3);
    assert.equal(errors[0], undefined);
    assert.ok(errors[1] instanceof CancelledError);
    assert.ok(errors[2] instanceof CancelledError);
  }));

// asyncio: StaggeredTests.test_cancelled
test('staggeredRace hands a cancel on, and a second one', () =>
  runTest(async () => {
    const log: string[] = [];
    await assert.rejects(
      timeout(undefined, (outer) =>
        timeout(undefined, async (inner) => {
          const stubborn = async (): Promise<void> => {
            inner.reschedule(-1);
            await sleep(0);
            try {
              await sleep(0);
            } catch {
              log.push('cancelled 1');
            }
            outer.reschedule(-1);
            await sleep(0);
            try {
              await sleep(0);
            } catch {
              log.push('cancelled 2');
            }
          };
          try {
            await race([stubborn]);
          } catch (error) {
            log.push('cancelled 3');
            throw error;
          }
        }),
      ),
      TimeoutError,
    );
    assert.deepEqual(log, ['cancelled 1', 'cancelled 2', 'cancelled 3']);
  }));

// asyncio: EagerTaskFactoryLoopTests.test_staggered_race_with_eager_tasks
test('staggeredRace with eager tasks: the first that returns wins over one that waits and one that fails', () =>
  runTest(async ({ loop }) => {
    loop.setTaskFactory(eagerTaskFactory);
    const blocked = async (): Promise<string> => await loop.createFuture<string>();
    const slow = async (): Promise<string> => await sleep(1000, { result: 'slept' });
    const failing = async (): Promise<string> => {
      await sleep(0);
      throw new RangeError('no good');
    };
    const [result, winner, errors] = await race([blocked, slow, failing], 250);
    assert.deepEqual([result, winner], ['slept', 1]);
    assert.ok(errors[0] instanceof CancelledError);
    assert.equal(errors[1], undefined);
    assert.ok(errors[2] instanceof RangeError);
  }));

// asyncio: EagerTaskFactoryLoopTests.test_staggered_race_with_eager_tasks_no_delay
test('staggeredRace with eager tasks and no delay: a failure starts the next, and only that', () =>
  runTest(async ({ loop }) => {
    loop.setTaskFactory(eagerTaskFactory);
    const slow = async (): Promise<string> => await sleep(1000, { result: 'slept' });
    const quick = async (): Promise<string> => await sleep(0, { result: 'not started' });
    const [result, winner, errors] = await race([fails(0), slow, quick]);
    assert.deepEqual([result, winner, errors.length], ['slept', 1, 2]);
    assert.ok(errors[0] instanceof RangeError);
    assert.equal(errors[1], undefined);
  }));

test('staggeredRace starts nothing more once it is cancelled, and waits for what it started', () =>
  runTest(
    async ({ clock }) => {
      let started = 0;
      let cleaned = 0;
      const contender = async (): Promise<void> => {
        started++;
        try {
          await sleep(60_000);
        } finally {
          await sleep(5);
          cleaned++;
        }
      };
      const task = createTask(() => race([contender, contender, contender], 10));
      await sleep(15);
      task.cancel('enough');
      await assert.rejects(task, { name: 'CancelledError', message: 'enough' });
      assert.deepEqual([started, cleaned, clock.now()], [2, 2, 20]);
      assert.equal(allTasks().size, 1);
    },
    { schedules: 20 },
  ));

test('staggeredRace in a scope that was cancelled for good waits without spinning', () =>
  runTest(async ({ loop, clock }) => {
    let turnsTaken = 0;
    await moveOnAfter(10, () =>
      race([
        async () => {
          try {
            await sleep(60_000);
          } finally {
            const before = viewLoop(loop).iterations;
            await moveOnAfter(1000, () => sleep(500), { shield: true });
            turnsTaken = viewLoop(loop).iterations - before;
          }
        },
      ]),
    );
    assert.equal(clock.now(), 510);
    assert.ok(turnsTaken < 20, `${turnsTaken} iterations`);
  }));

test('staggeredRace drops what a loser returns after the decision', () =>
  runTest(async () => {
    const stubborn = async (): Promise<string> => {
      try {
        await sleep(60_000);
      } catch {
        // Goes on as if nothing had been said.
      }
      return 'late';
    };
    const [result, winner, errors] = await race([stubborn, answers(1)], 1);
    assert.deepEqual([result, winner, errors], ['Res: 1', 1, [undefined, undefined]]);
  }));
