// The capacity limiter: borrowers, a total that changes, the variants that do not wait.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTask, currentTask, NoRunningLoopError, run, sleep } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { InvalidArgumentError, UsageError } from '../../src/base/errors.ts';
import { CapacityLimiter } from '../../src/sync/capacityLimiter.ts';
import { WouldBlockError } from '../../src/sync/wouldBlockError.ts';
import { inLoop } from '../inLoop.ts';
import { failsWith, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

const usageError = failsWith(UsageError, 'ERR_ASYNCIO_USAGE');
const wouldBlock = failsWith(WouldBlockError, 'ERR_ASYNCIO_WOULD_BLOCK');
const invalid = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');

test('CapacityLimiter: the total is an integer of at least 0, or Infinity', () => {
  for (const total of [-1, 1.5, NaN, '1' as never, undefined as never]) {
    assert.throws(() => new CapacityLimiter(total), invalid);
    const limiter = new CapacityLimiter(3);
    assert.throws(() => {
      limiter.totalTokens = total;
    }, invalid);
    assert.equal(limiter.totalTokens, 3);
  }
  assert.equal(new CapacityLimiter(Infinity).availableTokens, Infinity);
  assert.equal(new CapacityLimiter(0).availableTokens, 0);
});

test(
  'CapacityLimiter: it lends as many tokens as there are',
  inLoop(async () => {
    const limiter = new CapacityLimiter(2);
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, () =>
        createTask(() =>
          limiter.with(async () => {
            most = Math.max(most, limiter.borrowedTokens);
            assert.equal(limiter.availableTokens, 2 - limiter.borrowedTokens);
            await sleep(0);
          }),
        ),
      ),
    );
    assert.equal(most, 2);
    assert.equal(limiter.borrowedTokens, 0);
  }),
);

test(
  'CapacityLimiter: a task can have but one token',
  inLoop(async () => {
    const limiter = new CapacityLimiter(5);
    await limiter.acquire();
    await assert.rejects(limiter.acquire(), usageError);
    assert.throws(() => limiter.acquireNowait(), usageError);
    assert.equal(limiter.borrowedTokens, 1);
    assert.deepEqual(limiter.statistics().borrowers, [currentTask()]);
  }),
);

test(
  'CapacityLimiter: a borrower that waits already can not wait again',
  inLoop(async () => {
    const limiter = new CapacityLimiter(0);
    const waiting = createTask(() => limiter.acquireOnBehalfOf('me'));
    await turns();
    await assert.rejects(limiter.acquireOnBehalfOf('me'), usageError);
    assert.throws(() => limiter.acquireOnBehalfOfNowait('me'), usageError);
    assert.throws(() => limiter.releaseOnBehalfOf('me'), usageError);
    limiter.totalTokens = 1;
    await waiting;
    limiter.releaseOnBehalfOf('me');
  }),
);

test(
  'CapacityLimiter: only who holds a token can give one back',
  inLoop(async () => {
    const limiter = new CapacityLimiter(1);
    assert.throws(() => limiter.release(), usageError);
    assert.throws(() => limiter.releaseOnBehalfOf('me'), usageError);
    await limiter.acquireOnBehalfOf('you');
    assert.throws(() => limiter.release(), usageError);
    assert.equal(limiter.borrowedTokens, 1);
  }),
);

test(
  'CapacityLimiter: a guard gives back the token of its borrower, once, from any task',
  inLoop(async () => {
    const limiter = new CapacityLimiter(2);
    const guard = await createTask(() => limiter.acquire());
    await limiter.acquire();
    guard[Symbol.dispose]();
    guard[Symbol.dispose]();
    assert.deepEqual(limiter.statistics().borrowers, [currentTask()]);
  }),
);

test(
  'CapacityLimiter: the nowait variants lend or throw, and do not overtake',
  inLoop(async () => {
    const limiter = new CapacityLimiter(1);
    limiter.acquireNowait();
    assert.throws(() => limiter.acquireOnBehalfOfNowait('you'), wouldBlock);
    const waiting = createTask(() => limiter.acquireOnBehalfOf('first'));
    await turns();
    limiter.release();
    assert.throws(() => limiter.acquireOnBehalfOfNowait('you'), wouldBlock);
    await waiting;
    assert.deepEqual(limiter.statistics().borrowers, ['first']);
  }),
);

