// path.* and PurePath against Python's os.path and pathlib, on 10,000 random paths: the same values, and errors for the
// same arguments. The seed is printed; ASYNCIO_SEED repeats a run.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import { InvalidArgumentError } from '../../../src/asyncio.ts';
import * as path from '../../../src/files/path/osPath.ts';
import { PurePath } from '../../../src/files/path/purePath.ts';
import { escape, fnmatch, translate } from '../../../src/files/walk/wildcards.ts';
import { findPython } from '../../differential/python.ts';
import { randomFrom } from '../random.ts';
import { spawnWithInput } from '../../spawnWithInput.ts';

const seed = Number(process.env['ASYNCIO_SEED'] ?? 20_261_127);
const PATHS = 10_000;

const found = findPython();
const skip = found === undefined && 'needs Python 3.11 or later';
/** What is newer in Python. */
const since: Readonly<Record<string, number>> = {
  splitroot: 12,
  'pure.relative_to': 12,
  'pure.full_match': 13,
  'pure.match': 13,
  'pure.with_stem': 13,
  'pure.with_name': 13,
  'pure.__str__': 12,
  translate: 13,
};

const environment = { HOME: '/home/ada', A: '1', A_B: 'two', EMPTY: '', DOLLAR: '$A', SLASH: '/x/' };

type Call = readonly [name: string, args: readonly unknown[]];

const pure =
  (name: (path: PurePath, ...rest: never[]) => unknown) =>
  (segments: string[], ...rest: never[]) => {
    const value = name(new PurePath(...segments), ...rest);
    return value instanceof PurePath ? String(value) : value;
  };

/** Ours, by Python's names. */
const ours: Readonly<Record<string, (...args: never[]) => unknown>> = {
  basename: path.basename,
  commonpath: path.commonpath,
  commonprefix: path.commonprefix,
  dirname: path.dirname,
  expanduser: (text: string) => path.expanduser(text, environment),
  expandvars: (text: string) => path.expandvars(text, environment),
  isabs: path.isabs,
  join: path.join,
  normcase: path.normcase,
  normpath: path.normpath,
  relpath: path.relpath,
  split: path.split,
  splitdrive: path.splitdrive,
  splitext: path.splitext,
  splitroot: path.splitroot,
  abspath: path.abspath,
  escape,
  fnmatch,
  translate: (pattern: string, text: string, recursive: boolean, includeHidden: boolean) =>
    new RegExp(translate(pattern, { recursive, includeHidden }), 'su').test(text),
  'pure.__str__': pure(String),
  'pure.parts': pure((p) => p.parts),
  'pure.parent': pure((p) => p.parent),
  'pure.parents': pure((p) => p.parents.map(String)),
  'pure.name': pure((p) => p.name),
  'pure.stem': pure((p) => p.stem),
  'pure.suffix': pure((p) => p.suffix),
  'pure.suffixes': pure((p) => p.suffixes),
  'pure.root': pure((p) => p.root),
  'pure.anchor': pure((p) => p.anchor),
  'pure.is_absolute': pure((p) => p.isAbsolute()),
  'pure.as_uri': pure((p) => p.asUri()),
  'pure.with_name': pure((p, name: string) => p.withName(name)),
  'pure.with_stem': pure((p, stem: string) => p.withStem(stem)),
  'pure.with_suffix': pure((p, suffix: string) => p.withSuffix(suffix)),
  'pure.relative_to': pure((p, other: string, walkUp: boolean) => p.relativeTo(other, { walkUp })),
  'pure.is_relative_to': pure((p, other: string) => p.isRelativeTo(other)),
  'pure.match': pure((p, pattern: string) => p.match(pattern)),
  'pure.full_match': pure((p, pattern: string) => p.fullMatch(pattern)),
};

