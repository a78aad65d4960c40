// csv against python3: random dialects, documents, rows and samples from a seed, both ways.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csv } from '../../../src/formats/formats.ts';
import { Float } from '../../../src/formats/float.ts';
import { askPython, python3 } from '../python/python3.ts';
import { seeded } from '../seeded.ts';
import type { Random } from '../seeded.ts';

const skip = python3() === undefined ? 'there is no python3 from 3.13 on' : false;
const SEED = Number(process.env['FORMATS_SEED'] ?? 1);
const CASES = Number(process.env['FORMATS_CASES'] ?? 1500);

type Options = Record<string, unknown>;
type Events = [row: unknown, lineNum: number][];

const parts = [
  'a',
  'b',
  ',',
  ';',
  '"',
  "'",
  '\\',
  '\n',
  '\r',
  '\r\n',
  ' ',
  '1',
  '.5',
  '-',
  '😀',
  'é',
  '\t',
  '_2',
  'nan',
];

function dialectFrom(random: Random): Options {
  const dialect: Options = {};
  if (random.chance(0.4)) dialect['delimiter'] = random.pick([';', ' ', '\t', 'a', '😀', 'é', ',']);
  if (random.chance(0.4)) dialect['quotechar'] = random.pick(["'", null, '"', '😀', ' ', 'b']);
  if (random.chance(0.4)) dialect['escapechar'] = random.pick(['\\', null, 'e', '😀', "'"]);
  if (random.chance(0.4)) dialect['doublequote'] = random.chance(0.5);
  if (random.chance(0.4)) dialect['skipinitialspace'] = random.chance(0.6);
  if (random.chance(0.3)) dialect['lineterminator'] = random.pick(['\n', '', '!', '\r', 'ab', 'é']);
  if (random.chance(0.6)) dialect['quoting'] = random.whole(6);
  if (random.chance(0.3)) dialect['strict'] = true;
  return dialect;
}

function textFrom(random: Random, most: number): string {
  return Array.from({ length: random.whole(most) }, () => random.pick(parts)).join('');
}

/** As the oracle's: numbers by their repr, errors by the beginning of their message. */
function events(reader: csv.Reader): Events {
  const found: Events = [];
  for (;;) {
    try {
      const { value } = reader.next();
      if (value === undefined) return found;
      const row = value.map((field) =>
        typeof field === 'number' ? ['f', String(new Float(field))] : field,
      );
      found.push([['l', row], reader.lineNum]);
    } catch (error) {
      assert.ok(error instanceof csv.Error, String(error));
      const message = error.message.replace(/: line \d+ column \d+$/, '');
      const isNumber = message.startsWith('could not convert');
      found.push([isNumber ? 'could not convert string to float' : message, reader.lineNum]);
    }
  }
}

function* cuts(text: string): Generator<string[]> {
  yield [text];
  yield Array.from({ length: text.length }, (_, at) => text.charAt(at));
  for (let at = 1; at < text.length; at++) yield [text.slice(0, at), text.slice(at)];
}

test(
  `csv.reader: equal to python3's for random dialects and documents, by line and for every cut (seed ${SEED})`,
  { skip },
  () => {
    const random = seeded(SEED);
    const cases = Array.from({ length: CASES }, () => {
      const lines = Array.from(
        { length: random.whole(5) },
        () => textFrom(random, 7) + random.pick(['\n', '\r\n', '', '\r']),
      );
      return [lines, dialectFrom(random), random.pick([131_072, 131_072, 3, 5])] as const;
    });
    const answers = askPython<{ byLine: Events; byFile: Events } | { refused: string }>(
      cases.map((args) => ['csv_read', [...args]]),
    )!;
    let compared = 0;
    for (const [index, [lines, dialect, limit]] of cases.entries()) {
      const answer = answers[index]!;
      const what = JSON.stringify([lines, dialect, limit]);
      const options = { ...dialect, limit };
      if ('refused' in answer) {
        assert.throws(() => csv.reader(lines, options), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' }, what);
        continue;
      }
      compared++;
      assert.deepEqual(events(csv.reader(lines, options)), answer.byLine, what);
      const text = lines.join('');
      for (const pieces of cuts(text))
        assert.deepEqual(events(csv.reader(pieces, { ...options, chunks: true })), answer.byFile, what);
      const bytes = Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte));
      assert.deepEqual(events(csv.reader(bytes, options)), answer.byFile, what);
    }
    assert.ok(compared > CASES / 2);
  },
);

