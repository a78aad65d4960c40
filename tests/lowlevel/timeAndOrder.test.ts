// asyncio-ts/lowlevel: real time beside a loop's clock, the order of what is ready, and where reports go.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fakeTimers from '@sinonjs/fake-timers';
import {
  ContextVar,
  createTask,
  Event,
  Future,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  run,
  sleep,
} from '../../src/asyncio.ts';
import {
  checkpoint,
  chooseBackend,
  HostClock,
  hostAwaitsNatively,
  hostTime,
  hostTimer,
  hostTurn,
  orderReady,
  runtime,
  setReporter,
  toMilliseconds,
} from '../../src/lowlevel.ts';
import type { ReadyEntry } from '../../src/lowlevel.ts';
import { VirtualClock } from '../../src/testing/testing.ts';

const within = (start: (callback: () => void) => unknown): Promise<void> =>
  new Promise((resolve) => void start(resolve));

test('hostTime, hostTurn, hostTimer: real time, on which fake timers have no hold', async () => {
  const clock = fakeTimers.install({ toNotFake: ['nextTick', 'queueMicrotask'] });
  try {
    const before = hostTime();
    await within(hostTurn);
    await within((callback) => hostTimer(5, callback));
    assert.ok(hostTime() - before >= 4);
  } finally {
    clock.uninstall();
  }
});

test('hostTurn, hostTimer: taken back in time they never come, afterwards it is harmless', async () => {
  const never = (): void => assert.fail('taken back');
  hostTurn(never)();
  hostTimer(0, never)();
  let undo: (() => void) | undefined;
  await within((callback) => (undo = hostTimer(1, callback)));
  undo?.();
  await within(hostTurn);
});

test('hostTurn, hostTimer: outside of every task and context', async () => {
  const variable = new ContextVar<string>('variable', { default: 'none' });
  await run(async () => {
    variable.set('mine');
    const seen: string[] = [];
    await within((callback) => hostTurn(() => (seen.push(variable.get()), callback())));
    await within((callback) => hostTimer(0, () => (seen.push(variable.get()), callback())));
    assert.deepEqual(seen, ['none', 'none']);
  });
});

test('hostTurn, hostTimer: refuse what is no function, and no number', () => {
  assert.throws(() => hostTurn(undefined as never), InvalidArgumentError);
  assert.throws(() => hostTimer(1, 'soon' as never), InvalidArgumentError);
  for (const bad of [NaN, '5', undefined])
    assert.throws(() => hostTimer(bad as never, () => {}), InvalidArgumentError);
});

/** The kinds of what is ready in each iteration with more than one entry, while `body` runs. */
async function kindsIn(body: () => Promise<void>): Promise<ReadyEntry[][]> {
  const seen: ReadyEntry[][] = [];
  const loop = newEventLoop({ clock: new VirtualClock() });
  orderReady(loop, (entries) => {
    seen.push([...entries]);
    return [...entries.keys()];
  });
  await loop.runUntilComplete(body);
  orderReady(loop, undefined);
  loop.close();
  return seen;
}

test('orderReady: says of each entry what it is', async () => {
  const seen = await kindsIn(async () => {
    const loop = getRunningLoop();
    const event = new Event();
    const waiter = createTask(() => event.wait());
    await sleep(0);
    const future = loop.createFuture<void>();
    future.addDoneCallback(() => {});
    loop.callSoon(() => {});
    void createTask(async () => {});
    void checkpoint();
    event.set();
    future.setResult();
    await sleep(0);
    await waiter;
    loop.callLater(5, () => {});
    void sleep(5);
    await sleep(5);
  });
  const kinds = seen.map((entries) => entries.map(({ kind }) => kind));
  const mixed = kinds.findIndex((some) => some.includes('checkpoint'));
  assert.deepEqual(kinds[mixed], [
    'callback',
    'wakeUp',
    'checkpoint',
    'wakeUp',
    'doneCallback',
    'zeroSleep',
  ]);
  assert.match(seen[mixed]?.[3]?.blocker?.what ?? '', /^Event/);
  assert.ok(seen[mixed]?.[4]?.future instanceof Future);
  const timers = seen.flat().filter(({ kind }) => kind === 'timer');
  assert.deepEqual(
    timers.map(({ when }) => when),
    [5, 5, 5],
  );
});

