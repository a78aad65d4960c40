// Every operation that waits, cancelled: before its task starts, while it waits, in the very turn in which it
// completes, and twice. A cancel is delivered once, at that await, and nothing is left of the operation.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import {
  any,
  asCompleted,
  Barrier,
  cancelAndWait,
  CancelScope,
  Condition,
  createTask,
  Event,
  failAfter,
  gather,
  hedge,
  interruptible,
  Lock,
  moveOnAfter,
  Queue,
  race,
  Semaphore,
  shield,
  sleep,
  taskGroup,
  timeout,
  wait,
  waitFor,
  wrapFuture,
} from '../../src/asyncio.ts';
import type { EventLoop, Future } from '../../src/asyncio.ts';
import { inTime } from '../inTime.ts';
import { outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

interface Waiting {
  /** The operation. */
  wait(): PromiseLike<unknown>;
  /** Makes it complete. */
  complete(): void;
  /** Ends what the operation leaves running on purpose, and looks at the rest. */
  after?(): PromiseLike<unknown> | void;
}

type Make = (loop: EventLoop) => Waiting;

/** Operations on one future that the test completes. */
const on =
  (wait: (future: Future<string>) => PromiseLike<unknown>): Make =>
  (loop) => {
    const future = loop.createFuture<string>();
    return {
      wait: () => wait(future),
      complete: () => {
        if (!future.done()) future.setResult('done');
      },
      after: () => {
        if (!future.done()) future.setResult('left');
      },
    };
  };

const operations: Record<string, Make> = {
  'a future': on((future) => future),
  'a task': on((future) => createTask(async () => await future)),
  'a task of a task': on((future) => createTask(() => createTask(async () => await future))),
  interruptible: on((future) => interruptible((async () => await future)())),
  'a wrapped promise': on((future) => wrapFuture((async () => await future)())),
  timeout: on((future) => timeout(1000, async () => await future)),
  'nested timeouts': on((future) => timeout(1000, () => timeout(2000, () => future))),
  'waitFor a future': on((future) => waitFor(future, 1000)),
  'waitFor a task': on((future) =>
    waitFor(
      createTask(async () => await future),
      1000,
    ),
  ),
  'waitFor a coroutine': on((future) => waitFor(async () => await future, 1000)),
  'waitFor a promise': on((future) => waitFor((async () => await future)(), 1000)),
  'waitFor without a limit': on((future) => waitFor(future, undefined)),
  wait: on((future) => wait([future])),
  'wait with a limit': on((future) => wait([future], { timeout: 1000 })),
  'gather of futures': on((future) => gather(future)),
  'gather of coroutines': on((future) =>
    gather(
      async () => await future,
      async () => 'at once',
    ),
  ),
  'for await over asCompleted': on(async (future) => {
    for await (const next of asCompleted([future], { timeout: 1000 })) return next.result();
    return undefined;
  }),
  'for over asCompleted': on(async (future) => {
    for (const next of asCompleted([future], { timeout: 1000 })) return await next;
    return undefined;
  }),
  shield: on((future) => shield(future)),
  race: on((future) => race([future, () => sleep(1000)])),
  any: on((future) => any([future, () => sleep(1000)])),
  hedge: on((future) => hedge(async () => await future, { delay: 1000 })),
  'the body of a group': on((future) => taskGroup(async () => await future)),
  'the end of a group': on((future) =>
    taskGroup(async (group) => group.startSoon(async () => await future)),
  ),
  'the start of a child': on((future) =>
    taskGroup((group) =>
      group.start<string>(async (status) => {
        status.started(await future);
      }),
    ),
  ),
  'a cancel scope': on((future) => new CancelScope().run(() => future)),
  moveOnAfter: on((future) => moveOnAfter(1000, () => future)),
  failAfter: on((future) => failAfter(1000, () => future)),
  cancelAndWait: (loop) => {
    const gate = loop.createFuture<void>();
    const task = createTask(async () => {
      try {
        await sleep(10_000);
      } finally {
        await gate;
      }
    });
    return {
      wait: () => cancelAndWait(task),
      complete: () => gate.setResult(),
      after: () => {
        if (!gate.done()) gate.setResult();
        return cancelAndWait(task);
      },
    };
  },
  'Lock.acquire': () => {
    const lock = new Lock();
    void lock.acquire();
    return {
      wait: async () => {
        await lock.acquire();
        lock.release();
      },
      complete: () => lock.release(),
      after: async () => {
        if (lock.locked()) lock.release();
        await turns(2);
        assert.equal(lock.locked(), false);
      },
    };
  },
  'Event.wait': () => {
    const event = new Event();
    return { wait: () => event.wait(), complete: () => event.set() };
  },
  'Condition.wait': () => {
    const condition = new Condition();
    return {
      wait: async () => {
        await condition.acquire();
        try {
          await condition.wait();
        } finally {
          condition.release();
        }
      },
      complete: () => {
        void condition.acquire();
        condition.notify();
        condition.release();
      },
      after: () => assert.equal(condition.locked(), false),
    };
  },
  'Semaphore.acquire': () => {
    const semaphore = new Semaphore(1);
    void semaphore.acquire();
    return {
      wait: async () => {
        await semaphore.acquire();
        semaphore.release();
      },
      complete: () => semaphore.release(),
      after: async () => {
        if (semaphore.locked()) semaphore.release();
        await turns(2);
        assert.equal(semaphore.locked(), false);
      },
    };
  },
  'Queue.get': () => {
    const queue = new Queue<number>();
    return { wait: () => queue.get(), complete: () => queue.putNowait(1) };
  },
  'Queue.put': () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    return { wait: () => queue.put(2), complete: () => void queue.getNowait() };
  },
  'Queue.join': () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    return { wait: () => queue.join(), complete: () => queue.taskDone() };
  },
  'Barrier.wait': () => {
    const barrier = new Barrier(2);
    let other: PromiseLike<unknown> | undefined;
    return {
      wait: () => barrier.wait(),
      complete: () => {
        other = createTask(() => barrier.wait());
      },
      after: async () => {
        await barrier.abort();
        if (other !== undefined) await outcomeOf(other);
      },
    };
  },
};

