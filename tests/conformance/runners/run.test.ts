// What asyncio's test_runners asks of run and Runner, in our words. Its interrupts are in interrupt.test.ts.

import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import '../../harness.ts';
import {
  ContextVar,
  copyContext,
  createTask,
  EventLoop,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  run,
  Runner,
  sleep,
  UsageError,
} from '../../../src/asyncio.ts';
import type { Context, Coroutine, ExceptionContext, Task } from '../../../src/asyncio.ts';

test('run: the result of main', async () => {
  assert.equal(
    await run(async () => {
      await sleep(0);
      return 42;
    }),
    42,
  );
});

test('run: the error of main', async () => {
  await assert.rejects(
    run(async () => {
      await sleep(0);
      throw new RangeError('spam');
    }),
    /spam/,
  );
});

test('run: only a function can be main', async () => {
  await assert.rejects(run(1 as unknown as Coroutine<number>), InvalidArgumentError);
});

test('run: debug mode as told', async () => {
  for (const debug of [false, true])
    assert.equal(await run(async () => getRunningLoop().getDebug(), { debug }), debug);
});

test('run: not from a running loop', async () => {
  await assert.rejects(
    run(async () => await run(async () => 1)),
    /^UsageError: run\(\) cannot be called in a task or callback of a running loop/,
  );
});

test('run: what is left over is cancelled', async () => {
  let leftover: Task<void> | undefined;
  assert.equal(
    await run(async () => {
      leftover = createTask(() => sleep(60_000));
      return 123;
    }),
    123,
  );
  assert.equal(leftover?.cancelled(), true);
});

test('run: errors of what is left over go to the exception handler', async () => {
  const contexts: ExceptionContext[] = [];
  let leftover: Task<void> | undefined;
  assert.equal(
    await run(async () => {
      getRunningLoop().setExceptionHandler((_, context) => contexts.push(context));
      leftover = createTask(async () => {
        try {
          await sleep(60_000);
        } catch {
          throw new RangeError('while stopping');
        }
      });
      await sleep(0);
      return 123;
    }),
    123,
  );
  assert.equal(contexts.length, 1);
  assert.match(contexts[0]?.message ?? '', /run\(\) shutdown/);
  assert.equal(contexts[0]?.task, leftover);
  assert.equal((contexts[0]?.exception as Error | undefined)?.message, 'while stopping');
});

test('run: what left-over tasks start while they stop is stopped too', async () => {
  let late: Task<void> | undefined;
  await run(async () => {
    void createTask(async () => {
      try {
        await sleep(60_000);
      } finally {
        late = createTask(() => sleep(60_000));
      }
    });
    await sleep(0);
  });
  assert.equal(late?.cancelled(), true);
});

test('run: async generators of left-over tasks are ended', async () => {
  let ended = false;
  async function* fidget(): AsyncGenerator<number> {
    try {
      for (;;) {
        yield 1;
        await sleep(60_000);
      }
    } finally {
      ended = true;
    }
  }
  let lazyboy: Task<void> | undefined;
  await assert.rejects(
    run(async () => {
      getRunningLoop().setExceptionHandler(() => {});
      lazyboy = createTask(async () => {
        try {
          for await (const _ of fidget());
        } catch {
          throw new RangeError('while stopping');
        }
      });
      await sleep(0);
      throw new Error('fancy exit');
    }),
    /fancy exit/,
  );
  assert.deepEqual([lazyboy?.done(), ended], [true, true]);
});

test('run: the loop of the factory', async () => {
  const loop = newEventLoop();
  let calls = 0;
  const loopFactory = (): EventLoop => {
    calls++;
    return loop;
  };
  await run(async () => assert.equal(getRunningLoop(), loop), { loopFactory });
  assert.deepEqual([calls, loop.isClosed()], [1, true]);
});

test('run: EventLoop itself is the default', async () => {
  await run(async () => assert.ok(getRunningLoop() instanceof EventLoop));
});

