// What debug mode tells, each with its message and its place. What it tells of cancels that wait for a foreign promise is
// in stuckCancels.test.ts, of errors that nobody looks at in ../core/unretrieved.test.ts, of code that goes on in a block
// that was left in ../core/endedFrames.test.ts, of slow callbacks in watches.test.ts.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { guard } from '../harness.ts';
import {
  asCompleted,
  createTask,
  currentTask,
  Event,
  gather,
  getRunningLoop,
  isCancelled,
  Lock,
  newEventLoop,
  race,
  run,
  shield,
  sleep,
  startServer,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from '../../src/asyncio.ts';
import { onBun, onDeno } from '../commandLine.ts';
import { runChild } from '../core/child.ts';
import { reportsOf } from '../core/reports.ts';

const noProfiler = (onBun || onDeno) && 'this runtime has no profiler within the process';
const noLines = onBun && 'Bun leaves the awaiting function out of the stack';

/** Keeps the thread for `ms` milliseconds. */
function hog(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Keeps the thread for as much of the processor's time. */
function work(ms: number): void {
  const before = process.cpuUsage();
  for (let used = 0; used < ms * 1000;) {
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
}

const loopOfRoots = Number(/:(\d+):\d+/.exec(new Error('here').stack!.split('\n')[1]!)![1]) + 3;
function roots(many: number): number {
  let sum = 0;
  for (let i = 0; i < many; i++) sum += Math.sqrt(sum + i);
  return sum;
}

/** What is told of a program in debug mode, and that nothing is without. */
async function told(main: () => Promise<unknown>): Promise<string[]> {
  assert.deepEqual(await reportsOf(() => run(main)), []);
  return (await reportsOf(() => run(main, { debug: true }))).map((text) => text.replace(/^warning: /, ''));
}

/** The lines of this file in a text. */
const lines = (text: string): number[] =>
  [...text.matchAll(/debugMode\.test\.[jt]s:(\d+)/g)].map(([, line]) => Number(line));

test('debug mode: a slow step is told with the lines between which it lay', async () => {
  const texts = await told(async () => {
    getRunningLoop().slowCallbackDuration = 40;
    await createTask(async function between() {
      await sleep(1);
      hog(60);
      await sleep(1);
    });
    await createTask(async function beginning() {
      hog(60);
    });
  });
  const [between, beginning] = texts.filter((text) => text.includes('Executing')) as [string, string];
  if (onBun) assert.match(between, /took \d+\.\d ms\n    created at /);
  else {
    const [, after, before] = lines(between) as [number, number, number];
    assert.match(between, /took \d+\.\d ms\n    after its await at .*\n    before its await at /);
    assert.equal(before - after, 2);
  }
  assert.match(beginning, /took \d+\.\d ms\n    created at /);
});

test(
  'debug mode: a slow step is told with the line on which most of its time went',
  { skip: noProfiler },
  async () => {
    const texts = await told(async () => {
      getRunningLoop().slowCallbackDuration = 40;
      // Its line counts once without being slow.
      let sum = roots(1000);
      await createTask(async function between() {
        await sleep(1);
        sum += roots(1e7);
        await sleep(1);
      });
      assert.ok(sum > 0);
    });
    const [text = ''] = texts.filter((each) => each.includes('Executing'));
    const [share, line] =
      /\n    (\d+) % of it at roots \(.*debugMode\.test\.ts:(\d+)\)$/.exec(text)?.slice(1) ?? [];
    assert.ok(Number(share) > 50, text);
    assert.equal(Number(line), loopOfRoots, text);
  },
);

test(
  'debug mode: a cancel that a catch swallows in a loop, at the await to which it leads back',
  { skip: noLines },
  async () => {
    const texts = await told(async () => {
      const never = new Event();
      const task = createTask(
        async () => {
          for (let i = 0; i < 3; i++) {
            try {
              await never.wait();
            } catch {
              // Whatever it was.
            }
          }
          throw new Error('ends');
        },
        { name: 'retries' },
      );
      for (let i = 0; i < 3; i++) {
        await sleep(0);
        task.cancel();
      }
      await Promise.allSettled([task]);
    });
    assert.equal(texts.length, 1, texts.join('\n'));
    assert.match(
      texts[0]!,
      /^retries was cancelled and waits again where it was: a catch has swallowed the CancelledError\n    at /,
    );
    assert.equal(lines(texts[0]!).length, 1);
  },
);

test('debug mode: a task that was cancelled and ends with a result', async () => {
  const texts = await told(async () => {
    const task = createTask(
      async () => {
        try {
          await sleep(60_000);
        } catch {
          return 'nevertheless';
        }
        return '';
      },
      { name: 'stubborn' },
    );
    await sleep(0);
    task.cancel();
    await task;
  });
  assert.equal(texts.length, 1, texts.join('\n'));
  assert.match(
    texts[0]!,
    /^stubborn was cancelled and has ended with a result: .*\n(    at .*\n)?  Throw it on: /,
  );
});

test('debug mode: who cleans up, passes the cancel on, or takes it back has swallowed nothing', async () => {
  const texts = await told(async () => {
    const cleans = createTask(async () => {
      try {
        await sleep(60_000);
      } finally {
        for (let i = 0; i < 3; i++) await sleep(0);
      }
    });
    const passes = createTask(async () => {
      for (;;) {
        try {
          await sleep(60_000);
        } catch (error) {
          if (isCancelled(error)) throw error;
        }
      }
    });
    const goesOn = createTask(async () => {
      for (let i = 0; i < 2; i++) {
        try {
          await sleep(60_000);
        } catch {
          currentTask()!.uncancel();
        }
      }
    });
    await sleep(0);
    for (const task of [cleans, passes, goesOn]) task.cancel();
    await sleep(1);
    goesOn.cancel();
    for (let i = 0; i < 2; i++) await timeout(1, () => sleep(60_000)).catch(() => {});
    await Promise.allSettled([cleans, passes, goesOn]);
  });
  assert.deepEqual(texts, []);
});

test('debug mode: a sleep or a wait that is never awaited, with the line that began it, once', async () => {
  const texts = await told(async () => {
    const never = new Event();
    for (let i = 0; i < 3; i++) void sleep(1);
    void sleep(60_000);
    void never.wait();
    await sleep(5);
  });
  const here = lines(texts.filter((text) => !text.startsWith('Executing')).join('\n'));
  assert.deepEqual(
    texts.map((text) => text.split('\n')[0]).filter((text) => !text?.startsWith('Executing')),
    ['sleep', 'sleep', 'event.wait'].map(
      (name) => `${name} was called, and what it returned was never awaited:`,
    ),
  );
  assert.deepEqual(
    here.map((line) => line - here[0]!),
    [0, 1, 2],
  );
  // The sleep of a minute.
  await assert.rejects(guard.check(), { code: 'ERR_ASYNCIO_LEAK' });
});

test('debug mode: what is never awaited is told when it is collected', async () => {
  const { code, stderr } = await runChild(new URL('neverAwaitedProgram.ts', import.meta.url));
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /sleep was called, and what it returned was never awaited:[^]*neverAwaitedProgram[^]*main goes on/,
  );
});

test('debug mode: who awaits later, by then, in a group of promises, by a callback, or cancels has forgotten nothing', async () => {
  const texts = await told(async () => {
    const lock = new Lock();
    const early = sleep(1);
    await Promise.all([sleep(1), sleep(2)]);
    await Promise.race([sleep(1), sleep(2)]);
    await early;
    await new Promise((resolve) => void sleep(1).then(resolve));
    await wait([sleep(1)]);
    await gather(sleep(1), sleep(0));
    await (async () => sleep(1))();
    await new Promise((resolve) => sleep(1).addDoneCallback(resolve));
    sleep(60_000).cancel();
    await lock.acquire();
    const second = lock.acquire();
    lock.release();
    (await second)[Symbol.dispose]();
    await timeout(1, () => sleep(60_000)).catch(() => {});
    await race([() => sleep(1), () => sleep(60_000)]);
    await shield(sleep(1));
    await waitFor(sleep(1), 10_000);
    for await (const each of asCompleted([sleep(1), sleep(2)])) void each;
  });
  // A slow machine makes slow steps.
  assert.deepEqual(
    texts.filter((text) => !text.includes('Executing')),
    [],
  );
});

test('debug mode: code of no loop that keeps the thread', async () => {
  const main = (): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(() => {
        work(700);
        setTimeout(resolve, 100);
      }, 1);
    });
  const texts = await told(main);
  assert.match(
    texts[0]!,
    /^the thread was held up for \d+ ms by code that runs in no task and no callback of a loop/,
  );
  assert.equal(texts.length, 1);
});

