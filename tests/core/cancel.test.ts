// Cancelling plain async functions: every moment at which a cancel can come.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  currentTask,
  getRunningLoop,
  interruptible,
  sleep,
} from '../../src/asyncio.ts';
import type { Future, Task } from '../../src/asyncio.ts';
import { viewLoop } from '../../src/lowlevel.ts';
import { inLoop } from '../inLoop.ts';
import { assertCancelled, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

const future = <T = void>(): Future<T> => getRunningLoop().createFuture<T>();

test(
  'cancel in the very turn in which the future is done, before the task resumes: the cancel wins',
  inLoop(async () => {
    for (const settle of [
      (f: Future<number>) => f.setResult(1),
      (f: Future<number>) => f.setException(new Error()),
    ]) {
      const awaited = future<number>();
      const log: string[] = [];
      const task = createTask(async () => {
        try {
          await awaited;
          log.push('went on');
        } catch (error) {
          log.push(error instanceof CancelledError ? 'cancelled' : 'failed');
          throw error;
        }
      });
      await turns(2);
      settle(awaited);
      assert.equal(task.cancel(), true);
      await assertCancelled(task);
      assert.deepEqual(log, ['cancelled']);
      assert.equal(awaited.cancelled(), false);
    }
  }),
);

test(
  'the future keeps its outcome for others when the cancel of one task wins over it',
  inLoop(async () => {
    const awaited = future<number>();
    const task = createTask(async () => {
      await awaited;
    });
    await turns(2);
    awaited.setResult(7);
    task.cancel();
    assert.equal(awaited.result(), 7);
    assert.equal(await awaited, 7);
    await assertCancelled(task);
    assert.equal(await awaited, 7);
    assert.equal(await awaited.then((n) => n + 1), 8);
  }),
);

test(
  'a cancel in the turn of completion of a future that many await reaches its task at the latest at the next await',
  inLoop(async () => {
    const awaited = future<number>();
    const ends: string[] = [];
    const body = (name: string) => async (): Promise<void> => {
      try {
        await awaited;
        await sleep(0);
        ends.push(`${name} finished`);
      } catch {
        ends.push(`${name} cancelled`);
      }
    };
    const a = createTask(body('a'));
    const b = createTask(body('b'));
    await turns(2);
    awaited.setResult(1);
    a.cancel();
    await a;
    await b;
    assert.deepEqual(ends.sort(), ['a cancelled', 'b finished']);
  }),
);

test(
  'cancel twice before the task runs again is one cancel to it, two in its count',
  inLoop(async () => {
    let caught = 0;
    const task = createTask(async () => {
      for (let i = 0; i < 3; i++) {
        try {
          await sleep(1);
        } catch {
          caught++;
        }
      }
    });
    await turns(2);
    task.cancel('first');
    task.cancel('second');
    assert.equal(task.cancelling(), 2);
    await outcomeOf(task);
    assert.ok(caught <= 2 && caught >= 1, String(caught));
  }),
);

test(
  'cancel again during the clean-up interrupts the clean-up',
  inLoop(async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      try {
        await sleep(60_000);
      } finally {
        try {
          await sleep(60_000);
        } catch {
          log.push('clean-up interrupted');
        }
      }
    });
    await turns(2);
    task.cancel();
    await turns(2);
    task.cancel();
    await assertCancelled(task);
    assert.deepEqual(log, ['clean-up interrupted']);
  }),
);

test(
  'a cancel while the task awaits a foreign promise comes at its next await of ours',
  inLoop(async () => {
    const foreign = Promise.withResolvers<string>();
    const log: string[] = [];
    const task = createTask(async () => {
      log.push(await foreign.promise);
      try {
        await sleep(60_000);
      } catch (error) {
        log.push((error as Error).message);
        throw error;
      }
    });
    await turns(2);
    task.cancel('late');
    await turns(2);
    assert.equal(task.done(), false);
    foreign.resolve('foreign');
    await assertCancelled(task);
    assert.deepEqual(log, ['foreign', 'late']);
  }),
);

test(
  'a cancel while the task awaits a foreign promise is its outcome when it returns after that',
  inLoop(async () => {
    const foreign = Promise.withResolvers<string>();
    const task = createTask(async () => await foreign.promise);
    await turns(2);
    task.cancel('undelivered');
    foreign.resolve('value');
    await assert.rejects(
      task,
      (error) => error instanceof CancelledError && error.message === 'undelivered',
    );
    assert.equal(task.cancelled(), true);
  }),
);

test(
  'a cancel goes through deep plain async functions, each of which cleans up',
  inLoop(async () => {
    const log: number[] = [];
    const dive = async (depth: number): Promise<number> => {
      try {
        return depth === 0 ? await sleep(60_000, { result: 0 }) : 1 + (await dive(depth - 1));
      } finally {
        if (depth % 10 === 0) await sleep(0);
        log.push(depth);
      }
    };
    const task = createTask(() => dive(100));
    await turns(2);
    task.cancel();
    await assertCancelled(task);
    assert.deepEqual(
      log,
      Array.from({ length: 101 }, (_, i) => i),
    );
  }),
);

test(
  'all futures of a Promise.all, race or any in a task are cancelled with it',
  inLoop(async () => {
    for (const combine of ['all', 'race', 'any', 'allSettled'] as const) {
      const futures = [future(), future(), future()];
      const task = createTask(async () => {
        await (Promise[combine] as typeof Promise.all)(futures);
      });
      await turns(2);
      task.cancel();
      await outcomeOf(task);
      assert.ok(
        futures.every((one) => one.cancelled()),
        combine,
      );
    }
  }),
);

