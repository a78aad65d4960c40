// What asyncio's test_tasks asks of run_coroutine_threadsafe, in our words: the caller is code outside of the loop (the
// host's), or a task of another loop, since functions do not cross threads; tests/executors/portal has those that are
// called by name from a real one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../../harness.ts';
import {
  allTasks,
  CancelledError,
  currentTask,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  run,
  runCoroutineThreadsafe,
  sleep,
  Task,
  TimeoutError,
  UsageError,
  waitFor,
} from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { inLoop } from '../../inLoop.ts';

async function add(a: number, b: number, { fail = false, cancel = false } = {}): Promise<number> {
  await sleep(1);
  if (fail) throw new RangeError('Fail!');
  if (cancel) {
    currentTask()?.cancel();
    await sleep(0);
  }
  return a + b;
}

/** What a call in an event of the host's comes to, while the loop runs. */
function fromOutside<T>(call: (loop: EventLoop) => PromiseLike<T>): Promise<T> {
  const loop = getRunningLoop();
  return new Promise((resolve, reject) => {
    setTimeout(() => call(loop).then(resolve, reject));
  });
}

// asyncio: test_run_coroutine_threadsafe
test(
  'runCoroutineThreadsafe: the outcome of a coroutine comes to code outside of the loop',
  inLoop(async () => {
    assert.equal(await fromOutside((loop) => runCoroutineThreadsafe(() => add(1, 2), loop)), 3);
  }),
);

// asyncio: test_run_coroutine_threadsafe_with_exception
test(
  'runCoroutineThreadsafe: an error of the coroutine is thrown to who waits, and nobody is told twice',
  inLoop(async () => {
    const failing = fromOutside((loop) => runCoroutineThreadsafe(() => add(1, 2, { fail: true }), loop));
    await assert.rejects(failing, { name: 'RangeError', message: 'Fail!' });
  }),
);

// asyncio: test_run_coroutine_threadsafe_with_timeout
test('runCoroutineThreadsafe: a caller in another loop that waits no longer cancels the task', async () => {
  const other = newEventLoop();
  const ends = other.runForever();
  await run(async () => {
    let cancelled = false;
    const slow = runCoroutineThreadsafe(async () => {
      try {
        await sleep(60_000);
      } catch (error) {
        cancelled = error instanceof CancelledError;
        throw error;
      }
    }, other);
    await assert.rejects(waitFor(slow, 5), TimeoutError);
    while (!cancelled) await sleep(1);
    assert.equal(allTasks(other).size, 0);
  });
  other.stop();
  await ends;
  other.close();
});

// asyncio: test_run_coroutine_threadsafe_task_cancelled
test(
  'runCoroutineThreadsafe: a task that is cancelled on its loop is a CancelledError to who waits',
  inLoop(async () => {
    const call = fromOutside((loop) => runCoroutineThreadsafe(() => add(1, 2, { cancel: true }), loop));
    await assert.rejects(call, CancelledError);
  }),
);

// asyncio: test_run_coroutine_threadsafe_and_cancel
test(
  'runCoroutineThreadsafe: cancelled before the loop has begun with it, the coroutine is never called; twice is once',
  inLoop(async () => {
    let called = false;
    const call = fromOutside((loop) => {
      const future = runCoroutineThreadsafe(async () => void (called = true), loop);
      assert.equal(future.cancel('no'), true);
      assert.equal(future.cancel('again'), false);
      return future;
    });
    await assert.rejects(call, { name: 'CancelledError', message: 'no' });
    await sleep(2);
    assert.equal(called, false);
  }),
);

// asyncio: test_run_coroutine_threadsafe_task_factory_exception
test(
  'runCoroutineThreadsafe: a task factory that fails is told to who waits and to the exception handler',
  inLoop(async () => {
    const loop = getRunningLoop();
    const call = fromOutside(() => {
      loop.setTaskFactory(() => {
        throw new Error('Faulty!');
      });
      return runCoroutineThreadsafe(() => add(1, 2), loop);
    });
    const reported = loop.createFuture<unknown>();
    loop.setExceptionHandler((_, { exception }) => reported.setResult(exception));
    await assert.rejects(call, { message: 'Faulty!' });
    assert.equal(((await reported) as Error).message, 'Faulty!');
    loop.setTaskFactory((of, coro, options) => new Task(coro, { ...options, loop: of }));
  }),
);

test('runCoroutineThreadsafe: no function, no loop, and a closed loop are refused at once', () => {
  const loop = newEventLoop();
  assert.throws(() => runCoroutineThreadsafe(Promise.resolve(1) as never, loop), InvalidArgumentError);
  assert.throws(() => runCoroutineThreadsafe(() => add(1, 2), {} as never), InvalidArgumentError);
  loop.close();
  assert.throws(() => runCoroutineThreadsafe(() => add(1, 2), loop), UsageError);
});
