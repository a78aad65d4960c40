// What asyncio's test_tasks asks of cancelling tasks, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  CancelledError,
  createTask,
  currentTask,
  Future,
  getRunningLoop,
  sleep,
} from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { inLoop } from '../../inLoop.ts';
import { inJumpingLoop } from '../../jumpingClock.ts';
import { assertCancelled, outcomeOf } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const never = (): Promise<void> => sleep(60_000);

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => assert.fail('not cancelled'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CancelledError);
  return error.message;
}

// asyncio: BaseTaskTests.test_cancel
test(
  'cancel is thrown where the task sleeps, and is told once',
  inLoop(async () => {
    const task = createTask(async () => {
      await sleep(10_000);
      return 12;
    });
    await turns();
    assert.equal(task.cancel(), true);
    assert.equal(task.done(), false);
    await assertCancelled(task);
    assert.equal(task.done(), true);
    assert.equal(task.cancel(), false);
  }),
);

// asyncio: BaseTaskTests.test_task_cancel_message_getter
test(
  'the message given to cancel is the message of the error',
  inLoop(async () => {
    const task = createTask(never);
    await turns();
    task.cancel('my reason');
    assert.equal(await messageOf(task), 'my reason');
    const other = createTask(never);
    await turns();
    other.cancel();
    assert.equal(await messageOf(other), '');
  }),
);

// asyncio: test_cancel_with_message_then_future_result, test_cancel_with_message_then_future_exception
test(
  'result and exception of a cancelled task throw the error with its message',
  inLoop(async () => {
    for (const message of ['', 'my message']) {
      const task = createTask(never);
      await turns();
      task.cancel(message);
      await outcomeOf(task);
      for (const look of [() => task.result(), () => task.exception()]) {
        assert.throws(look, (error) => error instanceof CancelledError && error.message === message);
      }
    }
  }),
);

// asyncio: test_cancellation_exception_context
test(
  'an error made of the cancel can carry it as its cause',
  inLoop(async () => {
    const loop = getRunningLoop();
    const started = loop.createFuture<void>();
    const task = createTask(async () => {
      const inner = createTask(async () => {
        started.setResult();
        await never();
      });
      await started;
      loop.callSoon(() => inner.cancel('msg'));
      try {
        await inner;
      } catch (error) {
        throw new RangeError('cancelled', { cause: error });
      }
    });
    await outcomeOf(task);
    const error = task.exception() as RangeError;
    assert.ok(error instanceof RangeError);
    assert.ok(error.cause instanceof CancelledError);
    assert.equal(error.cause.message, 'msg');
  }),
);

// asyncio: test_cancel_with_message_before_starting_task
test(
  'a task cancelled before its first step never runs, and keeps the message',
  inLoop(async () => {
    const task = createTask(async () => assert.fail('must not run'));
    task.cancel('my message');
    assert.equal(task.done(), false);
    assert.equal(await messageOf(task), 'my message');
    assert.equal(task.cancelled(), true);
  }),
);

// asyncio: test_cancel_yield
test(
  'cancel reaches a task that only gives way',
  inLoop(async () => {
    const task = createTask(async () => {
      await sleep(0);
      await sleep(0);
      return 12;
    });
    await turns();
    task.cancel();
    await assertCancelled(task);
    assert.equal(task.cancel(), false);
  }),
);

// asyncio: test_cancel_inner_future
test(
  'cancelling the future that a task awaits cancels the task',
  inLoop(async () => {
    const future = new Future<void>();
    const task = createTask(async () => {
      await future;
      return 12;
    });
    await turns();
    future.cancel();
    await assertCancelled(task);
    assert.equal(future.cancelled(), true);
  }),
);

// asyncio: test_cancel_both_task_and_inner_future
test(
  'cancelling both the future and the task ends in one cancel',
  inLoop(async () => {
    const future = new Future<void>();
    let caught = 0;
    const task = createTask(async () => {
      try {
        await future;
      } catch (error) {
        caught++;
        throw error;
      }
    });
    await turns();
    future.cancel();
    task.cancel();
    await assertCancelled(task);
    assert.equal(caught, 1);
  }),
);

// asyncio: test_cancel_task_catching
test(
  'a task that catches the cancel and returns is not cancelled',
  inLoop(async () => {
    const first = new Future<void>();
    const second = new Future<void>();
    const task = createTask(async () => {
      await first;
      try {
        await second;
      } catch (error) {
        assert.ok(error instanceof CancelledError);
        return 42;
      }
      return 0;
    });
    await turns(2);
    first.setResult();
    await turns(2);
    task.cancel();
    assert.equal(second.cancelled(), true);
    assert.equal(await task, 42);
    assert.equal(task.cancelled(), false);
  }),
);

