// Deque against an array.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Deque } from '../../src/base/deque.ts';

const step = fc.oneof(
  fc.record({ op: fc.constantFrom('push', 'unshift'), value: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ op: fc.constantFrom('pop', 'shift', 'clear'), value: fc.constant(0) }),
  fc.record({ op: fc.constantFrom('remove', 'peek'), value: fc.integer({ min: -12, max: 12 }) }),
);

test('Deque does what an array does, for any sequence of operations', () =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const deque = new Deque<number>();
      const model: number[] = [];
      for (const { op, value } of steps) {
        if (op === 'push' || op === 'unshift') {
          deque[op](value);
          model[op](value);
        } else if (op === 'pop' || op === 'shift') assert.equal(deque[op](), model[op]());
        else if (op === 'clear' && model.length > 20) {
          deque.clear();
          model.length = 0;
        } else if (op === 'peek') assert.equal(deque.peek(value), model.at(value));
        else if (op === 'remove') {
          const at = model.indexOf(value);
          assert.equal(deque.remove(value), at >= 0);
          if (at >= 0) model.splice(at, 1);
        }
        assert.equal(deque.length, model.length);
      }
      assert.deepEqual([...deque], model);
    }),
  ));

test('Deque takes an iterable, and keeps its order through growing and shrinking', () => {
  const deque = new Deque(Array.from({ length: 5000 }, (_, i) => i));
  for (let i = 0; i < 4990; i++) assert.equal(deque.shift(), i);
  assert.deepEqual(
    [...deque],
    Array.from({ length: 10 }, (_, i) => 4990 + i),
  );
  for (let i = 0; i < 5000; i++) deque.unshift(-i);
  assert.equal(deque.length, 5010);
  assert.equal(deque.peek(), -4999);
  assert.equal(deque.peek(-1), 4999);
});

test('Deque holds undefined like any other value', () => {
  const deque = new Deque<number | undefined>([undefined, 1]);
  assert.equal(deque.length, 2);
  assert.equal(deque.shift(), undefined);
  assert.equal(deque.length, 1);
  assert.equal(deque.pop(), 1);
  assert.equal(deque.pop(), undefined);
  assert.equal(deque.peek(), undefined);
});
