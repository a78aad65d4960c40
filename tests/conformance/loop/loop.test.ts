// What asyncio's test_base_events and test_events ask of running, stopping, closing and of the exception
// handler, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  EventLoop,
  ensureFuture,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  NoRunningLoopError,
  sleep,
  Task,
  UsageError,
} from '../../../src/asyncio.ts';
import type { ExceptionContext, TaskFactory } from '../../../src/asyncio.ts';
import { reportsOf } from '../../core/reports.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled, failsWith, outcomeOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const badArgument = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');
const misuse = failsWith(UsageError, 'ERR_ASYNCIO_USAGE');

async function withLoop(body: (loop: EventLoop) => Promise<unknown>): Promise<void> {
  const loop = newEventLoop();
  try {
    await body(loop);
  } finally {
    loop.close();
  }
}

// asyncio: BaseEventLoopTests.test_close
test('close can be repeated', () => {
  const loop = newEventLoop();
  assert.equal(loop.isClosed(), false);
  loop.close();
  assert.equal(loop.isClosed(), true);
  loop.close();
  assert.equal(loop.isClosed(), true);
});

// asyncio: test_close_running_event_loop
test(
  'a running loop cannot be closed',
  inLoop(async () => {
    assert.throws(() => getRunningLoop().close(), misuse);
    assert.equal(getRunningLoop().isClosed(), false);
  }),
);

// asyncio: test_set_debug
test('debug mode is set and got', () => {
  const loop = newEventLoop();
  assert.equal(loop.getDebug(), false);
  loop.setDebug(true);
  assert.equal(loop.getDebug(), true);
  loop.setDebug(false);
  assert.equal(loop.getDebug(), false);
  loop.close();
});

// asyncio: test_run_until_complete
test('runUntilComplete resolves with the result and never before the time', () =>
  withLoop(async (loop) => {
    const start = loop.time();
    assert.equal(await loop.runUntilComplete(async () => sleep(20, { result: 'ok' })), 'ok');
    assert.ok(loop.time() - start >= 20);
    assert.equal(loop.isRunning(), false);
  }));

test('runUntilComplete takes futures, tasks and promises, and rejects with their errors', () =>
  withLoop(async (loop) => {
    const future = loop.createFuture<number>();
    loop.callSoon(() => future.setResult(1));
    assert.equal(await loop.runUntilComplete(future), 1);
    assert.equal(await loop.runUntilComplete(loop.createTask(async () => 2)), 2);
    assert.equal(await loop.runUntilComplete(Promise.resolve(3)), 3);
    await assert.rejects(
      loop.runUntilComplete(async () => {
        throw new RangeError('no');
      }),
      RangeError,
    );
    const done = loop.createFuture<number>();
    done.setResult(4);
    assert.equal(await loop.runUntilComplete(done), 4);
  }));

// asyncio: test_run_until_complete_type_error
test('runUntilComplete refuses what cannot be awaited', () =>
  withLoop(async (loop) => {
    await assert.rejects(loop.runUntilComplete('blah' as never), badArgument);
  }));

// asyncio: test_run_until_complete_loop
test('runUntilComplete refuses the future of another loop', () =>
  withLoop(async (loop) => {
    const other = newEventLoop();
    await assert.rejects(loop.runUntilComplete(other.createFuture()), badArgument);
    other.close();
  }));

// asyncio: test_run_until_complete_stopped, test_stop_while_run_in_complete
test('runUntilComplete rejects when the loop is stopped before, and can go on', () =>
  withLoop(async (loop) => {
    let x = 0;
    const task = loop.createTask(async () => {
      while (x < 10) {
        await sleep(1);
        x++;
        if (x === 2) loop.stop();
      }
    });
    await assert.rejects(loop.runUntilComplete(task), misuse);
    assert.equal(task.done(), false);
    assert.equal(x, 2);
    await loop.runUntilComplete(task);
    assert.equal(x, 10);
  }));

