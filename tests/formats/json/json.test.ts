// json.loads and json.dumps: what CPython's test_json asks, and hostile documents by kinds as JSONTestSuite has them.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Float, json } from '../../../src/formats/formats.ts';

function error(text: string, options?: json.LoadOptions): string {
  try {
    json.loads(text, options);
  } catch (thrown) {
    assert.ok(thrown instanceof json.JSONDecodeError, String(thrown));
    return thrown.message;
  }
  return `nothing is wrong with ${text}`;
}

test('json.loads: numbers, and hooks for them', () => {
  assert.deepEqual(json.loads('[1, -1, 0, 1.5, 1.0, 1e3, 1E400, -1e400]'), [
    1,
    -1,
    0,
    1.5,
    1,
    1000,
    Infinity,
    -Infinity,
  ]);
  assert.ok(Object.is(json.loads('-0'), 0));
  assert.ok(Object.is(json.loads('-0.0'), -0));
  assert.equal(json.loads('1', { parseInt: (text) => `int ${text}` }), 'int 1');
  assert.equal(json.loads('1.10', { parseFloat: (text) => `float ${text}` }), 'float 1.10');
  assert.deepEqual(json.loads('9007199254740991'), 9007199254740991);
  assert.deepEqual(json.loads('[9007199254740993]'), [9007199254740993n]);
  const [kept] = json.loads('[1.0]', { floats: 'keep' }) as [Float];
  assert.ok(kept instanceof Float);
  assert.equal(json.dumps(kept), '1.0');
});

test('json.loads: NaN and the infinities, a hook for them, and no other spelling', () => {
  assert.deepEqual(json.loads('[NaN, Infinity, -Infinity]'), [Number.NaN, Infinity, -Infinity]);
  assert.deepEqual(json.loads('[NaN]', { parseConstant: (text) => text }), ['NaN']);
  for (const text of ['nan', 'NAN', 'naN', 'infinity', 'INFINITY', '-inf', 'TRUE', 'None', 'nul'])
    assert.match(error(text), /^Expecting value/);
});

test('json.loads: objects and arrays, their hooks, and names that come twice', () => {
  assert.deepEqual(json.loads('{"a": {}, "b": [], "c": [[]]}'), { a: {}, b: [], c: [[]] });
  const text = '{"xkd": 1, "kcw": 2, "xkd": 3}';
  assert.deepEqual(json.loads(text), { xkd: 3, kcw: 2 });
  assert.deepEqual(json.loads(text, { objectPairsHook: (pairs) => pairs }), [
    ['xkd', 1],
    ['kcw', 2],
    ['xkd', 3],
  ]);
  assert.deepEqual(
    json.loads(text, { objectPairsHook: (pairs) => pairs.length, objectHook: () => 'not asked' }),
    3,
  );
  assert.deepEqual(
    json.loads('[{}, {"a": {}}]', { objectHook: (object) => Object.keys(object).length }),
    [0, 1],
  );
  assert.deepEqual(json.loads('{}', { objectPairsHook: (pairs) => pairs }), []);
  assert.deepEqual(
    json.loads('[[], [1]]', { arrayHook: (items) => new Set(items) }),
    new Set([new Set(), new Set([1])]),
  );
  assert.deepEqual(
    json.loads('{"2": 0, "1": 0}', { dicts: 'map' }),
    new Map([
      ['2', 0],
      ['1', 0],
    ]),
  );
});