test(
  'branches of a Promise.all are all interrupted and all clean up',
  inLoop(async () => {
    const cleaned: number[] = [];
    const branch = async (n: number): Promise<void> => {
      try {
        await sleep(60_000 + n);
      } finally {
        cleaned.push(n);
      }
    };
    const task = createTask(async () => {
      await Promise.all([1, 2, 3].map(branch));
    });
    await turns(2);
    task.cancel();
    await assertCancelled(task);
    await turns();
    assert.deepEqual(
      cleaned.sort((a, b) => a - b),
      [1, 2, 3],
    );
  }),
);

test(
  'a done future among those of a Promise.all does not disturb the cancel of the others',
  inLoop(async () => {
    const futures = [future<number>(), future<number>()] as const;
    const task = createTask(async () => {
      await Promise.all(futures);
    });
    await turns(2);
    futures[0].setResult(1);
    await turns(2);
    task.cancel();
    await assertCancelled(task);
    assert.deepEqual(
      futures.map((one) => one.cancelled()),
      [false, true],
    );
  }),
);

test(
  'for await over an async generator is interrupted, and the generator cleans up',
  inLoop(async () => {
    const log: string[] = [];
    async function* ticks(): AsyncGenerator<number> {
      try {
        for (let i = 0; ; i++) {
          yield i;
          await sleep(i === 2 ? 60_000 : 0);
        }
      } finally {
        log.push('generator closed');
      }
    }
    const task = createTask(async () => {
      for await (const n of ticks()) log.push(`${n}`);
    });
    await turns(10);
    task.cancel();
    await assertCancelled(task);
    assert.deepEqual(log, ['0', '1', '2', 'generator closed']);
  }),
);

test(
  'currentTask().cancel() in the middle of synchronous code comes at the next await',
  inLoop(async () => {
    const log: string[] = [];
    const task: Task<void> = createTask(async () => {
      currentTask()?.cancel();
      log.push('still running');
      await sleep(0);
      log.push('not reached');
    });
    await assertCancelled(task);
    assert.deepEqual(log, ['still running']);
  }),
);

test(
  'a pending cancel is thrown even where what is awaited is done already only at the next real wait',
  inLoop(async () => {
    const done = future<number>();
    done.setResult(1);
    const task: Task<string> = createTask(async () => {
      currentTask()?.cancel();
      await done;
      return 'awaiting what is done does not wait';
    });
    // asyncio delivers at the next suspension; a done future is none, so the end of the coroutine is.
    await assertCancelled(task);
  }),
);

test(
  'cancelling a task from another task, from a callback and from the host is the same',
  inLoop(async () => {
    const cancels: ((task: Task<void>) => void)[] = [
      (task) =>
        void createTask(async () => {
          task.cancel();
        }),
      (task) => void getRunningLoop().callSoon(() => task.cancel()),
      (task) => void setTimeout(() => task.cancel(), 1),
      (task) => queueMicrotask(() => task.cancel()),
    ];
    for (const cancel of cancels) {
      const task = createTask(() => sleep(60_000));
      await turns();
      cancel(task);
      await assertCancelled(task);
    }
  }),
);

test(
  'interruptible makes a foreign promise cancellable',
  inLoop(async () => {
    const task = createTask(async () => {
      await interruptible(new Promise(() => {}));
    });
    await turns(2);
    task.cancel();
    await assertCancelled(task);
    assert.equal(await interruptible(Promise.resolve(3)), 3);
    await assert.rejects(interruptible(Promise.reject(new RangeError('no'))), RangeError);
  }),
);

test(
  'interruptible gives a function a signal that the cancel aborts with its error',
  inLoop(async () => {
    let seen: AbortSignal | undefined;
    const task = createTask(async () => {
      await interruptible((signal) => {
        seen = signal;
        return new Promise(() => {});
      });
    });
    await turns(2);
    assert.equal(seen?.aborted, false);
    task.cancel('stop it');
    await assertCancelled(task);
    assert.equal(seen?.aborted, true);
    const reason: unknown = seen?.reason;
    assert.ok(reason instanceof CancelledError);
    assert.equal(reason.message, 'stop it');
  }),
);

test(
  'interruptible leaves the signal alone when the work ends, and reports a throw as its outcome',
  inLoop(async () => {
    let seen: AbortSignal | undefined;
    assert.equal(
      await interruptible(async (signal) => {
        seen = signal;
        return 1;
      }),
      1,
    );
    await turns(2);
    assert.equal(seen?.aborted, false);
    await assert.rejects(
      interruptible(() => {
        throw new RangeError('thrown');
      }),
      RangeError,
    );
  }),
);

test(
  'an await that was cancelled leaves nothing behind: the task waits again as before',
  inLoop(async () => {
    const rounds = 100;
    let caught = 0;
    const task = createTask(async () => {
      for (let i = 0; i < rounds; i++) {
        try {
          await sleep(60_000);
        } catch {
          caught++;
        }
      }
      return 'survived';
    });
    for (let i = 0; i < rounds; i++) {
      await turns(2);
      task.cancel();
    }
    assert.equal(await task, 'survived');
    assert.equal(caught, rounds);
    assert.equal(viewLoop(getRunningLoop()).nextTimer, Infinity);
  }),
);