// asyncio: test_run_until_complete_loop_orphan_future_close_loop, test_run_until_complete_baseexception
test('a run that ended with an error leaves no stop behind for the next one', () =>
  withLoop(async (loop) => {
    await assert.rejects(
      loop.runUntilComplete(async () => {
        throw new RangeError('first');
      }),
      RangeError,
    );
    let called = false;
    loop.callSoon(() =>
      loop.callSoon(() => {
        called = true;
        loop.stop();
      }),
    );
    await loop.runForever();
    assert.equal(called, true);
  }));

// asyncio: test_run_until_complete_nesting, test_running_loop_within_a_loop
test(
  'a loop cannot run inside a running loop',
  inLoop(async () => {
    const own = getRunningLoop();
    assert.equal(own.isRunning(), true);
    await assert.rejects(
      own.runUntilComplete(async () => {}),
      misuse,
    );
    await assert.rejects(own.runForever(), misuse);
    const other = newEventLoop();
    await assert.rejects(other.runForever(), misuse);
    assert.equal(getRunningLoop(), own);
    other.close();
  }),
);

// asyncio: test_run_forever_pre_stopped
test('a loop that is stopped before it runs runs one iteration', () =>
  withLoop(async (loop) => {
    let count = 0;
    loop.callSoon(() => {
      count++;
      loop.callSoon(() => count++);
    });
    loop.stop();
    await loop.runForever();
    assert.equal(count, 1);
    loop.stop();
    await loop.runForever();
    assert.equal(count, 2);
  }));

// asyncio: BaseEventLoopTests.test_run_once
test('callSoon of stop runs what is ready once, and keeps the rest', () =>
  withLoop(async (loop) => {
    const log: string[] = [];
    loop.callSoon(() => {
      log.push('first');
      loop.callSoon(() => log.push('second'));
    });
    loop.callSoon(() => loop.stop());
    loop.callSoon(() => log.push('same iteration'));
    await loop.runForever();
    assert.deepEqual(log, ['first', 'same iteration']);
    loop.callSoon(() => loop.stop());
    await loop.runForever();
    assert.deepEqual(log, ['first', 'same iteration', 'second']);
  }));

// asyncio: test_single_selecter_event_callback_after_stopping
test('a callback that ran before the loop was stopped does not run again', () =>
  withLoop(async (loop) => {
    let count = 0;
    loop.callSoon(() => count++);
    for (let i = 0; i < 2; i++) {
      loop.callSoon(() => loop.stop());
      await loop.runForever();
    }
    assert.equal(count, 1);
  }));

// asyncio: test_get_running_loop_already_running, test_get_event_loop_returns_running_loop, test_get_event_loop_returns_running_loop2
test('getRunningLoop is the running loop, and throws outside', async () => {
  assert.throws(() => getRunningLoop(), failsWith(NoRunningLoopError, 'ERR_ASYNCIO_NO_RUNNING_LOOP'));
  await withLoop(async (loop) => {
    await loop.runUntilComplete(async () => {
      assert.equal(getRunningLoop(), loop);
      assert.equal(loop.isRunning(), true);
    });
    assert.throws(() => getRunningLoop(), NoRunningLoopError);
  });
});

// asyncio: PolicyTests.test_new_event_loop
test('newEventLoop makes an EventLoop that does not run yet', () => {
  const loop = newEventLoop();
  assert.ok(loop instanceof EventLoop);
  assert.equal(loop.isRunning(), false);
  loop.close();
});

// asyncio: test_default_exc_handler_callback
test('the default handler prints the message and the error', () =>
  withLoop(async (loop) => {
    const texts = await reportsOf(async () => {
      loop.callSoon(function zeroError() {
        throw new RangeError('division');
      });
      loop.callLater(1, () => loop.stop());
      await loop.runForever();
    });
    assert.equal(texts.length, 1);
    assert.match(texts[0] ?? '', /^error: Exception in callback zeroError/);
    assert.match(texts[0] ?? '', /RangeError: division/);
  }));

// asyncio: test_set_exc_handler_invalid
test('the exception handler must be a function or undefined', () =>
  withLoop(async (loop) => {
    assert.throws(() => loop.setExceptionHandler('spam' as never), badArgument);
    assert.equal(loop.getExceptionHandler(), undefined);
  }));

