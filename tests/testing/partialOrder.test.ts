import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartialOrder } from '../../src/testing/partialOrder.ts';
import { Random } from '../../src/testing/random.ts';

test('without rules every order is drawn', () => {
  const random = new Random(1);
  const seen = new Set<string>();
  for (let i = 0; i < 500; i++) seen.add(new PartialOrder(4).draw((n) => random.int(n)).join(''));
  assert.equal(seen.size, 24);
});

test('every draw obeys the rules, and everything that they leave open is drawn', () => {
  const random = new Random(2);
  const seen = new Set<string>();
  for (let i = 0; i < 500; i++) {
    const order = new PartialOrder(4);
    order.before(0, 2);
    order.before(1, 2);
    seen.add(order.draw((n) => random.int(n)).join(''));
  }
  assert.deepEqual([...seen].sort(), ['0123', '0132', '0312', '1023', '1032', '1302', '3012', '3102']);
});

test('a group before a group', () => {
  const random = new Random(3);
  const seen = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const order = new PartialOrder(4);
    order.allBefore([2, 3], [0, 1]);
    seen.add(order.draw((n) => random.int(n)).join(''));
  }
  assert.deepEqual([...seen].sort(), ['2301', '2310', '3201', '3210']);
});

test('random rules hold in every draw', () => {
  const random = new Random(4);
  for (let round = 0; round < 200; round++) {
    const size = 1 + random.int(20);
    const order = new PartialOrder(size);
    const rules: [number, number][] = [];
    for (let i = random.int(30); i > 0; i--) {
      const a = random.int(size);
      const b = random.int(size);
      if (a < b) rules.push([a, b]);
    }
    for (const [a, b] of rules) order.before(a, b);
    const drawn = order.draw((n) => random.int(n));
    assert.deepEqual(
      [...drawn].sort((a, b) => a - b),
      Array.from({ length: size }, (_, i) => i),
    );
    for (const [a, b] of rules)
      assert.ok(drawn.indexOf(a) < drawn.indexOf(b), `${a} before ${b} in ${drawn}`);
  }
});
