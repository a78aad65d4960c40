// asyncio-ts itself, the build that $BENCH_SUBJECT names, used as its users would.

import { pathToFileURL } from 'node:url';
import {
  check,
  longSleep,
  microsecondsEach,
  processorTime,
  settledHeap,
  stormFigures,
  sumBelow,
  watchTimer,
} from '../sample.ts';
import { httpRequests } from '../httpRequests.ts';
import type * as Asyncio from '../../src/asyncio.ts';
import type { Task } from '../../src/asyncio.ts';
import type { PeerWorks, Sample } from '../sample.ts';

const subject = (await import(pathToFileURL(process.env['BENCH_SUBJECT'] ?? '').href)) as typeof Asyncio;
const { createTask, gather, getRunningLoop, Lock, Queue, run, Semaphore, sleep, spawn, taskGroup, wait } =
  subject;

async function suspendOnce(i: number): Promise<number> {
  await null;
  return i;
}

async function yieldOnce(i: number): Promise<number> {
  await sleep(0);
  return i;
}

async function empty(i: number): Promise<number> {
  return i;
}

async function parked(): Promise<void> {
  await sleep(longSleep);
}

function spawnAndJoin(n: number, body: (i: number) => Promise<number>): Promise<Sample> {
  return run(async () => {
    const started = performance.now();
    const tasks: Task<number>[] = [];
    await taskGroup(async (group) => {
      for (let i = 0; i < n; i++) tasks.push(group.createTask(() => body(i)));
    });
    let sum = 0;
    for (const task of tasks) sum += task.result();
    const value = microsecondsEach(started, n);
    check(sum, sumBelow(n));
    return { value };
  });
}

type Start = (coro: () => Promise<number>) => Task<number>;

/** Starts `n` tasks, so many at once, and waits for these before the next. */
async function startMany(n: number, atOnce: number, start: Start): Promise<Sample> {
  const used = processorTime();
  let sum = 0;
  for (let first = 0; first < n; first += atOnce) {
    const tasks: Task<number>[] = [];
    for (let i = first; i < first + atOnce; i++) tasks.push(start(() => suspendOnce(i)));
    for (const value of await Promise.all(tasks)) sum += value;
  }
  const value = used() / n;
  check(sum, sumBelow(n));
  return { value };
}

async function startOneByOne(n: number, start: Start): Promise<Sample> {
  const used = processorTime();
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await start(() => suspendOnce(i));
  const value = used() / n;
  check(sum, sumBelow(n));
  return { value };
}

const AT_ONCE = 100;

function http(n: number): Promise<Sample> {
  return httpRequests(n, (_request, response) => {
    void spawn(
      async () => {
        await null;
        response.end('hello');
      },
      { client: response },
    );
  });
}

function spawnGather(n: number): Promise<Sample> {
  return run(async () => {
    const started = performance.now();
    const bodies: (() => Promise<number>)[] = [];
    for (let i = 0; i < n; i++) bodies.push(() => suspendOnce(i));
    let sum = 0;
    for (const value of await gather(bodies)) sum += value;
    const value = microsecondsEach(started, n);
    check(sum, sumBelow(n));
    return { value };
  });
}

const failure = new Error('the same for all');

async function failOnce(): Promise<void> {
  await null;
  throw failure;
}

/** Ten failing children at a time, whose errors `join` returns. */
function failing(n: number, join: () => Promise<readonly unknown[]>): Promise<Sample> {
  return run(async () => {
    const started = performance.now();
    let seen = 0;
    for (let i = 0; i < n / 10; i++) for (const error of await join()) if (error === failure) seen++;
    const value = microsecondsEach(started, n);
    check(seen, n);
    return { value };
  });
}

async function failingGroup(): Promise<readonly unknown[]> {
  try {
    await taskGroup(async (group) => {
      for (let i = 0; i < 10; i++) group.startSoon(failOnce);
    });
  } catch (error) {
    return (error as AggregateError).errors;
  }
  return [];
}

