// The portal: a worker calls functions of the loop, waiting or sleeping, with real threads.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import '../../harness.ts';
import {
  allTasks,
  CancelledError,
  connectLoop,
  currentTask,
  getRunningLoop,
  newEventLoop,
  sleep,
  TimeoutError,
  UsageError,
} from '../../../src/asyncio.ts';
import type { EventLoop, ThreadHandlers } from '../../../src/asyncio.ts';
import { ending, inLoop, keep } from '../kept.ts';

interface Told {
  readonly value?: unknown;
  readonly error?: {
    name: string;
    code: string;
    message: string;
    stack: string;
    extra?: unknown;
    cause?: Told['error'];
    errors?: Told['error'][];
  };
}

type Order = { how: string; name?: string; args?: unknown[]; options?: { timeout?: number } };

/** A worker with a portal to `handlers`, ended with the block. */
class Caller implements AsyncDisposable {
  readonly worker: Worker;
  readonly #exited: Promise<unknown>;

  constructor(loop: EventLoop, handlers: ThreadHandlers) {
    const port = loop.threadsafePort(handlers);
    this.worker = new Worker(new URL('./worker.mjs', import.meta.url), {
      workerData: { port },
      transferList: [port as never],
    });
    this.#exited = new Promise((resolve) => this.worker.once('exit', resolve));
  }

  send(order: Order): void {
    this.worker.postMessage(order);
  }

  /** What the worker tells of its next order that ends. */
  heard(): Promise<Told> {
    return new Promise((resolve) => this.worker.once('message', resolve));
  }

  ask(
    how: 'sync' | 'async',
    name: string,
    args: unknown[] = [],
    options: Order['options'] = {},
  ): Promise<Told> {
    const heard = this.heard();
    this.send({ how, name, args, options });
    return heard;
  }

  async exited(): Promise<void> {
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.worker.terminate();
    await this.#exited;
  }
}

function startCaller(loop: EventLoop, handlers: ThreadHandlers): Caller {
  return keep(new Caller(loop, handlers));
}

const untold =
  'Deno' in globalThis && 'Deno tells nobody of a port whose other end is gone with its thread';

for (const how of ['async', 'sync'] as const) {
  const call = how === 'sync' ? 'callSync' : 'call';

  test(
    `RemoteLoop.${call}: the handler runs as a task on the loop, and its result comes back`,
    inLoop(async () => {
      const names: (string | undefined)[] = [];
      const caller = startCaller(getRunningLoop(), {
        async add(a: number, b: number) {
          names.push(currentTask()?.getName());
          await sleep(1);
          return { sum: a + b, bytes: new Uint8Array([a, b]) };
        },
        plain: (text: string) => text.toUpperCase(),
      });
      assert.deepEqual(await caller.ask(how, 'add', [1, 2]), {
        value: { sum: 3, bytes: new Uint8Array([1, 2]) },
      });
      assert.deepEqual(names, ['call of add by a worker']);
      assert.deepEqual(await caller.ask(how, 'plain', ['x']), { value: 'X' });
    }),
  );

  test(
    `RemoteLoop.${call}: an error keeps class, code, fields, cause and the stacks of both sides`,
    inLoop(async () => {
      const caller = startCaller(getRunningLoop(), {
        fails() {
          throw Object.assign(new RangeError('too far', { cause: new TimeoutError('slow') }), {
            extra: [1],
          });
        },
        own() {
          throw Object.assign(new Error('mine'), { name: 'OwnError', code: 'E_OWN' });
        },
        throwsText() {
          throw 'text';
        },
        uncloneable: () => () => 1,
      });
      const { error } = await caller.ask(how, 'fails');
      assert.equal(error?.name, 'RangeError');
      assert.deepEqual(error.extra, [1]);
      assert.equal(error.cause?.code, 'ERR_ASYNCIO_TIMEOUT');
      assert.match(error.stack, /fails.*portal\.test[^]*at the loop of another thread[^]*worker\.mjs/);
      const own = await caller.ask(how, 'own');
      assert.deepEqual([own.error?.name, own.error?.code], ['OwnError', 'E_OWN']);
      assert.deepEqual(
        await caller.ask(how, 'uncloneable').then(({ error }) => error?.name),
        'DataCloneError',
      );
      assert.deepEqual((await caller.ask(how, 'throwsText')).error?.name, undefined);
    }),
  );

  test(
    `RemoteLoop.${call}: a handler that is not there is a UsageError that names those that are`,
    inLoop(async () => {
      const caller = startCaller(getRunningLoop(), { here: () => 1 });
      const { error } = await caller.ask(how, 'there');
      assert.equal(error?.code, 'ERR_ASYNCIO_USAGE');
      assert.match(error.message, /"there".*its port has here/);
    }),
  );

  test(
    `RemoteLoop.${call}: the handler's task is cancelled, and the worker gets the CancelledError`,
    inLoop(async () => {
      const caller = startCaller(getRunningLoop(), { waits: () => sleep(60_000) });
      const heard = caller.ask(how, 'waits');
      while (allTasks().size < 2) await sleep(1);
      for (const task of allTasks()) if (task !== currentTask()) task.cancel('not now');
      const { error } = await heard;
      assert.equal(error?.name, 'CancelledError');
      assert.equal(error.code, 'ERR_ASYNCIO_CANCELLED');
      assert.equal(error.message, 'not now');
    }),
  );

  test(
    `RemoteLoop.${call}: after its time it throws TimeoutError, and the task is cancelled`,
    inLoop(async () => {
      const ended = getRunningLoop().createFuture<string>();
      const caller = startCaller(getRunningLoop(), {
        async waits() {
          try {
            await sleep(60_000);
          } catch (error) {
            ended.setResult((error as Error).message);
            throw error;
          }
        },
        next: () => 'still there',
      });
      const { error } = await caller.ask(how, 'waits', [], { timeout: 20 });
      assert.equal(error?.code, 'ERR_ASYNCIO_TIMEOUT');
      assert.match(error.message, /waits\(\) within 20 ms/);
      assert.equal(await ended, 'the time of the call is over');
      assert.deepEqual(await caller.ask(how, 'next'), { value: 'still there' });
    }),
  );

  test(
    `RemoteLoop.${call}: a worker that ends while its call runs leaves no task`,
    { skip: untold },
    inLoop(async () => {
      const cancelled = getRunningLoop().createFuture<string>();
      const caller = startCaller(getRunningLoop(), {
        async waits() {
          try {
            await sleep(60_000);
          } catch (error) {
            cancelled.setResult((error as Error).message);
            throw error;
          }
        },
      });
      caller.send({ how, name: 'waits' });
      while (allTasks().size < 2) await sleep(1);
      await caller.worker.terminate();
      assert.equal(await cancelled, 'the worker that made the call has ended');
      await sleep(0);
      assert.equal(allTasks().size, 1);
    }),
  );

  test(
    `RemoteLoop.${call}: a loop that is closed says so, to calls that wait and to those that come later`,
    ending(async () => {
      const loop = newEventLoop();
      const caller = startCaller(loop, { hello: () => 'hello' });
      await loop.runUntilComplete(async () => void (await caller.ask(how, 'hello')));
      const waits = caller.ask(how, 'hello');
      // The loop rests: the call waits for its next run, which never comes.
      await new Promise((resolve) => setTimeout(resolve, 20));
      loop.close();
      for (const told of [await waits, await caller.ask(how, 'hello')]) {
        assert.equal(told.error?.code, 'ERR_ASYNCIO_USAGE');
        assert.match(told.error.message, /the loop that was called is closed/);
      }
    }),
  );
}

