import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toMilliseconds } from '../../src/base/duration.ts';
import { InvalidArgumentError } from '../../src/base/errors.ts';

test('a duration is a number of milliseconds or an object that can say it', () => {
  assert.equal(toMilliseconds(5), 5);
  assert.equal(toMilliseconds(-1.5), -1.5);
  assert.equal(toMilliseconds(Infinity), Infinity);
  assert.equal(toMilliseconds({ total: () => 250 }), 250);
  const asked: string[] = [];
  toMilliseconds({ total: (unit) => (asked.push(unit), 1) });
  assert.deepEqual(asked, ['milliseconds']);
});

test('anything else is refused, with the name of the argument', () => {
  const wrong: unknown[] = [
    NaN,
    '5',
    undefined,
    null,
    true,
    {},
    { total: 5 },
    { total: () => NaN },
    { total: () => '1' },
    5n,
  ];
  for (const value of wrong) {
    assert.throws(
      () => toMilliseconds(value as never, 'timeout'),
      (error) => {
        assert.ok(error instanceof InvalidArgumentError && error instanceof TypeError);
        assert.equal(error.argument, 'timeout');
        assert.match(error.message, /^timeout must be/);
        return true;
      },
    );
  }
});

test('Temporal.Duration works where the host has it', (t) => {
  const { Temporal } = globalThis as {
    Temporal?: { Duration: { from(x: object): { total(unit: 'milliseconds'): number } } };
  };
  if (Temporal === undefined) {
    t.skip('the host has no Temporal');
    return;
  }
  assert.equal(toMilliseconds(Temporal.Duration.from({ seconds: 1, milliseconds: 5 })), 1005);
});