async function failingGather(): Promise<readonly unknown[]> {
  return await gather(
    Array.from({ length: 10 }, () => failOnce),
    { returnExceptions: true },
  );
}

function cancel(n: number): Promise<Sample> {
  return run(async () => {
    const started = performance.now();
    const tasks: Task<void>[] = [];
    for (let i = 0; i < n; i++) tasks.push(createTask(parked));
    await sleep(0);
    const cancelled = performance.now();
    for (const task of tasks) task.cancel();
    await wait(tasks);
    const sample = { value: microsecondsEach(started, n), cancelOnly: microsecondsEach(cancelled, n) };
    check(tasks.filter((task) => task.cancelled()).length, n);
    return sample;
  });
}

function sleepZero(n: number): Promise<Sample> {
  return run(async () => {
    const started = performance.now();
    for (let i = 0; i < n; i++) await sleep(0);
    return { value: microsecondsEach(started, n) };
  });
}

function sleepZeroMany(n: number): Promise<Sample> {
  return run(async () => {
    const started = performance.now();
    await taskGroup(async (group) => {
      for (let t = 0; t < 1000; t++) {
        group.startSoon(async () => {
          for (let i = 0; i < n / 1000; i++) await sleep(0);
        });
      }
    });
    return { value: microsecondsEach(started, n) };
  });
}

function queue(n: number): Promise<Sample> {
  return run(async () => {
    const there = new Queue<number>();
    const back = new Queue<number>();
    const trips = n / 2;
    const started = performance.now();
    const echo = createTask(async () => {
      for (let i = 0; i < trips; i++) await back.put((await there.get()) + 1);
    });
    let value = 0;
    for (let i = 0; i < trips; i++) {
      await there.put(value);
      value = await back.get();
    }
    await echo;
    const sample = { value: microsecondsEach(started, n) };
    check(value, trips);
    return sample;
  });
}

function queueBounded(n: number): Promise<Sample> {
  return run(async () => {
    const items = new Queue<number>(1);
    const started = performance.now();
    const producer = createTask(async () => {
      for (let i = 0; i < n; i++) await items.put(i);
    });
    let sum = 0;
    for (let i = 0; i < n; i++) sum += await items.get();
    await producer;
    const sample = { value: microsecondsEach(started, n) };
    check(sum, sumBelow(n));
    return sample;
  });
}

function lock(n: number, held: boolean): Promise<Sample> {
  return run(async () => {
    const mutex = new Lock();
    let counted = 0;
    const worker = async (): Promise<void> => {
      for (let i = 0; i < n / 100; i++) {
        await mutex.acquire();
        try {
          if (held) await null;
          counted++;
        } finally {
          mutex.release();
        }
      }
    };
    await mutex.acquire();
    const workers = Array.from({ length: 100 }, () => createTask(worker));
    await sleep(0);
    const started = performance.now();
    mutex.release();
    await wait(workers);
    const sample = { value: microsecondsEach(started, n) };
    check(counted, n);
    return sample;
  });
}

function lockUsing(n: number): Promise<Sample> {
  return run(async () => {
    const mutex = new Lock();
    let counted = 0;
    const worker = async (): Promise<void> => {
      for (let i = 0; i < n / 100; i++) {
        using _ = await mutex.acquire();
        counted++;
      }
    };
    await mutex.acquire();
    const workers = Array.from({ length: 100 }, () => createTask(worker));
    await sleep(0);
    const started = performance.now();
    mutex.release();
    await wait(workers);
    const sample = { value: microsecondsEach(started, n) };
    check(counted, n);
    return sample;
  });
}

function semaphore(n: number): Promise<Sample> {
  const permits = new Semaphore(100);
  return spawnAndJoin(n, async (i) => {
    await permits.acquire();
    try {
      return await suspendOnce(i);
    } finally {
      permits.release();
    }
  });
}

