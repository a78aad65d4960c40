// What asyncio's test_timeouts asks of a timeout, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  CancelledError,
  createTask,
  currentTask,
  ExceptionGroup,
  InvalidArgumentError,
  isCancelled,
  newEventLoop,
  run,
  sleep,
  taskGroup,
  Timeout,
  timeout,
  timeoutAt,
  TimeoutError,
  UsageError,
} from '../../../src/asyncio.ts';
import { inTime } from '../../inTime.ts';
import { assertCancelled, errorOf, outcomeOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

test(
  'a timeout cancels its body and throws TimeoutError',
  inTime(async ({ loop }) => {
    let seen: Timeout | undefined;
    const error = await errorOf(
      timeout(10, async (mine) => {
        seen = mine;
        await sleep(10_000);
      }),
      TimeoutError,
    );
    assert.equal(error.code, 'ERR_ASYNCIO_TIMEOUT');
    assert.equal(error.timeout, seen);
    assert.equal(seen?.expired(), true);
    assert.equal(loop.time(), 1010);
  }),
);

test(
  'timeoutAt takes a time of the loop and keeps it',
  inTime(async ({ loop }) => {
    const deadline = loop.time() + 10;
    const error = await errorOf(
      timeoutAt(deadline, () => sleep(10_000)),
      TimeoutError,
    );
    assert.equal((error.timeout as Timeout).when(), deadline);
    assert.equal(loop.time(), deadline);
  }),
);

test(
  'of two timeouts with one deadline only the outer throws TimeoutError',
  inTime(async ({ loop }) => {
    const deadline = loop.time() + 10;
    const outer = new Timeout(deadline);
    const inner = new Timeout(deadline);
    let passed: unknown;
    const error = await errorOf(
      outer.run(async () => {
        try {
          await inner.run(() => sleep(10_000));
        } catch (thrown) {
          passed = thrown;
          throw thrown;
        }
      }),
      TimeoutError,
    );
    assert.ok(isCancelled(passed));
    assert.equal(error.timeout, outer);
    assert.deepEqual([outer.expired(), inner.expired()], [true, true]);
  }),
);

test(
  'the await inside is where the body is cancelled',
  inTime(async () => {
    let cancelled = false;
    await errorOf(
      timeout(10, async () => {
        try {
          await sleep(10_000);
        } catch (error) {
          cancelled = isCancelled(error);
          throw error;
        }
      }),
      TimeoutError,
    );
    assert.equal(cancelled, true);
  }),
);

test(
  'a body that is quicker than its timeout is left alone',
  inTime(async ({ loop }) => {
    const mine = new Timeout(loop.time() + 10_000);
    assert.equal(await mine.run(() => sleep(10, { result: 'done' })), 'done');
    assert.equal(mine.expired(), false);
    assert.ok((mine.when() ?? 0) > loop.time());
  }),
);

test(
  'without a delay there is no deadline',
  inTime(async () => {
    for (const mine of [new Timeout(undefined), new Timeout(undefined)]) {
      await mine.run(() => sleep(10));
      assert.equal(mine.expired(), false);
      assert.equal(mine.when(), undefined);
    }
    await timeout(undefined, () => sleep(10));
    await timeoutAt(undefined, () => sleep(10));
  }),
);

for (const [delay, nap] of [
  [0, 10_000],
  [0, 0],
  [-11, 0],
] as const) {
  test(
    `a delay of ${delay} cancels a sleep(${nap}) without letting time pass`,
    inTime(async ({ loop }) => {
      const before = loop.time();
      const error = await errorOf(
        timeout(delay, () => sleep(nap)),
        TimeoutError,
      );
      assert.equal((error.timeout as Timeout).when(), before + delay);
      assert.equal((error.timeout as Timeout).expired(), true);
      assert.equal(loop.time(), before);
    }),
  );
}

test(
  'an error of the body passes through',
  inTime(async ({ loop }) => {
    const mine = new Timeout(loop.time() + 10);
    await errorOf(
      mine.run(async () => {
        throw new RangeError('mine');
      }),
      RangeError,
    );
    assert.equal(mine.expired(), false);
  }),
);

test(
  'the CancelledError is the cause of the TimeoutError',
  inTime(async () => {
    const error = await errorOf(
      timeout(10, async () => {
        try {
          throw new RangeError('lost, as in any JavaScript finally');
        } finally {
          await sleep(1000);
        }
      }),
      TimeoutError,
    );
    assert.ok(error.cause instanceof CancelledError);
    assert.equal(error.cause.cause, undefined);
  }),
);

test(
  'an error thrown while the body is being cancelled wins over the TimeoutError',
  inTime(async () => {
    const crash = async (): Promise<void> => {
      try {
        await sleep(1000);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- what is tested
        throw new RangeError('clean-up');
      }
    };
    await errorOf(timeout(10, crash), RangeError);
  }),
);

test(
  'a cancel from outside is no timeout while the deadline has not passed',
  inTime(async ({ loop }) => {
    const mine = new Timeout(loop.time() + 10_000);
    const task = createTask(() =>
      mine.run(async () => {
        currentTask()?.cancel('by hand');
        await sleep(10_000);
      }),
    );
    assert.deepEqual(await outcomeOf(task), { cancelled: 'by hand' });
    assert.equal(mine.expired(), false);
  }),
);

test(
  'a timeout does not cancel the task around it',
  inTime(async () => {
    const task = createTask(async () => {
      await errorOf(
        timeout(1, () => sleep(10_000)),
        TimeoutError,
      );
      return 'went on';
    });
    assert.equal(await task, 'went on');
    assert.equal(task.cancelling(), 0);
  }),
);

test(
  'an outer deadline that passed while the loop was busy passes through the inner timeout',
  inTime(async ({ clock }) => {
    let outer: Timeout | undefined;
    const error = await errorOf(
      timeout(2, async (mine) => {
        outer = mine;
        await timeout(100, async () => {
          clock.advance(10);
          await sleep(1000);
        });
      }),
      TimeoutError,
    );
    assert.equal(error.timeout, outer);
  }),
);

test(
  'both deadlines pass while the loop is busy: the inner fires, then the outer',
  inTime(async ({ clock, loop }) => {
    let innerFired = false;
    const begin = loop.time();
    const error = await errorOf(
      timeout(100, async () => {
        await errorOf(
          timeout(10, async () => {
            clock.advance(99);
            await sleep(1000);
          }),
          TimeoutError,
        );
        innerFired = true;
        await sleep(10_000);
      }),
      TimeoutError,
    );
    assert.equal(innerFired, true);
    assert.equal((error.timeout as Timeout).when(), begin + 100);
  }),
);

test(
  'a deadline can be moved and taken away from outside',
  inTime(async ({ loop }) => {
    const mine = new Timeout(loop.time() + 10_000);
    const task = createTask(() => mine.run(() => sleep(50_000)));
    await turns();
    mine.reschedule(loop.time() + 30_000);
    assert.equal(mine.when(), loop.time() + 30_000);
    mine.reschedule(undefined);
    assert.equal(mine.when(), undefined);
    task.cancel();
    await assertCancelled(task);
    assert.equal(mine.expired(), false);
  }),
);

test(
  'a moved deadline fires at its new time',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    await errorOf(
      timeout(10, async (mine) => {
        mine.reschedule(begin + 500);
        await sleep(400);
        mine.reschedule(begin + 450);
        await sleep(1000);
      }),
      TimeoutError,
    );
    assert.equal(loop.time(), begin + 450);
  }),
);