// asyncio: test_cancel_task_ignoring
test(
  'a task that ignores the cancel goes on and can wait again',
  inLoop(async () => {
    const futures = [new Future<number>(), new Future<number>(), new Future<number>()] as const;
    const task = createTask(async () => {
      await futures[0];
      try {
        await futures[1];
      } catch {}
      return await futures[2];
    });
    await turns(2);
    futures[0].setResult(0);
    await turns(2);
    task.cancel();
    assert.equal(futures[1].cancelled(), true);
    await turns(2);
    futures[2].setResult(42);
    assert.equal(await task, 42);
    assert.equal(futures[2].cancelled(), false);
    assert.equal(task.cancelled(), false);
  }),
);

// asyncio: test_cancel_current_task
test(
  'a task that cancels itself is interrupted at its next await',
  inLoop(async () => {
    let after = false;
    const task: Task<number> = createTask(async () => {
      task.cancel();
      assert.equal(task.cancelled(), false);
      await sleep(100_000);
      after = true;
      return 12;
    });
    await assertCancelled(task);
    assert.equal(after, false);
    assert.equal(task.cancel(), false);
  }),
);

// asyncio: test_cancel_at_end
test(
  'a task cancelled in its last step ends as cancelled',
  inLoop(async () => {
    const task: Task<number> = createTask(async () => {
      task.cancel('at the end');
      return 12;
    });
    assert.equal(await messageOf(task), 'at the end');
    assert.equal(task.cancelled(), true);
    const failing: Task<number> = createTask(async () => {
      failing.cancel();
      throw new RangeError('wins');
    });
    assert.equal(((await outcomeOf(failing)) as { error: Error }).error.message, 'wins');
    assert.equal(failing.cancelled(), false);
  }),
);

// asyncio: test_cancel_awaited_task
test(
  'a pending cancel is handed to the task that is awaited next',
  inLoop(async () => {
    const future = new Future<void>();
    let nested: Task<void> | undefined;
    const task: Task<void> = createTask(async () => {
      nested = createTask(async () => {
        await future;
      });
      await sleep(0);
      task.cancel();
      await nested;
    });
    await assertCancelled(task);
    assert.equal(nested?.cancelled(), true);
    assert.equal(future.cancelled(), true);
  }),
);

// asyncio: test_cancelling
test(
  'cancelling counts the requests that were not taken back',
  inLoop(async () => {
    const task = createTask(never);
    await turns();
    assert.equal(task.cancelling(), 0);
    assert.doesNotMatch(inspect(task), / cancelling/);
    assert.equal(task.cancel(), true);
    assert.equal(task.cancelling(), 1);
    assert.match(inspect(task), /^<Task Task-\d+ cancelling/);
    assert.equal(task.cancel(), true);
    assert.equal(task.cancelling(), 2);
    await assertCancelled(task);
    assert.equal(task.cancel(), false);
    assert.equal(task.cancelling(), 2);
  }),
);

// asyncio: test_uncancel_basic
test(
  'uncancel takes one request back and returns how many are left',
  inLoop(async () => {
    const task = createTask(async () => {
      try {
        await never();
      } catch {
        assert.equal(currentTask()?.uncancel(), 1);
        assert.equal(currentTask()?.uncancel(), 0);
        assert.equal(currentTask()?.uncancel(), 0);
        await never();
      }
    });
    await turns();
    assert.equal(task.uncancel(), 0);
    task.cancel();
    task.cancel();
    assert.match(inspect(task), / cancelling/);
    assert.equal(task.cancelling(), 2);
    assert.equal(task.cancelled(), false);
    await turns(2);
    assert.doesNotMatch(inspect(task), / cancelling/);
    assert.equal(task.cancelling(), 0);
    assert.equal(task.cancelled(), false);
    assert.equal(task.cancel(), true);
    assert.equal(task.cancelling(), 1);
    await assertCancelled(task);
    task.uncancel();
    assert.equal(task.cancelled(), true);
    assert.equal(task.done(), true);
  }),
);

