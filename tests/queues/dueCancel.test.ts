// Waiters whose task has a cancel standing over it: they get the cancel, and take nothing before it.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CancelledError, CancelScope, Lock, Queue, taskGroup } from '../../src/asyncio.ts';
import type { Future, Task } from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { turns } from '../turns.ts';

test(
  'Queue.get: a child that starts eagerly in a cancelled scope takes no item',
  inLoop(async () => {
    const queue = new Queue<number>();
    const scope = new CancelScope();
    let child: Task<number> | undefined;
    await scope.run(() =>
      taskGroup(async (group) => {
        scope.cancel();
        child = group.createTask(async () => await queue.get(), { eagerStart: true });
        queue.putNowait(1);
      }),
    );
    assert.equal(child?.cancelled(), true);
    assert.equal(queue.getNowait(), 1);
  }),
);

test(
  'Lock.acquire: a child that starts eagerly in a cancelled scope does not keep the lock',
  inLoop(async () => {
    const lock = new Lock();
    const scope = new CancelScope();
    await lock.acquire();
    await scope.run(() =>
      taskGroup(async (group) => {
        scope.cancel();
        group.startSoon(async () => void (await lock.acquire()), { eagerStart: true });
        lock.release();
      }),
    );
    await turns(2);
    assert.equal(lock.locked(), false);
  }),
);

test(
  'Queue.get: one that was cancelled before anybody awaits it ends',
  inLoop(async () => {
    const get = new Queue<number>().get() as Future<number>;
    get.cancel('not wanted');
    await assert.rejects(get, CancelledError);
  }),
);