test(`csv.writer: equal to python3's for random dialects and rows (seed ${SEED})`, { skip }, () => {
  const random = seeded(SEED + 1);
  const numbers = [
    0,
    1,
    -1,
    1.5,
    -0,
    1e16,
    1e15,
    1e-5,
    1e-7,
    0.1,
    1 / 3,
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    123456789,
  ];
  const field = (): [unknown, unknown] => {
    const kind = random.whole(10);
    if (kind === 0) return [null, null];
    if (kind === 1) return random.chance(0.5) ? [true, true] : [false, false];
    if (kind === 2) return [2n ** 70n, ['i', String(2n ** 70n)]];
    if (kind < 5) {
      const number = random.pick(numbers);
      return Number.isSafeInteger(number) && !Object.is(number, -0)
        ? [number, ['i', String(number)]]
        : [number, ['f', String(new Float(number))]];
    }
    const text = textFrom(random, 5);
    return [text, text];
  };
  const cases = Array.from({ length: CASES }, () => {
    const rows = Array.from({ length: 4 }, () => Array.from({ length: random.whole(4) }, field));
    return { rows, dialect: dialectFrom(random) };
  });
  const answers = askPython<([string] | string)[] | { refused: string }>(
    cases.map(({ rows, dialect }) => [
      'csv_write',
      [rows.map((row) => ['l', row.map(([, tagged]) => tagged)]), dialect],
    ]),
  )!;
  for (const [index, { rows, dialect }] of cases.entries()) {
    const answer = answers[index]!;
    const what = JSON.stringify(cases[index], (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}n` : value,
    );
    if ('refused' in answer) {
      assert.throws(() => csv.toText([], dialect), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' }, what);
      continue;
    }
    const ours = rows.map((row) => {
      try {
        return [csv.toText([row.map(([value]) => value)], dialect)];
      } catch (error) {
        assert.ok(error instanceof csv.Error, String(error));
        return error.message;
      }
    });
    assert.deepEqual(ours, answer, what);
  }
});

test(`csv.Sniffer: equal to python3's for random samples (seed ${SEED})`, { skip }, () => {
  const random = seeded(SEED + 2);
  const words = ['Ada', 'x', '1815', '1.5', '-3', 'a b', 'été', '1e3', '2j', 'nan', '', 'it is'];
  const sample = (): string => {
    const delimiter = random.pick([',', ';', '\t', ':', '|', ' ', ', ', '😀', '.']);
    const quote = random.pick(['', '', '"', "'"]);
    const columns = 1 + random.whole(4);
    const quoted = (text: string): string => {
      if (quote === '' || random.chance(0.4)) return text;
      return `${quote}${random.chance(0.2) ? `${text}${quote}${quote}` : text}${quote}`;
    };
    const rows = Array.from({ length: random.whole(25) }, () =>
      Array.from({ length: random.chance(0.1) ? random.whole(5) : columns }, () =>
        quoted(random.pick(words)),
      ).join(delimiter),
    );
    return rows.join(random.pick(['\n', '\n', '\r\n']));
  };
  const cases = Array.from(
    { length: CASES },
    () => [sample(), random.pick([null, null, ',;', ['\t', '|']])] as const,
  );
  const answers = askPython<string | unknown[]>(cases.map((args) => ['csv_sniff', [...args]]))!;
  for (const [index, [text, delimiters]] of cases.entries()) {
    let ours: unknown;
    const sniffer = new csv.Sniffer();
    try {
      const dialect = sniffer.sniff(text, delimiters ?? undefined);
      ours = [dialect.delimiter, dialect.quotechar, dialect.doublequote, dialect.skipinitialspace];
      (ours as unknown[]).push(sniffer.hasHeader(text));
    } catch (error) {
      assert.ok(error instanceof csv.Error, String(error));
      if (ours === undefined) ours = error.message;
      else (ours as unknown[]).push('Error');
    }
    // Python also finds dialects that no reader takes: those with \r, or a quote, between fields.
    const answer = answers[index]!;
    const [delimiter, quote, , , names] = Array.isArray(answer) ? answer : [];
    const none = 'Could not determine delimiter';
    const expected =
      delimiter === '\r' || delimiter === quote
        ? none
        : names === 'ValueError'
          ? (answer as unknown[]).with(-1, 'Error')
          : answer;
    assert.deepEqual(ours, expected, JSON.stringify([text, delimiters]));
  }
});
