// json against python3: random values, options and broken documents from a seed, both ways.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Float, json } from '../../../src/formats/formats.ts';
import { askPython, python3 } from '../python/python3.ts';
import { seeded } from '../seeded.ts';
import type { Random } from '../seeded.ts';

const skip = python3() === undefined ? 'there is no python3 from 3.13 on' : false;
const SEED = Number(process.env['FORMATS_SEED'] ?? 1);
const CASES = Number(process.env['FORMATS_CASES'] ?? 1000);

/** A value of ours, and as the oracle takes it. */
type Pair = readonly [ours: unknown, tagged: unknown];

const bits = new DataView(new ArrayBuffer(8));

function float(random: Random): number {
  if (random.chance(0.3))
    return random.pick([0.1, 1e16, 1e-5, 1e-4, 1e-7, 1e21, 1e22, 5e-324, 1.7e308, -0, 1 / 3, 123456.789]);
  if (random.chance(0.1)) return random.pick([Number.NaN, Infinity, -Infinity]);
  bits.setUint32(0, random.whole(2 ** 32));
  bits.setUint32(4, random.whole(2 ** 32));
  return bits.getFloat64(0);
}

const characters = [
  'a',
  'Z',
  '"',
  '\\',
  '/',
  '\b',
  '\f',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u001f',
  '\u007f',
  '\u0080',
  'é',
  '\u2028',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '😀',
  '\ud800',
  '\udc00',
  '{',
  ' ',
];

function text(random: Random): string {
  return Array.from({ length: random.whole(6) }, () => random.pick(characters)).join('');
}

function scalar(random: Random): Pair {
  switch (random.whole(7)) {
    case 0:
      return random.pick([
        [null, null],
        [true, true],
        [false, false],
      ] as const);
    case 1:
      return pairOfInt(random.whole(2 ** 30) - 2 ** 29);
    case 2: {
      const big = (BigInt(random.whole(2 ** 30)) - 2n ** 29n) ** 3n;
      return Number.isSafeInteger(Number(big)) ? pairOfInt(Number(big)) : [big, ['i', String(big)]];
    }
    case 3: {
      const value = float(random);
      const isWhole = Number.isSafeInteger(value) && !Object.is(value, -0);
      return [isWhole ? new Float(value) : value, ['f', String(new Float(value))]];
    }
    case 4:
      return [new Float(random.whole(5)), ['f', `${random.whole(1)}.0`]].map((_, index, [ours]) =>
        index === 0 ? ours : ['f', String(ours)],
      ) as unknown as Pair;
    default: {
      const value = text(random);
      return [value, value];
    }
  }
}

function pairOfInt(value: number): Pair {
  return [value, ['i', String(value)]];
}

function pair(random: Random, depth: number): Pair {
  const kind = depth === 0 ? 2 : random.whole(4);
  if (kind > 1) return scalar(random);
  const items = Array.from({ length: random.whole(5) }, () => pair(random, depth - 1));
  if (kind === 0) return [items.map(([ours]) => ours), ['l', items.map(([, tagged]) => tagged)]];
  const entries = new Map<string, Pair>();
  for (const item of items) entries.set(text(random), item);
  return [
    new Map([...entries].map(([name, [ours]]) => [name, ours])),
    ['d', [...entries].map(([name, [, tagged]]) => [name, tagged])],
  ];
}

function pack(value: unknown): unknown {
  if (typeof value === 'bigint') return ['i', String(value)];
  if (value instanceof Float) return ['f', String(value)];
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0)
      ? ['i', String(value)]
      : ['f', String(new Float(value))];
  if (Array.isArray(value)) return ['l', value.map(pack)];
  if (value instanceof Map) return ['d', [...value].map(([name, item]) => [name, pack(item)])];
  return value;
}

/** Outcome as the oracle says it. */
function outcome(body: () => unknown): unknown {
  try {
    return [body()];
  } catch (error) {
    if (error instanceof json.JSONEncodeError) return error.message;
    assert.ok(error instanceof json.JSONDecodeError, String(error));
    return { message: error.msg, line: error.lineno, column: error.colno, position: error.pos };
  }
}

