// Cancels and AbortSignals, in both directions, with no listener left behind.

import '../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import {
  CancelledError,
  createTask,
  currentSignal,
  getRunningLoop,
  sleep,
  UsageError,
} from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { assertCancelled, failsWith, outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

/** An AbortSignal that counts its abort listeners. */
function countedSignal(): { controller: AbortController; signal: AbortSignal; listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>): void => {
    count++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
    count--;
    remove(...args);
  };
  return { controller, signal, listeners: () => count };
}

/** What a library does with a signal: rejects with its reason when it is aborted. */
function work(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

test(
  'currentSignal is aborted with the very CancelledError of the cancel',
  inLoop(async () => {
    let signal: AbortSignal | undefined;
    let caught: unknown;
    const task = createTask(async () => {
      signal = currentSignal();
      try {
        await work(signal);
      } catch (error) {
        caught = error;
        throw error;
      }
    });
    await turns(2);
    assert.equal(signal?.aborted, false);
    task.cancel('through the signal');
    assert.equal(signal?.aborted, true);
    await assertCancelled(task);
    assert.ok(caught instanceof CancelledError);
    assert.equal(caught, signal?.reason);
    assert.equal(caught.message, 'through the signal');
  }),
);

test(
  'task.signal is the signal of the whole task',
  inLoop(async () => {
    const task = createTask(() => sleep(60_000));
    await turns();
    const { signal } = task;
    assert.equal(signal.aborted, false);
    assert.equal(task.signal, signal);
    task.cancel();
    assert.equal(signal.aborted, true);
    await assertCancelled(task);
  }),
);

test(
  'a signal asked for after a pending cancel is aborted already',
  inLoop(async () => {
    let aborted: boolean | undefined;
    const task = createTask(async () => {
      task.cancel();
      aborted = currentSignal().aborted;
      await sleep(0);
    });
    await assertCancelled(task);
    assert.equal(aborted, true);
  }),
);

test(
  'a task that survives its cancel gets a fresh signal',
  inLoop(async () => {
    const signals: AbortSignal[] = [];
    const task = createTask(async () => {
      signals.push(currentSignal());
      try {
        await sleep(60_000);
      } catch {}
      signals.push(currentSignal());
      await sleep(0);
    });
    await turns(2);
    task.cancel();
    await outcomeOf(task);
    assert.deepEqual(
      signals.map((signal) => signal.aborted),
      [true, false],
    );
  }),
);

test(
  'currentSignal needs a task',
  inLoop(async () => {
    let error: unknown;
    getRunningLoop().callSoon(() => {
      try {
        currentSignal();
      } catch (thrown) {
        error = thrown;
      }
    });
    await turns();
    failsWith(UsageError, 'ERR_ASYNCIO_USAGE')(error);
  }),
);

test(
  'createTask with a signal: the abort cancels the task, with the reason as message',
  inLoop(async () => {
    const { controller, signal, listeners } = countedSignal();
    const task = createTask(() => sleep(60_000), { signal });
    await turns();
    controller.abort(new Error('page closed'));
    await assert.rejects(
      task,
      (error) => error instanceof CancelledError && error.message === 'page closed',
    );
    await turns(2);
    assert.equal(listeners() <= 1, true);
  }),
);

test(
  'createTask with a signal that is aborted already never calls the coroutine',
  inLoop(async () => {
    const task = createTask(async () => assert.fail('called'), { signal: AbortSignal.abort('too late') });
    await assert.rejects(task, (error) => error instanceof CancelledError && error.message === 'too late');
  }),
);

test(
  'createTask with a signal leaves no listener when the task ends first',
  inLoop(async () => {
    const { signal, listeners } = countedSignal();
    for (let i = 0; i < 100; i++) {
      const tasks = [
        createTask(async () => i, { signal }),
        createTask(
          async () => {
            throw new Error();
          },
          { signal },
        ),
        createTask(() => sleep(60_000), { signal }),
      ] as const;
      tasks[2].cancel();
      await Promise.allSettled(tasks);
    }
    await turns(3);
    assert.equal(listeners(), 0);
  }),
);

test(
  'AbortSignal.timeout can be the limit of a task',
  inLoop(async () => {
    const task = createTask(() => sleep(60_000), { signal: AbortSignal.timeout(5) });
    await assertCancelled(task);
  }),
);

test(
  'a listener on a signal does not swallow the cancel of a task that waits for something of ours',
  inLoop(async () => {
    const heard: string[] = [];
    const task = createTask(async () => {
      currentSignal().addEventListener('abort', () => heard.push('abort'));
      await sleep(60_000);
    });
    await turns(2);
    task.cancel();
    await assertCancelled(task);
    assert.deepEqual(heard, ['abort']);
  }),
);

// Bun and Deno do not tell who listens to a signal: there one that was handed out counts as heard.
const tells = !('bun' in process.versions || 'deno' in process.versions);

test(
  'work that ignores the signal it asked for still ends at its next await',
  { skip: !tells },
  inLoop(async () => {
    const gate = Promise.withResolvers<void>();
    const task = createTask(async () => {
      void currentSignal();
      await gate.promise;
      await sleep(60_000);
    });
    await turns(2);
    task.cancel();
    gate.resolve();
    await assertCancelled(task);
  }),
);