test(
  'a timeout describes its state',
  inTime(async ({ loop }) => {
    const fresh = new Timeout(1);
    assert.equal(inspect(fresh), '<Timeout [created]>');
    const mine = new Timeout(loop.time() + 10_000);
    await mine.run(async () => assert.match(inspect(mine), /^<Timeout \[active\] when=\d+\.\d+>$/));
    assert.equal(inspect(mine), '<Timeout [finished]>');
    await timeout(undefined, async (none) => assert.equal(inspect(none), '<Timeout [active] when=none>'));
    const error = await errorOf(
      timeout(1, () => sleep(10)),
      TimeoutError,
    );
    assert.equal(inspect(error.timeout), '<Timeout [expired]>');
  }),
);

test(
  'a timeout may stand in the clean-up of a body that timed out',
  inTime(async () => {
    let inner: TimeoutError | undefined;
    const outer = await errorOf(
      timeout(10, async () => {
        try {
          await sleep(1000);
        } finally {
          inner = await errorOf(
            timeout(10, () => sleep(10_000)),
            TimeoutError,
          );
        }
      }),
      TimeoutError,
    );
    assert.ok(isCancelled(outer.cause) && isCancelled(inner?.cause));
    assert.notEqual(outer.cause, inner.cause);
    assert.notEqual(outer.timeout, inner.timeout);
  }),
);