/** Runs the operation in a task, then a clean-up that waits, and says how both went. */
function start(operation: Waiting): ReturnType<typeof createTask<unknown[]>> {
  return createTask(async () => {
    const first = await outcomeOf((async () => await operation.wait())());
    return [first, await outcomeOf(sleep(1, { result: 'clean-up' }))];
  });
}

const cleanUp = { value: 'clean-up' };

for (const [name, make] of Object.entries(operations)) {
  test(
    `${name}: cancelled before its task starts, it is not called`,
    inTime(async ({ loop }) => {
      const operation = make(loop);
      let called = false;
      const task = createTask(async () => {
        called = true;
        await operation.wait();
      });
      task.cancel('before');
      assert.deepEqual(await outcomeOf(task), { cancelled: 'before' });
      assert.equal(called, false);
      await operation.after?.();
      await turns(3);
    }),
  );

  test(
    `${name}: cancelled while it waits`,
    inTime(async ({ loop }) => {
      const operation = make(loop);
      const task = start(operation);
      await turns(5);
      task.cancel('while');
      assert.deepEqual(await task, [{ cancelled: 'while' }, cleanUp]);
      assert.equal(task.uncancel(), 0);
      await operation.after?.();
      await turns(3);
    }),
  );

  for (const delay of [0, 1, 2, 3]) {
    test(
      `${name}: cancelled ${delay} turns after it completed`,
      inTime(async ({ loop }) => {
        const operation = make(loop);
        const task = start(operation);
        await turns(5);
        operation.complete();
        await turns(delay);
        task.cancel('late');
        const [first, second] = await task;
        // Delivered once: at this await, or, when it had returned already, at the next.
        if ('cancelled' in (first as object)) assert.deepEqual(second, cleanUp);
        else assert.deepEqual(second, { cancelled: 'late' });
        if (delay === 0) assert.deepEqual(first, { cancelled: 'late' });
        await operation.after?.();
        await turns(5);
      }),
    );
  }

  test(
    `${name}: cancelled twice`,
    inTime(async ({ loop }) => {
      const operation = make(loop);
      const task = start(operation);
      await turns(5);
      task.cancel('first');
      task.cancel('second');
      const [first, second] = await task;
      assert.ok('cancelled' in (first as object));
      assert.deepEqual(second, cleanUp);
      assert.deepEqual([task.uncancel(), task.uncancel()], [1, 0]);
      await operation.after?.();
      await turns(3);
    }),
  );

  test(
    `${name}: in a scope that is cancelled already`,
    inTime(async ({ loop }) => {
      const operation = make(loop);
      const scope = new CancelScope();
      const begin = loop.time();
      scope.cancel();
      await scope.run(async () => {
        await operation.wait();
      });
      assert.equal(scope.cancelledCaught, true);
      assert.equal(loop.time(), begin);
      await operation.after?.();
      await turns(5);
    }),
  );
}
