import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidArgumentError } from '../../src/asyncio.ts';
import { Random } from '../../src/testing/testing.ts';

test('the same seed gives the same numbers, on every runtime', () => {
  const random = new Random(2026);
  assert.deepEqual(
    Array.from({ length: 6 }, () => random.int(1_000_000)),
    [888267, 290164, 221303, 617889, 451365, 814919],
  );
});

test('other seeds give other numbers, neighbours too', () => {
  const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => new Random(seed).next()));
  assert.equal(firsts.size, 1000);
});

test('the numbers are spread evenly', () => {
  const random = new Random(1);
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i++) (counts[random.int(10)] as number)++;
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, `${counts}`);
});

test('shuffled keeps the items and reaches every order', () => {
  const random = new Random(3);
  const seen = new Set<string>();
  for (let i = 0; i < 500; i++) seen.add(random.shuffled('abcd').join(''));
  assert.equal(seen.size, 24);
});

test('pick, oneIn and fork follow from the seed', () => {
  const draw = () => {
    const random = new Random(9);
    const fork = random.fork();
    return [random.pick(['a', 'b', 'c']), random.oneIn(2), fork.int(100), random.int(100)];
  };
  assert.deepEqual(draw(), draw());
});

test('bad arguments are refused', () => {
  assert.throws(() => new Random(0.5), InvalidArgumentError);
  assert.throws(() => new Random(1).pick([]), InvalidArgumentError);
});