test(
  'a timeout works after a cancel that was swallowed',
  inTime(async () => {
    const task = createTask(async () => {
      currentTask()?.cancel();
      await assertCancelled(sleep(1000));
      await errorOf(
        timeout(0, () => sleep(1000)),
        TimeoutError,
      );
      assert.equal(currentTask()?.cancelling(), 1);
    });
    await task;
  }),
);

test(
  'a second cancel inside a timeout after the first was swallowed stays a cancel',
  inTime(async () => {
    const task = createTask(async () => {
      currentTask()?.cancel();
      await assertCancelled(sleep(1000));
      await assertCancelled(
        timeout(1000, async () => {
          currentTask()?.cancel();
          await sleep(2000);
        }),
      );
    });
    await task;
  }),
);

test(
  'a timeout runs once',
  inTime(async ({ loop }) => {
    const mine = new Timeout(loop.time() + 10);
    await mine.run(async () => {
      assert.match(
        (
          await errorOf(
            mine.run(async () => {}),
            UsageError,
          )
        ).message,
        /entered already/,
      );
    });
    assert.match(
      (
        await errorOf(
          mine.run(async () => {}),
          UsageError,
        )
      ).message,
      /entered already/,
    );
  }),
);

test(
  'only a running timeout can be rescheduled',
  inTime(async ({ loop }) => {
    const message = (mine: Timeout): string => {
      try {
        mine.reschedule(20);
      } catch (error) {
        if (error instanceof UsageError) return error.message;
      }
      return '';
    };
    const finished = new Timeout(loop.time() + 10);
    assert.match(message(finished), /not been entered/);
    await finished.run(async () => {});
    assert.match(message(finished), /finished/);
    const expired = new Timeout(loop.time() + 10);
    await errorOf(
      expired.run(() => sleep(1000)),
      TimeoutError,
    );
    assert.match(message(expired), /expired/);
    await timeout(10, async (mine) => {
      await assertCancelled(sleep(1000));
      assert.match(message(mine), /expiring/);
    });
  }),
);

test('a timeout needs a task', async () => {
  await run(async () => {});
  const loop = newEventLoop();
  const mine = new Timeout(1);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  loop.callSoon(() => {
    mine.run(async () => {}).catch(resolve);
    loop.stop();
  });
  await loop.runForever();
  loop.close();
  assert.ok((await promise) instanceof UsageError);
  assert.throws(() => mine.reschedule(2), UsageError);
});

test(
  'a timeout around a group: errors of the clean-up win over TimeoutError',
  inTime(async () => {
    const group = await errorOf(
      timeout(10, () =>
        taskGroup(async (tg) => {
          tg.startSoon(async () => {
            try {
              await sleep(2000);
            } finally {
              // eslint-disable-next-line no-unsafe-finally -- what is tested
              throw new RangeError('clean-up');
            }
          });
          await sleep(1000);
        }),
      ),
      ExceptionGroup,
    );
    assert.deepEqual(
      group.errors.map((error) => (error as Error).message),
      ['clean-up'],
    );
  }),
);

test(
  'a body that catches the cancel and returns keeps its result',
  inTime(async () => {
    const result = await timeout(10, async (mine) => {
      await assertCancelled(sleep(1000));
      assert.equal(mine.expired(), true);
      await sleep(5);
      return 'saved';
    });
    assert.equal(result, 'saved');
  }),
);

test(
  'a bad delay or body is told at once',
  inTime(async () => {
    await assert.rejects(async () => timeout(Number.NaN, async () => {}), InvalidArgumentError);
    await assert.rejects(async () => timeout('1' as never, async () => {}), InvalidArgumentError);
    await assert.rejects(async () => timeout(1, Promise.resolve() as never), InvalidArgumentError);
  }),
);