test(
  `json.dumps and json.loads: equal to python3's for ${CASES} random values (seed ${SEED})`,
  { skip },
  () => {
    const random = seeded(SEED);
    const pairs = Array.from({ length: CASES }, () => pair(random, 4));
    const options = pairs.map(() => ({
      ...(random.chance(0.3) && { ensureAscii: random.chance(0.5) }),
      ...(random.chance(0.3) && { sortKeys: true }),
      ...(random.chance(0.3) && { indent: random.pick([0, 1, 4, '\t', '--', -1, null]) }),
      ...(random.chance(0.3) && {
        separators: random.pick([
          [',', ':'],
          [', ', ' : '],
          [';', '='],
        ] as const),
      }),
      ...(random.chance(0.2) && { allowNan: false }),
    }));
    const asPython = options.map(({ ensureAscii, sortKeys, allowNan, ...rest }) => ({
      ...rest,
      ...(ensureAscii !== undefined && { ensure_ascii: ensureAscii }),
      ...(sortKeys !== undefined && { sort_keys: sortKeys }),
      ...(allowNan !== undefined && { allow_nan: allowNan }),
    }));
    const written = askPython<[string] | string>(
      pairs.map(([, tagged], index) => ['json_dumps', [tagged, asPython[index]]]),
    )!;
    for (const [index, [ours]] of pairs.entries()) {
      const answer = outcome(() => json.dumps(ours, options[index]));
      assert.deepEqual(answer, written[index], JSON.stringify(options[index]));
      if (Array.isArray(answer))
        assert.equal([...json.iterencode(ours, options[index])].join(''), answer[0]);
    }
    for (const [ours] of pairs) {
      const document = json.dumps(ours, { ensureAscii: random.chance(0.5) });
      const back = json.loads(document, { dicts: 'map', floats: 'keep' });
      assert.deepEqual(pack(back), pack(ours), document);
    }
  },
);

const tokens = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '"a"',
  '1',
  '-',
  '0',
  '.',
  '.5',
  'e',
  'E+',
  '2',
  'true',
  'fals',
  'null',
  'NaN',
  '-Infinity',
  ' ',
  '\n',
  '\t',
  '\\',
  '\\u',
  '00e9',
  '\\ud83d',
  'x',
  '\u0001',
  '12345678901234567890',
  '-0',
  '1e400',
  '"\\n"',
  '"k":',
  '\ufeff',
  '\r',
];

test(
  `json.loads: equal to python3's for random and broken documents, values and errors (seed ${SEED})`,
  { skip },
  () => {
    const random = seeded(SEED + 1);
    const documents = Array.from({ length: CASES * 4 }, () => {
      if (random.chance(0.5)) {
        const whole = json.dumps(pair(random, 3)[0], { ensureAscii: random.chance(0.5) });
        const at = random.whole(whole.length + 1);
        const cut = random.whole(3);
        return whole.slice(0, at) + (random.chance(0.7) ? random.pick(tokens) : '') + whole.slice(at + cut);
      }
      return Array.from({ length: random.whole(9) }, () => random.pick(tokens)).join('');
    });
    const read = askPython<unknown>(documents.map((document) => ['json_loads', [document]]))!;
    for (const [index, document] of documents.entries()) {
      const expected = read[index] as { position?: number } | [unknown];
      const answer = outcome(() =>
        pack(json.loads(document, { dicts: 'map', floats: 'keep' })),
      ) as typeof expected;
      // Python counts code points, and here are UTF-16 units.
      const isWide = /[\u{10000}-\u{10ffff}]/u.test(document);
      if (isWide && !Array.isArray(expected)) assert.ok(!Array.isArray(answer), JSON.stringify(document));
      else assert.deepEqual(answer, expected, JSON.stringify(document));
      // The host's parser takes part where nothing is asked for.
      const plain = outcome(() => json.loads(document));
      if (Array.isArray(answer))
        assert.deepEqual(
          plain,
          outcome(() => toPlain(json.loads(document, { dicts: 'map' }))),
          JSON.stringify(document),
        );
      else assert.deepEqual(plain, answer);
    }
  },
);

function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([name, item]) => [name, toPlain(item)]));
}
