// Opcodes one by one, and looking at them.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pickle } from '../../../src/formats/formats.ts';

function load(text: string): unknown {
  return pickle.loads(Buffer.from(text, 'latin1'));
}

function bad(text: string, opcode?: string): void {
  assert.throws(
    () => load(text),
    (error: unknown) =>
      error instanceof pickle.UnpicklingError && (opcode === undefined || error.opcode === opcode),
    JSON.stringify(text),
  );
}

function count(bytes: Uint8Array, name: string): number {
  return [...pickle.genops(bytes)].filter(({ opcode }) => opcode.name === name).length;
}

test('pickle.loads: what the memo has is given again, by each kind of its opcodes', () => {
  for (const text of ['(lp0\n0g0\n.', ']q\x050h\x05.', ']r\x01\x01\0\x000j\x01\x01\0\0.', ']\x940h\0.'])
    assert.deepEqual(load(text), []);
  const [one, two] = load('(]2t.') as unknown[];
  assert.equal(one, two);
  bad('g9\n.', 'GET');
  bad('Np-5\n.', 'PUT');
  bad('h\0.', 'BINGET');
  bad('j\0\0\0\0.', 'LONG_BINGET');
});

test('pickle.loads: POP, POP_MARK and DUP take from the stack above the last mark', () => {
  assert.equal(load('I1\nI2\n0.'), 1);
  assert.equal(load('I1\n(I2\nI3\n1.'), 1);
  assert.equal(load('I1\n(0.'), 1);
  for (const text of [
    '.',
    '0.',
    '2.',
    '1.',
    '(2.',
    'I1\n(.',
    '(0.',
    'a.',
    'N(a.',
    'e.',
    'u.',
    's.',
    't.',
    'l.',
    'd.',
    '\x85.',
    '\x86.',
    '\x93.',
    'R.',
    'b.',
    'o.',
    'N(o.',
    '(o.',
    '\x81.',
    '\x92.',
    '\x90.',
    'q\0.',
    '\x94.',
    'Q.',
    '\x98.',
  ])
    // prettier-ignore
    bad(text);
});

test('pickle.loads: lengths and codes that are negative in C are refused', () => {
  bad('\x8b\xff\xff\xff\xff.', 'LONG4');
  bad('T\xff\xff\xff\xff.', 'BINSTRING');
  bad('\x82\0.', 'EXT1');
  bad('\x84\xff\xff\xff\xff.', 'EXT4');
  bad('\x80\x06N.', 'PROTO');
});

test('pickle.loads: bytes, bytearrays and text with lengths of 1, 4 and 8 bytes', () => {
  assert.deepEqual(load('C\x02ab.'), Buffer.from('ab'));
  assert.deepEqual(load('B\x02\0\0\0ab.'), Buffer.from('ab'));
  assert.deepEqual(load('\x8e\x02\0\0\0\0\0\0\0ab.'), Buffer.from('ab'));
  assert.deepEqual(load('\x96\x02\0\0\0\0\0\0\0ab.'), new pickle.ByteArray([97, 98]));
  for (const text of ['\x8c\x02\xc3\xa9.', 'X\x02\0\0\0\xc3\xa9.', '\x8d\x02\0\0\0\0\0\0\0\xc3\xa9.'])
    assert.equal(load(text), 'é');
  assert.equal(load('V\\u20ac\\U0001f600\\\\u0041\xe9\n.'), '€😀\\\\u0041é');
  bad('X\x01\0\0\0\xff.', 'BINUNICODE');
  bad('V\\u12\n.', 'UNICODE');
  bad('V\\U00110000\n.', 'UNICODE');
});

test('pickle.loads: frames may be left out, and one that is longer than the pickle is refused', () => {
  const bytes = pickle.dumps([1, 'a', 2.5]);
  const without = Buffer.concat([bytes.subarray(0, 2), bytes.subarray(11)]);
  assert.deepEqual(pickle.loads(without), [1, 'a', 2.5]);
  bad('\x80\x04\x95\x05\0\0\0\0\0\0\0N.', 'FRAME');
});

