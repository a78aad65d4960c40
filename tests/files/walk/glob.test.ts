// glob.glob, Path.glob and walk against Python's, on random trees and patterns. The seed is printed; ASYNCIO_SEED
// repeats a run.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import { run } from '../../../src/asyncio.ts';
import { glob, Path, path, walk } from '../../../src/files/files.ts';
import { findPython } from '../../differential/python.ts';
import { randomFrom } from '../random.ts';
import type { Random } from '../random.ts';
import { spawnWithInput } from '../../spawnWithInput.ts';

const seed = Number(process.env['ASYNCIO_SEED'] ?? 20_261_127);
const TREES = 20;
const SEARCHES = 30;
const found = findPython();
const skip = found === undefined && 'needs Python 3.11 or later';
/** Path.glob goes by other rules before 3.13. */
const kinds =
  (found?.minor ?? 0) >= 13 ? ['glob', 'glob', 'pathlib', 'walk'] : ['glob', 'glob', 'glob', 'walk'];

type Search = [kind: string, pattern: string, options: Record<string, boolean>];

const names = ['a', 'b', 'ab', '.a', '.hid', 'x.y', 'A', 'a b', '[a]', 'é', '\u{1f600}'];

function makeTree(root: string, random: Random, depth = 0): void {
  for (const name of names) {
    const place = join(root, name);
    const kind = random.below(7 + depth * 2);
    if (kind <= (depth === 0 ? 1 : 0)) {
      if (depth === 3) continue;
      mkdirSync(place);
      makeTree(place, random, depth + 1);
    } else if (kind === 2) {
      writeFileSync(place, '');
    } else if (kind === 3 && random.below(2) === 0) {
      symlinkSync(random.pick(['nowhere', 'x.y']), place);
    }
  }
}

function makeSearch(random: Random): Search {
  const wild = [
    '*',
    '?',
    '**',
    '.*',
    '[ab]',
    '[!a]',
    'a',
    'b',
    '*a',
    'x.y',
    '.',
    '..',
    '',
    '[[]a]',
    '.hid',
    '?*',
    '[',
    'A',
  ];
  const pattern = Array.from({ length: 1 + random.below(3) }, () => random.pick(wild)).join('/');
  const kind = random.pick(kinds);
  const flip = (): boolean => random.below(2) === 0;
  if (kind === 'glob') return [kind, pattern, { recursive: flip(), include_hidden: flip() }];
  if (kind === 'walk') return [kind, '', { topdown: flip() }];
  return [kind, pattern, flip() ? { case_sensitive: flip() } : {}];
}

async function search(root: string, [kind, pattern, options]: Search): Promise<unknown> {
  if (kind === 'glob') {
    const { recursive, include_hidden: includeHidden } = options;
    return (await glob.glob(pattern, { rootDir: root, recursive, includeHidden })).toSorted(byCharacter);
  }
  if (kind === 'walk') {
    const walked: [string, string[], string[]][] = [];
    for await (const [top, dirs, files] of walk(root, { topDown: options['topdown'] }))
      walked.push([path.relpath(top, root), dirs.toSorted(byCharacter), files.toSorted(byCharacter)]);
    return walked.toSorted(([a], [b]) => byCharacter(a, b));
  }
  const all: string[] = [];
  try {
    for await (const one of new Path(root).glob(pattern, { caseSensitive: options['case_sensitive'] }))
      all.push(path.relpath(one, root));
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('ERR_ASYNCIO') === true) return null;
    throw error;
  }
  return all.toSorted(byCharacter);
}

/** Python's order. */
function byCharacter(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

test(
  `glob.glob, Path.glob, walk: equal to Python's on ${TREES} random trees (seed ${seed})`,
  { skip },
  async () => {
    const top = mkdtempSync(join(tmpdir(), 'asyncio-ts-glob-'));
    try {
      const random = randomFrom(seed);
      const asked = Array.from({ length: TREES }, (_, index): [string, Search[]] => {
        const root = join(top, String(index));
        mkdirSync(root);
        makeTree(root, random);
        return [root, Array.from({ length: SEARCHES }, () => makeSearch(random))];
      });
      const { stdout, stderr } = spawnWithInput(
        found?.command ?? '',
        [...(found?.args ?? []), new URL('searches.py', import.meta.url).pathname],
        asked.map((one) => JSON.stringify(one)).join('\n'),
      );
      assert.equal(stderr, '');
      const answers = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown[]);
      assert.equal(answers.length, TREES);
      await run(async () => {
        for (const [index, [root, searches]] of asked.entries())
          for (const [at, one] of searches.entries())
            assert.deepEqual(
              await search(root, one),
              answers[index]?.[at],
              `${root} ${JSON.stringify(one)}`,
            );
      });
    } finally {
      rmSync(top, { recursive: true, force: true });
    }
  },
);
