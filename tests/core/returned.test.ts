// A future that an async function returns is waited for as one that it awaits.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError, createTask, Future, sleep } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { assertCancelled } from '../outcome.ts';
import { turns } from '../turns.ts';

const waysToReturn: ((future: Future<number>) => () => Promise<number>)[] = [
  (future) => () => future,
  (future) => async () => future,
  (future) => async () => await future,
  (future) => async () => (async () => future)(),
];

test(
  'cancel reaches a future that the coroutine returns',
  inLoop(async () => {
    for (const way of waysToReturn) {
      const future = new Future<number>();
      const task = createTask(way(future));
      await turns(2);
      task.cancel('returned');
      assert.equal(future.cancelled(), true);
      await assert.rejects(
        task,
        (error) => error instanceof CancelledError && error.message === 'returned',
      );
    }
  }),
);

test(
  'a future that the coroutine returns gives it its outcome',
  inLoop(async () => {
    const future = new Future<number>();
    const tasks = waysToReturn.map((way) => createTask(way(future)));
    await turns(2);
    future.setResult(7);
    for (const task of tasks) assert.equal(await task, 7);
    const failed = new Future<number>();
    const failing = waysToReturn.map((way) => createTask(way(failed)));
    failed.setException(new RangeError('no'));
    for (const task of failing) await assert.rejects(task, RangeError);
  }),
);

test(
  'cancel reaches a future that an inner async function returns, and its callers clean up',
  inLoop(async () => {
    const log: string[] = [];
    const inner = async (): Promise<void> => sleep(60_000);
    const outer = async (): Promise<void> => {
      try {
        await inner();
      } finally {
        log.push('cleaned');
      }
    };
    const task = createTask(outer);
    await turns(2);
    task.cancel();
    await turns(2);
    assert.deepEqual(log, ['cleaned']);
    await assertCancelled(task);
  }),
);

test(
  'a cancel that is pending when the coroutine returns a future cancels that future',
  inLoop(async () => {
    const future = new Future<number>();
    const task: Task<number> = createTask(async () => {
      task.cancel();
      return future;
    });
    await assertCancelled(task);
    assert.equal(future.cancelled(), true);
  }),
);

test(
  'a plain then in a task is a subscription: cancelling the task leaves the future alone',
  inLoop(async () => {
    const future = new Future<number>();
    const heard: unknown[] = [];
    const task = createTask(async () => {
      void future.then((value) => heard.push(value));
      void future.then(
        function (this: unknown, value: number) {
          heard.push(value);
        }.bind(undefined),
      );
      void future.finally(() => heard.push('finally'));
      future.catch(() => {});
      await sleep(60_000);
    });
    await turns(2);
    task.cancel();
    await assertCancelled(task);
    assert.equal(future.cancelled(), false);
    future.setResult(1);
    await turns(2);
    assert.deepEqual(heard, [1, 1, 'finally']);
  }),
);