function timers(n: number): Promise<Sample> {
  return run(async () => {
    const loop = getRunningLoop();
    const done = loop.createFuture<void>();
    const kept = n / 10;
    let fired = 0;
    const fire = (): void => {
      if (++fired === kept) done.setResult(undefined);
    };
    const used = processorTime();
    const started = performance.now();
    const handles: { cancel(): void }[] = [];
    for (let i = 0; i < n; i++) handles.push(loop.callLater(1 + ((i * 7919) % 100), fire));
    for (let i = 0; i < n; i++) if (i % 10 !== 0) handles[i]?.cancel();
    const arming = microsecondsEach(started, n);
    await done;
    return { value: used() / n, arming };
  });
}

/** Parks tasks that `start` makes. */
async function park(n: number, start: () => unknown): Promise<Sample> {
  const tasks: unknown[] = Array.from({ length: n }, () => null);
  const warm = Array.from({ length: 100 }, start);
  await sleep(0);
  const before = await settledHeap();
  for (let i = 0; i < n; i++) tasks[i] = start();
  await sleep(0); // now all of them sleep
  const bytes = (await settledHeap()) - before;
  check(tasks.length + warm.length, n + 100);
  return { value: bytes / n };
}

function heap(
  n: number,
  body: (n: number, measured: (sample: Sample) => void) => Promise<void>,
): Promise<Sample> {
  const { promise, resolve, reject } = Promise.withResolvers<Sample>();
  const parking = run(async () => {
    await body(n, resolve);
    await parked(); // to end would be to cancel them all, which is not what is measured
  });
  parking.catch(reject);
  return promise;
}

async function heapOfTasks(n: number, measured: (sample: Sample) => void): Promise<void> {
  measured(await park(n, () => createTask(parked)));
}

async function heapOfChildren(n: number, measured: (sample: Sample) => void): Promise<void> {
  await taskGroup(async (group) => measured(await park(n, () => group.createTask(parked))));
}

function starvation(n: number): Promise<Sample> {
  return run(async () => {
    const loop = getRunningLoop();
    const end = performance.now() + 1500;
    let handOvers = 0;
    const started = performance.now();
    const tasks: Task<void>[] = [];
    for (let i = 0; i < n / 2; i++) {
      const there = new Queue<number>();
      const back = new Queue<number>();
      const echo = async (): Promise<void> => {
        for (let value = 0; value >= 0;) {
          value = await there.get();
          await back.put(value);
          handOvers++;
        }
      };
      const ask = async (): Promise<void> => {
        while (performance.now() < end) {
          await there.put(1);
          await back.get();
        }
        await there.put(-1);
      };
      tasks.push(createTask(echo), createTask(ask));
    }
    await sleep(0);
    const host = watchTimer((ms, fired) => void setTimeout(fired, ms), end);
    const own = watchTimer((ms, fired) => void loop.callLater(ms, fired), end);
    await wait(tasks);
    const each = microsecondsEach(started, handOvers * 2);
    await sleep(20);
    return { ...stormFigures(host, own), each };
  });
}

export const works: PeerWorks = {
  spawn: (n) => spawnAndJoin(n, suspendOnce),
  anywhere: (n) => startMany(n, AT_ONCE, spawn),
  'anywhere:createTask': (n) => run(() => startMany(n, AT_ONCE, createTask)),
  'anywhere-one': (n) => startOneByOne(n, spawn),
  'anywhere-one:createTask': (n) => run(() => startOneByOne(n, createTask)),
  http,
  gather: spawnGather,
  'gather:group': (n) => spawnAndJoin(n, suspendOnce),
  'failing-children': (n) => failing(n, failingGroup),
  'failing-children:gather': (n) => failing(n, failingGather),
  'spawn-yield': (n) => spawnAndJoin(n, yieldOnce),
  'spawn-empty': (n) => spawnAndJoin(n, empty),
  cancel,
  'sleep-zero': sleepZero,
  'sleep-zero-many': sleepZeroMany,
  queue,
  'queue-bounded': queueBounded,
  lock: (n) => lock(n, false),
  'lock:using': lockUsing,
  'lock-held': (n) => lock(n, true),
  semaphore,
  timers,
  heap: (n) => heap(n, heapOfTasks),
  'heap:child of a group': (n) => heap(n, heapOfChildren),
  starvation,
};
