// What asyncio's test_tasks asks of tasks besides cancelling and waiting, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  allTasks,
  createTask,
  currentTask,
  ensureFuture,
  Future,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  NoRunningLoopError,
  sleep,
  Task,
  UsageError,
} from '../../../src/asyncio.ts';
import { caughtContexts } from '../../core/reports.ts';
import { inLoop } from '../../inLoop.ts';
import { failsWith, outcomeOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const badArgument = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');

// asyncio: test_task_basics
test(
  'a task runs its coroutine with everything that it awaits',
  inLoop(async () => {
    const first = async (): Promise<number> => 42;
    const second = async (): Promise<number> => 1000;
    assert.equal(await createTask(async () => (await first()) + (await second())), 1042);
  }),
);

// asyncio: test_task_class
test(
  'a task has a result and belongs to the loop that made it',
  inLoop(async () => {
    const task = createTask(async () => 'ok');
    assert.ok(task instanceof Task && task instanceof Future && task instanceof Promise);
    assert.equal(task.done(), false);
    assert.equal(await task, 'ok');
    assert.equal(task.done(), true);
    assert.equal(task.result(), 'ok');
    assert.equal(task.getLoop(), getRunningLoop());
  }),
);

// asyncio: test_task_class
test('a task can be made for a loop that does not run yet', async () => {
  const loop = newEventLoop();
  const task = loop.createTask(async () => 'later');
  assert.equal(task.getLoop(), loop);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(task.done(), false);
  assert.equal(await loop.runUntilComplete(task), 'later');
  loop.close();
});

// asyncio: test_ensure_future_coroutine
test('ensureFuture makes a task of a coroutine, inside a running loop only', async () => {
  assert.throws(() => ensureFuture(async () => 'ok'), NoRunningLoopError);
  await inLoop(async () => {
    const task = ensureFuture(async () => 'ok');
    assert.ok(task instanceof Task);
    assert.equal(await task, 'ok');
  })();
});

// asyncio: test_ensure_future_future, test_ensure_future_task
test(
  'ensureFuture returns futures and tasks as they are',
  inLoop(async () => {
    const future = new Future<string>();
    future.setResult('ko');
    assert.equal(ensureFuture(future), future);
    const task = createTask(async () => 'ok');
    assert.equal(ensureFuture(task), task);
    assert.equal(await task, 'ok');
  }),
);

// asyncio: test_ensure_future_awaitable, test_ensure_future_task_awaitable, test_create_task_with_asynclike_function
test(
  'ensureFuture and createTask take whatever can be awaited',
  inLoop(async () => {
    const awaitable = {
      then: (resolve: (value: string) => void): void => resolve('ok'),
    } as PromiseLike<string>;
    assert.equal(await ensureFuture(awaitable), 'ok');
    assert.equal(await createTask(() => awaitable), 'ok');
    assert.equal(await createTask(() => 'plain'), 'plain');
    assert.equal(await createTask(() => sleep(0, { result: 'slept' })), 'slept');
  }),
);

// asyncio: test_ensure_future_neither, test_create_task_with_noncoroutine
test(
  'what is no coroutine is refused, with a hint',
  inLoop(async () => {
    for (const wrong of ['ok', 123, undefined, null, {}]) {
      assert.throws(() => ensureFuture(wrong as never), badArgument);
      assert.throws(() => createTask(wrong as never), badArgument);
    }
    const running = (async () => 1)();
    assert.throws(() => createTask(running as never), /already running/);
  }),
);

// asyncio: test_create_task_with_async_function, test_bare_create_task, test_bare_create_named_task
test(
  'createTask starts a task in the running loop, with a name',
  inLoop(async () => {
    const task = createTask(async () => 1, { name: 'No-op' });
    assert.equal(task.getName(), 'No-op');
    assert.equal(await task, 1);
  }),
);

// asyncio: test_task_repr
test(
  'inspect shows name and state of a task',
  inLoop(async () => {
    async function work(): Promise<string> {
      return 'abc';
    }
    const task = createTask(work, { name: 'T' });
    assert.equal(inspect(task), '<Task T pending>');
    await task;
    assert.match(inspect(task), /^<Task T finished result="abc"/);
    const cancelled = createTask(work, { name: 'C' });
    cancelled.cancel();
    assert.equal(inspect(cancelled), '<Task C cancelling>');
    await outcomeOf(cancelled);
    assert.equal(inspect(cancelled), '<Task C cancelled>');
    const failed = createTask(
      async () => {
        throw new RangeError('far');
      },
      { name: 'F' },
    );
    await outcomeOf(failed);
    assert.match(inspect(failed), /^<Task F finished exception=RangeError\("far"\)/);
  }),
);

// asyncio: test_task_repr_autogenerated
test(
  'tasks without a name are numbered upwards',
  inLoop(async () => {
    const names = [createTask(async () => 1), createTask(async () => 2)].map((task) => task.getName());
    const numbers = names.map((name) => Number(/^Task-(\d+)$/.exec(name)?.[1]));
    assert.ok((numbers[0] as number) < (numbers[1] as number), names.join());
  }),
);

// asyncio: test_task_set_name_pylong, test_task_repr_name_not_str
test(
  'a name that is no string becomes one',
  inLoop(async () => {
    const task = createTask(async () => 1, { name: 987654321 as never });
    assert.equal(task.getName(), '987654321');
    task.setName(123456789 as never);
    assert.equal(task.getName(), '123456789');
    task.setName([6] as never);
    assert.equal(task.getName(), '6');
    task.setName('given');
    assert.equal(task.getName(), 'given');
  }),
);

// asyncio: test_task_source_traceback
test(
  'in debug mode inspect shows where a task was created',
  inLoop(async () => {
    getRunningLoop().setDebug(true);
    assert.match(inspect(createTask(async () => 1)), /created at .*task\.test\.ts:\d+/);
  }),
);

// asyncio: test_get_coro
test(
  'getCoro returns the coroutine',
  inLoop(async () => {
    const coro = async (): Promise<void> => {};
    const task = createTask(coro);
    assert.equal(task.getCoro(), coro);
    await task;
    assert.equal(task.getCoro(), coro);
  }),
);

// asyncio: test_step_result_future
test(
  'a task that waits for a future gets its very result',
  inLoop(async () => {
    const future = new Future<object>();
    const result = {};
    const task = createTask(async () => await future);
    await turns();
    future.setResult(result);
    await turns(2);
    assert.equal(task.done(), true);
    assert.equal(task.result(), result);
  }),
);

// asyncio: test_coroutine_non_gen_function
test(
  'an async function called by hand runs inside the calling task',
  inLoop(async () => {
    const inner = async (): Promise<unknown[]> => [currentTask()];
    assert.deepEqual(await inner(), [currentTask()]);
  }),
);

// asyncio: test_coroutine_non_gen_function_return_future
test(
  'a future that a coroutine returns is waited for, as JavaScript does',
  inLoop(async () => {
    const future = new Future<string>();
    const first = createTask(async () => future);
    const second = createTask(async () => future.setResult('test'));
    assert.equal(await first, 'test');
    assert.equal(await second, undefined);
  }),
);

// asyncio: BaseTaskTests.test_current_task, test_current_task_with_implicit_loop
test(
  'currentTask is the task whose code runs, undefined in a callback',
  inLoop(async () => {
    const task: Task<void> = createTask(async () => {
      assert.equal(currentTask(), task);
      await sleep(0);
      assert.equal(currentTask(), task);
    });
    await task;
    let inCallback: unknown = 'not called';
    getRunningLoop().callSoon(() => (inCallback = currentTask()));
    await turns();
    assert.equal(inCallback, undefined);
  }),
);

// asyncio: test_current_task_no_running_loop_implicit, test_current_task_no_running_loop
test('currentTask and allTasks need a running loop', () => {
  assert.throws(() => currentTask(), NoRunningLoopError);
  assert.throws(() => allTasks(), NoRunningLoopError);
  const loop = newEventLoop();
  assert.equal(allTasks(loop).size, 0);
  loop.close();
});

// asyncio: test_current_task_with_interleaving_tasks
test(
  'currentTask follows tasks that take turns',
  inLoop(async () => {
    const seen: string[] = [];
    const body = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        seen.push(currentTask()?.getName() ?? '');
        await sleep(0);
      }
    };
    const tasks = ['a', 'b'].map((name) => createTask(body, { name }));
    for (const task of tasks) await task;
    assert.deepEqual(seen, ['a', 'b', 'a', 'b', 'a', 'b']);
  }),
);

