// What asyncio's test_futures asks of a future's states, in our words. Its callbacks: callbacks.test.ts.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  allTasks,
  CancelledError,
  createTask,
  ensureFuture,
  Future,
  getRunningLoop,
  InvalidArgumentError,
  InvalidStateError,
  isFuture,
  newEventLoop,
  NoRunningLoopError,
  sleep,
  Task,
  wrapFuture,
} from '../../../src/asyncio.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled, failsWith, outcomeOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const invalidState = failsWith(InvalidStateError, 'ERR_ASYNCIO_INVALID_STATE');
const cancelledWith =
  (message: string) =>
  (error: unknown): true => {
    assert.ok(error instanceof CancelledError);
    assert.equal(error.message, message);
    return true;
  };

// asyncio: test_isfuture
test(
  'isFuture tells futures and tasks from promises, thenables and the classes',
  inLoop(async () => {
    assert.equal(isFuture(new Future()), true);
    assert.equal(isFuture(createTask(async () => {})), true);
    for (const other of [Promise.resolve(), { then() {} }, Future, Task, undefined, null, 1, {}]) {
      assert.equal(isFuture(other), false);
    }
  }),
);

// asyncio: test_initial_state
test(
  'a new future is pending',
  inLoop(async () => {
    const future = new Future();
    assert.equal(future.done(), false);
    assert.equal(future.cancelled(), false);
    future.cancel();
    assert.equal(future.done(), true);
    assert.equal(future.cancelled(), true);
  }),
);

// asyncio: test_constructor_without_loop
test('a future needs a loop: the running one or one that is given', () => {
  assert.throws(() => new Future(), failsWith(NoRunningLoopError, 'ERR_ASYNCIO_NO_RUNNING_LOOP'));
  const loop = newEventLoop();
  assert.equal(new Future({ loop }).getLoop(), loop);
  assert.equal(loop.createFuture().getLoop(), loop);
  loop.close();
});

// asyncio: test_constructor_use_running_loop
test(
  'a future made inside a loop belongs to it',
  inLoop(async () => {
    assert.equal(new Future().getLoop(), getRunningLoop());
  }),
);

// asyncio: test_constructor_positional
test(
  'a future made like a promise, with an executor, takes its outcome from there',
  inLoop(async () => {
    assert.equal(await new Future<number>((resolve) => resolve(3)), 3);
    await assert.rejects(new Future((_, reject) => reject(new RangeError('no'))), RangeError);
    await assert.rejects(
      new Future(() => {
        throw new TypeError('thrown');
      }),
      TypeError,
    );
    const twice = new Future<number>((resolve, reject) => {
      resolve(1);
      resolve(2);
      reject(new Error('late'));
    });
    assert.equal(await twice, 1);
    for (const wrong of [42, 'text', true]) {
      assert.throws(
        () => new Future(wrong as never),
        failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT'),
      );
    }
  }),
);

// asyncio: BaseFutureTests.test_cancel
test(
  'cancel ends a pending future once and for all',
  inLoop(async () => {
    const future = new Future<number>();
    assert.equal(future.cancel(), true);
    assert.equal(future.cancelled(), true);
    assert.equal(future.done(), true);
    assert.throws(() => future.result(), CancelledError);
    assert.throws(() => future.exception(), CancelledError);
    assert.throws(() => future.setResult(1), invalidState);
    assert.throws(() => future.setException(new Error()), invalidState);
    assert.equal(future.cancel(), false);
  }),
);

// asyncio: test_future_cancel_message_getter
test(
  'the message of the cancel is the message of its error, everywhere',
  inLoop(async () => {
    const future = new Future();
    future.cancel('enough');
    assert.throws(() => future.result(), cancelledWith('enough'));
    assert.throws(() => future.exception(), cancelledWith('enough'));
    await assert.rejects(future, cancelledWith('enough'));
    const silent = new Future();
    silent.cancel();
    await assert.rejects(silent, cancelledWith(''));
    assert.equal(future.cancel('again'), false);
    assert.throws(() => future.result(), cancelledWith('enough'));
  }),
);