async function withRunner(
  body: (runner: Runner) => Promise<void> | void,
  ...args: ConstructorParameters<typeof Runner>
): Promise<void> {
  const runner = new Runner(...args);
  try {
    await body(runner);
  } finally {
    await runner[Symbol.asyncDispose]();
  }
}

test('Runner: debug mode as told', async () => {
  for (const debug of [false, true]) {
    await withRunner((runner) => assert.equal(runner.getLoop().getDebug(), debug), { debug });
  }
});

test('Runner: the loop of the factory', async () => {
  const loop = newEventLoop();
  await withRunner((runner) => assert.equal(runner.getLoop(), loop), { loopFactory: () => loop });
});

test('Runner: run returns the result; after the end there is no loop', async () => {
  const runner = new Runner();
  assert.equal(
    await runner.run(async () => {
      await sleep(0);
      return 'done';
    }),
    'done',
  );
  const loop = runner.getLoop();
  await runner[Symbol.asyncDispose]();
  assert.throws(() => runner.getLoop(), /the runner is closed/);
  assert.equal(loop.isClosed(), true);
});

test('Runner: only a function can be main', async () => {
  await withRunner(async (runner) => {
    await assert.rejects(runner.run(123 as unknown as Coroutine<number>), InvalidArgumentError);
  });
});

test('Runner: a future and any promise by way of a function', async () => {
  await withRunner(async (runner) => {
    const future = runner.getLoop().createFuture<string>();
    future.setResult('done');
    assert.equal(await runner.run(() => future), 'done');
    assert.equal(await runner.run(() => Promise.resolve('done')), 'done');
    const thenable = { then: (resolve: (value: string) => void): void => resolve('done') };
    assert.equal(await runner.run(() => thenable as PromiseLike<string>), 'done');
  });
});

test('Runner: close ends it, and a second close does nothing', async () => {
  const runner = new Runner();
  const loop = runner.getLoop();
  await runner.close();
  assert.throws(() => runner.getLoop(), UsageError);
  assert.equal(loop.isClosed(), true);
  await runner.close();
  assert.equal(loop.isClosed(), true);
});

test('Runner: no run after the end', async () => {
  const ran: number[] = [];
  const runner = new Runner();
  await runner.run(async () => void ran.push(1));
  await runner.close();
  await assert.rejects(
    runner.run(async () => void ran.push(2)),
    /the runner is closed/,
  );
  assert.deepEqual(ran, [1]);
});

test('Runner: the context is kept from run to run', async () => {
  const variable = new ContextVar<number>('variable', { default: -1 });
  const swap = (value: number) => async (): Promise<number> => {
    const old = variable.get();
    await sleep(0);
    variable.set(value);
    return old;
  };
  await withRunner(async (runner) => {
    assert.equal(await runner.run(swap(1)), -1);
    assert.equal(await runner.run(swap(2)), 1);
    const context: Context = await runner.run(async () => copyContext());
    assert.equal(context.get(variable), 2);
  });
  assert.equal(variable.get(), -1);
});

test('Runner: a context that is given is the one main runs in', async () => {
  const variable = new ContextVar<number>('variable', { default: -1 });
  const context = copyContext();
  await withRunner(async (runner) => {
    await runner.run(async () => void variable.set(7), { context });
    assert.equal(await runner.run(async () => variable.get()), -1);
  });
  assert.equal(context.get(variable), 7);
});

test('Runner: no run inside its own run', async () => {
  await withRunner(async (runner) => {
    await assert.rejects(
      runner.run(async () => await runner.run(async () => {})),
      UsageError,
    );
  });
});

test('Runner: one loop for all runs', async () => {
  await withRunner(async (runner) => {
    const loops = [
      await runner.run(async () => getRunningLoop()),
      await runner.run(async () => getRunningLoop()),
    ];
    assert.equal(loops[0], loops[1]);
  });
});

test('Runner: the result is never printed', async () => {
  let printed = 0;
  const result = {
    [inspect.custom]() {
      printed++;
      return 'result';
    },
  };
  await withRunner(async (runner) => assert.equal(await runner.run(async () => result), result));
  assert.equal(printed, 0);
});
