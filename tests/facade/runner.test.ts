// Runner and run beyond what asyncio's own tests ask.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import process from 'node:process';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import '../harness.ts';
import {
  allTasks,
  CancelledError,
  currentTask,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  run,
  Runner,
  sleep,
  UsageError,
} from '../../src/asyncio.ts';
import type { Coroutine } from '../../src/asyncio.ts';
import { reportsOf } from '../core/reports.ts';

const listeners = (): number[] =>
  ['SIGINT', 'SIGTERM', 'beforeExit'].map((name) => process.listenerCount(name));

test('what is not a function is an InvalidArgumentError, with a hint for promises', async () => {
  for (const main of [1, null, {}, Promise.resolve()]) {
    await assert.rejects(run(main as unknown as Coroutine<unknown>), InvalidArgumentError);
  }
  await assert.rejects(run(Promise.resolve() as never), /already running: pass the function/);
});

test('a main that throws at once rejects like one that throws later', async () => {
  await assert.rejects(
    run(() => {
      throw new RangeError('at once');
    }),
    /at once/,
  );
});

test('run: inside of run it is a UsageError that says what to do, and beside it it works', async () => {
  await run(async () => {
    await assert.rejects(
      run(async () => 1),
      (error: Error) =>
        error instanceof UsageError &&
        /^run\(\) cannot be .*: await the function itself/.test(error.message),
    );
  });
  const first = run(() => sleep(5, { result: 1 }));
  assert.equal(await run(async () => 2), 2);
  assert.equal(await first, 1);
});

test('listeners are there while it runs and gone afterwards', async () => {
  const before = listeners();
  await run(async () =>
    assert.deepEqual(
      listeners(),
      before.map((count) => count + 1),
    ),
  );
  assert.deepEqual(listeners(), before);
  await run(async () => assert.deepEqual(listeners().slice(0, 2), before.slice(0, 2)), {
    handleSignals: false,
  });
  await assert.rejects(
    run(async () => {
      throw new Error('no');
    }),
  );
  assert.deepEqual(listeners(), before);
});

test("an aborted signal cancels main: the message is the reason's, which is the cause", async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  let seen: unknown;
  const main = async (): Promise<void> => {
    setTimeout(() => controller.abort(reason), 1);
    try {
      await sleep(60_000);
    } catch (error) {
      seen = error;
      throw error;
    }
  };
  await assert.rejects(
    run(main, { signal: controller.signal }),
    (error: unknown) =>
      error === seen &&
      error instanceof CancelledError &&
      error.message === 'enough' &&
      error.cause === reason,
  );
});

test('with a signal that is aborted already main is not called', async () => {
  await assert.rejects(
    run(async () => assert.fail(), { signal: AbortSignal.abort() }),
    CancelledError,
  );
});

test('shutdownTimeout is checked, and takes a duration', () => {
  assert.throws(() => new Runner({ shutdownTimeout: -1 }), InvalidArgumentError);
  assert.throws(() => new Runner({ shutdownTimeout: 'soon' as never }), InvalidArgumentError);
  assert.throws(
    () => new Runner({ loop: newEventLoop(), loopFactory: newEventLoop }),
    InvalidArgumentError,
  );
});

test('a loop that is given is used, and closed in the end', async () => {
  const loop = newEventLoop();
  await run(async () => assert.equal(getRunningLoop(), loop), { loop });
  assert.equal(loop.isClosed(), true);
});

test("main's task is called main, or as told", async () => {
  assert.equal(await run(async () => currentTask()?.getName()), 'main');
  assert.equal(await run(async () => currentTask()?.getName(), { name: 'import' }), 'import');
});

test('a loop that is stopped under main is a UsageError', async () => {
  await assert.rejects(
    run(async () => {
      getRunningLoop().stop();
      await sleep(60_000);
    }),
    /stopped before main was done/,
  );
});

test('close inside the run is a UsageError', async () => {
  const runner = new Runner();
  await runner.run(async () => {
    await assert.rejects(runner.close(), UsageError);
  });
  await runner.close();
});

test('an error that nobody retrieved is reported at the end', async () => {
  const texts = await reportsOf(() =>
    run(async () => {
      getRunningLoop().createFuture().setException(new Error('forgotten'));
    }),
  );
  assert.equal(texts.length, 1);
  assert.match(texts[0] ?? '', /never retrieved[^]*forgotten/);
});

test('in a worker thread run works and listens for no signal', async () => {
  const worker = new Worker(new URL('./programs/worker.ts', import.meta.url));
  const [message] = (await once(worker, 'message')) as [unknown];
  assert.deepEqual(message, { result: 42, listeners: 0 });
  await worker.terminate();
});

test('Runner.close: inside of a task of another loop it is refused, changes nothing, and works afterwards', async () => {
  const runner = new Runner();
  const loop = runner.getLoop();
  await run(() => assert.rejects(runner.close(), UsageError));
  assert.equal(await runner.run(async () => 'still usable'), 'still usable');
  await runner.close();
  assert.ok(loop.isClosed());
});

test('run and Runner.run: a signal that is none is refused before anything is made or listened to', async () => {
  const before = listeners();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const signal of [null, {}, 5, proxy, Object.create(null)])
    await assert.rejects(
      run(async () => 1, { signal: signal as never }),
      TypeError,
    );
  assert.deepEqual(listeners(), before);
});

test('EventLoop.runUntilComplete: inside of a task of another loop it is refused before a task is made', async () => {
  const loop = newEventLoop();
  await run(() =>
    assert.rejects(
      loop.runUntilComplete(async () => 1),
      UsageError,
    ),
  );
  assert.equal(allTasks(loop).size, 0);
  loop.close();
});