test('orderReady: the entries run in the order that it returns, until it is taken back', async () => {
  await run(async () => {
    const loop = getRunningLoop();
    const order: number[] = [];
    const start = (): void => [1, 2, 3].forEach((n) => loop.callSoon(() => void order.push(n)));
    orderReady(loop, (entries) => [...entries.keys()].reverse());
    start();
    await sleep(1);
    orderReady(loop, undefined);
    start();
    await sleep(1);
    assert.deepEqual(order, [3, 2, 1, 1, 2, 3]);
  });
});

test('orderReady: what is scheduled while it decides comes in the next iteration, and is not lost', async () => {
  await run(async () => {
    const loop = getRunningLoop();
    const ran: string[] = [];
    orderReady(loop, (entries) => {
      orderReady(loop, undefined);
      loop.callSoon(() => ran.push('late'));
      return [...entries.keys()].reverse();
    });
    for (const name of ['first', 'second']) loop.callSoon(() => ran.push(name));
    await sleep(0);
    await sleep(0);
    assert.deepEqual(ran, ['second', 'first', 'late']);
  });
});

test('orderReady: what throws, or is no permutation, is reported, and asyncio’s order kept', async () => {
  const faults: (() => readonly number[])[] = [
    () => assert.fail('faulty'),
    () => [],
    () => [0, 0, 1],
    () => [0, 1, 3],
    () => undefined as never,
  ];
  for (const fault of faults) {
    const loop = newEventLoop();
    const messages = new Set<string>();
    loop.setExceptionHandler((_, { message }) => messages.add(message));
    orderReady(loop, fault);
    const order: number[] = [];
    await loop.runUntilComplete(async () => {
      for (const n of [1, 2, 3]) loop.callSoon(() => void order.push(n));
      await sleep(1);
    });
    loop.close();
    assert.deepEqual(order, [1, 2, 3]);
    assert.deepEqual([...messages], ['The order of what is ready could not be decided']);
  }
  assert.throws(() => orderReady({} as never, undefined), InvalidArgumentError);
  const loop = newEventLoop();
  assert.throws(() => orderReady(loop, 'fair' as never), InvalidArgumentError);
  loop.close();
});

test('HostClock: a loop on it keeps real time', async () => {
  const loop = newEventLoop({ clock: new HostClock() });
  const began = hostTime();
  await loop.runUntilComplete(() => sleep(5));
  assert.ok(hostTime() - began >= 5);
  loop.close();
});

test('setReporter: takes what would be printed, and gives the former one back', async () => {
  const told: string[] = [];
  const before = setReporter((severity, text) => told.push(`${severity}: ${text.split('\n')[0]}`));
  await run(async () => {
    getRunningLoop().callSoon(function tick() {
      throw new Error('no');
    });
    await sleep(0);
  });
  assert.equal(typeof setReporter(before), 'function');
  assert.deepEqual(told, ['error: Exception in callback tick']);
  assert.throws(() => setReporter(undefined as never), InvalidArgumentError);
});

test('toMilliseconds, chooseBackend, runtime, hostAwaitsNatively: what the host and the arguments are', async () => {
  assert.equal(toMilliseconds(5), 5);
  assert.equal(toMilliseconds({ total: () => 7 }), 7);
  assert.throws(() => toMilliseconds('5' as never, 'pause'), /pause must be a number of milliseconds/);
  assert.equal(chooseBackend('host').name, 'host');
  assert.throws(() => chooseBackend('fast' as never), InvalidArgumentError);
  assert.match(runtime().name, /^(node|bun|deno)$/);
  assert.equal(await hostAwaitsNatively(), true);
});
