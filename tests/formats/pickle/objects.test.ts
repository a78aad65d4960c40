// Objects of classes, ids, buffers and extensions: what the caller says about a pickle, both ways.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidArgumentError } from '../../../src/asyncio.ts';
import { Float, pickle } from '../../../src/formats/formats.ts';

const protocols = [0, 1, 2, 3, 4, 5];

class User {
  name: string;
  friend: User | undefined;
  constructor(name: string) {
    this.name = name;
  }
}
const classes = { 'app.User': User };

test('pickle: an object of a class has its state as properties, in all protocols, and may contain itself', () => {
  const ada = new User('Ada');
  ada.friend = ada;
  for (const protocol of protocols) {
    const back = pickle.loads(pickle.dumps([ada, ada], { protocol, classes }), { classes }) as [User, User];
    assert.ok(back[0] instanceof User);
    assert.equal(back[0].name, 'Ada');
    assert.equal(back[0].friend, back[0]);
    assert.equal(back[1], back[0]);
  }
});

test('pickle: a class says how its objects are made, filled and written; what it throws is the cause', () => {
  class Bag {
    readonly size: number;
    readonly items: unknown[] = [];
    readonly entries: [unknown, unknown][] = [];
    constructor(size: number) {
      if (size > 9) throw new RangeError('too large');
      this.size = size;
    }
  }
  const bag: pickle.PickleClass<Bag> = {
    type: Bag,
    load: ([size]) => new Bag(size as number),
    append: (self, item) => void self.items.push(item),
    setItem: (self, key, value) => void self.entries.push([key, value]),
    dump: ({ size, items, entries }) => ({ args: [size], items, entries }),
  };
  const table = { 'app.Bag': bag };
  const full = new Bag(3);
  full.items.push(1, 'two');
  full.entries.push(['a', [1]]);
  for (const protocol of protocols)
    assert.deepEqual(
      pickle.loads(pickle.dumps(full, { protocol, classes: table }), { classes: table }),
      full,
    );
  assert.throws(
    () => pickle.loads(Buffer.from('capp\nBag\n(I10\ntR.'), { classes: table }),
    (error: unknown) => error instanceof pickle.UnpicklingError && error.cause instanceof RangeError,
  );
});

test('pickle: named tuples and enumerations, in all protocols', () => {
  const point = pickle.namedTuple(['x', 'y']);
  const color = pickle.enumeration({ RED: 1, BLUE: 'b' });
  const table = { 'app.Point': point, 'app.Color': color };
  for (const protocol of protocols) {
    const bytes = pickle.dumps([point.of(1, [2]), color.members.BLUE], { protocol, classes: table });
    const [one, blue] = pickle.loads(bytes, { classes: table }) as [ReturnType<typeof point.of>, unknown];
    assert.equal(one.x, 1);
    assert.deepEqual(one.y, [2]);
    assert.equal(blue, color.members.BLUE);
  }
  assert.throws(
    () => pickle.loads(Buffer.from('capp\nColor\n(I9\ntR.'), { classes: table }),
    pickle.UnpicklingError,
  );
});

test("pickle.loads: unknown: 'keep' keeps objects of any class, and they are written as they were", () => {
  const pickles = [
    "capp\nA\n(S'x'\ntR}S'y'\nI1\nsb.",
    '\x80\x02capp\nA\n)\x81}X\x01\0\0\0yK\x01sb.',
    '\x80\x04\x8c\x03app\x8c\x01A\x93)}\x8c\x01kK\x05s\x92(K\x01K\x02e.',
    '(I1\niapp\nA\n.',
    '(capp\nA\nI1\no.',
  ];
  for (const text of pickles) {
    const keep = { unknown: 'keep' } as const;
    const kept = pickle.loads(Buffer.from(text, 'latin1'), keep);
    assert.ok(kept instanceof pickle.PickledObject);
    assert.deepEqual(pickle.loads(pickle.dumps(kept), keep), kept);
  }
});

test('pickle.dumps: a reducer comes before classes, and names a class or reduces an object', () => {
  class Money {
    readonly cents: number = 150;
  }
  const reducer = (value: object): pickle.Reduction | undefined =>
    value instanceof Money ? { call: 'decimal.Decimal', args: [`${value.cents / 100}`] } : undefined;
  const back = pickle.loads(pickle.dumps([new Money()], { reducer })) as unknown[];
  assert.deepEqual(back, [new pickle.Decimal('1.5')]);
  const named = pickle.dumps(User, { reducer: () => new pickle.PickledGlobal('builtins', 'int') });
  assert.equal(String(pickle.loads(named)), 'builtins.int');
});

test('pickle: persistent ids stand for values, in all protocols', () => {
  const table = { name: 'a table' };
  for (const protocol of protocols) {
    const persistentId = (value: unknown): string | undefined => (value === table ? 'id 7' : undefined);
    const bytes = pickle.dumps([table, 'x', table], { protocol, persistentId });
    const asked: unknown[] = [];
    const persistentLoad = (id: unknown): unknown => (asked.push(id), table);
    assert.deepEqual(pickle.loads(bytes, { persistentLoad }), [table, 'x', table]);
    assert.deepEqual(asked, ['id 7', 'id 7']);
  }
  const line = { protocol: 0, persistentId: () => 'two\nlines' };
  assert.throws(() => pickle.dumps(1, line), pickle.PicklingError);
});

