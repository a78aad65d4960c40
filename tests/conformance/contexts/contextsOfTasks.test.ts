// Context variables in tasks, callbacks and timers: what asyncio's test_tasks (test_context_1 to 6) and
// test_futures2 ask, and what becomes of other AsyncLocalStorage stores.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { test } from 'node:test';
import {
  Context,
  ContextVar,
  copyContext,
  createTask,
  currentTask,
  getRunningLoop,
  newEventLoop,
  sleep,
} from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { inLoop } from '../../inLoop.ts';
import { assertCancelled } from '../../outcome.ts';
import { turns } from '../../turns.ts';

// asyncio: BaseTaskTests.test_context_1
test(
  'what a task sets stays in it, across its awaits',
  inLoop(async () => {
    const variable = new ContextVar<string>('v', { default: 'nope' });
    const sub = async (): Promise<void> => {
      await sleep(1);
      assert.equal(variable.get(), 'nope');
      variable.set('something else');
      await sleep(1);
      assert.equal(variable.get(), 'something else');
    };
    await createTask(async () => {
      assert.equal(variable.get(), 'nope');
      const task = createTask(sub);
      variable.set('yes');
      assert.equal(variable.get(), 'yes');
      await task;
      assert.equal(variable.get(), 'yes');
    });
    assert.equal(variable.get(), 'nope');
  }),
);

// asyncio: BaseTaskTests.test_context_2
test(
  'a done callback keeps the context it was added in',
  inLoop(async () => {
    const variable = new ContextVar<string>('v', { default: 'nope' });
    const seen: string[] = [];
    const task = createTask(async () => {
      variable.set('inside');
      const inner = createTask(() => sleep(1));
      inner.addDoneCallback(() => {
        seen.push(variable.get());
        variable.set('set by the callback');
      });
      variable.set('afterwards');
      await inner;
      await turns();
      seen.push(variable.get());
    });
    await task;
    assert.deepEqual(seen, ['inside', 'afterwards']);
    assert.equal(variable.get(), 'nope');
  }),
);

// asyncio: BaseTaskTests.test_context_3
test(
  'a hundred tasks at once each see what they set themselves',
  inLoop(async () => {
    const variable = new ContextVar<number>('v', { default: -1 });
    const tasks = Array.from({ length: 100 }, (_, n) =>
      createTask(async () => {
        for (let i = 0; i < 10; i++) {
          variable.set(n + i);
          await sleep((n * 7 + i) % 3);
          assert.equal(variable.get(), n + i);
        }
      }),
    );
    for (const task of tasks) await task;
    assert.equal(variable.get(), -1);
  }),
);

// asyncio: BaseTaskTests.test_context_4, BaseTaskTests.test_context_5, BaseTaskTests.test_context_6
test(
  'a context given to a task is shared, not copied',
  inLoop(async () => {
    const variable = new ContextVar<number>('v');
    const context = copyContext();
    const set = (value: number) => async (): Promise<void> => {
      await sleep(0);
      variable.set(value);
    };
    const seen: unknown[] = [context.get(variable)];
    await createTask(set(1), { context });
    seen.push(context.get(variable));
    await getRunningLoop().createTask(set(2), { context });
    seen.push(context.get(variable));
    assert.deepEqual(seen, [undefined, 1, 2]);
    assert.equal(variable.get(0), 0);
  }),
);

// asyncio: test_get_context
test(
  'getContext is the context given, or the copy that the task made',
  inLoop(async () => {
    const variable = new ContextVar<number>('v');
    variable.set(1);
    const context = copyContext();
    const given = createTask(async () => {}, { context });
    assert.equal(given.getContext(), context);
    const own = createTask(async () => {
      variable.set(2);
    });
    assert.notEqual(own.getContext(), context);
    await own;
    assert.equal(own.getContext().get(variable), 2);
    const empty: Task<void> = createTask(
      async () => {
        variable.set(3);
      },
      { context: new Context() },
    );
    await empty;
    assert.equal(empty.getContext().get(variable), 3);
  }),
);

// asyncio: test_handle_exc_handler_correct_context
test(
  'the exception handler runs in the context of the callback that threw',
  inLoop(async () => {
    const variable = new ContextVar<string>('name', { default: 'foo' });
    const loop = getRunningLoop();
    const seen: string[] = [];
    loop.setExceptionHandler(() => seen.push(variable.get()));
    variable.set('bar');
    loop.callSoon(() => {
      throw new Error('callback');
    });
    variable.set('baz');
    await turns();
    assert.deepEqual(seen, ['bar']);
    loop.callSoon(() => {
      variable.set('set by the callback');
      throw new Error('callback');
    });
    await turns();
    assert.deepEqual(seen, ['bar', 'set by the callback']);
  }),
);

