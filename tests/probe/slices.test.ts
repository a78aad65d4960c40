// How much of a look is done in one turn of the host's loop: held by numbers of tasks, on a clock on which looking at one
// takes a tenth of a millisecond, so that no machine is too slow or too busy for it.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createTask, gather, getRunningLoop, run, sleep, wait } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { explainWait, numberOf } from '../../src/lowlevel.ts';
import type { Audience } from '../../src/probe/audience.ts';
import { Counting } from '../../src/probe/counting.ts';
import { listTasks } from '../../src/probe/everyTask.ts';
import { probeSubject } from '../../src/probe/hook.ts';
import { Parts } from '../../src/probe/parts.ts';
import type { Answer, SeenTask, Snapshot, Told } from '../../src/probe/protocol.ts';
import { Session } from '../../src/probe/session.ts';
import { Slices } from '../../src/probe/slices.ts';
import { lookAtAll, makeSnapshot } from '../../src/probe/snapshot.ts';
import type { ProbeSubject } from '../../src/probe/subject.ts';

/** Milliseconds that looking at a task takes here. A slice is one millisecond. */
const COST = 0.1;
const MOST_IN_A_TURN = 12;

/** Counts what is done in each turn of the host. */
class Bench {
  /** Tasks looked at, and tasks sent, in each turn. */
  readonly looked: number[] = [0];
  readonly sent: number[] = [0];
  now = 0;
  atTurn: () => void = () => {};
  readonly subject: ProbeSubject = {
    ...probeSubject(),
    monotonic: () => this.now,
    nextHostTurn: (callback) =>
      setImmediate(() => {
        this.looked.push(0);
        this.sent.push(0);
        this.atTurn();
        callback();
      }),
  };
  readonly messages: (Answer | Told)[] = [];
  readonly audience = {
    gone: false as boolean,
    slow: false as boolean,
    send: (message: Answer | Told): void => {
      this.messages.push(message);
      this.sent[this.sent.length - 1]! += this.#tasksIn(message).length;
    },
    whenTaken: async (): Promise<void> => void (this.audience.slow = false),
    drop: (): void => {},
  } satisfies Audience;

  get tasks(): SeenTask[] {
    return this.messages.flatMap((message) => this.#tasksIn(message));
  }

  /** Tasks of which each one that is looked at is counted, and takes its time. */
  start(count: number): Task[] {
    return Array.from({ length: count }, (_, at) =>
      createTask(() => this.wait(), { name: `worker ${at}` }),
    );
  }

  wait(): PromiseLike<unknown> {
    const look = (): number => {
      this.looked[this.looked.length - 1]!++;
      this.now += COST;
      return 1;
    };
    const explanation = {
      what: 'a thing',
      get size() {
        return look();
      },
    };
    return explainWait(getRunningLoop().createFuture<void>(), explanation);
  }

  get lookedAt(): number {
    return this.looked.reduce((sum, each) => sum + each, 0);
  }

  #tasksIn(message: Answer | Told): readonly SeenTask[] {
    if ('part' in message) return message.part;
    return 'event' in message && message.event === 'part' ? message.data : [];
  }
}

async function inBench(body: (bench: Bench, tasks: Task[]) => Promise<void>, count: number): Promise<void> {
  await run(async () => {
    const bench = new Bench();
    const tasks = bench.start(count);
    await sleep(0);
    await sleep(0);
    try {
      await body(bench, tasks);
    } finally {
      for (const task of tasks) task.cancel();
    }
  });
}

test('snapshot: so many tasks in a turn of the host, however many there are', async () => {
  await inBench(async (bench) => {
    const { tasks, total } = await makeSnapshot(bench.subject, {});
    assert.equal(total, 1001);
    assert.equal(tasks.length, 1001);
    assert.equal(bench.lookedAt, 1000);
    assert.ok(Math.max(...bench.looked) <= MOST_IN_A_TURN, `${Math.max(...bench.looked)} in one turn`);
  }, 1000);
});

test('snapshot: tasks are sent as they are found, so few are held at a time', async () => {
  await inBench(async (bench) => {
    const session = new Session(bench.subject, new Counting(bench.subject), bench.audience, () => false);
    let behind = 0;
    bench.atTurn = () => (behind = Math.max(behind, bench.lookedAt - bench.tasks.length));
    const { tasks } = (await session.answer('snapshot', {}, 1)) as Snapshot;
    assert.equal(bench.tasks.length + tasks.length, 1001);
    assert.ok(behind <= 50 + MOST_IN_A_TURN, `${behind} were held`);
    assert.ok(Math.max(...bench.sent) <= 50 + MOST_IN_A_TURN);
    session.end();
  }, 1000);
});