// asyncio: test_result
test(
  'a result is set once and read as often as wanted',
  inLoop(async () => {
    const future = new Future<number>();
    assert.throws(() => future.result(), invalidState);
    future.setResult(42);
    assert.equal(future.done(), true);
    assert.equal(future.cancelled(), false);
    assert.equal(future.result(), 42);
    assert.equal(future.result(), 42);
    assert.equal(future.exception(), undefined);
    assert.throws(() => future.setResult(1), invalidState);
    assert.throws(() => future.setException(new Error()), invalidState);
    assert.equal(future.cancel(), false);
    assert.equal(await future, 42);
  }),
);

// asyncio: test_exception
test(
  'an error is set once, and result throws it',
  inLoop(async () => {
    const error = new Error('wrong');
    const future = new Future<number>();
    assert.throws(() => future.exception(), invalidState);
    future.setException(error);
    assert.equal(future.done(), true);
    assert.equal(future.cancelled(), false);
    assert.throws(
      () => future.result(),
      (thrown) => thrown === error,
    );
    assert.equal(future.exception(), error);
    assert.throws(() => future.setResult(1), invalidState);
    assert.throws(() => future.setException(new Error()), invalidState);
    assert.equal(future.cancel(), false);
  }),
);

// asyncio: test_exception_class
test(
  'a class of errors given as the error is instantiated',
  inLoop(async () => {
    const future = new Future();
    future.setException(RangeError);
    assert.ok(future.exception() instanceof RangeError);
  }),
);

test(
  'an error may be anything that JavaScript throws',
  inLoop(async () => {
    for (const reason of [undefined, null, 0, 'text', { code: 1 }]) {
      const future = new Future();
      future.setException(reason);
      assert.equal(future.exception(), reason);
      assert.deepEqual(await outcomeOf(future), { error: reason });
    }
  }),
);

// asyncio: test_yield_from_twice
test(
  'a future can be awaited many times, before and after it is done',
  inLoop(async () => {
    const future = new Future<string>();
    const body = async (): Promise<string> => `${await future}${await future}`;
    const tasks = [createTask(body), createTask(body)];
    await turns(2);
    future.setResult('ab');
    assert.deepEqual(await Promise.all(tasks), ['abab', 'abab']);
    assert.equal(await future, 'ab');
  }),
);

// asyncio: test_future_repr, test_recursive_repr_for_pending_tasks
test(
  'inspect shows the state of a future',
  inLoop(async () => {
    const pending = new Future();
    assert.equal(inspect(pending), '<Future pending>');
    const done = new Future<unknown>();
    done.setResult(10);
    assert.equal(inspect(done), '<Future finished result=10>');
    const failed = new Future();
    failed.setException(new RangeError('far'));
    assert.equal(inspect(failed), '<Future finished exception=RangeError("far")>');
    failed.exception();
    const cancelled = new Future();
    cancelled.cancel();
    assert.equal(inspect(cancelled), '<Future cancelled>');
    const itself = new Future<unknown>();
    itself.setResult({ itself });
    assert.equal(inspect(itself), '<Future finished result=[Object]>');
    assert.equal(Object.prototype.toString.call(pending), '[object Future]');
    // A task whose result leads back to it.
    const task = createTask(async () => allTasks(), { name: 'T' });
    await task;
    assert.equal(inspect(task), '<Task T finished result=[Set]>');
    const circle: Task<unknown> = createTask(async () => await new Future(), {
      name: 'C',
    });
    await turns(2);
    assert.match(inspect([allTasks(), circle]), /Set\(2\) .*<Task C pending wait_for=<Future pending>>/s);
    circle.cancel();
  }),
);

// asyncio: test_future_source_traceback
test(
  'in debug mode inspect shows where a future was created',
  inLoop(async () => {
    getRunningLoop().setDebug(true);
    assert.match(inspect(new Future()), /^<Future pending created at .*future\.test\.ts:\d+/);
  }),
);

