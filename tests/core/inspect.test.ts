// What util.inspect shows of each object: one line, asyncio's words, nothing of the inside.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  CancelledError,
  ContextVar,
  createTask,
  ExceptionGroup,
  getRunningLoop,
  sleep,
  TimeoutError,
} from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { outcomeOf } from '../outcome.ts';
import { turns } from '../turns.ts';

test(
  'inspect of every kind of object is one line that names its class',
  inLoop(async () => {
    const loop = getRunningLoop();
    const task = createTask(() => sleep(60_000), { name: 'napper' });
    await turns(2);
    const later = loop.callLater(1000, function later() {});
    const shown: [unknown, RegExp][] = [
      [loop.createFuture(), /^<Future pending>$/],
      [task, /^<Task napper pending.*>$/],
      [sleep(0), /^<Future pending>$/],
      [loop.callSoon(function named() {}), /^<Handle named>$/],
      [later, /^<TimerHandle later when=\d+\.\d{3}>$/],
      [new ContextVar('user'), /^<ContextVar user>$/],
    ];
    for (const [value, expected] of shown) assert.match(inspect(value), expected);
    later.cancel();
    task.cancel();
    await outcomeOf(task);
    assert.match(inspect(task), /^<Task napper cancelled.*>$/);
  }),
);

test(
  'inspect inside other objects stays short',
  inLoop(async () => {
    const future = getRunningLoop().createFuture();
    assert.equal(inspect({ future }), '{ future: <Future pending> }');
    assert.equal(inspect([future]), '[ <Future pending> ]');
  }),
);

test('errors show their name, message and code, and nothing hidden', () => {
  const cancelled = inspect(new CancelledError('gone', { origin: { big: 'object' } }));
  assert.match(cancelled, /CancelledError/);
  assert.match(cancelled, /gone/);
  assert.doesNotMatch(cancelled, /big/);
  assert.match(inspect(new TimeoutError()), /ERR_ASYNCIO_TIMEOUT/);
  const group = inspect(new ExceptionGroup('two', [new RangeError('a'), new TypeError('b')]));
  assert.match(group, /ExceptionGroup/);
  assert.match(group, /RangeError: a/);
  assert.match(group, /TypeError: b/);
});

test(
  'the loop itself can be shown without its insides',
  inLoop(async () => {
    assert.ok(inspect(getRunningLoop()).length < 2000);
  }),
);
