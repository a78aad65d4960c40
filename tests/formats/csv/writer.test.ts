// csv.writer, csv.dictWriter and the dialects: what CPython's test_csv asks, and what is ours: targets with back-pressure.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { csv, Float } from '../../../src/formats/formats.ts';

const line = (row: Iterable<unknown>, options?: csv.DialectOptions): string => csv.toText([row], options);

test('csv.writer: quotes what needs them, and spells values as Python does', () => {
  const cases: readonly (readonly [unknown[], string, csv.DialectOptions?])[] = [
    [[], '\r\n'],
    [['abc', 'def'], 'abc,def\r\n'],
    [
      [1, 1.5, 1e16, 1e-7, -0, new Float(2), 2n ** 70n],
      '1,1.5,1e+16,1e-07,-0.0,2.0,1180591620717411303424\r\n',
    ],
    [[null, undefined, true, false, Number.NaN, Infinity], ',,True,False,nan,inf\r\n'],
    [['a', 1, 'p,q'], 'a,1,"p,q"\r\n'],
    [['a\nb', 'c\r', 'd"e'], '"a\nb","c\r","d""e"\r\n'],
    [['a', 1, null, ''], '"a","1","",""\r\n', { quoting: csv.QUOTE_ALL }],
    [['a', 1, null, ''], '"a",1,"",""\r\n', { quoting: csv.QUOTE_NONNUMERIC }],
    [['a', 1, null, ''], '"a",1,,""\r\n', { quoting: csv.QUOTE_STRINGS }],
    [['a', 1, null, ''], '"a","1",,""\r\n', { quoting: csv.QUOTE_NOTNULL }],
    [['a,b', 1], 'a\\,b,1\r\n', { quoting: csv.QUOTE_NONE, escapechar: '\\' }],
    [['a"b'], 'a\\"b\r\n', { escapechar: '\\', doublequote: false }],
    [[''], '""\r\n'],
    [['', null], ',\r\n'],
    [['', 'a'], '"" a\r\n', { delimiter: ' ', skipinitialspace: true }],
    [['a!'], '"a!"!\n', { lineterminator: '!\n' }],
    [['é😀'], 'é😀\r\n'],
  ];
  for (const [row, text, options] of cases)
    assert.equal(line(row, options), text, JSON.stringify([text, options]));
});

test('csv.writer: a row that can’t be written in the dialect is refused whole', () => {
  const refused: readonly (readonly [unknown[], csv.DialectOptions])[] = [
    [['a', 'b,c'], { quoting: csv.QUOTE_NONE }],
    [[''], { quoting: csv.QUOTE_NONE }],
    [[null], { quoting: csv.QUOTE_STRINGS }],
    [['a"b'], { doublequote: false }],
    [['', 'a'], { quoting: csv.QUOTE_NONE, delimiter: ' ', skipinitialspace: true }],
  ];
  for (const [row, options] of refused) {
    let text = '';
    const writer = csv.writer({ write: (more: string) => (text += more) }, options);
    assert.throws(() => writer.writerow(row), csv.Error);
    assert.equal(text, '');
  }
});