test(
  'allTasks has the tasks that are not done, in the order of their creation',
  inLoop(async () => {
    const me = currentTask();
    const tasks = [1, 2, 3].map(() => createTask(() => sleep(10_000)));
    assert.deepEqual([...allTasks()], [me, ...tasks]);
    tasks[1]?.cancel();
    await turns(2);
    assert.deepEqual([...allTasks()], [me, tasks[0], tasks[2]]);
    for (const task of tasks) task.cancel();
    await turns(2);
    assert.deepEqual([...allTasks()], [me]);
  }),
);

// asyncio: BaseTaskTests.test_task_set_methods
test(
  'setResult and setException are not for tasks',
  inLoop(async () => {
    const task = createTask(async () => 'ok');
    assert.throws(() => task.setResult(), failsWith(UsageError, 'ERR_ASYNCIO_USAGE'));
    assert.throws(() => task.setException(), failsWith(UsageError, 'ERR_ASYNCIO_USAGE'));
    assert.equal(await task, 'ok');
  }),
);

// asyncio: test_task_awaits_on_itself
test(
  'a task that awaits itself gets an error',
  inLoop(async () => {
    const task: Task<void> = createTask(async () => {
      await task;
    });
    const outcome = await Promise.race([
      outcomeOf(task),
      new Promise((resolve) => setTimeout(resolve, 50, 'hangs')),
    ]);
    assert.notEqual(outcome, 'hangs');
    assert.ok((outcome as { error: unknown }).error instanceof UsageError);
  }),
);