test('snapshot: who reads slowly is waited for and gets everything, in few pieces at a time', async () => {
  await inBench(async (bench) => {
    const { audience, subject } = bench;
    audience.slow = true;
    let behind = 0;
    bench.atTurn = () => {
      behind = Math.max(behind, bench.lookedAt - bench.tasks.length);
      audience.slow = true;
    };
    const parts = new Parts(subject, audience, (part) => ({ id: 1, part }));
    const { tasks } = await parts.finish(await lookAtAll(subject, {}, {}, parts));
    assert.equal(new Set([...bench.tasks, ...tasks].map(({ id }) => id)).size, 501);
    assert.ok(behind <= 100 + MOST_IN_A_TURN, `${behind} were held`);
  }, 500);
});

test('snapshot: one who does not read holds up no other look, and not for long his own', async () => {
  await inBench(async (bench) => {
    const { audience } = bench;
    // Time that passes at once.
    const startUnheldTimer = (_: number, callback: () => void): object => setImmediate(callback);
    const subject: ProbeSubject = { ...bench.subject, startUnheldTimer, stopTimer: () => {} };
    const taken = Promise.withResolvers<void>();
    const whenTaken = async (): Promise<void> => await taken.promise;
    const parts = new Parts(subject, { ...audience, slow: true, whenTaken }, (part) => ({ id: 1, part }));
    const look = lookAtAll(subject, {}, {}, parts);
    assert.equal((await makeSnapshot(subject, {})).tasks.length, 201);
    // It is waited for no longer, and keeps what it has found.
    const heading = await look;
    assert.equal(bench.messages.length, 0);
    taken.resolve();
    const { tasks } = await parts.finish(heading);
    assert.equal(bench.tasks.length + tasks.length, 201);
  }, 200);
});

test('snapshot: a look that takes long says that it goes on', async () => {
  await inBench(async (bench) => {
    const parts = new Parts(bench.subject, bench.audience, (part) => ({ id: 1, part }));
    // Less than a part, in several turns: there is nothing to send.
    bench.atTurn = () => (bench.now += 100);
    const { tasks } = await parts.finish(await lookAtAll(bench.subject, {}, {}, parts));
    assert.equal(tasks.length, 41);
    assert.ok(bench.messages.length >= 1);
    assert.deepEqual(bench.tasks, []);
  }, 40);
});

test('snapshot: the slices of several who look come one in a turn', async () => {
  await inBench(async (bench) => {
    const looks = await Promise.all([1, 2, 3].map(() => makeSnapshot(bench.subject, {})));
    assert.deepEqual(
      looks.map(({ tasks }) => tasks.length),
      [301, 301, 301],
    );
    assert.ok(Math.max(...bench.looked) <= MOST_IN_A_TURN, `${Math.max(...bench.looked)} in one turn`);
  }, 300);
});

test('snapshot: who has left is looked at nothing for', async () => {
  await inBench(async (bench) => {
    const parts = new Parts(bench.subject, bench.audience, (part) => ({ id: 1, part }));
    bench.atTurn = () => (bench.audience.gone ||= bench.lookedAt > 20);
    await lookAtAll(bench.subject, {}, {}, parts);
    assert.ok(bench.lookedAt <= 20 + MOST_IN_A_TURN, `${bench.lookedAt} were looked at`);
  }, 1000);
});

test('task: one is looked at, and no other', async () => {
  await inBench(async (bench, tasks) => {
    const keeper = createTask(() => gather(tasks.slice(0, 2).map((task) => () => task)), {
      name: 'keeper',
    });
    const second = createTask(() => tasks[0]!, { name: 'second' });
    await sleep(0);
    await sleep(0);
    const all = await makeSnapshot(bench.subject, {});
    const before = bench.lookedAt;
    const session = new Session(bench.subject, new Counting(bench.subject), bench.audience, () => false);
    const number = numberOf(tasks[0]!);
    const one = (await session.answer('task', { task: number }, 1)) as SeenTask;
    assert.equal(bench.lookedAt - before, 1);
    assert.deepEqual({ ...one, age: 0 }, { ...all.tasks.find(({ id }) => id === number), age: 0 });
    assert.ok(one.awaiters.includes(numberOf(second)));
    tasks[0]!.cancel();
    await sleep(0);
    await sleep(0);
    assert.equal(await session.answer('task', { task: number }, 1), undefined);
    assert.equal(await session.answer('cancel', { task: number }, 1), false);
    session.end();
    keeper.cancel();
    await wait([keeper, second]);
  }, 500);
});

test('snapshot: tasks that end while they are listed are left out, and none of the others', async () => {
  for (const ended of [0, 250, 700]) {
    await inBench(async (bench, tasks) => {
      // Every look at the clock ends a slice.
      const subject: ProbeSubject = { ...bench.subject, monotonic: () => (bench.now += 2) };
      let turns = 0;
      bench.atTurn = () => {
        if (++turns !== 1) return;
        // The newest come first in the walk.
        for (const task of tasks.slice(tasks.length - ended)) task.cancel();
      };
      const names = (await listTasks(getRunningLoop(), new Slices(subject))).filter((task) => !task.done());
      const expected = tasks.slice(0, tasks.length - ended);
      assert.deepEqual(names.slice(1), expected);
    }, 1200);
  }
});
