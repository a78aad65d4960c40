import '../harness.ts';
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  createTask,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  sleep,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { VirtualClock, waitAllTasksBlocked } from '../../src/testing/testing.ts';
import type { VirtualClockOptions } from '../../src/testing/testing.ts';

type Body = (clock: VirtualClock, loop: EventLoop) => Promise<void>;

function withClock(options: VirtualClockOptions, body: Body): () => Promise<void> {
  return async () => {
    const clock = new VirtualClock(options);
    const loop = newEventLoop({ clock });
    try {
      await loop.runUntilComplete(() => body(clock, loop));
    } finally {
      loop.close();
    }
  };
}

test(
  'sleeping takes no real time, and the clock stops at each timer',
  withClock({}, async (clock) => {
    const real = performance.now();
    const seen: number[] = [];
    const nap = async (ms: number) => {
      await sleep(ms);
      seen.push(clock.now());
    };
    await Promise.all([3_600_000, 10, 0.5, 86_400_000].map((ms) => createTask(() => nap(ms))));
    assert.deepEqual(seen, [0.5, 10, 3_600_000, 86_400_000]);
    assert.ok(performance.now() - real < 2000);
  }),
);

test(
  'timeouts go by the same time',
  withClock({ start: 1000 }, async (clock) => {
    await assert.rejects(
      timeout(60_000, () => sleep(Infinity)),
      TimeoutError,
    );
    assert.equal(clock.now(), 61_000);
  }),
);

test(
  'what other promises, microtasks and immediates do comes before a jump',
  withClock({}, async (clock) => {
    const log: string[] = [];
    const nap = createTask(async () => {
      await sleep(1);
      log.push('time');
    });
    for (let i = 0; i < 100; i++) await null;
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => process.nextTick(resolve));
    log.push('host');
    await nap;
    assert.deepEqual(log, ['host', 'time']);
    assert.equal(clock.now(), 1);
  }),
);

const tells =
  (process.versions as Record<string, string | undefined>)['bun'] === undefined &&
  (process.versions as Record<string, string | undefined>)['deno'] === undefined;

test(
  'time does not overtake file I/O that the host tells of',
  { skip: !tells && 'the host does not tell' },
  withClock({}, async (clock) => {
    const log: string[] = [];
    const nap = createTask(async () => {
      await sleep(1);
      log.push('time');
    });
    for (let i = 0; i < 20; i++) await stat(new URL('../../package.json', import.meta.url));
    log.push('file');
    await nap;
    assert.deepEqual(log, ['file', 'time']);
    assert.equal(clock.now(), 1);
  }),
);