test(
  'CapacityLimiter: raising the total wakes as many as there are new tokens',
  inLoop(async () => {
    const limiter = new CapacityLimiter(1);
    const had: number[] = [];
    const tasks = [1, 2, 3, 4].map((n) =>
      createTask(async () => {
        await limiter.acquire();
        had.push(n);
      }),
    );
    await turns(2);
    assert.deepEqual(had, [1]);
    limiter.totalTokens = 3;
    await turns();
    assert.deepEqual(had, [1, 2, 3]);
    limiter.totalTokens = Infinity;
    await Promise.all(tasks);
    assert.deepEqual(had, [1, 2, 3, 4]);
  }),
);

test(
  'CapacityLimiter: with the total lowered below what is lent, nothing is lent until enough came back',
  inLoop(async () => {
    const limiter = new CapacityLimiter(3);
    for (const borrower of [1, 2, 3]) limiter.acquireOnBehalfOfNowait(borrower);
    limiter.totalTokens = 1;
    assert.deepEqual([limiter.borrowedTokens, limiter.availableTokens], [3, -2]);
    const waiting = createTask(() => limiter.acquireOnBehalfOf(4));
    for (const borrower of [1, 2]) {
      limiter.releaseOnBehalfOf(borrower);
      await turns(2);
      assert.equal(waiting.done(), false);
    }
    limiter.releaseOnBehalfOf(3);
    await waiting;
    assert.equal(limiter.availableTokens, 0);
  }),
);

const noLoop = failsWith(NoRunningLoopError, 'ERR_ASYNCIO_NO_RUNNING_LOOP');

test('CapacityLimiter: outside of a task only the variants that name the borrower work', async () => {
  const limiter = new CapacityLimiter(1);
  assert.throws(() => limiter.acquireNowait(), noLoop);
  await assert.rejects(limiter.acquire(), noLoop);
  await assert.rejects(
    limiter.with(() => undefined),
    noLoop,
  );
  assert.throws(() => limiter.release(), noLoop);
  limiter.acquireOnBehalfOfNowait('me');
  limiter.releaseOnBehalfOf('me');
});

test('CapacityLimiter: in any program no token is lost or lent twice, and nobody waits while there is one', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('start' as const), holds: fc.nat(3) }),
    fc.record({ do: fc.constant('cancel' as const), task: fc.nat(5) }),
    fc.record({ do: fc.constant('total' as const), total: fc.nat(3) }),
    fc.constant({ do: 'turn' as const }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (program) => {
      await run(async () => {
        const limiter = new CapacityLimiter(1);
        const tasks: Task<void>[] = [];
        let inside = 0;
        let most = 1;
        for (const one of program) {
          const alive = tasks.filter((task) => !task.done());
          if (one.do === 'start') {
            tasks.push(
              createTask(() =>
                limiter.with(async () => {
                  inside++;
                  assert.ok(inside <= most);
                  try {
                    await turns(one.holds);
                  } finally {
                    inside--;
                  }
                }),
              ),
            );
          } else if (one.do === 'cancel') alive[one.task % (alive.length || 1)]?.cancel();
          else if (one.do === 'total') {
            limiter.totalTokens = one.total;
            most = Math.max(inside, limiter.borrowedTokens, one.total);
          } else {
            await turns();
            const { waiters } = limiter.statistics();
            if (limiter.availableTokens <= 0 || waiters === 0) continue;
            // Whoever still stands there was woken and runs in the next turn.
            await turns();
            assert.ok(limiter.statistics().waiters < waiters);
          }
        }
        limiter.totalTokens = most = 3;
        for (const task of tasks)
          assert.match(JSON.stringify(await outcomeOf(task)), /^\{("cancelled":"")?\}$/);
        assert.deepEqual(
          { ...limiter.statistics() },
          { borrowedTokens: 0, totalTokens: 3, borrowers: [], waiters: 0 },
        );
      });
    }),
    { numRuns: 200 },
  );
});
