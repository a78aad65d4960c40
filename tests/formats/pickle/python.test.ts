// pickle against Python's own, both ways, protocols 0 to 5.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { pickle } from '../../../src/formats/formats.ts';
import { findPython } from '../../differential/python.ts';
import { randomValue, samples } from './values.ts';

const python = findPython();
const skip = python === undefined ? 'no Python 3.11 or later here' : false;
const script = fileURLToPath(new URL('oracle.py', import.meta.url));
const protocols = [0, 1, 2, 3, 4, 5];
const folder = mkdtempSync(join(tmpdir(), 'pickle-'));
const questions = join(folder, 'questions');
after(() => rmSync(folder, { recursive: true }));

/** What the oracle says to each line. */
function ask(lines: readonly string[]): string[] {
  const { command, args } = python as NonNullable<typeof python>;
  // By a file: Deno's spawnSync writes all of its input before it reads, and both pipes would be full.
  writeFileSync(questions, lines.join('\n'));
  const { stdout, stderr } = spawnSync(command, [...args, script, questions], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  assert.equal(stderr, '');
  return stdout.trimEnd().split('\n');
}

/** What it says to the lines of each protocol, asked at once when the first test wants to know: a Python takes long to start. */
function asker(linesOf: (protocol: number) => readonly string[]): (protocol: number) => readonly string[] {
  let answers: readonly (readonly string[])[] | undefined;
  return (protocol) => {
    if (answers === undefined) {
      const lines = protocols.map(linesOf);
      const said = ask(lines.flat());
      answers = lines.map((each) => said.splice(0, each.length));
    }
    return answers[protocol] ?? [];
  };
}

function hex(value: unknown, protocol: number): string {
  return pickle.dumps(value, { protocol }).toString('hex');
}

const drawn = [...samples, ...Array.from({ length: 300 }, (_, seed) => randomValue(seed))];
const writtenAgain = asker((protocol) => drawn.map((value) => `same ${protocol} ${hex(value, protocol)}`));

for (const protocol of protocols)
  test(
    `pickle.dumps: protocol ${protocol} is byte for byte what Python writes of the same value`,
    { skip },
    () => {
      const theirs = writtenAgain(protocol);
      for (const [index, value] of drawn.entries())
        assert.equal(theirs[index], hex(value, protocol), `value ${index}`);
    },
  );

for (const protocol of protocols)
  test(`pickle.loads: what is read of protocol ${protocol} is written again as it was`, { skip }, () => {
    const values = Array.from({ length: 300 }, (_, seed) => randomValue(1000 + seed));
    for (const value of [...samples, ...values]) {
      const bytes = pickle.dumps(value, { protocol });
      const again = pickle.dumps(pickle.loads(bytes, { floats: 'keep' }), { protocol });
      assert.equal(again.toString('hex'), bytes.toString('hex'));
    }
  });

const utc = new pickle.TimeZone(new pickle.TimeDelta());
const words: readonly (readonly [string, unknown])[] = [
  ['[1, 2.5, "x", None, True]', [1, 2.5, 'x', null, true]],
  ['{"a": 1, 2: (3,), (4, 5): b"x"}', undefined],
  ['"\\ud800 \\U0001f600 \\\\ \\n"', '\ud800 \u{1f600} \\ \n'],
  ['[10**25, -10**25, 2**31, -2**31-1]', [10n ** 25n, -(10n ** 25n), 2 ** 31, -(2 ** 31) - 1]],
  ['bytes(range(256))', Buffer.from(Array.from({ length: 256 }, (_, index) => index))],
  ['bytearray(b"ab\\xff")', new pickle.ByteArray([97, 98, 255])],
  ['{1, 2, 3}', new Set([1, 2, 3])],
  ['frozenset("a")', new pickle.FrozenSet(['a'])],
  ['[float("nan"), float("inf"), -0.0, 1e-7, 1e16]', [NaN, Infinity, -0, 1e-7, 1e16]],
  ['decimal.Decimal("1.10")', new pickle.Decimal('1.10')],
  ['fractions.Fraction(1, 3)', new pickle.Fraction(1n, 3n)],
  ['uuid.UUID(int=5)', new pickle.Uuid('00000000-0000-0000-0000-000000000005')],
  ['complex(1, 2)', new pickle.Complex(1, 2)],
  ['range(3)', new pickle.Range(0, 3, 1)],
  ['slice(1, None)', new pickle.Slice(1, null)],
  ['datetime.date(2024, 2, 29)', new pickle.DateOnly(2024, 2, 29)],
  ['datetime.timedelta(-1, 2, 3)', new pickle.TimeDelta(-1, 2, 3)],
  ['datetime.time(1, 2, 3, 4)', new pickle.TimeOnly({ hour: 1, minute: 2, second: 3, microsecond: 4 })],
  [
    'datetime.datetime(2024, 1, 2, 3, 4, 5, 6, datetime.timezone.utc)',
    new pickle.DateTime({
      ...{ year: 2024, month: 1, day: 2, hour: 3, minute: 4, second: 5, microsecond: 6 },
      tzinfo: utc,
    }),
  ],
  ['collections.deque([1, 2], 3)', pickle.Deque.bounded(3, [1, 2])],
  ['collections.OrderedDict(a=1)', new pickle.OrderedDict([['a', 1]])],
  ['collections.Counter("aab")', new pickle.Counter([['a', 2], ['b', 1]])], // prettier-ignore
  [
    'collections.defaultdict(list, a=[1])',
    new pickle.DefaultDict(new pickle.PickledGlobal('builtins', 'list'), [['a', [1]]]),
  ],
  ['pathlib.PurePosixPath("/a/b")', new pickle.PurePath('/a/b')],
  ['pathlib.PureWindowsPath("c:/a/b")', new pickle.PurePath('c:\\a\\b', 'PureWindowsPath')],
  ['[int, list, str]', undefined],
];

const written = asker((protocol) => words.map(([text]) => `load ${protocol} ${text}`));
const valuesOf = (protocol: number): unknown[] =>
  written(protocol).map((one) => pickle.loads(Buffer.from(one, 'hex')));
const told = asker((protocol) => [
  ...valuesOf(protocol).map((value) => `text ${hex(value, protocol)}`),
  ...written(protocol).map((one) => `text ${one}`),
]);

for (const protocol of protocols)
  test(`pickle.loads: reads what Python writes with protocol ${protocol}`, { skip }, () => {
    const values = valuesOf(protocol);
    for (const [index, [text, wanted]] of words.entries())
      if (wanted !== undefined) {
        const value = values[index];
        // Python 3.13 has text of paths as it is given.
        if (value instanceof pickle.PurePath)
          assert.equal(
            value.path.replaceAll('\\', '/'),
            (wanted as pickle.PurePath).path.replaceAll('\\', '/'),
          );
        else assert.deepEqual(value, wanted, text);
      }
    const [back, theirs] = [told(protocol).slice(0, words.length), told(protocol).slice(words.length)];
    // A whole float is a number that is written as an int, unless floats are kept.
    for (const [index, [text]] of words.entries())
      if (!/1e16/.test(text)) assert.equal(back[index], theirs[index], text);
  });

test('pickle.dumps: a Date is an aware datetime in UTC in Python', { skip }, () => {
  const date = new Date('2026-01-02T03:04:05.678Z');
  const [text] = ask([`text ${hex(date, 5)}`]);
  assert.equal(text, 'datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone.utc)');
  assert.equal((pickle.loads(pickle.dumps(date)) as pickle.DateTime).toDate().getTime(), date.getTime());
});

test('pickle.dumps: what contains itself does so in Python', { skip }, () => {
  const list: unknown[] = [];
  list.push(list, pickle.Tuple.of(list), new Map([['me', list]]));
  const inner: unknown[] = [];
  const tuple = pickle.Tuple.of(inner);
  inner.push(tuple);
  const seen = asker((protocol) => [`text ${hex(list, protocol)}`, `text ${hex(tuple, protocol)}`]);
  for (const protocol of protocols) {
    assert.deepEqual(seen(protocol), ["[[...], ([...],), {'me': [...]}]", '([(...)],)']);
    const back = pickle.loads(pickle.dumps(tuple, { protocol })) as typeof tuple;
    assert.equal((back[0] as unknown[])[0], back);
  }
});

test('pickle.dis: the text is that of pickletools.dis', { skip }, () => {
  const small = [...samples, ...Array.from({ length: 60 }, (_, seed) => randomValue(seed))].filter(
    (one) => pickle.dumps(one).length < 3000,
  );
  const theirs = asker((protocol) => small.map((one) => `dis ${hex(one, protocol)}`));
  for (const protocol of protocols)
    for (const [index, one] of small.entries())
      assert.equal(
        JSON.stringify(`${pickle.dis(pickle.dumps(one, { protocol }))}\n`),
        theirs(protocol)[index],
      );
});