test(
  'RemoteLoop.callSync: calls from several workers at once each get their own result',
  inLoop(async () => {
    const handlers = { twice: async (n: number) => (await sleep(n % 3), n * 2) };
    const a = startCaller(getRunningLoop(), handlers);
    const b = startCaller(getRunningLoop(), handlers);
    for (let i = 0; i < 20; i += 1) {
      const [one, two] = await Promise.all([
        a.ask('sync', 'twice', [i]),
        b.ask('sync', 'twice', [100 + i]),
      ]);
      assert.deepEqual([one.value, two.value], [2 * i, 200 + 2 * i]);
    }
  }),
);

test(
  'RemoteLoop.callSync: replies to other calls that come meanwhile are not lost',
  inLoop(async () => {
    const open = getRunningLoop().createFuture<void>();
    const caller = startCaller(getRunningLoop(), {
      first: async () => (await open, 'first'),
      second: async () => {
        open.setResult();
        await sleep(5);
        return 'second';
      },
    });
    const values: unknown[] = [];
    const both = new Promise<void>((resolve) => {
      caller.worker.on('message', ({ value }) => values.push(value) === 2 && resolve());
    });
    caller.send({ how: 'async', name: 'first' });
    caller.send({ how: 'sync', name: 'second' });
    await both;
    assert.deepEqual(new Set(values), new Set(['first', 'second']));
  }),
);

test(
  "RemoteLoop.callSync: on the loop's own thread it is a UsageError, not a wait for ever",
  inLoop(async () => {
    const remote = connectLoop(getRunningLoop().threadsafePort({ add: (a: number) => a }));
    assert.throws(() => remote.callSync('add', 1), UsageError);
    assert.equal(await remote.call('add', 1), 1);
    remote.close();
    assert.throws(() => remote.callSync('add', 1), UsageError);
    await assert.rejects(remote.call('add', 1), UsageError);
  }),
);

test(
  'RemoteLoop.call: cancelling the task that awaits it cancels the task on the loop',
  inLoop(async () => {
    const loop = getRunningLoop();
    const told = loop.createFuture<string>();
    const remote = connectLoop(
      loop.threadsafePort({
        async waits() {
          try {
            await sleep(60_000);
          } catch (error) {
            told.setResult((error as Error).message);
            throw error;
          }
        },
      }),
    );
    const task = loop.createTask(async () => {
      await remote.call('waits');
    });
    while (allTasks().size < 3) await sleep(1);
    task.cancel('enough');
    await assert.rejects(task, CancelledError);
    assert.equal(await told, 'enough');
    remote.close();
  }),
);

test(
  'RemoteLoop.close: calls that wait fail with UsageError and are cancelled on the loop; a worker then ends by itself',
  { skip: untold },
  inLoop(async () => {
    const caller = startCaller(getRunningLoop(), { waits: () => sleep(60_000) });
    const heard = caller.ask('async', 'waits');
    while (allTasks().size < 2) await sleep(1);
    caller.send({ how: 'close' });
    assert.equal((await heard).error?.code, 'ERR_ASYNCIO_USAGE');
    while (allTasks().size > 1) await sleep(1);
    caller.send({ how: 'end' });
    await caller.exited();
  }),
);
