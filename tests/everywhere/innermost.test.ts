// Which of several waits stand innermost, without any task.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { around, innermost } from '../../src/core/future/innermost.ts';
import type { Standing, WaitKind } from '../../src/core/future/innermost.ts';

interface Wait extends Standing {
  readonly name: string;
}

const wait = (
  name: string,
  activation: number,
  from: number,
  to: number,
  kind: WaitKind = 'call',
): Wait => ({
  name,
  activation,
  from,
  to,
  kind,
});
const names = (waits: readonly Wait[]): string[] => innermost(waits).map(({ name }) => name);

test('innermost: one alone, and none', () => {
  assert.deepEqual(names([]), []);
  assert.deepEqual(names([wait('a', 1, 1, 9, 'open')]), ['a']);
});

test('innermost: of functions that called each other the last, also when it goes on to another wait', () => {
  const outer = [wait('main', 1, 1, 3), wait('middle', 2, 2, 3)];
  assert.deepEqual(names([...outer, wait('leaf', 3, 3, 3)]), ['leaf']);
  assert.deepEqual(names([...outer, wait('leaf again', 3, 7, 7)]), ['leaf again']);
});

test('innermost: those side by side, all of them', () => {
  const waits = [wait('all', 1, 1, 4), wait('a', 2, 2, 2), wait('b', 3, 3, 3), wait('c', 4, 4, 4)];
  assert.deepEqual(names(waits), ['a', 'b', 'c']);
});

test('innermost: a function that is called back stands in the call that it was given to', () => {
  assert.deepEqual(names([wait('limit', 1, 1, 1, 'open'), wait('work', 2, 2, 2)]), ['work']);
  assert.deepEqual(names([wait('fetch', 1, 1, 1, 'call'), wait('other', 2, 2, 2)]), ['fetch', 'other']);
});

test('innermost: what was called back for one call stands in no other', () => {
  const waits = [
    wait('all', 1, 1, 1, 'open'),
    wait('first', 2, 2, 2),
    wait('second', 3, 3, 3),
    wait('in second', 5, 5, 5),
  ];
  assert.deepEqual(names(waits), ['first', 'second', 'in second']);
});

test('innermost: a value that was there before may be of any function that nobody else waits for', () => {
  assert.deepEqual(names([wait('p', 1, 2, 2, 'value'), wait('work', 2, 2, 2)]), ['work']);
  const claimed = [wait('all', 1, 1, 3), wait('p', 2, 2, 2, 'value'), wait('work', 3, 3, 3)];
  assert.deepEqual(names(claimed), ['p', 'work']);
});

test('innermost: what a function was given may have begun before it', () => {
  const work = wait('work', 2, 2, 2);
  assert.deepEqual(names([wait('main', 1, 1, 3), work, wait('all', 3, 3, 3, 'given')]), ['work']);
  assert.deepEqual(names([wait('main', 1, 1, 3), wait('all', 3, 3, 3, 'given')]), ['all']);
});

test('innermost: there is one always', () => {
  assert.deepEqual(names([wait('a', 1, 0, 9, 'value'), wait('b', 2, 0, 9, 'value')]), ['b']);
});

test('around: the way from a wait outwards', () => {
  const leaf = wait('leaf', 3, 3, 3);
  const waits = [wait('main', 1, 1, 3), wait('other', 9, 9, 9), wait('middle', 2, 2, 3), leaf];
  assert.deepEqual(
    around(leaf, waits).map(({ name }) => name),
    ['middle', 'main'],
  );
});

test('innermost: ten thousand side by side take no time', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => wait('one', index + 2, index + 2, index + 2));
  const { user } = process.cpuUsage();
  assert.equal(innermost([wait('all', 1, 1, 10_001), ...many]).length, 10_000);
  assert.ok(process.cpuUsage().user - user < 500_000);
});
