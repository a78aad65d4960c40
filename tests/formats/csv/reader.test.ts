// csv.reader and csv.dictReader: what CPython's test_csv asks of reading, and what is ours: streams, cancels, limits.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { createTask, isCancelled, sleep, StreamReader } from '../../../src/asyncio.ts';
import { csv } from '../../../src/formats/formats.ts';
import { inLoop } from '../../inLoop.ts';

type Case = readonly [text: string, rows: readonly unknown[][], options?: csv.ReaderOptions];

const read = (text: string | string[], options?: csv.ReaderOptions): unknown[] => [
  ...csv.reader(text, options),
];

function cases(title: string, all: readonly Case[]): void {
  test(title, () => {
    for (const [text, rows, options] of all)
      assert.deepEqual(read(text, options), rows, JSON.stringify([text, options]));
  });
}

cases('csv.reader: excel: fields, blank lines, quotes and line ends within them', [
  ['abc', [['abc']]],
  ['1,2,3,4,5', [['1', '2', '3', '4', '5']]],
  ['', []],
  [',', [['', '']]],
  ['a,', [['a', '']]],
  ['\n', [[]]],
  ['""', [['']]],
  ['"",', [['', '']]],
  [',""', [['', '']]],
  ['""""', [['"']]],
  ['""""""', [['""']]],
  ['a""b', [['a""b']]],
  ['a"b"c', [['a"b"c']]],
  ['a"b,c"', [['a"b', 'c"']]],
  ['a"', [['a"']]],
  ['a, "b"', [['a', ' "b"']]],
  [' "a"', [[' "a"']]],
  [
    '1,2,3,"""I see,"" said the blind man","as he picked up his hammer and saw"',
    [['1', '2', '3', '"I see," said the blind man', 'as he picked up his hammer and saw']],
  ],
  [
    '1,2,3,"""I see,""\nsaid the blind man","x"\n9,8',
    [
      ['1', '2', '3', '"I see,"\nsaid the blind man', 'x'],
      ['9', '8'],
    ],
  ],
  ['12,12,1",', [['12', '12', '1"', '']]],
  ['a\0b', [['a\0b']]],
]);

cases('csv.reader: other dialects: unix, single quotes, escapes, delimiters of any kind', [
  ['"1","abc def","abc"\n', [['1', 'abc def', 'abc']], { dialect: 'unix' }],
  ["'a','b, c'", [['a', 'b, c']], { quotechar: "'" }],
  ['abc\\,def\r\n', [['abc,def']], { escapechar: '\\', quoting: csv.QUOTE_NONE }],
  ['"abc\\,def"\r\n', [['abc,def']], { escapechar: '\\', quoting: csv.QUOTE_ALL }],
  ['a:b', [['a', 'b']], { delimiter: ':' }],
  ['a😀b', [['a', 'b']], { delimiter: '😀' }],
  ['a, "b, c",  d', [['a', 'b, c', 'd']], { skipinitialspace: true }],
  ['a  b', [['a', 'b']], { delimiter: ' ', skipinitialspace: true }],
  ['a  b', [['a', '', 'b']], { delimiter: ' ' }],
  ['"a\\"b"', [['a"b']], { escapechar: '\\' }],
  ['a\\\nb', [['a\nb']], { escapechar: '\\' }],
  ['a\\', [['a\n']], { escapechar: '\\' }],
  ['"a\\', [['a\n']], { escapechar: '\\' }],
]);

cases('csv.reader: quoting makes numbers and nulls of what has no quotes', [
  ['1,",3,",5', [['1', '"', '3', '"', '5']], { quotechar: null, escapechar: '\\' }],
  [',3,"5",7.3, 9', [['', 3, '5', 7.3, 9]], { quoting: csv.QUOTE_NONNUMERIC }],
  [',"",3', [[null, '', 3]], { quoting: csv.QUOTE_STRINGS }],
  [',"",3', [[null, '', '3']], { quoting: csv.QUOTE_NOTNULL }],
  ['1_0,inf,-1e3', [[10, Infinity, -1000]], { quoting: csv.QUOTE_NONNUMERIC }],
]);

