// Several who wait for one future: each has a turn of its own, in the order of the awaits.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createTask, Future, getRunningLoop, sleep } from '../../src/asyncio.ts';
import type { CancelledError, Task } from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { turns } from '../turns.ts';

type Wait = (future: Future<number>) => Promise<number>;
const waysToWait: Record<string, Wait> = {
  await: async (future) => await future,
  'inner async function': async (future) => await (async () => await future)(),
  'returned future': async (future) => await (async () => future)(),
  'Promise.all': async (future) => (await Promise.all([future, 0]))[0],
  'Promise.resolve': async (future) => await Promise.resolve(future),
};

test(
  'await: a step with awaits that never suspend is not interleaved with that of another waiter',
  inLoop(async () => {
    for (const [name, wait] of Object.entries(waysToWait)) {
      const ready = new Future<number>();
      let counter = 0;
      const read = async (): Promise<number> => counter;
      const work = async (): Promise<void> => {
        await wait(ready);
        const seen = await read();
        await read();
        counter = seen + 1;
      };
      const tasks = Array.from({ length: 4 }, () => createTask(work));
      await turns(3);
      ready.setResult(1);
      for (const task of tasks) await task;
      assert.equal(counter, 4, name);
    }
  }),
);

test(
  'await: waiters of a task and done callbacks run in the order in which they came',
  inLoop(async () => {
    const log: string[] = [];
    const job = createTask(() => sleep(1, { result: 'job' }));
    const waiter = (name: string) => async () => {
      log.push(`${name} ${await job}`);
      await null;
      log.push(`${name} goes on`);
    };
    const a = createTask(waiter('a'));
    await turns(2);
    job.addDoneCallback(() => log.push('callback'));
    const b = createTask(waiter('b'));
    await Promise.all([a, b]);
    assert.deepEqual(log, ['a job', 'a goes on', 'callback', 'b job', 'b goes on']);
  }),
);

test(
  'cancel in the turn of completion hits the await of that task alone, wherever it stands among the waiters',
  inLoop(async () => {
    for (const [name, wait] of Object.entries(waysToWait)) {
      for (let hit = 0; hit < 3; hit++) {
        const future = new Future<number>();
        const got: string[] = [];
        const tasks = [0, 1, 2].map((i) =>
          createTask(async () => {
            try {
              await wait(future);
              got.push(`${i} result`);
            } catch (error) {
              got.push(`${i} ${(error as CancelledError).message}`);
            }
          }),
        );
        await turns(3);
        future.setResult(1);
        tasks[hit]?.cancel('hit');
        await turns(6);
        const expected = [0, 1, 2].map((i) => `${i} ${i === hit ? 'hit' : 'result'}`);
        assert.deepEqual(got, expected, `${name}, ${hit}`);
      }
    }
  }),
);

test(
  'uncancel before the turn gives that waiter the outcome again, and leaves the cancel of another',
  inLoop(async () => {
    const future = new Future<number>();
    const tasks = [0, 1].map(() => createTask(async () => await future));
    await turns(2);
    future.setResult(1);
    for (const task of tasks) task.cancel();
    tasks[0]?.uncancel();
    await turns(3);
    assert.deepEqual([tasks[0]?.cancelled(), tasks[1]?.cancelled()], [false, true]);
  }),
);

test(
  'await of a future that is done and whose waiters have not had their turn goes on at once',
  inLoop(async () => {
    const future = new Future<number>();
    const log: string[] = [];
    const waiter = createTask(async () => void log.push(`waiter ${await future}`));
    await turns(2);
    future.setResult(1);
    getRunningLoop().callSoon(() => log.push('callback'));
    log.push(`late ${await future}`);
    await waiter;
    assert.deepEqual(log, ['late 1', 'waiter 1', 'callback']);
  }),
);

test(
  'Promise.all: a task that waits several times for one future goes on waiting until the last turn',
  inLoop(async () => {
    const future = new Future<number>();
    const task = createTask(async () => await Promise.all([future, future, future]));
    await turns(2);
    future.setResult(3);
    assert.deepEqual(await task, [3, 3, 3]);
    assert.equal(future._awaiter, undefined);
    assert.equal(task._waits, undefined);
  }),
);

