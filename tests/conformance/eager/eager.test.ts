// What asyncio's test_eager_task_factory asks, in our words. One thing is different by nature: an async
// function's promise does not tell its state, so a coroutine that never waits ends its task a microtask
// after `createTask`, not inside it.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allTasks,
  ContextVar,
  createEagerTaskFactory,
  createTask,
  currentTask,
  eagerTaskFactory,
  Future,
  getRunningLoop,
  sleep,
  Task,
} from '../../../src/asyncio.ts';
import type { Coroutine, TaskOptions } from '../../../src/asyncio.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled, outcomeOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

/** As inLoop, with tasks that start eagerly. */
const eagerly = (body: () => Promise<unknown>): (() => Promise<void>) =>
  inLoop(async () => {
    getRunningLoop().setTaskFactory(eagerTaskFactory);
    await body();
  });

/** The microtask in which an eager task that does not wait ends. */
const microtask = (): Promise<void> => Promise.resolve();

// asyncio: test_eager_task_factory_set
test(
  'eager: the factory is set and got, and makes tasks',
  inLoop(async () => {
    const loop = getRunningLoop();
    assert.equal(loop.getTaskFactory(), undefined);
    loop.setTaskFactory(eagerTaskFactory);
    assert.equal(loop.getTaskFactory(), eagerTaskFactory);
    const task = createTask(async () => 'ok', { name: 'named' });
    assert.ok(task instanceof Task);
    assert.equal(task.getName(), 'named');
    assert.equal(await task, 'ok');
    loop.setTaskFactory(undefined);
    assert.equal(loop.getTaskFactory(), undefined);
  }),
);

// asyncio: test_await_future_during_eager_step
test(
  'eager: a task may await a done future during its eager step',
  eagerly(async () => {
    const task = createTask(async () => {
      const future = new Future<string>();
      future.setResult('set');
      return await future;
    });
    assert.equal(await task, 'set');
    const outside = new Future<string>();
    await Promise.all([createTask(async () => outside.setResult('my message')), outside]);
    assert.equal(outside.result(), 'my message');
  }),
);

// asyncio: test_eager_completion, test_eager_start_true_with_default_factory, test_eager_start_true
test(
  'eager: a coroutine that does not wait runs inside createTask and is done at once after it',
  inLoop(async () => {
    let ran = '';
    const body = async (): Promise<string> => {
      ran = currentTask()?.getName() ?? '';
      return 'ok';
    };
    const task = createTask(body, { eagerStart: true, name: 'example' });
    assert.equal(ran, 'example');
    await microtask();
    await microtask();
    assert.equal(task.done(), true);
    assert.equal(task.result(), 'ok');
    assert.equal(await task, 'ok');
  }),
);

// asyncio: test_block_after_eager_step
test(
  'eager: a coroutine that waits goes on in the loop',
  eagerly(async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      log.push('eager');
      await sleep(1);
      log.push('loop');
      return 'ok';
    });
    log.push('created');
    assert.equal(task.done(), false);
    assert.equal(await task, 'ok');
    assert.deepEqual(log, ['eager', 'created', 'loop']);
  }),
);

// asyncio: test_cancellation_after_eager_completion
test(
  'eager: a task that is done cannot be cancelled',
  eagerly(async () => {
    const task = createTask(async () => 'ok');
    await turns();
    assert.equal(task.cancel(), false);
    assert.equal(await task, 'ok');
  }),
);

// asyncio: test_cancellation_after_eager_step_blocks
test(
  'eager: a task that waits after its eager step can be cancelled there',
  eagerly(async () => {
    const future = new Future<void>();
    const task = createTask(async () => {
      await future;
    });
    assert.equal(task.cancel('cancellation message'), true);
    assert.equal(task.cancelling(), 1);
    await assert.rejects(task, { name: 'CancelledError', message: 'cancellation message' });
    assert.equal(task.cancelled(), true);
    assert.equal(future.cancelled(), true);
  }),
);

// asyncio: test_current_task
test(
  'eager: the task is the current one in its step, and the creator again after it',
  eagerly(async () => {
    const creator = currentTask();
    let inside: unknown;
    let later: unknown;
    const task = createTask(
      async () => {
        inside = currentTask()?.getName();
        await sleep(0);
        later = currentTask()?.getName();
      },
      { name: 'inner' },
    );
    assert.equal(currentTask(), creator);
    await task;
    assert.equal(inside, 'inner');
    assert.equal(later, 'inner');
    assert.equal(currentTask(), creator);
  }),
);