// asyncio: test_uncancel_resets_must_cancel
test(
  'uncancel takes back a cancel that came after the future was done',
  inLoop(async () => {
    const future = new Future<number>();
    const task = createTask(async () => await future);
    await turns(2);
    future.setResult(42);
    task.cancel();
    assert.equal(task.cancelling(), 1);
    assert.equal(task.uncancel(), 0);
    assert.equal(task.cancelling(), 0);
    assert.deepEqual(await outcomeOf(task), { value: 42 });
  }),
);

// asyncio: test_uncancel_resets_must_cancel
test(
  'uncancel takes back a cancel that was not delivered yet',
  inLoop(async () => {
    const task: Task<string> = createTask(async () => {
      task.cancel();
      task.uncancel();
      await sleep(0);
      return 'not cancelled';
    });
    assert.equal(await task, 'not cancelled');
  }),
);

// asyncio: test_uncancel_structured_blocks
test('a hand-made timeout block cancels, uncancels and goes on', () =>
  inJumpingLoop(async (loop) => {
    const request = async (pause: number, limit: number) => {
      const task = currentTask() as Task<unknown>;
      const seen = { timedOut: false, finished: false, goneOn: false };
      const handle = loop.callLater(limit, () => {
        seen.timedOut = true;
        task.cancel();
      });
      try {
        await sleep(pause);
        seen.finished = true;
      } catch (error) {
        if (!(seen.timedOut && task.uncancel() === 0 && error instanceof CancelledError)) throw error;
      } finally {
        handle.cancel();
      }
      await sleep(0);
      seen.goneOn = true;
      return seen;
    };
    const slow = createTask(() => request(10_000, 100));
    assert.deepEqual(await slow, { timedOut: true, finished: false, goneOn: true });
    assert.equal(slow.cancelling(), 0);
    const quick = createTask(() => request(0, 10_000));
    assert.deepEqual(await quick, { timedOut: false, finished: true, goneOn: true });
    assert.equal(quick.cancelling(), 0);
  }));

// asyncio: test_baseexception_during_cancel
test(
  'an error thrown instead of the cancel is the outcome of the task',
  inLoop(async () => {
    const error = new Error('clean-up failed');
    const task = createTask(async () => {
      try {
        await never();
      } catch {
        throw error;
      }
    });
    await turns();
    task.cancel();
    assert.equal(task.done(), false);
    assert.deepEqual(await outcomeOf(task), { error });
    assert.equal(task.cancelled(), false);
    assert.equal(task.exception(), error);
  }),
);

// asyncio: test_yield_future_passes_cancel
test(
  'a cancel of the outer task goes through the inner one to what that waits for',
  inLoop(async () => {
    const future = new Future<void>();
    let proof = 0;
    const inner = createTask(async () => {
      try {
        await future;
      } catch (error) {
        proof += 1;
        throw error;
      }
    });
    const outer = createTask(async () => {
      try {
        await inner;
      } catch {
        proof += 10;
      }
    });
    await turns(3);
    outer.cancel();
    await outer;
    assert.equal(proof, 11);
    assert.equal(future.cancelled(), true);
    assert.equal(inner.cancelled(), true);
    assert.equal(outer.cancelled(), false);
  }),
);

// asyncio: test_task_cancel_sleeping_task, test_sleep_cancel
test('cancelling a sleeper takes its timer back', () =>
  inJumpingLoop(async (loop, clock) => {
    const task = createTask(() => sleep(10_000));
    await turns();
    const before = loop._timers.live;
    task.cancel();
    assert.equal(loop._timers.live, before - 1);
    await assertCancelled(task);
    assert.deepEqual(clock.jumps, []);
  }));

// asyncio: test_task_cancel_waiter_future
test(
  'cancel goes to the future that the task waits for at this moment',
  inLoop(async () => {
    const future = new Future<void>();
    const task = createTask(async () => {
      try {
        await future;
      } catch (error) {
        assert.ok(error instanceof CancelledError);
        return 'caught';
      }
      return 'not';
    });
    await turns(2);
    task.cancel();
    assert.equal(future.cancelled(), true);
    assert.equal(await task, 'caught');
  }),
);

test(
  'finally blocks run once each, innermost first, through plain async functions',
  inLoop(async () => {
    const log: string[] = [];
    const level = async (depth: number): Promise<void> => {
      try {
        if (depth === 0) await never();
        else await level(depth - 1);
      } finally {
        log.push(`finally ${depth}`);
      }
    };
    const task = createTask(() => level(4));
    await turns();
    task.cancel();
    await assertCancelled(task);
    assert.deepEqual(
      log,
      [0, 1, 2, 3, 4].map((depth) => `finally ${depth}`),
    );
  }),
);