test('pickle.loads: a state of None is given to what takes one, and is nothing to others', () => {
  class User {}
  const states: unknown[] = [];
  const own: pickle.PickleClass<User> = {
    load: () => new User(),
    setState: (_, state) => states.push(state),
  };
  pickle.loads(Buffer.from('capp\nUser\n)RNb.'), { classes: { 'app.User': own } });
  assert.deepEqual(states, [null]);
  assert.ok(
    pickle.loads(Buffer.from('capp\nUser\n)RNb.'), { classes: { 'app.User': User } }) instanceof User,
  );
  assert.deepEqual(load(']Nb.'), []);
});

test('pickle.dumps: lists, dicts and sets of many items go in batches of 1000', () => {
  const numbers = Array.from({ length: 2500 }, (_, index) => index);
  for (const protocol of [1, 2, 3, 4, 5]) {
    const list = pickle.dumps(numbers, { protocol });
    assert.equal(count(list, 'APPENDS'), 3);
    assert.deepEqual(pickle.loads(list), numbers);
    const map = new Map(numbers.map((one) => [one, one]));
    const dict = pickle.dumps(map, { protocol });
    assert.equal(count(dict, 'SETITEMS'), 3);
    assert.deepEqual(pickle.loads(dict), map);
    for (const size of [1000, 2500]) {
      const set = new Set(numbers.slice(0, size));
      const bytes = pickle.dumps(set, { protocol });
      if (protocol >= 4) assert.equal(count(bytes, 'ADDITEMS'), Math.ceil(size / 1000));
      assert.deepEqual(pickle.loads(bytes), set);
    }
  }
});

test('pickle.dumps: frames hold 64 KiB and a value more, and large data is outside of them', () => {
  const many = Array.from({ length: 40_000 }, (_, index) => `text ${index}`);
  const frames = [...pickle.genops(pickle.dumps(many))].filter(({ opcode }) => opcode.name === 'FRAME');
  assert.ok(frames.length > 5);
  for (const { argument } of frames) assert.ok((argument as number) < 65_536 + 100);
  const large = Buffer.alloc(1_000_000);
  const around = [...pickle.genops(pickle.dumps(['a', large, 'b']))].filter(
    ({ opcode }) => opcode.name === 'FRAME',
  );
  assert.deepEqual(around.map(({ argument }) => (argument as number) < 100), [true, true]); // prettier-ignore
});

test('pickle.dumps: fast keeps no memo', () => {
  const shared = ['a'];
  const bytes = pickle.dumps([shared, shared, 'a'], { fast: true });
  assert.equal(count(bytes, 'MEMOIZE') + count(bytes, 'BINGET'), 0);
  assert.deepEqual(pickle.loads(bytes), [['a'], ['a'], 'a']);
  const own: unknown[] = [];
  own.push(own);
  assert.throws(() => pickle.dumps(own, { fast: true }), pickle.PicklingError);
});

test('pickle.genops, pickle.dis: what is no pickle is refused, with the place', () => {
  for (const text of ['', 'N', '\x80', 'X\x05\0\0\0ab', 'I5'])
    for (const look of [(bytes: Buffer) => [...pickle.genops(bytes)], pickle.dis])
      assert.throws(
        () => look(Buffer.from(text, 'latin1')),
        (error: unknown) => error instanceof pickle.UnpicklingError && error.reason === 'truncated',
      );
  for (const text of ['N\xff', 'Ix\n.', 'I1\nI2\n\xfe'])
    assert.throws(() => [...pickle.genops(Buffer.from(text, 'latin1'))], pickle.UnpicklingError);
  assert.throws(() => pickle.dis(Buffer.from('Nt.')), /mark/);
  const offsets = [...pickle.genops(Buffer.from('(I1\nt.'))].map(({ offset }) => offset);
  assert.deepEqual(offsets, [0, 1, 4, 5]);
});