function makeCalls(): Call[] {
  const random = randomFrom(seed);
  const pieces = [
    '/',
    '/',
    '/',
    '.',
    '..',
    'a',
    'b',
    'ab',
    '.x',
    'x.y',
    '~',
    '$A',
    '${A_B}',
    '$',
    '{',
    '}',
    'é',
    '\u{1f600}',
  ];
  pieces.push(
    '\u{1f601}',
    '\udcff',
    '\ud83d',
    '$EMPTY',
    '${DOLLAR}',
    '$NONE',
    '${',
    '$SLASH',
    ' ',
    '\n',
    'A',
    'x.tar.gz',
  );
  const wild = [
    '*',
    '?',
    '[ab]',
    '[!a]',
    '[',
    ']',
    '**',
    '/**/',
    '[]-a]',
    '[a-',
    '-',
    'a-c]',
    '[^a]',
    '!',
    '\\',
    '&&',
    '[z-a]',
  ];
  const text = (from: readonly string[], most: number): string =>
    Array.from({ length: random.below(most + 1) }, () => random.pick(from)).join('');
  const one = (): string => text(pieces, 8);
  const pattern = (): string => text([...pieces, ...wild, ...wild], 6);
  const name = (): string => text(['a', 'b', '.', 'x', '/', '.t', '', 'ab', '-', '\n', '.y'], 3);
  const makers: Readonly<Record<string, () => readonly unknown[]>> = {
    commonpath: () => [
      Array.from({ length: random.below(4) }, () => (random.below(3) === 0 ? one() : `/a/${one()}`)),
    ],
    commonprefix: () => [
      Array.from({ length: random.below(4) }, () => `a\u{1f600}${one()}`.slice(random.below(2))),
    ],
    join: () => [one(), ...Array.from({ length: random.below(4) }, one)],
    relpath: () => [one(), one()],
    fnmatch: () => [name(), pattern()],
    translate: () => [
      pattern(),
      text(['a', 'b', '/', '.', 'x.y', 'ab', '\n'], 6),
      random.below(2) === 0,
      random.below(2) === 0,
    ],
    'pure.with_name': () => [[one()], name()],
    'pure.with_stem': () => [[one()], name()],
    'pure.with_suffix': () => [[one()], name()],
    'pure.relative_to': () => [
      [text(['/', 'a', 'b', '..'], 5)],
      text(['/', 'a', 'b', '..'], 4),
      random.below(2) === 0,
    ],
    'pure.is_relative_to': () => [[text(['/', 'a', 'b'], 5)], text(['/', 'a', 'b'], 3)],
    'pure.match': () => [[text(['/', 'a', 'b', '.', 'ab'], 6)], pattern()],
    'pure.full_match': () => [[text(['/', 'a', 'b', '.', 'ab'], 6)], pattern()],
  };
  const names = Object.keys(ours).filter((name) => (since[name] ?? 0) <= (found?.minor ?? 0));
  return Array.from({ length: PATHS }, (_, index) => {
    const called = names[index % names.length] as string;
    const made =
      makers[called]?.() ??
      (called.startsWith('pure.') ? [[one(), ...(random.below(2) === 0 ? [one()] : [])]] : [one()]);
    return [called, made];
  });
}

/** Dots at an end of a name: what is a suffix is another since Python 3.14, and ours is the newer. */
function isNewer(called: string, [first, suffix]: readonly unknown[]): boolean {
  if (!/suffix|stem/.test(called) || (found?.minor ?? 0) >= 14) return false;
  const { name } = new PurePath(...(first as string[]));
  return name.endsWith('.') || name.startsWith('..') || suffix === '.';
}

test(`path.*, PurePath: equal to Python's on ${PATHS} random paths (seed ${seed})`, { skip }, () => {
  const calls = makeCalls();
  const input = calls.map((call) => JSON.stringify(call)).join('\n');
  const said = spawnWithInput(
    found?.command ?? '',
    [...(found?.args ?? []), new URL('calls.py', import.meta.url).pathname],
    input,
  );
  assert.equal(said.stderr, '');
  const answers = said.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { value?: unknown; error?: true });
  assert.equal(answers.length, calls.length);
  let errors = 0;
  for (const [index, [called, args]] of calls.entries()) {
    // Python refuses to look for a variable of such a name; here there is none.
    if (
      isNewer(called, args) ||
      (called.startsWith('expand') && /\ud83d(?![\udc00-\udfff])/.test(String(args)))
    )
      continue;
    const expected = answers[index] as { value?: unknown; error?: true };
    const what = `${called}(${JSON.stringify(args)})`;
    if (expected.error === true) {
      errors++;
      assert.throws(() => ours[called]?.(...(args as never[])), InvalidArgumentError, what);
    } else {
      let value: unknown;
      try {
        value = ours[called]?.(...(args as never[]));
      } catch (error) {
        assert.fail(`${what}: ${String(error)}, where Python returns ${JSON.stringify(expected.value)}`);
      }
      assert.deepEqual(value, expected.value, what);
    }
  }
  assert.ok(errors > 50 && errors < PATHS / 4, `${errors} errors`);
});
