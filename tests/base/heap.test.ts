// Heap against a sorted array.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Heap } from '../../src/base/heap.ts';

const less = (a: number, b: number): boolean => a < b;

test('Heap gives the smallest first, for any sequence of operations', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          op: fc.constantFrom('push', 'push', 'pop', 'filter'),
          value: fc.integer({ min: 0, max: 50 }),
        }),
        {
          maxLength: 300,
        },
      ),
      (steps) => {
        const heap = new Heap<number>(less);
        let model: number[] = [];
        for (const { op, value } of steps) {
          if (op === 'push') {
            heap.push(value);
            model.push(value);
            model.sort((a, b) => a - b);
          } else if (op === 'pop') assert.equal(heap.pop(), model.shift());
          else {
            heap.filter((item) => item % 7 !== value % 7);
            model = model.filter((item) => item % 7 !== value % 7);
          }
          assert.equal(heap.length, model.length);
          assert.equal(heap.peek(), model[0]);
        }
        assert.deepEqual(
          [...heap].sort((a, b) => a - b),
          model,
        );
        const drained: (number | undefined)[] = [];
        while (heap.length > 0) drained.push(heap.pop());
        assert.deepEqual(drained, model);
      },
    ),
  ));

test('Heap with a sequence number in its order is first in, first out among equals', () => {
  const heap = new Heap<[number, number]>((a, b) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]));
  for (let i = 0; i < 500; i++) heap.push([i % 5, i]);
  let last: [number, number] = [-1, -1];
  for (let i = 0; i < 500; i++) {
    const item = heap.pop() as [number, number];
    assert.ok(last[0] < item[0] || (last[0] === item[0] && last[1] < item[1]));
    last = item;
  }
  heap.push([1, 1]);
  heap.clear();
  assert.equal(heap.pop(), undefined);
  assert.equal(heap.peek(), undefined);
});
