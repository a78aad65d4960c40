// What a look tells of tasks that wait for everything a task can wait for, in a program that was not prepared for it.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import process from 'node:process';
import { test } from 'node:test';
import {
  Barrier,
  CapacityLimiter,
  Condition,
  createSubprocessExec,
  createTask,
  currentTask,
  Event,
  gather,
  interruptible,
  Lock,
  openConnection,
  Queue,
  run,
  Semaphore,
  shield,
  sleep,
  startServer,
  taskGroup,
  ThreadPoolExecutor,
  timeout,
  wrapFuture,
} from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { explainWait, takeSnapshot } from '../../src/lowlevel.ts';
import type { SeenTask, Snapshot } from '../../src/probe/protocol.ts';
import { Client, seen } from './client.ts';

const walks = !('bun' in process.versions);

/** Starts a task, which is given in an object since nobody awaits most of them. */
type Start = (coro: () => PromiseLike<unknown>, options: { name: string }) => { readonly task: Task };

/** Looks once at what `begin` has started; its tasks are cancelled in the end. */
async function lookAt(
  begin: (start: Start) => Promise<void> | void,
  end: () => void = () => {},
): Promise<Snapshot> {
  return await run(async () => {
    const tasks: Task[] = [];
    const start: Start = (coro, options) => {
      const task = createTask(coro, options);
      tasks.push(task);
      return { task };
    };
    await begin(start);
    for (let turn = 0; turn < 5; turn++) await sleep(0);
    const client = await Client.open();
    try {
      return await client.look();
    } finally {
      await client.close();
      end();
      for (const task of tasks) while (!task.done() && task.cancelling() < 3) task.cancel();
    }
  });
}

const names = (stack: SeenTask['stack']): string[] => (stack ?? []).map(({ name }) => name);

async function inner(wait: () => PromiseLike<unknown>): Promise<void> {
  await wait();
}

async function outer(wait: () => PromiseLike<unknown>): Promise<void> {
  try {
    await inner(wait);
  } finally {
    await sleep(0);
  }
}

test('snapshot: each primitive with its kind, its call, its holders and its fill', async () => {
  const snapshot = await lookAt(async (start) => {
    const lock = new Lock({ name: 'db' });
    start(async () => void (await lock.acquire(), await sleep(10_000)), { name: 'holder' });
    start(() => lock.acquire(), { name: 'lock' });
    const semaphore = new Semaphore(0);
    start(() => semaphore.acquire(), { name: 'semaphore' });
    const limiter = new CapacityLimiter(1);
    await limiter.acquireOnBehalfOf({});
    start(() => limiter.acquireOnBehalfOf({}), { name: 'limiter' });
    const event = new Event({ name: 'go' });
    start(() => event.wait(), { name: 'event' });
    const condition = new Condition();
    start(async () => void (await condition.acquire(), await condition.wait()), { name: 'condition' });
    start(() => new Barrier(3).wait(), { name: 'barrier' });
    const queue = new Queue<number>(2, { name: 'jobs' });
    queue.putNowait(1);
    queue.putNowait(2);
    start(() => queue.put(3), { name: 'put' });
    start(() => queue.join(), { name: 'join' });
    start(() => sleep(10_000), { name: 'timer' });
  });
  const wait = (name: string): object => {
    const [first, ...others] = seen(snapshot, name).waits;
    assert.deepEqual(others, []);
    assert.equal(seen(snapshot, name).state, 'waiting');
    return first as object;
  };
  const plain = { holders: [], held: true, any: false };
  const holder = seen(snapshot, 'holder').id;
  assert.deepEqual(wait('lock'), {
    ...plain,
    kind: 'lock',
    what: 'Lock "db"',
    call: 'lock.acquire',
    holders: [holder],
  });
  const expected = {
    semaphore: { kind: 'semaphore', what: 'Semaphore', call: 'semaphore.acquire', size: 0 },
    event: { kind: 'event', what: 'Event "go"', call: 'event.wait' },
    condition: { kind: 'condition', what: 'Condition', call: 'condition.wait' },
    barrier: { kind: 'barrier', what: 'Barrier', call: 'barrier.wait', size: 1, limit: 3 },
    put: { kind: 'queue', what: 'Queue "jobs"', call: 'queue.put', size: 2, limit: 2 },
    join: { kind: 'queue', what: 'Queue "jobs"', call: 'queue.join', size: 2, limit: 2 },
  };
  for (const [name, rest] of Object.entries(expected)) assert.deepEqual(wait(name), { ...plain, ...rest });
  const { holders: _, ...limited } = wait('limiter') as Record<string, unknown>;
  assert.deepEqual(limited, {
    kind: 'semaphore',
    what: 'CapacityLimiter',
    call: 'capacityLimiter.acquire',
    held: true,
    any: false,
    size: 1,
    limit: 1,
  });
  const timer = wait('timer') as SeenTask['waits'][0];
  assert.equal(timer.kind, 'timer');
  assert.ok((timer.left as number) > 1000 && (timer.left as number) <= 10_000);
});

