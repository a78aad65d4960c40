import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  currentTask,
  DeadlockError,
  getRunningLoop,
  InvalidArgumentError,
  Lock,
  run,
  sleep,
  taskGroup,
  TimeoutError,
  UsageError,
} from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { LeakError, Random, runTest, VirtualClock } from '../../src/testing/testing.ts';
import type { RunTestOptions } from '../../src/testing/testing.ts';

delete process.env['ASYNCIO_SEED'];

const placeHere = /runTest\.test\.ts:\d+/;

async function failureOf(body: () => unknown, options?: RunTestOptions): Promise<Error> {
  try {
    await runTest(body, options);
  } catch (error) {
    return error as Error;
  }
  return assert.fail('the test passed');
}

test('runs the body as a task of a fresh loop and returns its result', async () => {
  const loops = new Set<EventLoop>();
  const body = (): string => {
    loops.add(getRunningLoop());
    return currentTask()?.getName() ?? '';
  };
  assert.equal(await runTest(body), 'test');
  assert.equal(await runTest(body, { schedules: 3 }), 'test');
  assert.equal(loops.size, 4);
  for (const loop of loops) assert.equal(loop.isClosed(), true);
});

test('gives the body what it needs', () =>
  runTest(({ clock, loop, random, seed, reports }) => {
    assert.ok(clock instanceof VirtualClock);
    assert.equal(loop, getRunningLoop());
    assert.ok(random instanceof Random);
    assert.equal(seed, 0);
    assert.deepEqual(reports.all, []);
  }));

test('the clock may be the real one, one that is given, or made for each run', async () => {
  const began = performance.now();
  await runTest(() => sleep(20), { clock: 'host' });
  assert.ok(performance.now() - began >= 19);
  const clock = new VirtualClock({ start: 5 });
  await runTest(() => sleep(20), { clock });
  assert.equal(clock.now(), 25);
  const starts: number[] = [];
  const makeClock = () => new VirtualClock({ start: 7 });
  await runTest((context) => void starts.push(context.clock.now()), { clock: makeClock, schedules: 2 });
  assert.deepEqual(starts, [7, 7]);
});

test('a failure keeps its class and fields and names the seed', async () => {
  class OwnError extends Error {
    readonly code: string = 'OWN';
  }
  const thrown = new OwnError('broken');
  const error = await failureOf(() => Promise.reject(thrown), { seed: 3 });
  assert.equal(error, thrown);
  assert.equal(error.message, 'broken\nseed 3; to run this again: ASYNCIO_SEED=3');
  assert.match(error.stack ?? '', /ASYNCIO_SEED=3/);
  assert.match(error.stack ?? '', placeHere);
});

