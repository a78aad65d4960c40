// Random programs on our locks and queues, and the same on the plain version of asyncio's algorithms: what
// happens, in which turn of the loop and in which order, must be the same, cancels of all kinds included.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CancelledError, createTask, run, sleep } from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import { Queue } from '../../src/queues/queue.ts';
import { QueueEmpty, QueueFull, QueueShutDown } from '../../src/queues/queueErrors.ts';
import { Event } from '../../src/sync/event.ts';
import { Lock } from '../../src/sync/lock.ts';
import { Semaphore } from '../../src/sync/semaphore.ts';
import { PlainEvent, PlainLock, PlainQueue, PlainSemaphore } from './reference.ts';

/** One step of the program that drives the tasks. */
type Step =
  | { do: 'start'; task: number }
  | { do: 'cancel'; task: number; times: number; back: boolean }
  | { do: 'turn' }
  | { do: 'act'; what: number };

/** What a program works on: tasks run `task`, the driver itself `act`. Both log what they see. */
interface Stage {
  task(n: number, log: (event: string) => void): Promise<void>;
  act(what: number, log: (event: string) => void): void;
  state(): string;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), task: fc.nat(9) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('cancel' as const),
      task: fc.nat(5),
      times: fc.integer({ min: 1, max: 2 }),
      back: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ do: 'turn' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('act' as const), what: fc.nat(9) }) },
);

/** Plays a program; the log says what happened in which turn. Nothing may be left waiting for ever: what
 * still waits at the end is cancelled, and counted in the log. */
async function play(program: readonly Step[], makeStage: () => Stage): Promise<string[]> {
  const events: string[] = [];
  await run(async () => {
    const stage = makeStage();
    const tasks: Task<void>[] = [];
    let turn = 0;
    const logAs = (who: string) => (event: string) => void events.push(`${turn} ${who} ${event}`);
    const start = (kind: number) => {
      const log = logAs(`task${tasks.length}`);
      tasks.push(
        createTask(async () => {
          try {
            await stage.task(kind, log);
            log('ends');
          } catch (error) {
            log(error instanceof CancelledError ? 'cancelled' : String((error as Error).message));
            throw error;
          }
        }),
      );
    };
    const takeTurn = async () => {
      turn++;
      await sleep(0);
      logAs('state')(stage.state());
    };
    for (const one of program) {
      if (one.do === 'start') start(one.task);
      else if (one.do === 'cancel') {
        const alive = tasks.filter((task) => !task.done());
        const task = alive[one.task % (alive.length || 1)];
        for (let i = 0; i < one.times; i++) task?.cancel();
        for (let i = 0; one.back && i < one.times; i++) task?.uncancel();
      } else if (one.do === 'turn') await takeTurn();
      else stage.act(one.what, logAs('driver'));
    }
    for (let i = 0; i < 30; i++) await takeTurn();
    const left = tasks.filter((task) => !task.done());
    logAs('driver')(`${left.length} left`);
    for (const task of left) task.cancel();
    await Promise.allSettled(tasks);
    logAs('state')(stage.state());
  });
  return events;
}

function attempt(log: (event: string) => void, name: string, action: () => number | void): void {
  try {
    log(`${name} ${String(action() ?? '')}`);
  } catch {
    log(`${name} refused`);
  }
}

function sameOnBoth(name: string, ours: () => Stage, plain: () => Stage): void {
  test(`${name}: does what asyncio's algorithm does, in the same order, in any program`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (program) => {
        assert.deepEqual(await play(program, ours), await play(program, plain));
      }),
      { numRuns: 400 },
    );
  });
}

type LockLike = { acquire(): Promise<unknown>; release(): void; locked(): boolean };

/** Tasks that hold it for a number of turns, once or twice, and some that never give it back; the driver
 * releases. */
function lockStage(lock: LockLike): Stage {
  return {
    async task(n, log) {
      for (let round = 0; round <= n % 2; round++) {
        await lock.acquire();
        log('acquired');
        try {
          for (let i = 0; i < n % 3; i++) await sleep(0);
        } finally {
          if (n !== 9) attempt(log, 'release', () => lock.release());
        }
      }
    },
    act: (_, log) => attempt(log, 'release', () => lock.release()),
    state: () => String(lock.locked()),
  };
}

sameOnBoth(
  'Lock',
  () => lockStage(new Lock()),
  () => lockStage(new PlainLock()),
);
for (const value of [0, 1, 2]) {
  sameOnBoth(
    `Semaphore(${value})`,
    () => lockStage(new Semaphore(value)),
    () => lockStage(new PlainSemaphore(value)),
  );
}

function eventStage(event: { wait(): Promise<boolean>; set(): void; clear(): void }): Stage {
  return {
    async task(n, log) {
      for (let round = 0; round <= n % 3; round++) {
        log(String(await event.wait()));
        if (n % 2 === 0) await sleep(0);
      }
      if (n === 8) event.clear();
    },
    act: (what) => {
      if (what < 6) event.set();
      if (what > 3) event.clear();
    },
    state: () => '',
  };
}

sameOnBoth(
  'Event',
  () => eventStage(new Event()),
  () => eventStage(new PlainEvent()),
);

type QueueLike = {
  put(item: number): Promise<void>;
  get(): Promise<number>;
  putNowait(item: number): void;
  getNowait(): number;
  taskDone(): void;
  join(): Promise<void>;
  shutdown(immediate: boolean): void;
  qsize(): number;
  full(): boolean;
};

function queueStage(queue: QueueLike): Stage {
  let item = 0;
  return {
    async task(n, log) {
      try {
        if (n < 4) {
          for (let i = 0; i <= n; i++) {
            await queue.put(++item);
            log('put');
            if (n % 2 === 0) await sleep(0);
          }
        } else if (n < 8) {
          for (let i = 0; i <= n - 4; i++) {
            log(`got ${await queue.get()}`);
            if (n % 2 === 0) attempt(log, 'taskDone', () => queue.taskDone());
          }
        } else {
          await queue.join();
          log('joined');
        }
      } catch (error) {
        if (error instanceof QueueShutDown) throw new Error('shut down');
        throw error;
      }
    },
    act(what, log) {
      if (what < 3) attempt(log, 'put', () => queue.putNowait(++item));
      else if (what < 6) attempt(log, 'get', () => queue.getNowait());
      else if (what < 8) attempt(log, 'taskDone', () => queue.taskDone());
      else if (item > 12) queue.shutdown(what === 9);
    },
    state: () => `${queue.qsize()} ${queue.full()}`,
  };
}

for (const maxsize of [0, 1, 2]) {
  sameOnBoth(
    `Queue(${maxsize})`,
    () => queueStage(new Queue<number>(maxsize)),
    () => queueStage(new PlainQueue(maxsize)),
  );
}

test('Queue: what the reference refuses is told by class', () => {
  const queue = new Queue<number>(1);
  assert.throws(() => queue.getNowait(), QueueEmpty);
  queue.putNowait(1);
  assert.throws(() => queue.putNowait(2), QueueFull);
});