test('pickle: buffers are left out of a pickle and given back, or stay in it', () => {
  const bytes = new Uint8Array([1, 2, 3]);
  for (const readonly of [false, true]) {
    const buffer = new pickle.PickleBuffer(bytes, { readonly });
    const out: pickle.PickleBuffer[] = [];
    const left = pickle.dumps([buffer], { bufferCallback: (one) => void out.push(one) });
    assert.deepEqual(out, [buffer]);
    assert.equal((pickle.loads(left, { buffers: [bytes] }) as unknown[])[0], bytes);
    assert.throws(() => pickle.loads(left, { buffers: [] }), pickle.UnpicklingError);
    const within = pickle.loads(pickle.dumps(buffer, { bufferCallback: () => true }));
    assert.equal(within instanceof pickle.ByteArray, !readonly);
    assert.deepEqual([...(within as Uint8Array)], [1, 2, 3]);
  }
  assert.throws(() => pickle.dumps(new pickle.PickleBuffer(bytes), { protocol: 4 }), pickle.PicklingError);
  assert.throws(() => pickle.dumps(1, { protocol: 4, bufferCallback: () => true }), InvalidArgumentError);
});

test('pickle: codes of extensions stand for classes, of one, two and four bytes', () => {
  for (const [code, length] of [
    [0xf0, 2],
    [0x1234, 3],
    [0x123456, 5],
  ] as const) {
    // prettier-ignore
    const extensions = { [code]: 'builtins.int' };
    const bytes = pickle.dumps(new pickle.PickledGlobal('builtins', 'int'), { protocol: 2, extensions });
    assert.equal(bytes.length, 2 + length + 1);
    assert.equal(String(pickle.loads(bytes, { extensions })), 'builtins.int');
  }
});

test('pickle.loads: strings of Python 2 are decoded as the encoding says', () => {
  const load = (text: string, encoding?: 'latin1' | 'utf-8' | 'bytes'): unknown =>
    pickle.loads(Buffer.from(text, 'latin1'), encoding === undefined ? {} : { encoding });
  assert.equal(load("S'a\\n\\x41\\101\\'\\q'\n."), "a\nAA'\\q");
  assert.equal(load('S"it\'s"\n.'), "it's");
  for (const empty of ['U\0.', 'T\0\0\0\0.', "S''\n."]) assert.equal(load(empty), '');
  assert.equal(load('U\x02\xc3\xa9.', 'utf-8'), 'é');
  assert.equal(load('T\x01\0\0\0\xe9.', 'latin1'), 'é');
  assert.deepEqual(load('U\x01\xe9.', 'bytes'), Buffer.of(0xe9));
  assert.throws(() => load('U\x01\xe9.'), pickle.UnpicklingError);
  for (const bad of ["S'\n.", 'S\'a"\n.', 'Sa\n.', "S'\\x1'\n.", "S'a\\'\n."])
    assert.throws(() => load(bad), pickle.UnpicklingError, bad);
});

test('pickle.loads: ints, floats and tuples as the options say', () => {
  const load = (text: string, options: Parameters<typeof pickle.loads>[1]): unknown =>
    pickle.loads(Buffer.from(text, 'latin1'), options);
  assert.deepEqual(load('(I1\nL2L\nt.', { ints: 'bigint', tuples: 'array' }), [1n, 2n]);
  assert.ok(load('F1.0\n.', { floats: 'keep' }) instanceof Float);
  assert.equal(load('F1.0\n.', {}), 1);
  assert.deepEqual(load('(I01\nI00\nl.', {}), [true, false]);
});

test('pickle.dumps: what Python has none of is refused', () => {
  class Unknown {}
  const bads = [
    undefined,
    [undefined],
    Symbol('s'),
    () => {},
    new Unknown(),
    new Error('e'),
    new WeakMap(),
  ];
  for (const bad of bads) assert.throws(() => pickle.dumps(bad), pickle.PicklingError);
  const within = [
    pickle.Tuple.of(Symbol('s')),
    { a: () => {} },
    new Map([['a', undefined]]),
    new Set([Symbol('s')]),
  ];
  for (const bad of [...within, new pickle.FrozenSet([undefined])])
    for (const protocol of protocols)
      assert.throws(() => pickle.dumps(bad, { protocol }), pickle.PicklingError);
  const keys = [[1], new Map(), new Set(), {}, new pickle.ByteArray(1)];
  for (const key of keys) assert.throws(() => pickle.dumps(new Map([[key, 1]])), pickle.PicklingError);
  const equal: unknown[][] = [[1, true], [1, 1n], [0, false], [1, new Float(1)], [pickle.Tuple.of(1), pickle.Tuple.of(1)]]; // prettier-ignore
  for (const pair of equal) assert.throws(() => pickle.dumps(new Set(pair)), pickle.PicklingError);
  assert.ok(pickle.dumps(new Set([NaN, new Float(NaN), 1, '1', pickle.Tuple.of(1), pickle.Tuple.of(2)])));
});

test('pickle: options and arguments that cannot be used are refused by an error that names them', () => {
  for (const protocol of [6, 1.5, NaN, '2'])
    assert.throws(() => pickle.dumps(1, { protocol: protocol as number }), InvalidArgumentError);
  for (const options of [
    null,
    5,
    { dicts: 'array' },
    { maxItems: -1 },
    { classes: { User } },
    { classes: { 'a.B': 1 } },
  ])
    assert.throws(() => pickle.loads(Buffer.from('N.'), options as never), InvalidArgumentError);
  for (const bytes of ['N.', null, [78, 46]])
    assert.throws(() => pickle.loads(bytes as never), InvalidArgumentError);
  assert.throws(() => new pickle.Unpickler(5 as never), InvalidArgumentError);
  assert.throws(() => new pickle.Pickler({} as never), InvalidArgumentError);
});
