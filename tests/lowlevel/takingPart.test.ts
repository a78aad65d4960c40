// asyncio-ts/lowlevel: what is built outside of the library and takes part in a loop's life.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  currentTask,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  run,
  sleep,
  UsageError,
} from '../../src/asyncio.ts';
import { addResource, cancelTasks, checkpoint, viewLoop } from '../../src/lowlevel.ts';
import type { Resource } from '../../src/lowlevel.ts';
import { expectReport, runTest, VirtualClock } from '../../src/testing/testing.ts';
import type { LeakError } from '../../src/testing/testing.ts';
import { unobserved } from '../unobserved.ts';

/** A resource that writes down what it is told. */
function device(told: string[], rest: Partial<Resource> = {}): Resource {
  return {
    description: 'device',
    close: () => void told.push('close'),
    rest: () => void told.push('rest'),
    resume: () => void told.push('resume'),
    ...rest,
  };
}

test('addResource: told when the loop rests, goes on and is closed', async (context) => {
  unobserved(context);
  const told: string[] = [];
  const loop = newEventLoop();
  addResource(loop, device(told));
  await loop.runUntilComplete(async () => told.push('first'));
  await loop.runUntilComplete(async () => told.push('second'));
  loop.close();
  assert.deepEqual(told, ['resume', 'first', 'rest', 'resume', 'second', 'rest', 'close']);
  assert.throws(() => addResource(loop, device(told)), UsageError);
});

test('addResource: one that was taken away hears nothing more, however often it is taken away', async () => {
  const told: string[] = [];
  await run(async () => {
    const remove = addResource(getRunningLoop(), device(told));
    assert.equal(viewLoop(getRunningLoop()).open, true);
    remove();
    remove();
    assert.equal(viewLoop(getRunningLoop()).open, false);
  });
  assert.deepEqual(told, []);
});

test('addResource: run waits for its end, in a task, before it closes it', async (context) => {
  unobserved(context);
  const told: string[] = [];
  const end = async (): Promise<void> => {
    assert.ok(currentTask() !== undefined);
    await sleep(1000);
    told.push('end');
  };
  await run(
    async () =>
      void addResource(getRunningLoop(), { description: 'pool', end, close: () => told.push('close') }),
    {
      loop: newEventLoop({ clock: new VirtualClock() }),
    },
  );
  assert.deepEqual(told, ['end', 'close']);
});

test('addResource: what close throws is reported, and the loop is closed', async (context) => {
  unobserved(context);
  const loop = newEventLoop();
  addResource(loop, { description: 'device', close: () => assert.fail('stuck') });
  expectReport('closing what was left open failed');
  loop.close();
  assert.equal(loop.isClosed(), true);
});

test('addResource: what rest and resume throw is reported, and the others are told all the same', async (context) => {
  unobserved(context);
  const told: string[] = [];
  const loop = newEventLoop();
  const fail = (): never => assert.fail('stuck');
  addResource(loop, { description: 'broken', close: () => {}, rest: fail, resume: fail });
  addResource(loop, device(told));
  expectReport('could not go on');
  expectReport('could not rest');
  await loop.runUntilComplete(async () => told.push('run'));
  loop.close();
  assert.deepEqual(told, ['resume', 'run', 'rest', 'close']);
});

test('addResource: tasks that its end leaves behind are cancelled and waited for', async (context) => {
  unobserved(context);
  const told: string[] = [];
  const left = async (): Promise<void> => {
    try {
      await sleep(60_000);
    } finally {
      await checkpoint();
      told.push('left task');
    }
  };
  const end = async (): Promise<void> => {
    void createTask(left);
    await sleep(0);
  };
  await run(async () => void addResource(getRunningLoop(), device(told, { end })));
  assert.deepEqual(told.slice(-3), ['left task', 'rest', 'close']);
});

test('addResource: a leak guard names it, with the place, unless it is closing', async (context) => {
  unobserved(context);
  const leaking = runTest(async ({ loop }) => {
    addResource(loop, device([]));
    addResource(loop, device([], { description: 'other', isClosing: () => true }));
  });
  await assert.rejects(leaking, (error: LeakError) => {
    assert.deepEqual(
      error.leaks.map(({ kind, what }) => [kind, what]),
      [['resource', 'device']],
    );
    assert.match(error.message, /resource device, made\n.*takingPart\.test\.ts/);
    return true;
  });
});

test('addResource: one that is taken away by another on the way hears nothing more', async (context) => {
  unobserved(context);
  const told: string[] = [];
  const loop = newEventLoop();
  const takeAway = (name: string, hook: 'close' | 'rest' | 'resume' | 'end'): void => {
    const taken: { remove?: () => void } = {};
    const take = async (): Promise<void> => {
      told.push(name);
      taken.remove?.();
    };
    addResource(loop, device([], { [hook]: take }));
    const never = (): never => assert.fail(`${hook} of what was taken away`);
    taken.remove = addResource(loop, { description: name, close: () => {}, [hook]: never });
  };
  await loop.runUntilComplete(async () => {
    takeAway('ending', 'end');
    takeAway('resting', 'rest');
    takeAway('going on', 'resume');
    takeAway('closing', 'close');
  });
  await run(async () => {}, { loop });
  assert.deepEqual([...new Set(told)], ['resting', 'going on', 'ending', 'closing']);
});

test('addResource: a description and an isClosing that throw are done without', async (context) => {
  unobserved(context);
  let asked = 0;
  const touchy: Resource = {
    get description(): string {
      if (asked++ > 1) throw new Error('no description');
      return 'touchy';
    },
    close: () => {},
    end: async () => {},
    isClosing: () => assert.fail('no answer'),
  };
  await run(async () => {
    addResource(getRunningLoop(), touchy);
    for (let i = 0; i < 3; i++) assert.equal(viewLoop(getRunningLoop()).resources().length, 1);
  });
});

test('addResource: refuses what has no description or close', async () => {
  await run(async () => {
    for (const bad of [
      undefined,
      null,
      {},
      { description: 'x' },
      { close: () => {} },
      { close: 1, description: 'x' },
      { close: () => {}, description: 'x', end: 5 },
    ])
      assert.throws(() => addResource(getRunningLoop(), bad as never), InvalidArgumentError);
  });
});

test('checkpoint: others run, and a cancel is delivered, before and during it', async () => {
  await run(async () => {
    const order: string[] = [];
    void createTask(async () => void order.push('other'));
    await checkpoint();
    order.push('after');
    assert.deepEqual(order, ['other', 'after']);
    const before = createTask(async () => {
      currentTask()?.cancel('due');
      await checkpoint();
    });
    await assert.rejects(before, CancelledError);
    const during = createTask(() => checkpoint());
    void createTask(async () => during.cancel('now'));
    await assert.rejects(during, CancelledError);
  });
});

test('cancelTasks: tasks that wait for each other in a chain of 20,000', async () => {
  await run(async () => {
    const tasks = [createTask(() => sleep(60_000))];
    for (let i = 0; i < 20_000; i++) {
      const before = tasks.at(-1) as (typeof tasks)[number];
      tasks.push(createTask(async () => await before));
    }
    await sleep(0);
    cancelTasks(tasks, 'over');
    await Promise.allSettled(tasks);
    assert.ok(tasks.every((task) => task.cancelled()));
    const left = createTask(() => sleep(60_000));
    assert.throws(() => cancelTasks([left, Promise.resolve() as never]), InvalidArgumentError);
    assert.throws(() => cancelTasks([left], 1 as never), InvalidArgumentError);
    assert.equal(left.cancelling(), 0);
    left.cancel();
  });
});
