import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import { isCancelled } from '../../src/base/cancelled.ts';
import * as errors from '../../src/base/errors.ts';

const { AsyncioError, CancelledError, TimeoutError } = errors;

test('each class of errors has its code and its name, on the prototype', () => {
  const kinds: [Error & { code?: string }, string, string][] = [
    [new CancelledError(), 'CancelledError', 'ERR_ASYNCIO_CANCELLED'],
    [new TimeoutError(), 'TimeoutError', 'ERR_ASYNCIO_TIMEOUT'],
    [new errors.InvalidStateError('x'), 'InvalidStateError', 'ERR_ASYNCIO_INVALID_STATE'],
    [new errors.NoRunningLoopError(), 'NoRunningLoopError', 'ERR_ASYNCIO_NO_RUNNING_LOOP'],
    [new errors.InvalidArgumentError('arg', 'x'), 'InvalidArgumentError', 'ERR_ASYNCIO_INVALID_ARGUMENT'],
    [new errors.UsageError('x'), 'UsageError', 'ERR_ASYNCIO_USAGE'],
  ];
  for (const [error, name, code] of kinds) {
    assert.equal(error.name, name);
    assert.equal(error.code, code);
    assert.equal(Object.hasOwn(error, 'name'), false);
    assert.match(String(error), new RegExp(`^${name}`));
  }
});

test('a cancel is no error of the library, so that handling those does not swallow it', () => {
  assert.equal(new CancelledError() instanceof AsyncioError, false);
  assert.equal(new TimeoutError() instanceof AsyncioError, true);
  assert.equal(isCancelled(new CancelledError('x')), true);
  assert.equal(isCancelled(new TimeoutError()), false);
  assert.equal(isCancelled(undefined), false);
});

test('an InvalidArgumentError is a TypeError and names the argument', () => {
  const error = new errors.InvalidArgumentError('delay', 'bad');
  assert.ok(error instanceof TypeError);
  assert.equal(error.argument, 'delay');
});

test('origin and timeout are there to be read and do not show', () => {
  const origin = { scope: true };
  const cancelled = new CancelledError('x', { origin, cause: 'why' });
  assert.equal(cancelled.origin, origin);
  assert.equal(cancelled.cause, 'why');
  const timeout = {};
  assert.equal(new TimeoutError('x', { timeout }).timeout, timeout);
  assert.deepEqual(Object.keys(cancelled), []);
});