cases('csv.reader: lines end with \\r, \\n and \\r\\n, and an open row at the end is a row', [
  [
    'a,b\r\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a,b\rc,d\r',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['a\n\rb', [['a'], [], ['b']]],
  ['a,"', [['a', '']]],
  ['"a', [['a']]],
]);

test('csv.reader: strict refuses what is no good CSV, with line and column', () => {
  for (const text of ['"ab"c', '"ab" "', 'x\n"'])
    assert.throws(() => read(text, { strict: true }), csv.Error, text);
  assert.throws(() => read('a\n"ab"c', { strict: true }), { line: 2, column: 5, code: 'ERR_CSV' });
});

test('csv.reader: the strings of an iterable are lines, and may not have a line end within', () => {
  assert.deepEqual(read(['a,b', 'c,"d', 'e"']), [
    ['a', 'b'],
    ['c', 'de'],
  ]);
  assert.throws(() => read(['a\nb']), { code: 'ERR_CSV', line: 1, column: 3 });
  assert.deepEqual(read(['']), [[]]);
  assert.deepEqual([...csv.reader(['a,', 'b\nc'], { chunks: true })], [['a', 'b'], ['c']]);
});

test('csv.reader: what is no text is refused', () => {
  assert.throws(() => csv.reader(5 as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
  assert.throws(() => read([5] as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
  assert.throws(() => csv.reader('a', { dialect: 'none' }), csv.Error);
});

test('csv.reader: lineNum counts lines, not rows', () => {
  const reader = csv.reader('a\n"b\nc"\nd');
  const seen = [];
  for (const row of reader) seen.push([row[0], reader.lineNum]);
  assert.deepEqual(seen, [
    ['a', 1],
    ['b\nc', 3],
    ['d', 4],
  ]);
});

test('csv.reader: a field may be as long as the limit says, of the thread or its own', () => {
  const before = csv.fieldSizeLimit(10);
  try {
    assert.deepEqual(read('1234567890'), [['1234567890']]);
    assert.deepEqual(read('😀'.repeat(10)), [['😀'.repeat(10)]]);
    assert.throws(() => read('12345678901'), { code: 'ERR_CSV', line: 1, column: 11 });
    assert.deepEqual(read('12345678901', { limit: 20 }).length, 1);
  } finally {
    csv.fieldSizeLimit(before);
  }
  for (const limit of [-1, 1.5, 'a']) assert.throws(() => csv.fieldSizeLimit(limit as never), TypeError);
});

test('csv.reader: after an error the next row is that of the line behind it', () => {
  const reader = csv.reader('a\n"b"c\nd\n', { strict: true });
  assert.deepEqual(reader.next().value, ['a']);
  assert.throws(() => reader.next(), csv.Error);
  assert.deepEqual(reader.next().value, ['d']);
  assert.equal(reader.next().done, true);
});

test('csv.reader: leaving the loop keeps the rest, and closes a source that for...of closes', () => {
  const kept = csv.reader('a\nb\nc');
  for (const row of kept) if (row[0] === 'a') break;
  assert.deepEqual([...kept], [['b'], ['c']]);
  let closed = false;
  const lines = (function* (): Generator<string> {
    try {
      yield 'a';
      yield 'b';
    } finally {
      closed = true;
    }
  })();
  const reader = csv.reader(lines);
  for (const row of reader) if (row[0] === 'a') break;
  assert.deepEqual([closed, ...reader], [true]);
});

test('csv.dictReader: names of the first row or given ones, blanks passed over, missing and too many fields', () => {
  const dicts = (text: string, options?: csv.DictReaderOptions): unknown[] => [
    ...csv.dictReader(text, options),
  ];
  assert.deepEqual(dicts('f1,f2\n1,2\n\n3,4\n'), [
    { f1: '1', f2: '2' },
    { f1: '3', f2: '4' },
  ]);
  assert.deepEqual(dicts('1,2', { fieldnames: ['a', 'b'] }), [{ a: '1', b: '2' }]);
  assert.deepEqual(dicts('1,2', { fieldnames: new Set(['a', 'b']) }), [{ a: '1', b: '2' }]);
  assert.deepEqual(dicts('1,2,3,4', { fieldnames: ['a', 'b'] }), [
    { a: '1', b: '2', [csv.REST]: ['3', '4'] },
  ]);
  assert.deepEqual(dicts('a,b\n1,2,3', { restkey: 'more' }), [{ a: '1', b: '2', more: ['3'] }]);
  assert.deepEqual(dicts('a,b,c\n1', { restval: 'DEFAULT' }), [{ a: '1', b: 'DEFAULT', c: 'DEFAULT' }]);
  assert.deepEqual(dicts('a,b\n1'), [{ a: '1', b: null }]);
  assert.deepEqual(dicts('a;b\n1;2', { delimiter: ';' }), [{ a: '1', b: '2' }]);
  assert.deepEqual(dicts(''), []);
  const reader = csv.dictReader('a,b\n1,2');
  assert.deepEqual([reader.fieldnames, reader.lineNum], [['a', 'b'], 1]);
  assert.equal(csv.dictReader('').fieldnames, undefined);
});

test('csv.dictReader: __proto__ is a name as any other', () => {
  const [row] = csv.dictReader('__proto__,a\nx,1');
  assert.deepEqual(Object.entries(row!), [
    ['__proto__', 'x'],
    ['a', '1'],
  ]);
  assert.equal(Object.getPrototypeOf(row), Object.prototype);
});

test(
  'csv.reader: a cancelled wait loses nothing of a StreamReader, which can be read on',
  inLoop(async () => {
    const stream = new StreamReader();
    stream.feedData(Buffer.from('a,b\nc'));
    const rows = csv.reader(stream);
    assert.deepEqual((await rows.next()).value, ['a', 'b']);
    for (let again = 0; again < 2; again++) {
      const waiting = createTask(() => rows.next());
      await sleep(0);
      waiting.cancel();
      await assert.rejects(waiting, isCancelled);
    }
    stream.feedData(Buffer.from(',d\nrest'));
    assert.deepEqual((await rows.next()).value, ['c', 'd']);
    stream.feedEof();
    assert.deepEqual((await rows.next()).value, ['rest']);
    assert.equal((await rows.next()).done, true);
  }),
);

test(
  'csv.reader: a cancel in the very turn in which bytes come loses neither',
  inLoop(async () => {
    const stream = new StreamReader();
    const rows = csv.reader(stream);
    const waiting = createTask(() => rows.next());
    await sleep(0);
    stream.feedData(Buffer.from('a\nb\n'));
    waiting.cancel();
    stream.feedEof();
    const first = await waiting.then(
      ({ value }) => [value],
      (error: unknown) => {
        assert.ok(isCancelled(error));
        return [] as csv.Row[];
      },
    );
    for await (const row of rows) first.push(row);
    assert.deepEqual(first, [['a'], ['b']]);
  }),
);

test(
  'csv.reader: two tasks that wait at once are told',
  inLoop(async () => {
    const stream = new StreamReader();
    const rows = csv.reader(stream);
    const waiting = createTask(() => rows.next());
    await sleep(0);
    await assert.rejects(rows.next(), { code: 'ERR_ASYNCIO_USAGE' });
    stream.feedEof();
    assert.equal((await waiting).done, true);
  }),
);

test(
  'csv.reader: leaving the loop leaves a StreamReader open, and the rest is there for the next loop',
  inLoop(async () => {
    const stream = new StreamReader();
    stream.feedData(Buffer.from('a\nb\n'));
    const rows = csv.reader(stream);
    for await (const row of rows) if (row[0] === 'a') break;
    stream.feedData(Buffer.from('c\n'));
    stream.feedEof();
    const rest = [];
    for await (const row of rows) rest.push(row);
    assert.deepEqual(rest, [['b'], ['c']]);
  }),
);

test('csv.reader: streams of the host are read in pieces, and closed when the loop is left', async () => {
  const stream = Readable.from(['a,', 'b\nc', ',d\n'], { objectMode: true });
  for await (const row of csv.reader(stream)) {
    assert.deepEqual(row, ['a', 'b']);
    break;
  }
  assert.equal(stream.destroyed, true);
  const web = new Blob(['a,é\r\n', 'c,😀']).stream();
  const batches = [];
  for await (const batch of csv.reader(web).batches()) batches.push(...batch);
  assert.deepEqual(batches, [
    ['a', 'é'],
    ['c', '😀'],
  ]);
});

test('csv.reader: bytes are UTF-8 with the mark that they have, utf-8-sig takes it away, others are the host’s', () => {
  assert.deepEqual(read(Buffer.from('\ufeffa') as never), [['\ufeffa']]);
  assert.deepEqual(read(Buffer.from('\ufeffa') as never, { encoding: 'utf-8-sig' }), [['a']]);
  assert.deepEqual(read(Buffer.from('a\0,\0b\0') as never, { encoding: 'utf-16le' }), [['a', 'b']]);
  assert.throws(() => read(Buffer.from([0xe9]) as never), { code: 'ERR_DECODING', position: 0 });
  assert.throws(() => read('a', { encoding: 'klingon' }), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
});

test('csv.reader: batches gives the rows in front of an error, and the error after them', async () => {
  async function* text(): AsyncGenerator<string> {
    yield 'a\nb\n"c"d\ne\n';
  }
  const rows = csv.reader(text(), { strict: true, chunks: true });
  const batches = rows.batches();
  assert.deepEqual((await batches.next()).value, [['a'], ['b']]);
  await assert.rejects(batches.next(), csv.Error);
  assert.deepEqual((await rows.next()).value, ['e']);
  await rows.return();
});