// asyncio: test_set_exc_handler_custom
test('a custom exception handler gets loop and context, until it is taken back', () =>
  withLoop(async (loop) => {
    const calls: [unknown, ExceptionContext][] = [];
    const handler = (which: unknown, context: ExceptionContext): void => void calls.push([which, context]);
    assert.equal(loop.getExceptionHandler(), undefined);
    loop.setExceptionHandler(handler);
    assert.equal(loop.getExceptionHandler(), handler);
    const error = new Error('zero');
    const runOnce = async () => {
      const handle = loop.callSoon(function zeroError() {
        throw error;
      });
      loop.callSoon(() => loop.stop());
      await loop.runForever();
      return handle;
    };
    const handle = await runOnce();
    assert.equal(calls.length, 1);
    assert.equal(calls[0]?.[0], loop);
    assert.equal(calls[0]?.[1].exception, error);
    assert.equal(calls[0]?.[1].handle, handle);
    assert.match(calls[0]?.[1].message ?? '', /zeroError/);
    loop.setExceptionHandler(undefined);
    const texts = await reportsOf(runOnce);
    assert.equal(calls.length, 1);
    assert.match(texts.join(), /zeroError/);
  }));

// asyncio: test_set_exc_handler_broken
test('an exception handler that throws is reported, with what it was told', () =>
  withLoop(async (loop) => {
    loop.setExceptionHandler(() => {
      throw new TypeError('spam');
    });
    const texts = await reportsOf(async () => {
      loop.callSoon(() => {
        throw new RangeError('original');
      });
      loop.callSoon(() => loop.stop());
      await loop.runForever();
    });
    assert.equal(texts.length, 1);
    assert.match(texts[0] ?? '', /Unhandled error in exception handler/);
    assert.match(texts[0] ?? '', /TypeError: spam/);
    assert.match(texts[0] ?? '', /original/);
  }));

// asyncio: test_default_exc_handler_broken
test('a default handler that throws does not break the loop', async () => {
  class Broken extends EventLoop {
    contexts: ExceptionContext[] = [];
    override defaultExceptionHandler(context: ExceptionContext): void {
      this.contexts.push(context);
      throw new TypeError('buggy default handler');
    }
  }
  const loop = new Broken();
  const runOnce = async (): Promise<void> => {
    loop.callSoon(() => {
      throw new RangeError('zero');
    });
    loop.callSoon(() => loop.stop());
    await loop.runForever();
  };
  const first = await reportsOf(runOnce);
  assert.match(first.join(), /Exception in default exception handler/);
  loop.setExceptionHandler(() => {
    throw new RangeError('custom');
  });
  const second = await reportsOf(runOnce);
  assert.match(second.join(), /Exception in default exception handler/);
  const told = loop.contexts[1] as ExceptionContext;
  assert.ok((told['context'] as ExceptionContext).exception instanceof RangeError);
  loop.close();
});

test('callExceptionHandler takes contexts of programs, with keys of their own', () =>
  withLoop(async (loop) => {
    const texts = await reportsOf(() => loop.callExceptionHandler({ message: 'mine', detail: 'more' }));
    assert.deepEqual(texts, ['error: mine\ndetail: more']);
  }));

// asyncio: test_set_task_factory_invalid
test('the task factory must be a function or undefined', () =>
  withLoop(async (loop) => {
    assert.throws(() => loop.setTaskFactory(1 as never), badArgument);
    assert.equal(loop.getTaskFactory(), undefined);
  }));

// asyncio: test_set_task_factory, test_create_named_task_with_custom_factory, test_create_task
test('a task factory makes the tasks of its loop, names included', () =>
  withLoop(async (loop) => {
    class MyTask<T> extends Task<T> {}
    const factory: TaskFactory = (of, coro, options) => new MyTask(coro, { ...options, loop: of });
    assert.equal(loop.getTaskFactory(), undefined);
    loop.setTaskFactory(factory);
    assert.equal(loop.getTaskFactory(), factory);
    const task = loop.createTask(async () => ensureFuture(async () => 5) instanceof MyTask, {
      name: 'named',
    });
    assert.ok(task instanceof MyTask);
    assert.equal(task.getName(), 'named');
    assert.equal(await loop.runUntilComplete(task), true);
    loop.setTaskFactory(undefined);
    assert.equal(loop.createTask(async () => {}) instanceof MyTask, false);
    await loop.runUntilComplete(async () => {});
  }));

