// waitFor with every kind of awaitable, cancelAndWait, and what the waits leave behind.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import {
  asCompleted,
  cancelAndWait,
  CancelScope,
  createTask,
  currentTask,
  Future,
  InvalidArgumentError,
  isCancelled,
  sleep,
  timeout,
  TimeoutError,
  wait,
  waitFor,
} from '../../src/asyncio.ts';
import { inTime } from '../inTime.ts';
import { assertCancelled, errorOf, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

test(
  'waitFor takes every kind of awaitable',
  inTime(async ({ loop }) => {
    const future = loop.createFuture<string>();
    loop.callLater(5, () => future.setResult('future'));
    const thenable: PromiseLike<string> = {
      // oxlint-disable-next-line unicorn/no-thenable -- what is tested
      then: (resolve, reject) => Promise.resolve('thenable').then(resolve, reject),
    };
    const foreign = new Promise<string>((resolve) => void loop.callLater(5, () => resolve('promise')));
    assert.equal(await waitFor(future, 10), 'future');
    assert.equal(
      await waitFor(
        createTask(() => sleep(5, { result: 'task' })),
        10,
      ),
      'task',
    );
    assert.equal(await waitFor(() => sleep(5, { result: 'coroutine' }), 10), 'coroutine');
    assert.equal(await waitFor(sleep(5, { result: 'sleep' }), 10), 'sleep');
    assert.equal(await waitFor(foreign, 10), 'promise');
    assert.equal(await waitFor(thenable, 10), 'thenable');
    assert.equal(await waitFor(() => 'plain', 10), 'plain');
    for (const bad of [42, undefined, {}]) {
      for (const limit of [10, 0, undefined])
        await errorOf(waitFor(bad as never, limit), InvalidArgumentError);
    }
    await errorOf(
      waitFor(() => sleep(1), Number.NaN),
      InvalidArgumentError,
    );
  }),
);

test(
  'waitFor gives up every kind of awaitable',
  inTime(async ({ loop }) => {
    const never = new Promise<string>(() => {});
    for (const make of [
      () => loop.createFuture<string>(),
      () => never,
      () => createTask(() => sleep(1000)),
      () => () => sleep(1000),
      () => () => loop.createFuture<string>(),
      () => sleep(1000),
      () => ({ then: () => new Promise<never>(() => {}) }),
    ]) {
      const begin = loop.time();
      const error = await errorOf(waitFor(make() as PromiseLike<string>, 10), TimeoutError);
      assert.ok(isCancelled(error.cause));
      assert.equal(loop.time(), begin + 10);
    }
  }),
);

test(
  'a foreign promise that fails after the time was over is no unhandled rejection',
  inTime(async ({ loop }) => {
    const late = new Promise<never>(
      (_resolve, reject) => void loop.callLater(20, () => reject(new RangeError('late'))),
    );
    await errorOf(waitFor(late, 10), TimeoutError);
    await sleep(20);
  }),
);

test(
  'waitFor passes errors on, of functions that throw at once too',
  inTime(async () => {
    await errorOf(
      waitFor(async () => {
        throw new RangeError('mine');
      }, 10),
      RangeError,
    );
    await errorOf(
      waitFor(() => {
        throw new RangeError('at once');
      }, 10),
      RangeError,
    );
    await errorOf(waitFor(Promise.reject(new RangeError('foreign')), 10), RangeError);
  }),
);

test(
  'waitFor of a task that others cancel is a cancel, not a timeout',
  inTime(async () => {
    const task = createTask(() => sleep(1000));
    const waiting = createTask(() => waitFor(task, 100));
    await turns(2);
    task.cancel('by others');
    assert.deepEqual(await outcomeOf(waiting), { cancelled: 'by others' });
  }),
);

test(
  'whose deadline fired: nested waitFor',
  inTime(async ({ loop }) => {
    for (const [outer, inner] of [
      [10, 100],
      [100, 10],
    ] as const) {
      let inside: unknown;
      const error = await errorOf(
        waitFor(async () => {
          try {
            await waitFor(() => sleep(1000), inner);
          } catch (thrown) {
            inside = thrown;
            throw thrown;
          }
        }, outer),
        TimeoutError,
      );
      assert.equal(error === inside, inner < outer);
      assert.ok(loop.time() > 0);
    }
  }),
);

test(
  'cancelAndWait waits until the task has cleaned up, whatever its outcome',
  inTime(async ({ loop }) => {
    for (const [end, outcome] of [
      [async () => await sleep(5), 'cancelled'],
      [
        async () => {
          await sleep(5);
          throw new RangeError('clean-up');
        },
        'error',
      ],
    ] as const) {
      const task = createTask(async () => {
        try {
          await sleep(1000);
        } finally {
          await end();
        }
      });
      await turns();
      const begin = loop.time();
      await cancelAndWait(task, 'why');
      assert.equal(loop.time(), begin + 5);
      assert.deepEqual(Object.keys(await outcomeOf(task)), [outcome]);
    }
    const refuses = createTask(async () => {
      await assertCancelled(sleep(1000));
      return 'refused';
    });
    await turns();
    await cancelAndWait(refuses);
    assert.equal(refuses.result(), 'refused');
  }),
);

test(
  'cancelAndWait of what is done, of a future, of a task that has not started',
  inTime(async ({ loop }) => {
    const done = loop.createFuture<number>();
    done.setResult(1);
    await cancelAndWait(done);
    const future = loop.createFuture<number>();
    await cancelAndWait(future, 'message');
    assert.deepEqual(await outcomeOf(future), { cancelled: 'message' });
    let ran = false;
    const task = createTask(async () => {
      ran = true;
    });
    await cancelAndWait(task);
    assert.deepEqual([task.cancelled(), ran], [true, false]);
    await errorOf(cancelAndWait(Promise.resolve() as never), InvalidArgumentError);
  }),
);

test(
  'cancelling cancelAndWait ends the wait only; in a cancelled scope too',
  inTime(async () => {
    const gate = new Future<void>();
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } finally {
        await gate;
      }
    });
    await turns();
    const waiting = createTask(() => cancelAndWait(task));
    await turns(2);
    waiting.cancel();
    await assertCancelled(waiting);
    const scope = new CancelScope();
    scope.cancel();
    await scope.run(() => cancelAndWait(task));
    assert.equal(scope.cancelledCaught, true);
    // That was a second cancel, which hit the gate.
    await wait([task]);
    assert.equal(task.cancelled(), true);
  }),
);