// asyncio: test_other_loop_future
test(
  'a task that awaits a future of another loop gets an error',
  inLoop(async () => {
    const other = newEventLoop();
    const future = other.createFuture<void>();
    const task = createTask(async () => {
      await future;
    });
    const outcome = await Promise.race([
      outcomeOf(task),
      new Promise((resolve) => setTimeout(resolve, 50, 'hangs')),
    ]);
    assert.notEqual(outcome, 'hangs');
    assert.ok((outcome as { error: unknown }).error instanceof UsageError);
    other.close();
  }),
);

// asyncio: test_error_in_call_soon
test('a loop that cannot schedule refuses the task', () => {
  const loop = newEventLoop();
  loop.close();
  let ran = false;
  assert.throws(
    () =>
      loop.createTask(async () => {
        ran = true;
      }),
    UsageError,
  );
  assert.throws(() => new Task(async () => (ran = true), { loop }), UsageError);
  assert.equal(ran, false);
  assert.equal(allTasks(loop).size, 0);
});

// asyncio: test_get_stack
test(
  'getStack and printStack show in debug mode where a task waits',
  inLoop(async () => {
    getRunningLoop().setDebug(true);
    const inner = async function innermost(): Promise<void> {
      await sleep(10_000);
    };
    const task = createTask(
      async function outermost() {
        await inner();
      },
      { name: 'T' },
    );
    await turns(2);
    const stack = task.getStack();
    // Bun leaves out the function that waits when that has not waited before.
    if (!('bun' in process.versions)) assert.match(stack.shift() ?? '', /innermost .*task\.test\.ts/);
    assert.match(stack[0] ?? '', /outermost .*task\.test\.ts/);
    assert.equal(task.getStack({ limit: 1 }).length, 1);
    let printed = '';
    task.printStack({ write: (text) => (printed += text) });
    assert.match(printed, /Stack of T/);
    assert.match(printed, /outermost/);
    task.cancel();
    await outcomeOf(task);
    assert.deepEqual(task.getStack(), []);
  }),
);

// asyncio: test_task_repr_wait_for
test(
  'inspect of a waiting task names what it waits for',
  inLoop(async () => {
    const future = new Future<void>();
    const task = createTask(
      async () => {
        await future;
      },
      { name: 'W' },
    );
    await turns(2);
    assert.equal(inspect(task), `<Task W pending wait_for=${inspect(future)}>`);
    const outer = createTask(async () => await Promise.all([task, sleep(1), sleep(1), sleep(1)]), {
      name: 'O',
    });
    await turns(2);
    assert.equal(
      inspect(outer),
      '<Task O pending wait_for=<Task W pending>, <Future pending>, <Future pending>, 1 more>',
    );
    future.setResult();
    assert.equal(inspect(await outer), '[ undefined, undefined, undefined, undefined ]');
    assert.equal(inspect(outer), '<Task O finished result=[Array]>');
  }),
);

// asyncio: test_tb_logger_not_called_after_cancel (Task), test_tb_logger_not_called_after_cancel
test(
  'an error of a task that somebody tried to cancel afterwards is not reported',
  inLoop(async () => {
    const contexts = caughtContexts();
    getRunningLoop().setDebug(true);
    const task = createTask(async () => {
      throw new TypeError('quiet');
    });
    await turns();
    task.cancel();
    await sleep(5);
    assert.deepEqual(contexts, []);
  }),
);

test(
  'the error of a coroutine that throws before its first await is the outcome of the task',
  inLoop(async () => {
    const error = new Error('at once');
    const task = createTask(() => {
      throw error;
    });
    assert.deepEqual(await outcomeOf(task), { error });
  }),
);