test(
  'callSoon, callLater and callAt run in a copy of the context they were called in',
  inLoop(async () => {
    const variable = new ContextVar<string>('v', { default: 'none' });
    const loop = getRunningLoop();
    const seen: string[] = [];
    const look = (): void => {
      seen.push(variable.get());
      variable.set('changed by a callback');
    };
    variable.set('soon');
    loop.callSoon(look);
    variable.set('later');
    loop.callLater(1, look);
    variable.set('at');
    loop.callAt(loop.time() + 2, look);
    variable.set('now');
    while (seen.length < 3) await sleep(1);
    assert.deepEqual(seen, ['soon', 'later', 'at']);
    assert.equal(variable.get(), 'now');
  }),
);

test('what is set outside of every loop is seen by the tasks made there', async () => {
  const variable = new ContextVar<string>('outer', { default: 'none' });
  const token = variable.set('outside');
  const loop = newEventLoop();
  assert.equal(await loop.runUntilComplete(async () => variable.get()), 'outside');
  loop.close();
  variable.reset(token);
});

test(
  'a context entered with run is in force for the tasks that are started in it',
  inLoop(async () => {
    const variable = new ContextVar<string>('v', { default: 'none' });
    const context = new Context();
    const task = context.run(() => {
      variable.set('inner');
      return createTask(async () => {
        await sleep(0);
        return variable.get();
      });
    });
    assert.equal(await task, 'inner');
    assert.equal(variable.get(), 'none');
  }),
);

test(
  'an async function called in a context goes on in it',
  inLoop(async () => {
    const variable = new ContextVar<string>('v', { default: 'none' });
    const context = new Context();
    const result = context.run(async () => {
      variable.set('kept');
      await sleep(1);
      assert.ok(currentTask() !== undefined);
      return variable.get();
    });
    assert.equal(await result, 'kept');
    assert.equal(context.get(variable), 'kept');
  }),
);

test(
  'a task can be cancelled while it awaits in a context that it entered',
  inLoop(async () => {
    const task = createTask(async () => {
      await new Context().run(async () => {
        await sleep(60_000);
      });
    });
    await turns(2);
    task.cancel();
    await assertCancelled(task);
  }),
);

// Stores of other libraries: request ids, trace spans.
const foreign = new AsyncLocalStorage<string>();

test(
  'another AsyncLocalStorage follows createTask, across awaits',
  inLoop(async () => {
    const seen: (string | undefined)[] = [];
    const body = async (): Promise<void> => {
      seen.push(foreign.getStore());
      await sleep(1);
      seen.push(foreign.getStore());
      await createTask(async () => {
        seen.push(foreign.getStore());
      });
    };
    const tasks = ['a', 'b'].map((id) => foreign.run(id, () => createTask(body)));
    for (const task of tasks) await task;
    assert.deepEqual(
      seen.toSorted((a = '', b = '') => (a < b ? -1 : 1)),
      ['a', 'a', 'a', 'b', 'b', 'b'],
    );
    assert.equal(foreign.getStore(), undefined);
  }),
);

test(
  'another AsyncLocalStorage follows callSoon, callLater and done callbacks',
  inLoop(async () => {
    const loop = getRunningLoop();
    const seen: string[] = [];
    const look = (what: string) => (): void => void seen.push(`${what} ${foreign.getStore()}`);
    const future = loop.createFuture<void>();
    foreign.run('x', () => loop.callSoon(look('soon')));
    foreign.run('y', () => loop.callLater(1, look('later')));
    foreign.run('z', () => future.addDoneCallback(look('done')));
    loop.callSoon(look('outside'));
    future.setResult();
    await sleep(5);
    assert.deepEqual(seen.sort(), ['done z', 'later y', 'outside undefined', 'soon x']);
  }),
);

test(
  'a task that awaits another keeps its own stores',
  inLoop(async () => {
    const inner = foreign.run('inner', () =>
      createTask(async () => {
        await sleep(0);
        return foreign.getStore();
      }),
    );
    const outer = foreign.run('outer', () =>
      createTask(async () => {
        const got = await inner;
        return [got, foreign.getStore()];
      }),
    );
    assert.deepEqual(await outer, ['inner', 'outer']);
  }),
);