test('snapshot: groups, gathers, shields and tasks, with who awaits whom', async () => {
  const snapshot = await lookAt((start) => {
    start(
      () =>
        taskGroup(async (group) => {
          group.startSoon(() => sleep(10_000), { name: 'child' });
        }),
      { name: 'group' },
    );
    start(() => gather(() => sleep(10_000)), { name: 'gather' });
    const { task } = start(() => sleep(10_000), { name: 'task' });
    start(() => shield(task), { name: 'shield' });
    start(async () => void (await task), { name: 'one' });
    start(async () => void (await task), { name: 'other' });
  });
  const id = (name: string): number => seen(snapshot, name).id;
  for (const [name, kind] of [
    ['group', 'group'],
    ['gather', 'group'],
    ['shield', 'group'],
    ['one', 'task'],
    ['other', 'task'],
  ] as const)
    assert.equal(seen(snapshot, name).waits[0]?.kind, kind, name);
  assert.equal(seen(snapshot, 'child').parent, id('group'));
  assert.deepEqual(seen(snapshot, 'child').awaiters, [id('group')]);
  assert.deepEqual(seen(snapshot, 'group').waits[0]?.holders, [id('child')]);
  assert.deepEqual(new Set(seen(snapshot, 'task').awaiters), new Set(['shield', 'one', 'other'].map(id)));
  assert.deepEqual(seen(snapshot, 'one').waits[0]?.holders, [id('task')]);
});

test('snapshot: each state of a task', async () => {
  let ready = (): void => {};
  const begin = (start: Start): void => {
    start(() => new Event().wait(), { name: 'waiting' });
    start(() => new Promise<void>((resolve) => (ready = resolve)), { name: 'elsewhere' });
    const { task: stuck } = start(
      async () => {
        try {
          await sleep(10_000);
        } finally {
          await sleep(10_000);
        }
      },
      { name: 'cancelling' },
    );
    void (async () => {
      await sleep(0);
      stuck.cancel();
    })();
  };
  const snapshot = await lookAt(begin, () => ready());
  for (const state of ['waiting', 'elsewhere', 'cancelling'])
    assert.equal(seen(snapshot, state).state, state);
  assert.equal(seen(snapshot, 'cancelling').cancels, 1);
  assert.equal(seen(snapshot, 'elsewhere').waits.length, 0);
});

test(
  'snapshot: await stacks through all async callers, without preparation',
  { skip: !walks },
  async () => {
    const snapshot = await lookAt((start) => {
      const begin = (name: string, wait: () => PromiseLike<unknown>): void =>
        void start(
          async function body() {
            await outer(wait);
          },
          { name },
        );
      const lock = new Lock();
      begin('first', () => lock.acquire());
      begin('holder', async () => await sleep(10_000));
      const { task } = start(() => sleep(10_000), { name: 'task' });
      const shared = sleep(10_000);
      begin('sleep', () => sleep(10_000));
      begin('event', () => new Event().wait());
      begin('all', () => Promise.all([sleep(10_000), new Event().wait()]));
      begin('group', () => taskGroup(async (group) => void group.createTask(() => sleep(10_000))));
      begin('timeout', () => timeout(10_000, () => sleep(10_000)));
      for (const name of ['task one', 'task two']) begin(name, () => task);
      for (const name of ['shared one', 'shared two', 'shared three']) begin(name, () => shared);
      begin('returned', async () => shared);
    });
    for (const name of [
      'sleep',
      'event',
      'all',
      'group',
      'timeout',
      'task one',
      'task two',
      'shared one',
      'shared two',
      'shared three',
      'returned',
    ]) {
      const { stack } = seen(snapshot, name);
      assert.deepEqual(names(stack).slice(-3), ['inner', 'outer', 'body'], name);
      assert.ok(stack?.at(-1)?.file.endsWith('/snapshot.test.ts'), name);
      assert.ok(
        stack?.every(({ line, isAsync }) => line > 0 && isAsync),
        name,
      );
    }
  },
);

test('snapshot: two locks in a circle are a deadlock', async () => {
  const snapshot = await lookAt((start) => {
    const [left, right] = [new Lock(), new Lock()];
    const philosopher = (first: Lock, second: Lock) => async () => {
      await first.acquire();
      await sleep(0);
      await second.acquire();
    };
    start(philosopher(left, right), { name: 'Ann' });
    start(philosopher(right, left), { name: 'Bob' });
    start(() => left.acquire(), { name: 'Cid' });
  });
  const [loop] = snapshot.loops;
  assert.equal(loop?.deadlocks.length, 1);
  assert.deepEqual(
    new Set(loop?.deadlocks[0]),
    new Set(['Ann', 'Bob'].map((name) => seen(snapshot, name).id)),
  );
});