test('json.loads: __proto__ is a name as any other, with the host’s parser and without', () => {
  for (const options of [{}, { parseInt: Number }]) {
    const value = json.loads('{"__proto__": {"x": 1}}', options) as object;
    assert.deepEqual(Object.keys(value), ['__proto__']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  }
});

test('json.loads: a name with an escape is not taken for the one that was there before', () => {
  json.loads(String.raw`{"a": 1, "\\": 2}`);
  assert.deepEqual(json.loads(String.raw`{"a": 1, "\n": 2}`), { a: 1, '\n': 2 });
});

test('json.loads: strings, their escapes, control characters with strict: false, and halves of surrogate pairs', () => {
  assert.equal(json.loads(String.raw`"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"`), '"\\/\b\f\n\r\té😀');
  for (const text of ['"\\ud83d"', '"\\ude00x"', '"\\ud83d\\ud83d"'])
    assert.equal(json.loads(text), JSON.parse(text));
  assert.equal(json.loads('"a\tb\0"', { strict: false }), 'a\tb\0');
  assert.match(error('"a\tb"'), /^Invalid control character at: line 1 column 3 \(char 2\)$/);
  for (const text of ['"\\u00"', '"\\u+012"', '"\\u 123"', '"\\uzzzz"', '"\\u0x12"'])
    assert.match(error(text), /^Invalid \\uXXXX escape/);
  assert.match(error('["abc\\y"]'), /^Invalid \\escape: line 1 column 6 \(char 5\)$/);
});

test('json.loads: bytes are UTF-8, UTF-16 or UTF-32; a byte order mark in text, and what is neither, is refused', () => {
  const text = '["é😀"]';
  const utf16 = Buffer.from(text, 'utf16le');
  const utf32 = Buffer.concat(
    Array.from(text, (character) => {
      const unit = Buffer.alloc(4);
      unit.writeUInt32LE(character.codePointAt(0)!);
      return unit;
    }),
  );
  for (const bytes of [
    Buffer.from(text),
    Buffer.from(`\ufeff${text}`),
    utf16,
    Buffer.from(utf16).swap16(),
    utf32,
    Buffer.from(utf32).swap32(),
  ])
    assert.deepEqual(json.loads(bytes), ['é😀']);
  assert.match(error('\ufeff1'), /^Unexpected UTF-8 BOM/);
  for (const value of [5, null, undefined, {}])
    assert.throws(() => json.loads(value as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
  assert.throws(() => json.loads(Buffer.from([0x22, 0xff, 0x22])), {
    code: 'ERR_ASYNCIO_INVALID_ARGUMENT',
  });
});

test('json.loads: truncated, unexpected and extra data, with line and column', () => {
  const wrong: readonly (readonly [text: string, message: string])[] = [
    ['', 'Expecting value: line 1 column 1 (char 0)'],
    ['[', 'Expecting value: line 1 column 2 (char 1)'],
    ['[42', "Expecting ',' delimiter: line 1 column 4 (char 3)"],
    ['[42,', 'Expecting value: line 1 column 5 (char 4)'],
    ['["', 'Unterminated string starting at: line 1 column 2 (char 1)'],
    ['["spam"', "Expecting ',' delimiter: line 1 column 8 (char 7)"],
    ['{', 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ['{"spam"', "Expecting ':' delimiter: line 1 column 8 (char 7)"],
    ['{"spam":', 'Expecting value: line 1 column 9 (char 8)'],
    ['{"spam":42', "Expecting ',' delimiter: line 1 column 11 (char 10)"],
    ['[42 "spam"]', "Expecting ',' delimiter: line 1 column 5 (char 4)"],
    ['[42,]', 'Illegal trailing comma before end of array: line 1 column 4 (char 3)'],
    ['{"a":1,}', 'Illegal trailing comma before end of object: line 1 column 7 (char 6)'],
    ['{"spam":[}', 'Expecting value: line 1 column 10 (char 9)'],
    ['[1]]', 'Extra data: line 1 column 4 (char 3)'],
    ['{"a": true} {}', 'Extra data: line 1 column 13 (char 12)'],
    ['\n\n [x', 'Expecting value: line 3 column 3 (char 4)'],
  ];
  for (const [text, message] of wrong) assert.equal(error(text), message, text);
  const thrown = new json.JSONDecodeError('wrong', `${'a\n'.repeat(100)}b`, 200);
  assert.deepEqual([thrown.lineno, thrown.colno, thrown.pos, thrown.excerpt.length], [101, 1, 200, 41]);
});

test('json.rawDecode: the value that a text begins with, and where it ends', () => {
  assert.deepEqual(json.rawDecode('[1] more'), [[1], 3]);
  assert.deepEqual(json.rawDecode('x 5', 2), [5, 3]);
  assert.throws(() => json.rawDecode('  1', 50), json.JSONDecodeError);
});

test('json.loads: integers with too many digits and documents that are too deep are refused, not suffered', () => {
  assert.match(error('1'.repeat(4301)), /^Exceeds the limit \(4300 digits\)/);
  assert.equal(json.loads('1'.repeat(4300)), BigInt('1'.repeat(4300)));
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const deep = (depth: number): string => open.repeat(depth) + 1 + close.repeat(depth);
    assert.match(error(deep(100_000)), /^nested deeper than 10000/);
    json.loads(deep(10_000));
    assert.match(error(deep(6), { maxDepth: 5 }), /^nested deeper than 5/);
    json.loads(deep(100_000), { maxDepth: Infinity });
  }
  assert.match(error('['.repeat(9_999)), /^Expecting value/);
});

// JSONTestSuite's kinds: y_ must be taken, n_ refused, i_ may be either: here it is what Python does.
const taken = [
  '[]',
  '[""]',
  '["a"]',
  '[false]',
  '[null, 1, "1", {}]',
  '[1E+2]',
  '[123e65]',
  '[0e+1]',
  '[-0]',
  '[-1]',
  '[1e-2]',
  '[123.456e78]',
  '{"":0}',
  '{"foo\\u0000bar": 42}',
  '["\\u0060\\u012a\\u12AB"]',
  '["\\uD801\\udc37"]',
  '["a/*b*/c/*d//e"]',
  '["\\uFFFF"]',
  '["\u2028"]',
  '["\u007f"]',
  ' [] ',
  '"asd"',
  '0.1',
  'true',
];
const refused = [
  '[1 true]',
  '[a',
  '["": 1]',
  '[,1]',
  '[1,,2]',
  '["x"]]',
  '["",]',
  '[x',
  '[3[4]]',
  '[1:2]',
  '[-]',
  '[+1]',
  '[.5]',
  '[1.]',
  '[0.e1]',
  '[1e]',
  '[1e+]',
  '[01]',
  '[-01]',
  '[0x1]',
  '[1+2]',
  '[１]',
  '{[: "x"}',
  '{"a"}',
  '{,"a":1}',
  "{'a':0}",
  '{"a":1,,"b":2}',
  '{a:1}',
  '{"a":/*x*/1}',
  '{"a" b}',
  '[\u2060]',
  '["\n"]',
  '["\\x00"]',
  '["\\"]',
  '["\\u00A"]',
  '["\ud800\\',
  '<null>',
  '\u000c[]',
  '[]//',
  '1]',
  '[\u0000]',
  '{}}',
  '["\\u0022',
  'fals',
  "['a']",
];
const either: readonly (readonly [string, unknown])[] = [
  ['[1e400]', [Infinity]],
  ['[-1e-400]', [-0]],
  ['["\\uD888\\u1234"]', ['\ud888\u1234']],
  ['["\\uDFAA"]', ['\udfaa']],
  ['[NaN]', [Number.NaN]],
  ['[100000000000000000000]', [10n ** 20n]],
];

test('json.loads: takes what is JSON, refuses what is not, and reads what may be either as Python does', () => {
  for (const text of taken) json.loads(text);
  for (const text of refused) assert.match(error(text), /line 1 column \d+ \(char \d+\)$|line 2/, text);
  for (const [text, value] of either) assert.deepEqual(json.loads(text), value, text);
});

test('json.dumps: values, names of all kinds, and skipkeys', () => {
  assert.equal(json.dumps({ a: [1, null, true, 'x'], b: {} }), '{"a": [1, null, true, "x"], "b": {}}');
  const keys = new Map<unknown, unknown>([
    [true, 1],
    [false, 2],
    [null, 3],
    [1.5, 4],
    [7, 5],
    [10n, 6],
    [new Float(1), 7],
    [Number.NaN, 8],
  ]);
  assert.equal(
    json.dumps(keys),
    '{"true": 1, "false": 2, "null": 3, "1.5": 4, "7": 5, "10": 6, "1.0": 7, "NaN": 8}',
  );
  const odd = new Map<unknown, unknown>([
    [{}, 1],
    ['a', 2],
  ]);
  assert.throws(() => json.dumps(odd), { code: 'ERR_JSON_ENCODE' });
  assert.equal(json.dumps(odd, { skipkeys: true }), '{"a": 2}');
  assert.equal(
    json.dumps(
      new Map([
        [3, 0],
        [1, 0],
      ]),
      { sortKeys: true },
    ),
    '{"1": 0, "3": 0}',
  );
  assert.throws(
    () =>
      json.dumps(
        new Map<unknown, unknown>([
          [1, 0],
          ['a', 0],
        ]),
        { sortKeys: true },
      ),
    json.JSONEncodeError,
  );
  assert.equal(json.dumps({ a: undefined, b: [undefined] }), '{"b": [null]}');
});

test('json.dumps: numbers as Python spells them, NaN, and allowNan: false', () => {
  assert.equal(
    json.dumps([1, -0, 1e15, 1e16, 1e-5, 0.1, 2 ** 53, 10n ** 30n, new Float(3)]),
    '[1, -0.0, 1000000000000000, 1e+16, 1e-05, 0.1, 9007199254740992.0, 1000000000000000000000000000000, 3.0]',
  );
  assert.equal(json.dumps([Number.NaN, Infinity, -Infinity]), '[NaN, Infinity, -Infinity]');
  for (const value of [Number.NaN, Infinity, new Map([[-Infinity, 1]])])
    assert.throws(
      () => json.dumps(value, { allowNan: false }),
      /^JSONEncodeError: Out of range float values are not JSON compliant/,
    );
  for (const value of [1617161771.7650001, Math.PI, 3.1, 1e-7])
    assert.equal(json.loads(json.dumps(value)), value);
});

test('json.dumps: strings, ASCII alone or not', () => {
  assert.equal(
    json.dumps('\\"\b\f\n\r\t\0\u007fé\u2028😀\ud800/'),
    String.raw`"\\\"\b\f\n\r\t\u0000\u007f\u00e9\u2028\ud83d\ude00\ud800/"`,
  );
  assert.equal(
    json.dumps('\\"\n\u0001é\u2028😀\ud800', { ensureAscii: false }),
    // Bun writes a letter of a raw text as its number.
    String.raw`"\\\"\n\u0001` + 'é\u2028😀\ud800"',
  );
  assert.equal(
    json.dumps(String.raw`\ud800` + '\udc00', { ensureAscii: false }),
    String.raw`"\\ud800` + '\udc00"',
  );
});

test('json.dumps: indent and separators', () => {
  const value = [['blorpie'], {}, [], { a: 1, b: [2] }];
  assert.equal(
    json.dumps(value, { indent: 2 }),
    '[\n  [\n    "blorpie"\n  ],\n  {},\n  [],\n  {\n    "a": 1,\n    "b": [\n      2\n    ]\n  }\n]',
  );
  assert.equal(json.dumps({ a: 1 }, { indent: 0 }), '{\n"a": 1\n}');
  assert.equal(json.dumps([1, 2], { indent: '\t' }), '[\n\t1,\n\t2\n]');
  assert.equal(json.dumps([1, { a: 2 }], { separators: [',', ':'] }), '[1,{"a":2}]');
  assert.throws(() => json.dumps(1, { separators: [5, ':'] as never }), { argument: 'separators' });
  assert.throws(() => json.dumps(1, { indent: {} as never }), { argument: 'indent' });
});

test('json.dumps: default, toJSON, and what can’t be written', () => {
  assert.equal(
    json.dumps([Symbol, 1], { default: (value) => (value as { name: string }).name }),
    '["Symbol", 1]',
  );
  assert.equal(json.dumps(new Date(0)), '"1970-01-01T00:00:00.000Z"');
  assert.equal(json.dumps(new Date(0), { default: () => 'asked first' }), '"asked first"');
  class Point {}
  assert.throws(() => json.dumps([new Point()]), /Object of type Point is not JSON serializable/);
  for (const value of [Symbol('s'), () => {}, new Set()])
    assert.throws(() => json.dumps(value), json.JSONEncodeError);
});

test('json.dumps: circles and depth are told, and what stands twice is no circle', () => {
  const circle: unknown[] = [];
  circle.push({ again: circle });
  assert.throws(() => json.dumps(circle), /Circular reference detected/);
  assert.throws(() => json.dumps(circle, { checkCircular: false }), /nested deeper than 10000/);
  assert.throws(
    () => json.dumps(new (class A {})(), { default: (value) => [value] }),
    /Circular reference detected/,
  );
  assert.throws(
    () => json.dumps(new (class A {})(), { default: () => new (class B {})(), checkCircular: false }),
    /nested deeper/,
  );
  const twice = { x: 1 };
  assert.equal(json.dumps([twice, twice, [], []]), '[{"x": 1}, {"x": 1}, [], []]');
  let deep: unknown = 1;
  for (let depth = 0; depth < 10_000; depth++) deep = [deep];
  assert.equal(json.dumps(deep).length, 20_001);
  assert.throws(() => json.dumps([deep]), json.JSONEncodeError);
  assert.equal(json.dumps([deep], { maxDepth: 20_000 }).length, 20_003);
});

test('json.iterencode and json.dump: the same text in pieces', async () => {
  const value = Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'text' }));
  const pieces = [...json.iterencode(value)];
  assert.ok(pieces.length > 5);
  assert.equal(pieces.join(''), json.dumps(value));
  let written = '';
  const target = new WritableStream<Uint8Array>({ write: (piece) => void (written += String(piece)) });
  await json.dump(value, target);
  assert.equal(written, json.dumps(value));
  assert.deepEqual(json.loads(written), value);
});
