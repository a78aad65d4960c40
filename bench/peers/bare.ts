// Bare promises: async functions, node:timers, and the shortest queue, lock and semaphore that one would
// write by hand. Nothing here can be cancelled, save where an AbortController is what is measured.

import { setImmediate as turn, setTimeout as timer } from 'node:timers/promises';
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
import type { PeerWorks, Sample } from '../sample.ts';

class BareQueue<T> {
  readonly #items: T[] = [];
  readonly #getters: ((item: T) => void)[] = [];

  put(item: T): void {
    const getter = this.#getters.shift();
    if (getter === undefined) this.#items.push(item);
    else getter(item);
  }

  get(): T | Promise<T> {
    if (this.#items.length > 0) return this.#items.shift() as T;
    return new Promise((resolve) => this.#getters.push(resolve));
  }
}

class BareBoundedQueue<T> {
  readonly #items: T[] = [];
  readonly #capacity: number;
  #wakeGetter: (() => void) | undefined;
  #wakePutter: (() => void) | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async put(item: T): Promise<void> {
    while (this.#items.length >= this.#capacity)
      await new Promise<void>((wake) => (this.#wakePutter = wake));
    this.#items.push(item);
    this.#wakeGetter?.();
  }

  async get(): Promise<T> {
    while (this.#items.length === 0) await new Promise<void>((wake) => (this.#wakeGetter = wake));
    const item = this.#items.shift() as T;
    this.#wakePutter?.();
    return item;
  }
}

class BareSemaphore {
  readonly #waiters: (() => void)[] = [];
  #first: number = 0; // shift() of so long an array would be most of the time
  #free: number;

  constructor(permits: number) {
    this.#free = permits;
  }

  acquire(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free--;
      return undefined;
    }
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  release(): void {
    if (this.#first === this.#waiters.length) {
      this.#waiters.length = this.#first = 0;
      this.#free++;
    } else (this.#waiters[this.#first++] as () => void)();
  }
}

async function suspendOnce(i: number): Promise<number> {
  await null;
  return i;
}

async function yieldOnce(i: number): Promise<number> {
  await turn();
  return i;
}

async function empty(i: number): Promise<number> {
  return i;
}

async function spawn(n: number, body: (i: number) => Promise<number>): Promise<Sample> {
  const started = performance.now();
  const promises: Promise<number>[] = [];
  for (let i = 0; i < n; i++) promises.push(body(i));
  let sum = 0;
  for (const value of await Promise.all(promises)) sum += value;
  const value = microsecondsEach(started, n);
  check(sum, sumBelow(n));
  return { value };
}

const failure = new Error('the same for all');

async function failOnce(): Promise<void> {
  await null;
  throw failure;
}

async function failing(n: number): Promise<Sample> {
  const started = performance.now();
  let seen = 0;
  for (let i = 0; i < n / 10; i++) {
    for (const ended of await Promise.allSettled(Array.from({ length: 10 }, failOnce)))
      if (ended.status === 'rejected' && ended.reason === failure) seen++;
  }
  const value = microsecondsEach(started, n);
  check(seen, n);
  return { value };
}

async function abortableSleep(signal: AbortSignal): Promise<void> {
  await timer(longSleep, undefined, { signal });
}

async function cancel(n: number): Promise<Sample> {
  const started = performance.now();
  const controllers: AbortController[] = [];
  const promises: Promise<void>[] = [];
  for (let i = 0; i < n; i++) {
    const controller = new AbortController();
    controllers.push(controller);
    promises.push(abortableSleep(controller.signal));
  }
  await turn();
  const cancelled = performance.now();
  for (const controller of controllers) controller.abort();
  let count = 0;
  for (const { status } of await Promise.allSettled(promises)) if (status === 'rejected') count++;
  const sample = { value: microsecondsEach(started, n), cancelOnly: microsecondsEach(cancelled, n) };
  check(count, n);
  return sample;
}

async function sleepZero(n: number): Promise<Sample> {
  const started = performance.now();
  for (let i = 0; i < n; i++) await turn();
  return { value: microsecondsEach(started, n) };
}

async function sleepZeroMany(n: number): Promise<Sample> {
  const started = performance.now();
  const each = n / 1000;
  const loop = async (): Promise<void> => {
    for (let i = 0; i < each; i++) await turn();
  };
  await Promise.all(Array.from({ length: 1000 }, loop));
  return { value: microsecondsEach(started, n) };
}

async function queue(n: number): Promise<Sample> {
  const there = new BareQueue<number>();
  const back = new BareQueue<number>();
  const trips = n / 2;
  const started = performance.now();
  const echo = async (): Promise<void> => {
    for (let i = 0; i < trips; i++) back.put((await there.get()) + 1);
  };
  const ask = async (): Promise<number> => {
    let value = 0;
    for (let i = 0; i < trips; i++) {
      there.put(value);
      value = await back.get();
    }
    return value;
  };
  const [value] = await Promise.all([ask(), echo()]);
  const sample = { value: microsecondsEach(started, n) };
  check(value, trips);
  return sample;
}

async function queueBounded(n: number): Promise<Sample> {
  const items = new BareBoundedQueue<number>(1);
  const started = performance.now();
  const produce = async (): Promise<void> => {
    for (let i = 0; i < n; i++) await items.put(i);
  };
  const consume = async (): Promise<number> => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += await items.get();
    return sum;
  };
  const [sum] = await Promise.all([consume(), produce()]);
  const sample = { value: microsecondsEach(started, n) };
  check(sum, sumBelow(n));
  return sample;
}

async function lock(n: number, section: () => Promise<void> | undefined): Promise<Sample> {
  const mutex = new BareSemaphore(1);
  let count = 0;
  await mutex.acquire();
  const worker = async (): Promise<void> => {
    for (let i = 0; i < n / 100; i++) {
      await mutex.acquire();
      try {
        const pause = section();
        if (pause !== undefined) await pause;
        count++;
      } finally {
        mutex.release();
      }
    }
  };
  const workers = Array.from({ length: 100 }, worker);
  await turn();
  const started = performance.now();
  mutex.release();
  await Promise.all(workers);
  const sample = { value: microsecondsEach(started, n) };
  check(count, n);
  return sample;
}

async function semaphore(n: number): Promise<Sample> {
  const permits = new BareSemaphore(100);
  return await spawn(n, async (i) => {
    await permits.acquire();
    try {
      return await suspendOnce(i);
    } finally {
      permits.release();
    }
  });
}

async function timers(n: number): Promise<Sample> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const kept = n / 10;
  let fired = 0;
  const fire = (): void => {
    if (++fired === kept) resolve();
  };
  const used = processorTime();
  const started = performance.now();
  const handles: NodeJS.Timeout[] = [];
  for (let i = 0; i < n; i++) handles.push(setTimeout(fire, 1 + ((i * 7919) % 100)));
  for (let i = 0; i < n; i++) if (i % 10 !== 0) clearTimeout(handles[i]);
  const arming = microsecondsEach(started, n);
  await promise;
  return { value: used() / n, arming };
}

async function heap(n: number, park: () => Promise<void>): Promise<Sample> {
  const parked: unknown[] = Array.from({ length: n }, () => null);
  const warm = Array.from({ length: 100 }, park);
  const before = await settledHeap();
  for (let i = 0; i < n; i++) parked[i] = park();
  const bytes = (await settledHeap()) - before;
  check(parked.length + warm.length, n + 100);
  return { value: bytes / n };
}

async function starvation(n: number): Promise<Sample> {
  const end = performance.now() + 1500;
  let handOvers = 0;
  const pair = async (): Promise<void> => {
    const there = new BareQueue<number>();
    const back = new BareQueue<number>();
    const echo = async (): Promise<void> => {
      for (let value = 0; value >= 0;) {
        value = await there.get();
        back.put(value);
        handOvers++;
      }
    };
    const ask = async (): Promise<void> => {
      while (performance.now() < end) {
        there.put(1);
        await back.get();
      }
      there.put(-1);
    };
    await Promise.all([ask(), echo()]);
  };
  const started = performance.now();
  const pairs = Array.from({ length: n / 2 }, pair);
  const host = watchTimer((ms, fired) => void setTimeout(fired, ms), end);
  await Promise.all(pairs);
  const each = microsecondsEach(started, handOvers * 2);
  await timer(20);
  return { ...stormFigures(host, undefined), each };
}

export const works: PeerWorks = {
  spawn: (n) => spawn(n, suspendOnce),
  'spawn-yield': (n) => spawn(n, yieldOnce),
  'spawn-empty': (n) => spawn(n, empty),
  http: (n) =>
    httpRequests(n, async (_request, response) => {
      await null;
      response.end('hello');
    }),
  gather: (n) => spawn(n, suspendOnce),
  'failing-children': failing,
  cancel,
  'sleep-zero': sleepZero,
  'sleep-zero-many': sleepZeroMany,
  queue,
  'queue-bounded': queueBounded,
  lock: (n) => lock(n, () => undefined),
  'lock-held': (n) => lock(n, async () => void (await null)),
  semaphore,
  timers,
  heap: (n) => heap(n, async () => await timer(longSleep)),
  'heap:AbortController': (n) => heap(n, () => abortableSleep(new AbortController().signal)),
  starvation,
};