// asyncio: test_wrap_future, test_wrap_future_use_running_loop, test_copy_state
test(
  'wrapFuture makes a future of a foreign promise, with its outcome',
  inLoop(async () => {
    const made = wrapFuture(Promise.resolve('value'));
    assert.ok(isFuture(made));
    assert.equal(made.getLoop(), getRunningLoop());
    assert.equal(made.done(), false);
    assert.equal(await made, 'value');
    const error = new Error('foreign');
    assert.deepEqual(await outcomeOf(wrapFuture(Promise.reject(error))), { error });
    const thenable = { then: (resolve: (value: number) => void): void => resolve(7) };
    assert.equal(await wrapFuture(thenable as PromiseLike<number>), 7);
  }),
);

// asyncio: test_wrap_future_future
test(
  'wrapFuture returns a future as it is',
  inLoop(async () => {
    const future = new Future();
    assert.equal(wrapFuture(future), future);
  }),
);

// asyncio: test_wrap_future_without_loop
test('wrapFuture needs a running loop and a promise', async () => {
  assert.throws(() => wrapFuture(Promise.resolve()), NoRunningLoopError);
  await inLoop(async () => {
    assert.throws(
      () => wrapFuture(5 as never),
      failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT'),
    );
  })();
});

// asyncio: test_wrap_future_cancel, test_wrap_future_cancel2
test(
  'a cancelled wrapFuture lets go of the promise, whatever becomes of that',
  inLoop(async () => {
    const resolvers = Promise.withResolvers<number>();
    const future = wrapFuture(resolvers.promise);
    future.cancel();
    await assertCancelled(future);
    resolvers.resolve(42);
    await turns(3);
    assert.equal(future.cancelled(), true);
    assert.equal(await resolvers.promise, 42);
    const failing = Promise.withResolvers<number>();
    const other = wrapFuture(failing.promise);
    other.cancel();
    failing.reject(new Error('late'));
    await turns(3);
    assert.equal(other.cancelled(), true);
  }),
);

// asyncio: DuckTests.test_wrap_future, DuckTests.test_ensure_future
test(
  'a subclass of Future passes through wrapFuture and ensureFuture',
  inLoop(async () => {
    class Mine<T> extends Future<T> {}
    const mine = new Mine<number>();
    assert.equal(wrapFuture(mine), mine);
    assert.equal(ensureFuture(mine), mine);
    const waiting = createTask(async () => mine);
    const directly = createTask(async () => await mine);
    await turns(2);
    mine.setResult(1);
    assert.equal(await waiting, 1);
    assert.equal(await directly, 1);
  }),
);

// asyncio: test_set_result_unless_cancelled
test(
  'a timer whose future was cancelled does not set its result',
  inLoop(async () => {
    const nap = sleep(1, { result: 'rested' });
    nap.cancel();
    await sleep(3);
    assert.equal(nap.cancelled(), true);
  }),
);

// asyncio: test_subclasses_ctask_cfuture
test(
  'a subclass of Future behaves like one, cancel of the awaiting task included',
  inLoop(async () => {
    class Named<T> extends Future<T> {
      readonly label: string;
      constructor(label: string) {
        super();
        this.label = label;
      }
    }
    const future = new Named<number>('mine');
    assert.ok(future instanceof Promise);
    assert.ok(isFuture(future));
    const task = createTask(async () => await future);
    await turns(2);
    task.cancel();
    await assertCancelled(task);
    assert.equal(future.cancelled(), true);
    assert.equal(future.label, 'mine');
  }),
);

// asyncio: test_future_traceback
test(
  'awaiting a failed future again and again does not make its stack longer',
  inLoop(async () => {
    const future = new Future();
    const error = new Error('stacked');
    future.setException(error);
    await outcomeOf(future);
    const before = error.stack;
    for (let i = 0; i < 5; i++) await outcomeOf(future);
    assert.equal(error.stack, before);
  }),
);

// asyncio: test_exception_traceback
test(
  'the error of a task carries the stack of the line that threw it',
  inLoop(async () => {
    const task = createTask(async function thrower() {
      throw new Error('here');
    });
    await outcomeOf(task);
    assert.match((task.exception() as Error).stack ?? '', /thrower/);
  }),
);