test('snapshot: numbers stay from look to look, and rise with the age of tasks', async () => {
  await run(async () => {
    const tasks = [1, 2, 3].map((name) => createTask(() => sleep(10_000), { name: `task ${name}` }));
    await sleep(0);
    const client = await Client.open();
    const first = await client.look();
    const second = await client.look({ most: 2 });
    await client.close();
    const ids = first.tasks.map(({ id }) => id);
    assert.deepEqual(
      ids,
      [...ids].sort((a, b) => a - b),
    );
    assert.deepEqual(
      second.tasks.map(({ id }) => id),
      ids.slice(0, 2),
    );
    assert.equal(second.total, 4);
    assert.equal(currentTask()?.getName(), 'main');
    for (const task of tasks) task.cancel();
  });
});

test('snapshot: a look changes nothing: futures stay pending, waiters get their turns in the old order', async () => {
  const order: number[] = [];
  await run(async () => {
    const event = new Event();
    const future = new Lock();
    await future.acquire();
    const tasks = [1, 2, 3].map((number) =>
      createTask(async () => {
        await event.wait();
        order.push(number);
        if (number === 2) throw new Error('of the program');
      }),
    );
    const gate = new Event();
    const shared = createTask(() => gate.wait());
    const both = [1, 2].map((number) =>
      createTask(async () => void (await shared, order.push(10 * number))),
    );
    await sleep(0);
    const client = await Client.open();
    for (let look = 0; look < 5; look++) await client.look();
    await client.close();
    event.set();
    const ends = await Promise.allSettled(tasks);
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    gate.set();
    await gather(...both);
  });
  assert.deepEqual(order, [1, 2, 3, 10, 20]);
});

test('snapshot: sockets with their peers, foreign promises, and what a driver says of its own', async () => {
  const answer = Promise.withResolvers<void>();
  await run(async () => {
    await using listener = await startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
    const [reader, writer] = await openConnection('127.0.0.1', listener.port);
    const tasks = [
      createTask(() => reader.readline(), { name: 'reader' }),
      createTask(() => interruptible(answer.promise), { name: 'foreign' }),
      createTask(() => wrapFuture(answer.promise), { name: 'wrapped' }),
      createTask(
        () =>
          explainWait(interruptible(answer.promise), {
            what: 'query 7',
            call: 'connection.query',
            sort: 'query',
            peer: 'db:5432',
          }),
        { name: 'query' },
      ),
    ];
    await sleep(0);
    await sleep(0);
    const snapshot = await takeSnapshot();
    const wait = (name: string) => seen(snapshot, name).waits[0];
    assert.equal(wait('reader')?.kind, 'socket');
    assert.equal(wait('reader')?.call, 'reader.readline');
    assert.equal(wait('reader')?.peer, `127.0.0.1:${listener.port}`);
    assert.equal(wait('foreign')?.kind, 'foreign');
    assert.equal(wait('wrapped')?.kind, 'foreign');
    assert.deepEqual(wait('query'), {
      kind: 'query',
      what: 'query 7',
      call: 'connection.query',
      holders: [],
      held: true,
      any: false,
      peer: 'db:5432',
    });
    assert.equal(seen(snapshot, 'main').state, 'running');
    for (const task of tasks) task.cancel();
    answer.resolve();
    writer.close();
    await Promise.allSettled(tasks);
  });
  assert.throws(() => explainWait(Promise.resolve() as never, { what: 'x' }), /explainWait needs a future/);
  assert.throws(() => takeSnapshot(7 as never), /options/);
});

test('snapshot: children with their numbers, and work of a pool', async () => {
  await run(async () => {
    await using child = await createSubprocessExec('sleep', '3600');
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const tasks = [
      createTask(() => child.wait(), { name: 'child' }),
      createTask(() => pool.submit(() => new Promise((resolve) => setTimeout(resolve, 20))), {
        name: 'work',
      }),
    ];
    await sleep(0);
    await sleep(0);
    const snapshot = await takeSnapshot({ stacks: false });
    assert.equal(seen(snapshot, 'child').waits[0]?.kind, 'process');
    assert.equal(seen(snapshot, 'child').waits[0]?.pid, child.pid);
    assert.equal(seen(snapshot, 'work').waits[0]?.kind, 'worker');
    assert.equal(seen(snapshot, 'work').stack, undefined);
    tasks[0]?.cancel();
    await tasks[1];
  });
});

test('snapshot: a name longer than anybody reads is cut, also where it stands in the wait of another', async () => {
  const name = 'x'.repeat(1_000_000);
  const look = await lookAt((start) => {
    const long = start(() => sleep(60_000), { name });
    start(() => long.task, { name: 'waits' });
  });
  const told = JSON.stringify(look.tasks);
  assert.ok(told.length < 20_000, `${told.length} characters`);
  assert.ok(look.tasks.some((task) => task.name === `${name.slice(0, 999)}…`));
});
