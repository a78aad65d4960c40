// What asyncio's test_futures asks of done callbacks, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ContextVar,
  copyContext,
  createTask,
  Future,
  getRunningLoop,
  sleep,
} from '../../../src/asyncio.ts';
import { caughtContexts } from '../../core/reports.ts';
import { inLoop } from '../../inLoop.ts';
import { turns } from '../../turns.ts';

function tagged(log: unknown[], tag: string): (future: Future<unknown>) => void {
  return (future) =>
    log.push([tag, future.cancelled() ? 'cancelled' : (future.exception() ?? future.result())]);
}

// asyncio: test_callbacks_invoked_on_set_result
test(
  'done callbacks run after setResult, in the next iteration, in order',
  inLoop(async () => {
    const future = new Future<unknown>();
    const log: unknown[] = [];
    future.addDoneCallback(tagged(log, 'a'));
    future.addDoneCallback(tagged(log, 'b'));
    await turns();
    assert.deepEqual(log, []);
    future.setResult('r');
    assert.deepEqual(log, []);
    await turns();
    assert.deepEqual(log, [
      ['a', 'r'],
      ['b', 'r'],
    ]);
  }),
);

// asyncio: test_callbacks_invoked_on_set_exception
test(
  'done callbacks run after setException and after cancel',
  inLoop(async () => {
    const log: unknown[] = [];
    const failed = new Future<unknown>();
    failed.addDoneCallback(tagged(log, 'failed'));
    const error = new Error('e');
    failed.setException(error);
    const cancelled = new Future<unknown>();
    cancelled.addDoneCallback(tagged(log, 'gone'));
    cancelled.cancel();
    await turns();
    assert.deepEqual(log, [
      ['failed', error],
      ['gone', 'cancelled'],
    ]);
  }),
);

test(
  'a done callback added to a done future runs in the next iteration',
  inLoop(async () => {
    const future = new Future<unknown>();
    future.setResult(1);
    const log: unknown[] = [];
    future.addDoneCallback(tagged(log, 'late'));
    assert.deepEqual(log, []);
    await turns();
    assert.deepEqual(log, [['late', 1]]);
  }),
);

// asyncio: test_remove_done_callback, test_callbacks_remove_first_callback, test_callbacks_remove_first_and_second_callback, test_callbacks_remove_third_callback
test(
  'removeDoneCallback takes back every registration and says how many',
  inLoop(async () => {
    const calls: string[] = [];
    const one = (): void => void calls.push('one');
    const two = (): void => void calls.push('two');
    const three = (): void => void calls.push('three');
    const future = new Future<number>();
    assert.equal(future.removeDoneCallback(one), 0);
    future.addDoneCallback(one);
    assert.equal(future.removeDoneCallback(two), 0);
    assert.equal(future.removeDoneCallback(one), 1);
    assert.equal(future.removeDoneCallback(one), 0);
    for (const callback of [one, two, one, three, one]) future.addDoneCallback(callback);
    assert.equal(future.removeDoneCallback(one), 3);
    future.addDoneCallback(two);
    assert.equal(future.removeDoneCallback(three), 1);
    future.setResult(1);
    await turns();
    assert.deepEqual(calls, ['two', 'two']);
  }),
);

// asyncio: test_remove_done_callbacks_list_mutation, test_remove_done_callbacks_list_clear
test(
  'callbacks and awaits stand in one list: removing callbacks leaves the awaits',
  inLoop(async () => {
    const future = new Future<number>();
    const callback = (): void => assert.fail('was removed');
    const log: number[] = [];
    future.addDoneCallback(callback);
    const first = createTask(async () => log.push(await future));
    await turns();
    future.addDoneCallback(callback);
    const second = createTask(async () => log.push(await future));
    await turns();
    assert.equal(future.removeDoneCallback(callback), 2);
    future.setResult(5);
    await Promise.all([first, second]);
    assert.deepEqual(log, [5, 5]);
  }),
);

// asyncio: test_schedule_callbacks_list_mutation_1, test_schedule_callbacks_list_mutation_2, test_evil_call_soon_list_mutation, test_callbacks_copy
test(
  'what callbacks add or remove while they run does not disturb the others',
  inLoop(async () => {
    const future = new Future<number>();
    const log: string[] = [];
    const last = (): void => void log.push('last');
    future.addDoneCallback(() => {
      log.push('first');
      future.addDoneCallback(() => log.push('added'));
      assert.equal(future.removeDoneCallback(last), 0);
    });
    future.addDoneCallback(last);
    future.setResult(1);
    assert.equal(future.removeDoneCallback(last), 0);
    await turns();
    assert.deepEqual(log, ['first', 'last']);
    await turns();
    assert.deepEqual(log, ['first', 'last', 'added']);
  }),
);

test(
  'awaits and callbacks are served in the order in which they came',
  inLoop(async () => {
    const future = new Future<void>();
    const log: string[] = [];
    const waiter = (name: string) =>
      createTask(async () => {
        await future;
        log.push(name);
      });
    void waiter('task 1');
    await turns();
    future.addDoneCallback(() => log.push('callback'));
    void waiter('task 2');
    await turns();
    future.setResult();
    await turns(2);
    // The promise below a future wakes all that await it when its first subscriber's turn comes.
    assert.equal(log[0], 'task 1');
    assert.deepEqual([...log].sort(), ['callback', 'task 1', 'task 2']);
  }),
);

// asyncio: test_callbacks_invoked_on_set_result
test(
  'a callback that throws is reported and does not stop the others',
  inLoop(async () => {
    const contexts = caughtContexts();
    const future = new Future<number>();
    const log: string[] = [];
    const error = new Error('callback');
    future.addDoneCallback(function broken() {
      throw error;
    });
    future.addDoneCallback(() => log.push('next'));
    future.setResult(1);
    await turns();
    assert.deepEqual(log, ['next']);
    assert.equal(contexts.length, 1);
    assert.equal(contexts[0]?.exception, error);
    assert.match(contexts[0]?.message ?? '', /broken/);
    assert.equal(contexts[0]?.['future'], future);
  }),
);

test(
  'a callback runs in the context it was added in, or in the one given',
  inLoop(async () => {
    const variable = new ContextVar<string>('v', { default: 'none' });
    const future = new Future<void>();
    const seen: string[] = [];
    variable.set('adding');
    const other = copyContext();
    other.run(() => variable.set('other'));
    future.addDoneCallback(() => {
      seen.push(variable.get());
      variable.set('changed in the callback');
    });
    future.addDoneCallback(() => seen.push(variable.get()), { context: other });
    variable.set('later');
    future.setResult();
    await sleep(0);
    assert.deepEqual(seen, ['adding', 'other']);
    assert.equal(variable.get(), 'later');
  }),
);

test(
  'a done callback runs outside of every task',
  inLoop(async () => {
    const { currentTask } = await import('../../../src/asyncio.ts');
    const future = new Future<void>();
    let seen: unknown = 'not called';
    void createTask(async () => future.addDoneCallback(() => (seen = currentTask())));
    await turns();
    future.setResult();
    await turns();
    assert.equal(seen, undefined);
    assert.equal(getRunningLoop().isRunning(), true);
  }),
);
