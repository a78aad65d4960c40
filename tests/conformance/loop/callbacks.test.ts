// What asyncio's test_base_events and test_events ask of callbacks, timers and handles, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  Handle,
  InvalidArgumentError,
  getRunningLoop,
  newEventLoop,
  sleep,
  TimerHandle,
  UsageError,
} from '../../../src/asyncio.ts';
import { viewLoop } from '../../../src/lowlevel.ts';
import { inLoop } from '../../inLoop.ts';
import { inJumpingLoop } from '../../jumpingClock.ts';
import { failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';
import { caughtContexts } from '../../core/reports.ts';

const badArgument = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');
const misuse = failsWith(UsageError, 'ERR_ASYNCIO_USAGE');

// asyncio: BaseEventLoopTests.test_call_soon, EventLoopTestsMixin.test_call_soon, test__add_callback_handle
test(
  'callSoon runs the callback in the next iteration, with its arguments',
  inLoop(async () => {
    const loop = getRunningLoop();
    const log: unknown[] = [];
    const handle = loop.callSoon((a: string, b: number) => log.push([a, b]), 'hello', 1);
    assert.ok(handle instanceof Handle);
    assert.deepEqual(log, []);
    await turns();
    assert.deepEqual(log, [['hello', 1]]);
  }),
);

// asyncio: test_call_soon_non_callable, test_call_coroutine
test(
  'in debug mode callSoon refuses what is no function, and async functions',
  inLoop(async () => {
    const loop = getRunningLoop();
    loop.setDebug(true);
    for (const wrong of [1, 'text', {}, undefined])
      assert.throws(() => loop.callSoon(wrong as never), badArgument);
    const coroutine = async (): Promise<void> => {};
    assert.throws(() => loop.callSoon(coroutine), badArgument);
    assert.throws(() => loop.callSoonThreadsafe(coroutine), badArgument);
    assert.throws(() => loop.callLater(60, coroutine), badArgument);
    assert.throws(() => loop.callAt(loop.time() + 60, coroutine), badArgument);
  }),
);

// asyncio: test_call_later, EventLoopTestsMixin.test_call_later
test('callLater runs the callback when its time has come', () =>
  inJumpingLoop(async (loop, clock) => {
    const log: unknown[] = [];
    const start = loop.time();
    const handle = loop.callLater(100, (text: string) => log.push([text, loop.time() - start]), 'hello');
    assert.ok(handle instanceof TimerHandle);
    await sleep(1000);
    assert.deepEqual(log, [['hello', 100]]);
    assert.equal(clock.jumps.length, 2);
  }));

// asyncio: test_call_later_negative_delays
test(
  'timers with negative delays run in the order of their times',
  inLoop(async () => {
    const log: string[] = [];
    const loop = getRunningLoop();
    loop.callLater(-1, () => log.push('a'));
    loop.callLater(-2, () => log.push('b'));
    await sleep(5);
    assert.deepEqual(log, ['b', 'a']);
  }),
);

// asyncio: test_time_and_call_at
test(
  'callAt runs the callback at a time of the loop clock, never early',
  inLoop(async () => {
    const loop = getRunningLoop();
    const when = loop.time() + 20.25;
    const ran = loop.createFuture<number>();
    const handle = loop.callAt(when, () => ran.setResult(loop.time()));
    assert.equal(handle.when(), when);
    assert.ok((await ran) >= when);
  }),
);

test(
  'callLater and callAt refuse times that are none',
  inLoop(async () => {
    const loop = getRunningLoop();
    for (const wrong of [NaN, 'soon', undefined, null]) {
      assert.throws(() => loop.callLater(wrong as never, () => {}), badArgument);
      assert.throws(() => loop.callAt(wrong as never, () => {}), badArgument);
    }
  }),
);

// asyncio: test_timeout_rounding
test(
  'short sleeps cost few iterations',
  inLoop(async () => {
    const loop = getRunningLoop();
    const before = viewLoop(loop).iterations;
    for (const delay of [10, 0.1, 0.001, 0.00001, 0.0000001]) await sleep(delay);
    assert.ok(viewLoop(loop).iterations - before <= 20, String(viewLoop(loop).iterations - before));
  }),
);

// asyncio: HandleTests.test_handle, test__add_callback_cancelled_handle
test(
  'a handle can be cancelled before it runs',
  inLoop(async () => {
    const handle = getRunningLoop().callSoon(() => assert.fail('cancelled'));
    assert.equal(handle.cancelled(), false);
    handle.cancel();
    assert.equal(handle.cancelled(), true);
    await turns();
    handle.cancel();
    assert.equal(handle.cancelled(), true);
  }),
);

test(
  'a handle that ran is not cancelled',
  inLoop(async () => {
    const loop = getRunningLoop();
    const soon = loop.callSoon(() => {});
    const later = loop.callLater(1, () => {});
    await sleep(3);
    assert.equal(soon.cancelled(), false);
    assert.equal(later.cancelled(), false);
    later.cancel();
    assert.equal(viewLoop(loop).nextTimer, Infinity);
  }),
);

// asyncio: TimerTests.test_timer, TimerTests.test_when
test('a timer can be cancelled, also by an earlier callback of the same iteration', () =>
  inJumpingLoop(async (loop) => {
    const first = loop.callLater(10, () => second.cancel());
    const second = loop.callLater(10, () => assert.fail('cancelled'));
    assert.equal(first.when(), loop.time() + 10);
    assert.equal(second.when(), first.when());
    const third = loop.callLater(5, () => assert.fail('cancelled'));
    third.cancel();
    assert.equal(third.cancelled(), true);
    await sleep(100);
    assert.equal(second.cancelled(), true);
  }));

// asyncio: HandleTests.test_callback_with_exception
test(
  'what a callback throws goes to the exception handler, with the handle',
  inLoop(async () => {
    const loop = getRunningLoop();
    const contexts = caughtContexts(loop);
    const error = new RangeError('callback');
    const handle = loop.callSoon(function throwing() {
      throw error;
    });
    const later = loop.callLater(1, function throwingLater() {
      throw error;
    });
    await sleep(5);
    assert.deepEqual(
      contexts.map((context) => context.message),
      ['Exception in callback throwing', 'Exception in callback throwingLater'],
    );
    assert.ok(contexts.every((context) => context.exception === error));
    assert.equal(contexts[0]?.handle, handle);
    assert.equal(contexts[1]?.handle, later);
  }),
);

// asyncio: test_handle_repr, test_timer_repr
test(
  'inspect of a handle names its callback, its state and its time',
  inLoop(async () => {
    const loop = getRunningLoop();
    function noop(): void {}
    const handle = loop.callSoon(noop);
    assert.equal(inspect(handle), '<Handle noop>');
    handle.cancel();
    assert.equal(inspect(handle), '<Handle cancelled>');
    const timer = loop.callAt(loop.time() + 1000, noop);
    assert.match(inspect(timer), /^<TimerHandle noop when=\d+\.\d{3}>$/);
    timer.cancel();
    assert.match(inspect(timer), /^<TimerHandle cancelled when=/);
  }),
);

// asyncio: test_handle_repr_debug, test_timer_repr_debug, test_handle_source_traceback
test(
  'in debug mode inspect of a handle shows where it was created',
  inLoop(async () => {
    const loop = getRunningLoop();
    loop.setDebug(true);
    function noop(): void {}
    for (const handle of [loop.callSoon(noop), loop.callLater(0, noop), loop.callAt(0, noop)]) {
      assert.match(inspect(handle), /noop.* created at .*callbacks\.test\.ts:\d+/);
      handle.cancel();
    }
  }),
);

// asyncio: test_timer_comparison, TimerTests.test_hash
test('timers of the same time run in the order in which they were set', () =>
  inJumpingLoop(async (loop) => {
    const log: number[] = [];
    const when = loop.time() + 50;
    for (let i = 0; i < 200; i++) loop.callAt(when, () => log.push(i));
    await sleep(100);
    assert.deepEqual(
      log,
      Array.from({ length: 200 }, (_, i) => i),
    );
  }));

// asyncio: test_close
test('a closed loop refuses everything that would schedule', async () => {
  const loop = newEventLoop();
  const future = loop.createFuture<void>();
  loop.close();
  assert.equal(loop.isClosed(), true);
  const noop = (): void => {};
  await assert.rejects(loop.runForever(), misuse);
  await assert.rejects(loop.runUntilComplete(future), misuse);
  assert.throws(() => loop.callSoon(noop), misuse);
  assert.throws(() => loop.callSoonThreadsafe(noop), misuse);
  assert.throws(() => loop.callLater(1, noop), misuse);
  assert.throws(() => loop.callAt(loop.time(), noop), misuse);
  assert.throws(() => loop.createTask(async () => {}), misuse);
});

// asyncio: test__run_once
test('a cancelled timer at the head does not wake the loop', () =>
  inJumpingLoop(async (loop, clock) => {
    const start = loop.time();
    loop.callLater(5000, () => {}).cancel();
    await sleep(10_000);
    assert.deepEqual(clock.jumps, [start + 10_000]);
  }));

// asyncio: test__run_once_schedule_handle
test(
  'what a due timer schedules waits for the next iteration',
  inLoop(async () => {
    const loop = getRunningLoop();
    const log: string[] = [];
    loop.callAt(loop.time() - 1, () => {
      log.push('timer');
      loop.callSoon(() => log.push('scheduled'));
    });
    loop.callSoon(() => loop.callSoon(() => log.push('after')));
    await turns(3);
    assert.deepEqual(log, ['timer', 'after', 'scheduled']);
  }),
);