test('csv.writer: takes any iterable as a row, returns what write does, and refuses what is no row', () => {
  const writer = csv.writer({ write: (text: string) => text.length });
  assert.equal(writer.writerow(new Set(['a', 'b'])), 5);
  assert.throws(() => writer.writerow(5 as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
  assert.throws(() => csv.writer(5 as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
  const failing = csv.writer({
    write: () => {
      throw new Error('full');
    },
  });
  assert.throws(() => failing.writerows([['a']]), /full/);
});

test('csv.writer and csv.reader: fields with line ends, quoted and escaped, come back', () => {
  const rows = [
    ['\na', 'b\nc', '\n', 'd\r\ne'],
    ['"', ',', '', ' x '],
  ];
  for (const options of [{}, { quoting: csv.QUOTE_NONE, escapechar: '\\' }, { dialect: 'unix' }] as const)
    assert.deepEqual(
      [...csv.reader(csv.toText(rows, options), options)],
      rows.map((row) => [...row]),
    );
});

test('csv.dictWriter: header, missing fields, and fields that have no name', () => {
  let text = '';
  const target = { write: (more: string) => (text += more) };
  const writer = csv.dictWriter(target, ['f1', 'f2'], { restval: '-' });
  writer.writeheader();
  writer.writerows([{ f2: 'b', f1: 1 }, { f1: 2 }]);
  writer.writerow(new Map([['f2', 'x']]));
  assert.equal(text, 'f1,f2\r\n1,b\r\n2,-\r\n-,x\r\n');
  assert.throws(() => writer.writerow({ f3: 1 }), /dict contains fields not in fieldnames: "f3"/);
  assert.equal(
    csv
      .dictWriter({ write: (row: string) => row }, ['a'], { extrasaction: 'ignore' })
      .writerow({ a: 1, b: 2 }),
    '1\r\n',
  );
  assert.throws(() => csv.dictWriter(target, [], { extrasaction: 'raised' as never }), {
    argument: 'extrasaction',
  });
});

test('csv.writer: waits for room in a stream of the host’s, and writes rows in large pieces', async () => {
  const pieces: string[] = [];
  const stream = new Writable({
    highWaterMark: 10,
    write: (piece, _, done) => {
      pieces.push(String(piece));
      setImmediate(done);
    },
  });
  const writer = csv.writer(stream);
  await writer.writerow(['a longer field']);
  assert.deepEqual(pieces, ['a longer field\r\n']);
  assert.equal(stream.writableNeedDrain, false);
  async function* rows(): AsyncGenerator<unknown[]> {
    for (let n = 0; n < 20_000; n++) yield [n, 'text'];
  }
  await writer.writerows(rows());
  assert.ok(pieces.length < 10);
  assert.equal(pieces.join('').split('\r\n').length, 20_002);
  stream.destroy();
});

test('csv.writer: half of a pair of surrogates is refused where bytes are written', async () => {
  const writer = csv.writer(new WritableStream<Uint8Array>());
  await assert.rejects(writer.writerow(['\ud800']), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
});

test('csv.registerDialect: registers, derives, lists and forgets; what is unknown is a csv.Error', () => {
  csv.registerDialect('mine', { dialect: 'unix', delimiter: ';' });
  assert.deepEqual(csv.listDialects(), ['excel', 'excel-tab', 'unix', 'mine']);
  const mine = csv.getDialect('mine');
  assert.deepEqual([mine.delimiter, mine.quoting, mine.lineterminator], [';', csv.QUOTE_ALL, '\n']);
  const reader = csv.reader('a:b', { dialect: mine, delimiter: ':' });
  assert.deepEqual([reader.dialect.delimiter, reader.dialect.quoting], [':', csv.QUOTE_ALL]);
  assert.equal(csv.writer({ write: String }, { dialect: 'mine' }).dialect.delimiter, ';');
  csv.unregisterDialect('mine');
  for (const body of [
    () => csv.getDialect('mine'),
    () => csv.unregisterDialect('mine'),
    () => csv.reader('', { dialect: 'mine' }),
  ])
    assert.throws(body, csv.Error);
  assert.throws(() => csv.registerDialect(5 as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
});

test('csv.Dialect: refuses parameters that are none or don’t go together', () => {
  const bad: readonly object[] = [
    { delimiter: '' },
    { delimiter: 'ab' },
    { delimiter: '\n' },
    { delimiter: 5 },
    { delimiter: null },
    { quotechar: '' },
    { quotechar: 'ab' },
    { quotechar: '\r' },
    { quotechar: ' ', skipinitialspace: true },
    { quotechar: null, quoting: csv.QUOTE_ALL },
    { escapechar: '' },
    { escapechar: '\n' },
    { lineterminator: 5 },
    { lineterminator: null },
    { delimiter: 'x', lineterminator: 'x' },
    { quoting: 6 },
    { quoting: -1 },
    { quoting: 'a' },
    { delimiter: 'x', quotechar: 'x' },
    { delimiter: 'x', escapechar: 'x' },
    { quotechar: 'x', escapechar: 'x' },
  ];
  for (const options of bad)
    assert.throws(
      () => new csv.Dialect(options),
      { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' },
      JSON.stringify(options),
    );
  assert.equal(new csv.Dialect({ quotechar: null }).quoting, csv.QUOTE_NONE);
  assert.ok(Object.isFrozen(new csv.Dialect({ delimiter: ' ', skipinitialspace: true })));
});

test('csv.Sniffer: finds delimiter, quotes, doubled quotes and space; hasHeader votes', () => {
  const sniffer = new csv.Sniffer();
  const people =
    "Harry's, Arlington Heights, IL, 2/1/03, Kimi Hayes\nShark City, Glendale Heights, IL, 12/28/02, Prezence\n";
  assert.deepEqual([sniffer.sniff(people).delimiter, sniffer.sniff(people).skipinitialspace], [',', true]);
  assert.equal(sniffer.sniff("'Harry''s':'Arlington':'IL'\n'Shark':'Glendale':'IL'\n").delimiter, ':');
  assert.equal(sniffer.sniff("'Harry''s':'Arlington':'IL'\n'Shark':'Glendale':'IL'\n").doublequote, true);
  assert.equal(sniffer.sniff('a;b:c\nd;e:f\n', ':').delimiter, ':');
  assert.equal(sniffer.sniff('a;b:c\nd;e:f\n', [';']).delimiter, ';');
  assert.throws(() => sniffer.sniff(''), csv.Error);
  assert.equal(sniffer.hasHeader('name,born\nAda,1815\nAlan,1912\n'), true);
  assert.equal(sniffer.hasHeader('abc,1\nabd,2\n'), false);
});