test(
  'hold keeps the time from jumping as long as real work lasts',
  withClock({}, async (clock) => {
    const log: string[] = [];
    const nap = createTask(async () => {
      await sleep(1);
      log.push('time');
    });
    assert.equal(await clock.hold(() => new Promise<number>((resolve) => setTimeout(resolve, 30, 7))), 7);
    log.push('real');
    assert.equal(clock.held, false);
    await nap;
    assert.deepEqual(log, ['real', 'time']);
    await assert.rejects(
      clock.hold(() => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(clock.held, false);
  }),
);

test(
  'a hold that is cancelled lets the time go on',
  withClock({}, async (clock) => {
    const holder = createTask(() => clock.hold(() => getRunningLoop().createFuture<void>()));
    await waitAllTasksBlocked();
    assert.equal(clock.held, true);
    holder.cancel();
    await sleep(5);
    assert.equal(holder.cancelled(), true);
    assert.equal(clock.held, false);
  }),
);

test(
  'with a threshold real time must have been quiet',
  withClock({ threshold: 30 }, async (clock) => {
    const real = performance.now();
    await sleep(1000);
    assert.ok(performance.now() - real >= 29);
    assert.equal(clock.now(), 1000);
  }),
);

test(
  'by hand: nothing moves but what is moved',
  withClock({ autojump: false }, async (clock, loop) => {
    const seen: number[] = [];
    for (const ms of [10, 20, 30]) loop.callLater(ms, () => seen.push(clock.now()));
    await waitAllTasksBlocked();
    await new Promise((resolve) => setTimeout(resolve, 15));
    assert.deepEqual(seen, []);
    clock.jump(20);
    assert.equal(loop.time(), 20);
    await waitAllTasksBlocked();
    assert.deepEqual(seen, [20, 20]);
    clock.jumpTo(29);
    await waitAllTasksBlocked();
    assert.equal(seen.length, 2);
    clock.jumpTo(30);
    await waitAllTasksBlocked();
    assert.deepEqual(seen, [20, 20, 30]);
  }),
);

test(
  'advance stops at each timer, those included that are made on the way',
  withClock({ autojump: false }, async (clock, loop) => {
    const seen: number[] = [];
    const tick = (): void => {
      seen.push(clock.now());
      if (clock.now() < 100) loop.callLater(7, tick);
    };
    loop.callLater(7, tick);
    const late = loop.callLater(36, () => seen.push(NaN));
    await clock.advance(35);
    assert.deepEqual(seen, [7, 14, 21, 28, 35]);
    assert.equal(clock.now(), 35);
    late.cancel();
    await clock.advance({ total: () => 1.5 });
    assert.equal(clock.now(), 36.5);
    await clock.advance(100);
    assert.deepEqual(seen.slice(-2), [98, 105]);
    assert.equal(clock.now(), 136.5);
  }),
);

test(
  'advance does not let the time run ahead of it by itself',
  withClock({}, async (clock, loop) => {
    loop.callLater(10, () => {});
    const far = loop.callLater(1000, () => {});
    await clock.advance(20);
    assert.equal(clock.now(), 20);
    far.cancel();
  }),
);

test(
  'an advance that is cancelled stops where it is, and the clock jumps again',
  withClock({}, async (clock, loop) => {
    const walk = createTask(() => clock.advance(100));
    loop.callLater(50, () => void walk.cancel());
    await Promise.allSettled([walk]);
    assert.equal(walk.cancelled(), true);
    assert.equal(clock.now(), 50);
    await sleep(10);
    assert.equal(clock.now(), 60);
  }),
);

test(
  'turning autojump on lets waiting timers come',
  withClock({ autojump: false }, async (clock) => {
    const nap = createTask(() => sleep(10));
    await waitAllTasksBlocked();
    assert.equal(nap.done(), false);
    clock.autojump = true;
    await nap;
    assert.equal(clock.now(), 10);
  }),
);

test(
  'a timer that a host callback makes while the loop rests is seen',
  withClock({}, async (clock, loop) => {
    const done = loop.createFuture<void>();
    setTimeout(() => loop.callLater(500, () => done.setResult()), 10);
    await done;
    assert.equal(clock.now(), 500);
  }),
);

test(
  'cancelled timers do not keep the others from their time',
  withClock({}, async (clock, loop) => {
    const gone = loop.callLater(10, () => assert.fail('cancelled'));
    gone.cancel();
    await sleep(30);
    assert.equal(clock.now(), 30);
  }),
);

test(
  'the host gets its turns however busy the loop is',
  withClock({}, async () => {
    let served = false;
    setTimeout(() => (served = true), 5);
    const began = performance.now();
    while (!served && performance.now() - began < 2000) await sleep(0);
    assert.equal(served, true);
  }),
);

test('the time goes neither back nor to the end of time', () => {
  const clock = new VirtualClock({ start: 10 });
  assert.throws(() => clock.jumpTo(9), InvalidArgumentError);
  assert.throws(() => clock.jump(-1), InvalidArgumentError);
  assert.throws(() => clock.jump(Infinity), InvalidArgumentError);
  assert.throws(() => clock.jumpTo(NaN), InvalidArgumentError);
  assert.throws(() => new VirtualClock({ threshold: NaN }), InvalidArgumentError);
  assert.equal(inspect(clock), '<VirtualClock 10 ms autojump>');
});

test(
  'advance refuses what is no length of time',
  withClock({}, async (clock) => {
    await assert.rejects(clock.advance(-1), InvalidArgumentError);
    await assert.rejects(clock.advance(Infinity), InvalidArgumentError);
  }),
);