test(
  'a task may cancel itself and wait: it is cancelled there',
  inTime(async () => {
    const task = createTask(async () => {
      await cancelAndWait(currentTask() as Future<unknown>, 'myself');
    });
    assert.deepEqual(await outcomeOf(task), { cancelled: 'myself' });
  }),
);

test(
  'a timeout around a foreign await is told after it; the next await of ours gets it',
  inTime(async ({ loop }) => {
    const begin = loop.time();
    const error = await errorOf(
      timeout(10, async () => {
        await new Promise<void>((resolve) => void loop.callLater(30, resolve));
        await sleep(1000);
      }),
      TimeoutError,
    );
    assert.ok(error.timeout !== undefined);
    assert.equal(loop.time(), begin + 30);
    assert.equal(
      await timeout(10, async () => {
        await new Promise<void>((resolve) => void loop.callLater(30, resolve));
        return 'too late, and done';
      }),
      'too late, and done',
    );
    assert.equal(currentTask()?.cancelling(), 0);
    await sleep(1);
  }),
);

test(
  'waitFor: a function that gets no time is not called, and all others have their turns meanwhile',
  inTime(async ({ loop }) => {
    const log: string[] = [];
    const others = createTask(async () => {
      for (let i = 0; i < 4; i++) {
        log.push(`turn ${i}`);
        await sleep(0);
      }
    });
    await errorOf(
      waitFor(async () => log.push('called'), 0),
      TimeoutError,
    );
    assert.deepEqual(log, ['turn 0', 'turn 1', 'turn 2']);
    await others;
    // Without an end of its own, as long as nobody else has had a turn.
    let ran = false;
    loop.callSoon(() => (ran = true));
    while (!ran) await outcomeOf(waitFor(async () => {}, -1));
  }),
);

test(
  'waitFor: is cancelled while it has no time',
  inTime(async () => {
    for (let late = 0; late < 3; late++) {
      const task = createTask(() => waitFor(() => sleep(1), 0));
      await turns(1 + late);
      task.cancel();
      await assertCancelled(task);
    }
  }),
);

for (const [name, waiting] of Object.entries({
  wait: async (never: Future<void>) => await wait([never], { timeout: 0 }),
  asCompleted: async (never: Future<void>) => await outcomeOf(asCompleted([never], { timeout: 0 }).next()),
})) {
  test(
    `${name}: with no time comes behind what is ready`,
    inTime(async ({ loop }) => {
      const log: string[] = [];
      const never = loop.createFuture<void>();
      const task = createTask(async () => {
        await waiting(never);
        log.push(name);
      });
      void createTask(async () => {
        void createTask(async () => {
          await sleep(0);
          log.push('other');
        });
      });
      await task;
      assert.deepEqual(log, ['other', name]);
      never.cancel();
    }),
  );
}