test(
  'await of one future by 20,000 tasks wakes them in order',
  inLoop(async () => {
    const future = new Future<number>();
    const order: number[] = [];
    const tasks = Array.from({ length: 20_000 }, (_, i) =>
      createTask(async () => {
        await future;
        order.push(i);
      }),
    );
    await turns(2);
    future.setResult(1);
    for (const task of tasks) await task;
    assert.ok(order.every((value, at) => value === at));
    assert.equal(order.length, 20_000);
  }),
);

test(
  'then: only listens, with functions of the engine too: a cancel of the listener does not reach the task',
  inLoop(async () => {
    const ways: ((job: Task<string>) => Promise<unknown>)[] = [
      (job) => job.then((value) => value),
      (job) => new Promise((resolve, reject) => void job.then(resolve, reject)),
      (job) => {
        const { promise, resolve, reject } = Promise.withResolvers<string>();
        void job.then(resolve, reject);
        return promise;
      },
      (job) => job.catch(() => {}),
      (job) => job.finally(() => {}),
    ];
    for (const listen of ways) {
      const job = createTask(() => sleep(2, { result: 'job' }));
      const other = createTask(async () => await job);
      const listener = createTask(async () => {
        void listen(job).then(undefined, () => {});
        await sleep(1000);
      });
      await turns(3);
      listener.cancel();
      await Promise.allSettled([listener, job, other]);
      assert.deepEqual([listener.cancelled(), job.result(), other.result()], [true, 'job', 'job']);
    }
  }),
);

test(
  'then: a future that a promise of the task adopts is waited for, after a `then` was read or called too',
  inLoop(async () => {
    for (const touch of [
      () => {},
      (future: Future<number>) => void future.then,
      (future: Future<number>) => void future.then(undefined, () => {}),
      (future: Future<number>) => void future.constructor,
    ]) {
      const future = new Future<number>();
      const task = createTask(async () => {
        touch(future);
        return await (async () => future)();
      });
      await turns(3);
      task.cancel('adopted');
      await assert.rejects(task, { message: 'adopted' });
    }
  }),
);

test(
  'then: after the program has read `constructor` it listens all the same, and its promise is returned',
  inLoop(async () => {
    const job = createTask(() => sleep(1, { result: 'job' }));
    const log: unknown[] = [];
    const looker = createTask(async () => {
      assert.notEqual(job.constructor, undefined);
      const heard = job.then((value) => log.push(value));
      assert.ok(heard instanceof Promise);
      await sleep(1000);
    });
    await turns(2);
    looker.cancel();
    await Promise.allSettled([looker]);
    assert.equal(await job, 'job');
    await turns(1);
    assert.deepEqual(log, ['job']);
  }),
);

test('await, then and callbacks of one future: every waiter once, in order, in any mixture', async () => {
  const kinds = fc.constantFrom('await', 'return', 'then', 'callback', 'all');
  await fc.assert(
    fc.asyncProperty(fc.array(kinds, { maxLength: 8 }), fc.boolean(), async (list, ofTask) => {
      await inLoop(async () => {
        const gate = new Future<number>();
        const future: Future<number> = ofTask ? createTask(async () => await gate) : gate;
        await turns(2);
        const log: number[] = [];
        const tasks: Promise<unknown>[] = [];
        for (const [i, kind] of list.entries()) {
          const note = (): void => void log.push(i);
          if (kind === 'then') void future.then(note);
          else if (kind === 'callback') future.addDoneCallback(note);
          else {
            const wait = {
              await: async () => await future,
              return: async () => await (async () => future)(),
              all: async () => await Promise.all([future, 0]),
            }[kind];
            tasks.push(createTask(() => wait().then(note)));
          }
          await turns(2);
        }
        gate.setResult(1);
        await turns(6);
        await Promise.all(tasks);
        assert.deepEqual(
          [...log].toSorted((a, b) => a - b),
          list.map((_, i) => i),
        );
        // What listens by `then` from the start shares the native promise; the rest keeps its order.
        const ordered = log.filter((i) => list[i] !== 'then');
        assert.deepEqual(
          ordered,
          [...ordered].toSorted((a, b) => a - b),
        );
      })();
    }),
    { numRuns: 150 },
  );
});
