// What the engine says of bytes, against what an object says of itself.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBytes, isGone, plainBytes, sizeOf } from '../../src/base/bytes.ts';

class Liar extends Uint8Array {
  override get byteLength(): never {
    return 1_000_000 as never;
  }
  override get length(): never {
    return 1_000_000 as never;
  }
  override get byteOffset(): never {
    return 500 as never;
  }
  override get buffer(): never {
    return new ArrayBuffer(1) as never;
  }
  override subarray(): never {
    throw new Error('foreign code was called');
  }
}

test('isBytes: a Uint8Array and its subclasses, and nothing that only looks like one', () => {
  for (const bytes of [new Uint8Array(2), Buffer.from('ab'), new Liar(2)]) assert.ok(isBytes(bytes));
  const others = [
    new Proxy(new Uint8Array(2), {}),
    Object.create(Uint8Array.prototype),
    { byteLength: 2, length: 2, [Symbol.toStringTag]: 'Uint8Array' },
    new Uint8ClampedArray(2),
    new DataView(new ArrayBuffer(2)),
    new ArrayBuffer(2),
    'ab',
    2,
    null,
    undefined,
  ];
  for (const other of others) assert.equal(isBytes(other), false);
});

test('sizeOf, plainBytes: what a subclass or an own property says of itself does not count', () => {
  const own = Uint8Array.of(1, 2, 3);
  for (const name of ['byteLength', 'length', 'buffer', 'byteOffset']) {
    Object.defineProperty(own, name, { value: 77 });
  }
  for (const bytes of [new Liar([1, 2, 3]), own]) {
    assert.equal(sizeOf(bytes), 3);
    const plain = plainBytes(bytes, 1);
    assert.deepEqual([...plain], [2, 3]);
    assert.equal(Object.getPrototypeOf(plain), Uint8Array.prototype);
  }
});

test('isGone: transferred, or out of what a smaller memory has; not what is only empty', () => {
  const transferred = new Uint8Array(4);
  structuredClone(transferred, { transfer: [transferred.buffer] });
  assert.ok(isGone(transferred));
  const memory = new ArrayBuffer(100, { maxByteLength: 200 });
  const [fixed, following] = [new Uint8Array(memory, 10, 50), new Uint8Array(memory, 10)];
  const [empty, atEnd] = [new Uint8Array(0), new Uint8Array(memory, 10, 0)];
  for (const bytes of [fixed, following, empty, atEnd]) assert.equal(isGone(bytes), false);
  memory.resize(20);
  assert.deepEqual([fixed, following, atEnd].map(isGone), [true, false, false]);
  memory.resize(5);
  assert.deepEqual([fixed, following, atEnd].map(isGone), [true, true, true]);
});

test('plainBytes: has all of its bytes or none, however its memory grows and shrinks', () => {
  const memory = new ArrayBuffer(100, { maxByteLength: 200 });
  const plain = plainBytes(new Uint8Array(memory, 10));
  memory.resize(200);
  assert.equal(plain.byteLength, 90);
  memory.resize(99);
  assert.equal(plain.byteLength, 0);
});