// asyncio: test_all_tasks_with_eager_completion
test(
  'eager: allTasks has the task during its step and not when it is done',
  eagerly(async () => {
    let during: Set<Task> | undefined;
    const task = createTask(async () => {
      during = allTasks();
    });
    assert.equal(during?.has(task), true);
    assert.equal(during?.size, 2);
    await turns();
    assert.equal(allTasks().has(task), false);
  }),
);

// asyncio: test_all_tasks_with_blocking
test(
  'eager: allTasks has a task that waits',
  eagerly(async () => {
    const future = new Future<void>();
    const seen: Set<Task>[] = [];
    const first = createTask(async () => {
      await future;
      seen.push(allTasks());
    });
    const second = createTask(async () => {
      seen.push(allTasks());
      future.setResult();
    });
    await first;
    await second;
    assert.deepEqual([...(seen[0] as Set<Task>)].slice(1), [first, second]);
    assert.equal(seen[1]?.has(first), true);
    assert.equal(seen[1]?.has(second), false);
  }),
);

// asyncio: EagerTaskFactoryLoopTests.test_context_vars
test(
  'eager: what the eager step sets stays in the context of the new task',
  eagerly(async () => {
    const variable = new ContextVar<number>('var', { default: 0 });
    variable.set(1);
    const task = createTask(async () => {
      assert.equal(variable.get(), 1);
      variable.set(2);
      await sleep(0);
      assert.equal(variable.get(), 2);
      variable.set(3);
      return variable.get();
    });
    assert.equal(variable.get(), 1);
    assert.equal(await task, 3);
    assert.equal(variable.get(), 1);
  }),
);

// asyncio: test_eager_start_false
test(
  'eager: eagerStart false overrules the factory',
  eagerly(async () => {
    let ran = false;
    const task = createTask(
      async () => {
        ran = true;
      },
      { eagerStart: false },
    );
    assert.equal(ran, false);
    await task;
    assert.equal(ran, true);
  }),
);

// asyncio: BaseTaskTests.test_eager_start_false
test(
  'eager: without eagerStart a task starts in the next iteration',
  inLoop(async () => {
    let ran = false;
    const task = createTask(async () => {
      ran = true;
    });
    await microtask();
    assert.equal(ran, false);
    assert.equal(task.done(), false);
    await task;
    assert.equal(ran, true);
  }),
);

test(
  'eager: a subclass of Task made by createEagerTaskFactory starts eagerly',
  inLoop(async () => {
    class MyTask<T> extends Task<T> {}
    const make = <T>(coro: Coroutine<T>, options: TaskOptions): Task<T> => new MyTask(coro, options);
    getRunningLoop().setTaskFactory(createEagerTaskFactory(make));
    let ran = false;
    const task = createTask(async () => {
      ran = true;
      await sleep(0);
      return 1;
    });
    assert.equal(ran, true);
    assert.ok(task instanceof MyTask);
    assert.equal(await task, 1);
    const waiting = createTask(() => sleep(10_000));
    waiting.cancel();
    await assertCancelled(waiting);
  }),
);

// asyncio: CEagerTaskFactoryLoopTests.test_issue122332
test(
  'eager: the coroutine can still be asked for when the task is done',
  eagerly(async () => {
    const body = async (): Promise<void> => {};
    const task = createTask(body);
    await task;
    assert.equal(task.getCoro(), body);
  }),
);

// asyncio: CEagerTaskFactoryLoopTests.test_name
test(
  'eager: the name is known during the eager step',
  eagerly(async () => {
    let name: string | undefined;
    await createTask(
      async () => {
        name = currentTask()?.getName();
      },
      { name: 'test name' },
    );
    assert.equal(name, 'test name');
  }),
);

// asyncio: test_awaitables_chain
test(
  'eager: chains of tasks come to the same result as without',
  eagerly(async () => {
    const chain = async (depth: number): Promise<number> =>
      depth === 0 ? 0 : 1 + (await createTask(() => chain(depth - 1)));
    assert.equal(await createTask(() => chain(100)), 100);
  }),
);

test(
  'eager: an error of the eager step is the outcome of the task',
  eagerly(async () => {
    const error = new RangeError('eager');
    const task = createTask(async () => {
      throw error;
    });
    assert.deepEqual(await outcomeOf(task), { error });
  }),
);

test('eager: outside of a running loop eagerStart waits for the loop', async () => {
  const { newEventLoop } = await import('../../../src/asyncio.ts');
  const loop = newEventLoop();
  let ran = false;
  const task = loop.createTask(
    async () => {
      ran = true;
    },
    { eagerStart: true },
  );
  assert.equal(ran, false);
  await loop.runUntilComplete(task);
  assert.equal(ran, true);
  loop.close();
});