test('debug mode: what is left open when the loop closes, with the place where it was opened', async () => {
  let closed = 0;
  const texts = await told(async () => {
    const kept = await startServer(() => {}, '127.0.0.1', 0);
    await using _ = await startServer(() => {}, '127.0.0.1', 0);
    closed += kept.sockets.length;
  });
  assert.equal(closed, 2);
  assert.equal(texts.length, 1, texts.join('\n'));
  assert.match(
    texts[0]!,
    /^the program has left open, and the loop closes:\n  \w*Listener, opened\n    at /,
  );
  assert.equal(lines(texts[0]!).length, 1);
  // It is what this is about.
  await assert.rejects(guard.check(), { code: 'ERR_ASYNCIO_LEAK' });
});

test('debug mode: an error that leaves tasks tells where each was created', async () => {
  const main = (): Promise<void> =>
    taskGroup(async (group) => {
      group.startSoon(
        async () => {
          const inner = createTask(
            async () => {
              await sleep(1);
              throw new Error('deep');
            },
            { name: 'inner' },
          );
          await inner;
        },
        { name: 'outer' },
      );
    });
  const stackOf = async (debug: boolean): Promise<string> => {
    const group = (await run(main, { debug }).catch((error: unknown) => error)) as AggregateError;
    return (group.errors[0] as Error).stack!;
  };
  const stack = await stackOf(true);
  assert.match(
    stack,
    /^Error: deep\n[^]*-- left inner, which was created --\n    at [^]*-- left outer, which was created --\n    at /,
  );
  assert.doesNotMatch(await stackOf(false), /which was created/);
});

test('debug mode: errors that cannot be changed, and what is no error, go through as they are', async () => {
  const frozen = Object.freeze(new Error('frozen'));
  for (const thrown of [frozen, 'text', undefined, Object.assign(new Error('odd'), { stack: 1 })]) {
    const caught = await run(() => createTask(() => Promise.reject(thrown)), { debug: true }).catch(
      (error: unknown) => ({ error }),
    );
    assert.deepEqual(caught, { error: thrown });
  }
});

test('debug mode: nothing of a loop can be handed to another thread, so none is called from a wrong one', async () => {
  const loop = newEventLoop({ debug: true });
  const future = loop.createFuture();
  assert.throws(() => structuredClone(future), { name: 'DataCloneError' });
  const arrived = structuredClone({ loop }).loop;
  assert.equal(arrived.callSoon, undefined);
  // Of another loop of this thread it is refused.
  await run(async () => assert.rejects(async () => await future, { code: 'ERR_ASYNCIO_USAGE' }));
  loop.close();
});
