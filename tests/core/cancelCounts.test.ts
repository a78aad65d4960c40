// What cancel, uncancel and cancelling make of each other, where asyncio's rules are easily missed.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTask,
  currentTask,
  Future,
  gather,
  getRunningLoop,
  run,
  Runner,
  sleep,
  timeout,
  waitFor,
} from '../../src/asyncio.ts';
import type { CancelledError } from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { assertCancelled, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

const swallow = async (wait: Promise<unknown>): Promise<string> => {
  try {
    await wait;
    return 'result';
  } catch (error) {
    return `${(error as Error).name} ${(error as Error).message}`;
  }
};

test(
  'cancelling: is never below 0, and a cancel after a body took back that of its timeout counts 1',
  inLoop(async () => {
    const task = createTask(async () => {
      const me = currentTask();
      const counts: unknown[] = [];
      await waitFor(async () => {
        await swallow(sleep(1000));
        counts.push(me?.uncancel());
      }, 1).catch(() => {});
      counts.push(me?.cancelling());
      await timeout(1, async () => {
        await swallow(sleep(1000));
        counts.push(me?.uncancel(), me?.uncancel());
        me?.cancel('real');
        counts.push(me?.cancelling());
        return await swallow(sleep(1000));
      }).then((text) => counts.push(text));
      counts.push(me?.cancelling());
      return counts;
    });
    assert.deepEqual(await task, [0, 0, 0, 0, 1, 'CancelledError real', 1]);
  }),
);

test(
  'uncancel: takes back a cancel of a task at sleep(0), which then gives its result',
  inLoop(async () => {
    for (const [cancels, uncancels, expected] of [
      [1, 1, 'result slept'],
      [2, 2, 'result slept'],
      [2, 1, 'cancelled'],
    ] as const) {
      const task = createTask(() => sleep(0, { result: 'slept' }));
      await turns(1);
      for (let i = 0; i < cancels; i++) task.cancel();
      for (let i = 0; i < uncancels; i++) task.uncancel();
      const outcome = await outcomeOf(task);
      assert.equal(
        'cancelled' in outcome ? 'cancelled' : `result ${(outcome as { value: string }).value}`,
        expected,
      );
    }
  }),
);

test(
  'uncancel: does not take back the cancel of a sleep that is in its heap, or of a future, as in asyncio',
  inLoop(async () => {
    for (const wait of [() => sleep(5), () => new Future<void>()]) {
      const task = createTask(wait);
      await turns(1);
      task.cancel();
      task.uncancel();
      await assertCancelled(task);
    }
  }),
);

test(
  'cancel: of a sleep whose timer is due in the same turn comes behind what was ready, and once',
  inLoop(async () => {
    const log: string[] = [];
    const loop = getRunningLoop();
    const when = loop.time() + 20;
    const sleeper = createTask(async () => {
      log.push(await swallow(sleep(when - loop.time())));
    });
    loop.callAt(when - 1, () => {});
    await turns(1);
    // Both timers come due together, the cancel first.
    loop.callAt(when - 0.001, () => {
      sleeper.cancel('late');
      loop.callSoon(() => log.push('callback'));
    });
    for (const end = performance.now() + 25; performance.now() < end;);
    await sleeper;
    assert.equal(log.filter((line) => line.startsWith('CancelledError')).length, 1);
    assert.deepEqual(log.includes('callback'), true);
  }),
);

test(
  'cancel: not lost, and not given twice, at a gather whose children are done',
  inLoop(async () => {
    const lost = createTask(async () => {
      const future = new Future<number>();
      const all = gather([future]);
      future.setResult(1);
      currentTask()?.cancel();
      return await swallow(all);
    });
    assert.match(await lost, /^CancelledError/);

    const late = async (main: () => { cancel(): void }): Promise<void> => {
      await sleep(0);
      main().cancel();
    };
    const twice = createTask(async (): Promise<string> => {
      void createTask(() => late(() => twice));
      const text = await swallow(
        gather([async () => void createTask(() => late(() => twice))], { returnExceptions: true }),
      );
      await turns(3);
      return text;
    });
    assert.match(await twice, /^CancelledError/);
    assert.equal(twice.cancelled(), false);
  }),
);

test(
  'cancel: of two before the delivery the last message counts, and an empty one takes none away',
  inLoop(async () => {
    for (const [messages, expected] of [
      [['first', 'second'], 'second'],
      [['first', ''], 'first'],
      [['', 'second'], 'second'],
    ] as const) {
      for (const state of ['waits', 'has its turn', 'has not begun']) {
        const future = new Future<void>();
        const task = createTask(async () => await future);
        if (state !== 'has not begun') await turns(1);
        if (state === 'has its turn') future.setResult();
        for (const message of messages) task.cancel(message);
        const error = await task.catch((thrown: CancelledError) => thrown);
        if (state === 'waits') assert.equal((error as CancelledError).message, expected, state);
        else assert.equal((error as CancelledError).message, messages[1], state);
      }
    }
  }),
);

test('run: what main left ready when it ended runs, and what that starts is cancelled', async () => {
  const log: string[] = [];
  const leave = async (): Promise<void> => {
    void createTask(async () => {
      getRunningLoop().callSoon(() => {
        log.push('callback');
        void createTask(async () => {
          log.push('task');
          try {
            await sleep(60_000);
          } finally {
            log.push('cancelled');
          }
        });
      });
    });
  };
  await run(leave);
  assert.deepEqual(log, ['callback', 'task', 'cancelled']);
  const runner = new Runner();
  await runner.run(leave);
  await runner.close();
  assert.equal(log.length, 6);
});

test(
  'cancel: what another task waits for takes it, also where it can be delivered at the next await only',
  inLoop(async () => {
    const inner = createTask(async () => swallow(gather([new Future<void>()])));
    const outer = createTask(async () => `outer ${await inner}`);
    await turns(2);
    inner.cancel('one');
    // The gather has taken that one, and is not done yet: there is nothing left to cancel in it.
    outer.cancel('two');
    assert.deepEqual(await outcomeOf(outer), { value: 'outer CancelledError one' });
    assert.equal(inner.cancelling(), 2);
  }),
);