test("asyncio's own order is named too", async () => {
  const error = await failureOf(() => assert.equal(1, 2));
  assert.match(error.message, /seed 0 \(asyncio's own order\)/);
});

test('what is no error, or cannot be changed, is wrapped', async () => {
  const text = await failureOf(() => Promise.reject('just text'));
  assert.match(text.message, /^just text\nseed 0/);
  assert.equal(text.cause, 'just text');
  const frozen = Object.freeze(new Error('cold'));
  const wrapped = await failureOf(() => Promise.reject(frozen));
  assert.match(wrapped.message, /^cold\nseed 0/);
  assert.equal(wrapped.cause, frozen);
});

test('a task that is left fails the test, with the place where it was made', async () => {
  const error = await failureOf(() => void createTask(() => sleep(1000), { name: 'forgotten' }));
  assert.ok(error instanceof LeakError);
  assert.equal(error.code, 'ERR_ASYNCIO_LEAK');
  assert.equal(error.leaks.length, 1);
  assert.equal(error.leaks[0]?.kind, 'task');
  assert.match(error.leaks[0]?.what ?? '', /forgotten waits for a sleep/);
  assert.match(error.leaks[0]?.place[0] ?? '', placeHere);
  assert.match(error.message, placeHere);
});

test('so does a timer, and a callback that schedules itself for ever', async () => {
  const timer = await failureOf(() => void getRunningLoop().callLater(1000, function late() {}));
  assert.match(timer.message, /timer late, due in 1000 ms, made\n.*runTest\.test\.ts/);
  const handle = await failureOf(() => {
    const again = (): void => void getRunningLoop().callSoon(again);
    again();
  });
  assert.match(handle.message, /handle again/);
});

test('what ends by itself when the body is done is no leak', () =>
  runTest(() => {
    createTask(() => sleep(1000)).cancel();
    void createTask(async () => {
      await sleep(0);
      await null;
    });
    getRunningLoop()
      .callLater(1000, () => {})
      .cancel();
    getRunningLoop().callSoon(() => {});
  }));

test('leaks can be let pass; then what is left is cancelled and may clean up', async () => {
  let cleaned = 0;
  await runTest(
    async () => {
      void createTask(async () => {
        try {
          await sleep(1000);
        } finally {
          await sleep(100);
          cleaned++;
        }
      });
      await sleep(1);
    },
    { leaks: 'ignore' },
  );
  assert.equal(cleaned, 1);
});

test('a failure counts more than what it left', async () => {
  const error = await failureOf(() => {
    void createTask(() => sleep(1000));
    throw new Error('first');
  });
  assert.match(error.message, /^first/);
});

test('a test that nothing can wake fails at once, and says who waits for what', async () => {
  const began = performance.now();
  let cleaned = false;
  const error = await failureOf(async () => {
    const lock = new Lock({ name: 'db' });
    await lock.acquire();
    try {
      await taskGroup(async (group) => {
        void group.createTask(() => lock.acquire(), { name: 'worker' });
      });
    } finally {
      cleaned = true;
    }
  });
  assert.ok(error instanceof DeadlockError);
  assert.match(error.message, /worker +waits for Lock "db"/);
  assert.equal(cleaned, true);
  assert.ok(performance.now() - began < 5000);
});

test('a clock that nobody advances is nothing to wait for', async () => {
  const error = await failureOf(() => sleep(5), { clock: new VirtualClock({ autojump: false }) });
  assert.ok(error instanceof DeadlockError);
  assert.match(error.message, /autojump is off/);
});

test('real work that is late is no deadlock', () =>
  runTest(async ({ loop, clock }) => {
    const done = loop.createFuture<string>();
    setTimeout(() => done.setResult('late'), 400);
    assert.equal(await clock.hold(() => done), 'late');
    assert.equal(await new Promise((resolve) => setTimeout(resolve, 400, 'later')), 'later');
  }));

test('a test that takes too long is cancelled and fails', async () => {
  let cancelled = false;
  const error = await failureOf(
    async () => {
      try {
        for (;;) await sleep(10);
      } catch (thrown) {
        cancelled = thrown instanceof CancelledError;
        throw thrown;
      }
    },
    { timeout: 60 },
  );
  assert.ok(error instanceof TimeoutError);
  assert.match(error.message, /within 60 ms of real time/);
  assert.equal(cancelled, true);
});

test('even one that is busy all the time, and one that waits for a foreign promise', async () => {
  const busy = async (): Promise<void> => {
    for (;;) await sleep(0);
  };
  assert.ok((await failureOf(busy, { timeout: 60 })) instanceof TimeoutError);
  const promise = Promise.withResolvers<void>();
  const stuck = failureOf(() => promise.promise, { timeout: 60 });
  setTimeout(promise.resolve, 200);
  assert.ok((await stuck) instanceof TimeoutError);
});

test('a body that is cancelled fails', async () => {
  const error = await failureOf(async () => {
    currentTask()?.cancel('by itself');
    await sleep(1);
  });
  assert.ok(error instanceof CancelledError);
  assert.match(error.message, /^by itself\nseed 0/);
});

test('a body that stops its loop fails', async () => {
  const error = await failureOf(async () => {
    getRunningLoop().stop();
    await sleep(1000);
  });
  assert.ok(error instanceof UsageError);
});

test('no loop runs afterwards, whatever happened', async () => {
  await failureOf(() => Promise.reject(new Error('no')));
  await failureOf(() => sleep(5), { clock: new VirtualClock({ autojump: false }) });
  assert.equal(await run(async () => 'free'), 'free');
});

test('inside a running loop it says so, and what is no function is refused', async () => {
  await run(async () => {
    await assert.rejects(
      runTest(() => {}),
      UsageError,
    );
  });
  await assert.rejects(runTest(undefined as never), InvalidArgumentError);
});

test('debug mode and the notes of places can be chosen', async () => {
  await runTest(({ loop }) => assert.equal(loop.getDebug(), true), { debug: true });
  const error = await failureOf(() => void createTask(() => sleep(1000)), { places: false });
  assert.deepEqual((error as LeakError).leaks[0]?.place, []);
});