// asyncio: test_create_named_task_with_default_factory
test('a task of a loop can be named', () =>
  withLoop(async (loop) => {
    const task = loop.createTask(async () => {}, { name: 'test_task' });
    assert.equal(task.getName(), 'test_task');
    await loop.runUntilComplete(task);
  }));

// asyncio: test_create_task_error_closes_coro
test('a coroutine for a closed loop is never called', async () => {
  const loop = newEventLoop();
  loop.close();
  let called = false;
  assert.throws(
    () =>
      loop.createTask(async () => {
        called = true;
      }),
    misuse,
  );
  assert.equal(called, false);
});

// asyncio: test_log_slow_callbacks
test('in debug mode slow callbacks and slow task steps are reported, once each', () =>
  withLoop(async (loop) => {
    loop.setDebug(true);
    loop.slowCallbackDuration = 60;
    const busy = (): void => {
      const until = performance.now() + 80;
      while (performance.now() < until);
    };
    const texts = await reportsOf(async () => {
      loop.callSoon(function slowCallback() {
        busy();
      });
      loop.callSoon(() => loop.stop());
      await loop.runForever();
    });
    const ofCallback = texts.filter((text) => text.includes('slowCallback'));
    assert.equal(ofCallback.length, 1, texts.join('\n'));
    assert.match(ofCallback[0] ?? '', /^warning: Executing <Handle slowCallback.*> took \d+\.\d ms/);
    const steps = await reportsOf(async () => {
      const first = loop.createTask(async () => busy(), { name: 'slow-first' });
      const later = loop.createTask(
        async () => {
          await sleep(1);
          busy();
        },
        { name: 'slow-later' },
      );
      await loop.runUntilComplete(async () => {
        await first;
        await later;
      });
    });
    for (const name of ['slow-first', 'slow-later']) {
      const ofTask = steps.filter((text) => text.includes(name));
      assert.equal(ofTask.length, 1, steps.join('\n'));
      assert.match(ofTask[0] ?? '', /^warning: Executing <Task slow-.*> took \d+\.\d ms/);
    }
  }));

// asyncio: test_prompt_cancellation
test(
  'a cancel scheduled with callSoon reaches the waiting task promptly',
  inLoop(async () => {
    const loop = getRunningLoop();
    const waiting = createTask(() => sleep(60_000));
    await turns();
    loop.callSoon(() => waiting.cancel());
    await assertCancelled(waiting);
  }),
);

// asyncio: test_run_forever_keyboard_interrupt
test('the error of the main task is thrown and not reported as well', () =>
  withLoop(async (loop) => {
    const contexts: ExceptionContext[] = [];
    loop.setExceptionHandler((_, context) => contexts.push(context));
    const outcome = await outcomeOf(
      loop.runUntilComplete(async () => {
        throw new RangeError('main');
      }),
    );
    assert.ok((outcome as { error: Error }).error instanceof RangeError);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(contexts, []);
  }));

// asyncio: test_asyncgen_finalization_by_gc
test('shutdownAsyncgens is there for ported code', () =>
  withLoop(async (loop) => {
    await loop.runUntilComplete(() => loop.shutdownAsyncgens());
  }));

// asyncio: test_pep492, CoroutineTests
test('runUntilComplete returns what async functions return through each other, in debug mode too', async () => {
  const inner = async (): Promise<string> => 'spam';
  const outer = async (): Promise<string> => await inner();
  for (const debug of [false, true]) {
    const loop = newEventLoop({ debug });
    assert.equal(await loop.runUntilComplete(outer), 'spam');
    loop.close();
  }
});
