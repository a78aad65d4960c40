// spawn: tasks from anywhere in a program that is not ours.

import assert from 'node:assert/strict';
import { EventEmitter, getEventListeners, once } from 'node:events';
import { test } from 'node:test';
import '../harness.ts';
import {
  allTasks,
  ContextVar,
  createTask,
  currentTask,
  Future,
  getRunningLoop,
  InvalidArgumentError,
  isCancelled,
  NoRunningLoopError,
  run,
  Semaphore,
  sleep,
  spawn,
  taskGroup,
  Task,
  timeout,
  UsageError,
} from '../../src/asyncio.ts';
import type { LeavingClient } from '../../src/asyncio.ts';
import { peekRunningLoop } from '../../src/lowlevel.ts';
import { expectReport } from '../../src/testing/reports.ts';
import { outcomeOf } from '../outcome.ts';

const hostTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** What a response is to spawn: something written to that tells when it closes. */
class Response extends EventEmitter {
  destroyed: boolean = false;
  writableFinished: boolean = false;
  write(): void {}
  finish(): void {
    this.writableFinished = true;
    this.emit('finish');
  }
  close(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

const listenersOf = (client: Response): number =>
  client.listenerCount('close') + client.listenerCount('finish');

test('spawn: the task is a promise of the result, outside of every loop', async () => {
  assert.equal(await spawn(async () => await sleep(1, { result: 42 })), 42);
  const task = spawn(() => 'at once', { name: 'quick' });
  assert.ok(task instanceof Task);
  assert.equal(task.getName(), 'quick');
  assert.equal(await task.then((value) => value.length), 7);
  await assert.rejects(
    spawn(async () => {
      await sleep(0);
      throw new RangeError('no');
    }),
    /no/,
  );
});

test('spawn: any number at once, each with its own turn, and the loop is left when the last is gone', async () => {
  const ended: number[] = [];
  const loops = new Set<unknown>();
  const tasks = Array.from({ length: 100 }, (_, i) =>
    spawn(async () => {
      loops.add(getRunningLoop());
      await sleep(i % 3);
      ended.push(i);
    }),
  );
  await Promise.all(tasks);
  assert.equal(ended.length, 100);
  assert.equal(loops.size, 1);
  const [loop] = loops as Set<ReturnType<typeof getRunningLoop>>;
  // A pump that has worked for long goes on in the host's next turn.
  for (let i = 0; i < 10 && loop?.isRunning() === true; i++) await hostTurn();
  assert.equal(peekRunningLoop(), undefined);
  assert.equal(loop?.isRunning(), false);
  // The next one starts it again: what a module keeps stays usable.
  assert.equal(await spawn(async () => getRunningLoop()), loop);
});

test('spawn: a semaphore of a module serves tasks of different times', async () => {
  const gate = new Semaphore(1);
  const use = (): Task<void> =>
    spawn(async () => {
      await gate.acquire();
      await sleep(1);
      gate.release();
    });
  await Promise.all([use(), use()]);
  await hostTurn();
  await Promise.all([use(), use()]);
});

test('spawn: outside of its tasks there is no running loop, also while some live', async () => {
  const task = spawn(() => sleep(5));
  await hostTurn();
  assert.equal(peekRunningLoop(), undefined);
  assert.throws(() => sleep(1), NoRunningLoopError);
  assert.throws(() => currentTask(), NoRunningLoopError);
  await task;
});

test('spawn: behind foreign awaits and in callbacks the loop is that of the task', async () => {
  const loop = await spawn(async () => {
    const before = getRunningLoop();
    await hostTurn();
    assert.equal(getRunningLoop(), before);
    const { promise, resolve } = Promise.withResolvers<void>();
    before.callSoon(async () => {
      assert.equal(getRunningLoop(), before);
      await hostTurn();
      assert.equal(getRunningLoop(), before);
      setTimeout(() => {
        assert.equal(getRunningLoop(), before);
        resolve();
      }, 1);
    });
    await promise;
    return before;
  });
  assert.equal(loop.isClosed(), false);
});

test('spawn: inside of a task it starts one on the same loop, which is not cancelled with its caller', async () => {
  await run(async () => {
    let inner: Task<string> | undefined;
    const outer = createTask(async () => {
      inner = spawn(async () => {
        await sleep(5);
        return 'went on';
      });
      await sleep(1000);
    });
    await sleep(1);
    outer.cancel();
    await outcomeOf(outer);
    assert.equal(inner?.getLoop(), getRunningLoop());
    assert.equal(await inner, 'went on');
  });
});

test('spawn: a task that was started inside of a run ends with that run', async () => {
  let inner: Task<unknown> | undefined;
  await run(async () => {
    inner = spawn(() => sleep(60_000));
    await sleep(0);
  });
  assert.equal(inner?.cancelled(), true);
});

test('spawn: what a run has started and left goes on to spawn on the loop of the thread', async () => {
  const emitter = new EventEmitter();
  await run(async () => {
    emitter.on('request', () =>
      emitter.emit(
        'task',
        spawn(() => sleep(1, { result: 'served' })),
      ),
    );
  });
  const [task] = await Promise.all([
    once(emitter, 'task'),
    Promise.resolve().then(() => emitter.emit('request')),
  ]);
  assert.equal(await (task[0] as Task<string>), 'served');
});

test('spawn: groups, timeouts and cancels work in it as anywhere', async () => {
  const task = spawn(async () => {
    await taskGroup(async (group) => {
      void group.createTask(() => sleep(1000));
      await timeout(5, () => sleep(1000));
    });
  });
  await assert.rejects(task, /TimeoutError|unhandled errors/);
  const waiting = spawn(() => sleep(60_000));
  await hostTurn();
  waiting.cancel('enough');
  assert.deepEqual(await outcomeOf(waiting), { cancelled: 'enough' });
});

test("spawn: each task has a context of its own, a copy of its caller's", async () => {
  const user = new ContextVar('user', { default: 'nobody' });
  const served = await Promise.all(
    ['ada', 'grace'].map(async (name) => {
      await hostTurn();
      user.set(name);
      return await spawn(async () => {
        const mine = user.get();
        user.set('changed');
        await sleep(1);
        return `${mine} ${user.get()}`;
      }).then((value) => `${value} ${user.get()}`);
    }),
  );
  assert.deepEqual(served, ['ada changed ada', 'grace changed grace']);
});

test('spawn: with a signal that is aborted already the function is never called', async () => {
  let called = false;
  const signal = AbortSignal.abort(new Error('gone'));
  const task = spawn(() => void (called = true), { signal });
  assert.deepEqual(await outcomeOf(task), { cancelled: 'gone' });
  assert.equal(called, false);
});

test('spawn: an abort cancels, before the start, in the middle, in the turn of the end, and twice', async () => {
  for (const turns of [0, 1, 2]) {
    const controller = new AbortController();
    const task = spawn(() => sleep(1000), { signal: controller.signal });
    for (let i = 0; i < turns; i++) await hostTurn();
    controller.abort();
    task.cancel();
    assert.ok('cancelled' in (await outcomeOf(task)));
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  }
  const controller = new AbortController();
  const task = spawn(
    async () => {
      await sleep(0);
      controller.abort();
      return 'done';
    },
    { signal: controller.signal },
  );
  // asyncio's rule: a cancel that was not delivered when the function returned ends the task as cancelled.
  assert.ok('cancelled' in (await outcomeOf(task)));
  const ended = new AbortController();
  const other = spawn(() => sleep(0, { result: 1 }), { signal: ended.signal });
  other.addDoneCallback(() => ended.abort());
  assert.equal(await other, 1);
  await hostTurn();
  assert.equal(other.result(), 1);
  assert.equal(getEventListeners(ended.signal, 'abort').length, 0);
});

test('spawn: a client that leaves cancels its tasks, and leaves no listener', async () => {
  const client = new Response();
  const tasks = [1, 2, 3].map(() => spawn(() => sleep(1000), { client }));
  assert.equal(listenersOf(client), 2);
  await hostTurn();
  client.close();
  for (const task of tasks) assert.deepEqual(await outcomeOf(task), { cancelled: 'the client has left' });
  await hostTurn();
  assert.equal(listenersOf(client), 0);
});

test('spawn: a client that has left already has nothing started for it', async () => {
  const client = new Response();
  client.close();
  let called = false;
  const task = spawn(() => void (called = true), { client });
  assert.ok('cancelled' in (await outcomeOf(task)));
  assert.equal(called, false);
  assert.equal(listenersOf(client), 0);
});

test('spawn: a client that leaves before the first step, and in the turn of the end', async () => {
  const early = new Response();
  let called = false;
  const task = spawn(() => void (called = true), { client: early });
  early.close();
  assert.ok('cancelled' in (await outcomeOf(task)));
  assert.equal(called, false);
  const late = new Response();
  const other = spawn(() => sleep(0, { result: 1 }), { client: late });
  other.addDoneCallback(() => late.close());
  assert.equal(await other, 1);
  await hostTurn();
  assert.equal(listenersOf(early) + listenersOf(late), 0);
});

test('spawn: once all was sent, a close cancels nothing', async () => {
  const client = new Response();
  const task = spawn(
    async () => {
      client.finish();
      client.close();
      await sleep(2);
      return 'wrote the log';
    },
    { client },
  );
  assert.equal(await task, 'wrote the log');
  assert.equal(await spawn(() => sleep(0, { result: 'after it' }), { client }), 'after it');
  assert.equal(listenersOf(client), 0);
});

test('spawn: the listeners are gone with the last task', async () => {
  const client = new Response();
  const short = spawn(() => sleep(0), { client });
  const long = spawn(() => sleep(3), { client });
  await short;
  await hostTurn();
  assert.equal(listenersOf(client), 2);
  await long;
  await hostTurn();
  assert.equal(listenersOf(client), 0);
});

test('spawn: what is no client, no function or no signal is refused before anything starts', async () => {
  const request = Object.assign(new EventEmitter(), { read() {} });
  const bad: [unknown, RegExp][] = [
    [5, /a response of node:http/],
    [null, /a response of node:http/],
    [request, /a request is over as soon as it was read/],
    [{ raw: new Response() }, /reply\.raw/],
    [{ signal: AbortSignal.timeout(5) }, /request\.signal/],
  ];
  for (const [client, message] of bad) {
    assert.throws(
      () => spawn(async () => 1, { client: client as LeavingClient }),
      (error: Error) => error instanceof InvalidArgumentError && message.test(error.message),
    );
  }
  assert.throws(() => spawn(Promise.resolve(1) as never), /already running/);
  assert.throws(() => spawn(async () => 1, { signal: {} as never }), InvalidArgumentError);
  assert.throws(() => spawn(async () => 1, null as never), InvalidArgumentError);
  await hostTurn();
  assert.equal(await spawn(async () => allTasks().size), 1);
});

test('spawn: an error that nobody looks at is reported once, one that somebody awaits is not', async () => {
  expectReport('Task loser: its exception was never retrieved');
  const fails = async (): Promise<never> => {
    await sleep(0);
    throw new Error('lost');
  };
  const kept = spawn(fails, { name: 'kept' });
  void spawn(fails, { name: 'loser' });
  await assert.rejects(spawn(fails, { name: 'awaited' }), /lost/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await assert.rejects(kept, /lost/);
  await new Promise((resolve) => setTimeout(resolve, 1100));
});

test('run: inside of a task it is refused by name, beside tasks and other runs it works', async () => {
  const here = spawn(async () => {
    await assert.rejects(
      run(async () => 1),
      (error: Error) =>
        error instanceof UsageError &&
        error.message.startsWith('run() cannot be called in a task or callback'),
    );
    await hostTurn();
    await assert.rejects(
      run(async () => 1),
      UsageError,
    );
    await sleep(5);
  });
  const own = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      run(async () => {
        void createTask(() => sleep(60_000));
        await hostTurn();
        await sleep(i % 5);
        await hostTurn();
        const waiter = new Future<number>();
        getRunningLoop().callSoon(() => waiter.setResult(i));
        return [await waiter, allTasks().size];
      }),
    ),
  );
  assert.deepEqual(
    own,
    own.map((_, i) => [i, 2]),
  );
  await here;
});

test('spawn: a coroutine that takes a parameter is given its task, whose signal ends what takes one', async () => {
  const task = spawn(async ({ signal }) => {
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  await hostTurn();
  task.cancel('enough');
  await assert.rejects(task, (error) => isCancelled(error) && (error as Error).message === 'enough');
});

test('run, createTask: a main or coroutine that takes a parameter is given its task', async () => {
  await run(async ({ signal }) => {
    assert.equal(signal, currentTask()?.signal);
    const task = createTask(async (own) => own === currentTask());
    assert.equal(await task, true);
  });
});
