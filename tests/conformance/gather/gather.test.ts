// What asyncio's test_tasks asks of gather, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  Future,
  gather,
  InvalidArgumentError,
  isCancelled,
  newEventLoop,
  NoRunningLoopError,
  sleep,
} from '../../../src/asyncio.ts';
import { inTime } from '../../inTime.ts';
import { assertCancelled, errorOf, outcomeOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

type Wrap = <T>(future: Future<T>) => Future<T> | (() => Promise<T>);
type Five = [Future<number>, Future<number>, Future<number>, Future<number>, Future<number>];
const wraps: [string, Wrap][] = [
  ['futures', (future) => future],
  ['coroutines', (future) => async () => await future],
];

for (const [what, wrap] of wraps) {
  for (const returnExceptions of [undefined, false, true]) {
    test(
      `${what}: results come in the order of the arguments (returnExceptions ${returnExceptions})`,
      inTime(async ({ loop }) => {
        const [a, b, c] = [
          loop.createFuture<number>(),
          loop.createFuture<number>(),
          loop.createFuture<number>(),
        ];
        const all = gather([wrap(a), wrap(b), wrap(c)], { returnExceptions });
        let calls = 0;
        all.addDoneCallback((future) => {
          assert.equal(future, all);
          calls++;
        });
        b.setResult(1);
        a.setResult(2);
        await turns(5);
        assert.deepEqual([all.done(), calls], [false, 0]);
        c.setResult(3);
        await turns(5);
        assert.deepEqual([all.result(), calls], [[2, 1, 3], 1]);
      }),
    );
  }

  test(
    `${what}: the first error is the outcome, at once`,
    inTime(async ({ loop }) => {
      const futures = Array.from({ length: 5 }, () => loop.createFuture<number>());
      const [a, b, c, d, e] = futures as Five;
      const all = gather(futures.map(wrap));
      let calls = 0;
      all.addDoneCallback(() => calls++);
      const error = new RangeError('b');
      a.setResult(1);
      b.setException(error);
      await turns(5);
      assert.deepEqual([all.done(), calls], [true, 1]);
      assert.equal(all.exception(), error);
      c.setResult(3);
      d.cancel();
      e.setException(new RangeError('e'));
      e.exception();
      await turns(5);
      assert.equal(calls, 1);
    }),
  );

  test(
    `${what}: returnExceptions puts errors in their places`,
    inTime(async ({ loop }) => {
      const futures = Array.from({ length: 4 }, () => loop.createFuture<number>());
      const [a, b, c, d] = futures as Five;
      const all = gather(futures.map(wrap), { returnExceptions: true });
      let calls = 0;
      all.addDoneCallback(() => calls++);
      const [first, second] = [new RangeError('c'), new TypeError('d')];
      b.setResult(1);
      c.setException(first);
      a.setResult(3);
      await turns(5);
      assert.deepEqual([all.done(), calls], [false, 0]);
      d.setException(second);
      await turns(5);
      assert.deepEqual(all.result(), [3, 1, first, second]);
      assert.equal(calls, 1);
    }),
  );

  test(
    `${what}: returnExceptions keeps cancels of children too`,
    inTime(async ({ loop }) => {
      const futures = Array.from({ length: 6 }, () => loop.createFuture<number>());
      const [a, b, c, d, e] = futures as Five;
      const all = gather(futures.map(wrap), { returnExceptions: true });
      let calls = 0;
      all.addDoneCallback(() => calls++);
      const [early, late] = [new RangeError('early'), new TypeError('late')];
      a.setResult(1);
      b.setException(early);
      c.cancel();
      await turns(5);
      assert.equal(all.done(), false);
      d.setResult(3);
      e.cancel();
      futures[5]?.setException(late);
      const results: unknown[] = await all;
      assert.ok(isCancelled(results[2]));
      assert.ok(isCancelled(results[4]));
      assert.deepEqual([results[0], results[1], results[3], results[5]], [1, early, 3, late]);
      assert.equal(calls, 1);
    }),
  );

  test(
    `${what}: a child that was cancelled by others is an error, not a cancel`,
    inTime(async ({ loop }) => {
      const futures = Array.from({ length: 5 }, () => loop.createFuture<number>());
      const [a, b, c, d, e] = futures as Five;
      const all = gather(futures.map(wrap));
      let calls = 0;
      all.addDoneCallback(() => calls++);
      a.setResult(1);
      b.cancel();
      await turns(5);
      assert.deepEqual([all.done(), calls], [true, 1]);
      assert.equal(all.cancelled(), false);
      assert.ok(isCancelled(all.exception()));
      c.setResult(3);
      d.cancel();
      e.setException(new RangeError('e'));
      e.exception();
      await turns(5);
      assert.equal(calls, 1);
    }),
  );
}

test('gather without a loop is a NoRunningLoopError', () => {
  assert.throws(() => gather(), NoRunningLoopError);
  assert.throws(() => gather([async () => 1]), NoRunningLoopError);
});

test(
  'gather of nothing is an empty list',
  inTime(async ({ loop }) => {
    for (const none of [gather(), gather([])]) {
      assert.ok(none instanceof Future);
      assert.equal(none.getLoop(), loop);
      assert.deepEqual(await none, []);
    }
  }),
);

test('futures of several loops cannot be gathered', () => {
  const [one, other] = [newEventLoop(), newEventLoop()];
  assert.throws(() => gather(one.createFuture(), other.createFuture()), InvalidArgumentError);
  one.close();
  other.close();
});

test("the gathering belongs to its children's loop, which need not run", async () => {
  const loop = newEventLoop();
  const children = [loop.createFuture<number>(), loop.createFuture<number>()];
  const all = gather(children);
  assert.equal(all.getLoop(), loop);
  loop.callSoon(() => children.forEach((child, i) => child.setResult(i)));
  assert.deepEqual(await loop.runUntilComplete(all), [0, 1]);
  loop.close();
});

test(
  'gather: the same promise given twice counts once, a function given twice runs twice',
  inTime(async () => {
    let calls = 0;
    const make = (text: string) => async (): Promise<string> => {
      calls++;
      return text;
    };
    const one = make('abc')();
    assert.deepEqual(await gather(one, one, make('def'), one), ['abc', 'abc', 'def', 'abc']);
    assert.equal(calls, 2);
    const two = make('ghi');
    assert.deepEqual(await gather(two, two), ['ghi', 'ghi']);
    assert.equal(calls, 4);
  }),
);

test(
  'cancelling a task that waits for a gather cancels all children',
  inTime(async ({ loop }) => {
    const waiter = loop.createFuture<void>();
    let passed = 0;
    const inner = async (): Promise<void> => {
      await waiter;
      passed++;
    };
    const children = [createTask(inner), createTask(inner)];
    let all: Future<unknown> | undefined;
    const outer = createTask(async () => {
      all = gather(children);
      await all;
      passed += 100;
    });
    await turns(2);
    assert.equal(outer.cancel(), true);
    await assertCancelled(outer);
    assert.equal(all?.cancel(), false);
    assert.deepEqual(
      [waiter.cancelled(), ...children.map((child) => child.cancelled())],
      [true, true, true],
    );
    assert.equal(passed, 0);
  }),
);

test(
  'errors of children that nobody sees are not reported',
  inTime(async ({ loop }) => {
    const [a, b] = [loop.createFuture<void>(), loop.createFuture<void>()];
    const inner = (future: Future<void>) => async (): Promise<void> => {
      await future;
      throw new RangeError('seen');
    };
    const outer = createTask(() => gather(inner(a), inner(b)));
    await turns(2);
    a.setResult();
    await turns(4);
    b.setResult();
    await turns(4);
    assert.ok(outer.exception() instanceof RangeError);
  }),
);

test(
  'what cannot be awaited is told, and nothing is started',
  inTime(async () => {
    let started = false;
    const coro = async (): Promise<void> => {
      started = true;
    };
    assert.throws(() => gather(coro, {} as never), InvalidArgumentError);
    await turns(3);
    assert.equal(started, false);
  }),
);

test(
  'a gathering refuses a cancel once all children are done',
  inTime(async ({ loop }) => {
    const future = loop.createFuture<number>();
    const all = gather(async () => await future);
    await turns(2);
    let answer: boolean | undefined;
    future.addDoneCallback(() => {
      answer = all.cancel();
    });
    future.setResult(42);
    assert.deepEqual(await all, [42]);
    assert.equal(answer, false);
    assert.equal(all.cancelled(), false);
  }),
);

for (const message of [undefined, 'my message']) {
  test(
    `returnExceptions does not swallow a cancel of the waiting task (message ${message})`,
    inTime(async () => {
      const task = createTask(async () => {
        for (let i = 0; i < 20; i++) await gather([sleep(50)], { returnExceptions: true });
      });
      await sleep(200);
      task.cancel(message);
      assert.deepEqual(await outcomeOf(task), { cancelled: message ?? '' });
    }),
  );
}

test(
  'gather takes any awaitables, as arguments or as a list',
  inTime(async ({ loop }) => {
    const future = loop.createFuture<string>();
    loop.callLater(1, () => future.setResult('future'));
    const thenable: PromiseLike<string> = {
      // oxlint-disable-next-line unicorn/no-thenable -- what is tested
      then: (resolve, reject) => Promise.resolve('thenable').then(resolve, reject),
    };
    assert.deepEqual(
      await gather(
        future,
        Promise.resolve('promise'),
        thenable,
        async () => 'coroutine',
        createTask(async () => 'task'),
      ),
      ['future', 'promise', 'thenable', 'coroutine', 'task'],
    );
    assert.deepEqual(await gather([async () => 1, async () => 'two']), [1, 'two']);
    assert.deepEqual(await gather(new Set([async () => 1]) as never), [1]);
    await errorOf(gather([Promise.reject(new RangeError('foreign'))]), RangeError);
  }),
);
