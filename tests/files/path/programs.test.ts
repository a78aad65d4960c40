// Path against Python's pathlib, on random programs over random trees: the same values, the same errors, and the same
// tree at the end. The seed is printed; ASYNCIO_SEED repeats a run.

import assert from 'node:assert/strict';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import { gather, InvalidArgumentError, OSError, run, UnsupportedError } from '../../../src/asyncio.ts';
import { Path, path } from '../../../src/files/files.ts';
import { findPython } from '../../differential/python.ts';
import { randomFrom } from '../random.ts';
import type { Random } from '../random.ts';
import { spawnWithInput } from '../../spawnWithInput.ts';

const seed = Number(process.env['ASYNCIO_SEED'] ?? 20_261_127);
const TREES = 25;
const CALLS = 80;
const found = findPython();
const skip = found === undefined || found.minor < 12 ? 'needs Python 3.12 or later' : false;

type Options = Record<string, boolean>;
type Call = readonly [method: string, name: string, args: readonly unknown[]];

// Their order is that of Python's characters.
const names = ['a', 'b', 'ab', '.a', 'x.y', 'é', '\u{1f600}'];

function makeTree(root: string, random: Random, depth = 0): void {
  mkdirSync(root);
  for (const name of names) {
    const [place, what] = [join(root, name), random.below(6 + depth)];
    if (what === 0 && depth < 3) makeTree(place, random, depth + 1);
    else if (what === 1) writeFileSync(place, 'x'.repeat(random.below(20)));
    else if (what === 2) symlinkSync(random.pick([...names, '..', 'a/b', '../a', './ab/../b']), place);
    else if (what === 3 && depth > 0 && random.below(2) === 0) tryLink(join(root, 'a'), place);
  }
}

function tryLink(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // A folder, or nothing.
  }
}

function makeCall(random: Random): Call {
  const flip = (): boolean => random.below(2) === 0;
  const name = (): string =>
    Array.from({ length: 1 + random.below(3) }, () =>
      random.pick(random.below(8) === 0 ? ['..', '.'] : names),
    ).join('/');
  const pattern = (): string =>
    Array.from({ length: 1 + random.below(2) }, () =>
      random.pick(['*', '**', '?', 'a*', '.*', '..', 'b', '*.y', '']),
    ).join('/');
  const makers: (() => Call)[] = [
    () => ['mkdir', name(), [{ parents: flip(), exist_ok: flip() }]],
    () => ['touch', name(), [{ exist_ok: flip() }]],
    () => ['unlink', name(), [{ missing_ok: flip() }]],
    () => ['rmdir', name(), []],
    () => ['write_text', name(), ['text é'.repeat(random.below(4))]],
    () => ['read_text', name(), []],
    () => ['symlink_to', name(), [random.pick([...names, '..', 'a/b', 'nowhere'])]],
    () => ['hardlink_to', name(), [name()]],
    () => ['rename', name(), [name()]],
    () => ['replace', name(), [name()]],
    () => ['chmod', name(), [random.pick([0o700, 0o750, 0o711, 0o777])]],
    () => [flip() ? 'stat' : 'lstat', name(), []],
    () => ['info', name(), []],
    () => ['info', name(), []],
    () => ['readlink', name(), []],
    () => ['resolve', name(), [flip()]],
    () => ['samefile', name(), [name()]],
    () => ['iterdir', name(), []],
    () => ['walk', name(), [flip()]],
  ];
  // Globs go by other rules before.
  if ((found?.minor ?? 0) >= 13)
    makers.push(() => [flip() ? 'glob' : 'rglob', flip() ? '.' : name(), [pattern()]]);
  return random.pick(makers)();
}

function kind(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'link';
  return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
}

/** Python's order. */
const byCharacter = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function invoke(root: Path, [method, name, args]: Call): Promise<unknown> {
  const at = root.joinpath(name);
  const [first] = args as [never];
  const options: Options = typeof first === 'object' ? first : {};
  const seen = (path_: Path): string => path.relpath(path_, root);
  const all = async (paths: AsyncIterable<Path>): Promise<string[]> => {
    const list: string[] = [];
    for await (const one of paths) list.push(seen(one));
    return list.toSorted(byCharacter);
  };
  switch (method) {
    case 'mkdir':
      return await at.mkdir({ parents: options['parents'], existOk: options['exist_ok'] });
    case 'touch':
      return await at.touch({ existOk: options['exist_ok'] });
    case 'unlink':
      return await at.unlink({ missingOk: options['missing_ok'] });
    case 'rmdir':
      return await at.rmdir();
    case 'write_text':
      return await at.writeText(first);
    case 'read_text':
      return await at.readText();
    case 'symlink_to':
      return await at.symlinkTo(first);
    case 'hardlink_to':
      return await at.hardlinkTo(root.joinpath(first));
    case 'rename':
    case 'replace':
      return seen(await at[method](root.joinpath(first)));
    case 'chmod':
      return await at.chmod(first);
    case 'stat':
    case 'lstat': {
      const stats = await at[method]();
      return [kind(stats), method === 'stat' ? stats.mode & 0o7777 : 0, stats.isFile() ? stats.size : 0];
    }
    case 'info':
      return await gather([
        at.exists(),
        at.exists({ followSymlinks: false }),
        at.isFile(),
        at.isDir(),
        at.isSymlink(),
        at.isFifo(),
        at.isMount(),
        Promise.resolve(root.joinpath(name).equals(at)),
      ]);
    case 'readlink':
      return String(await at.readlink());
    case 'resolve':
      return seen(await at.resolve({ strict: first }));
    case 'samefile':
      return await at.samefile(root.joinpath(first));
    case 'iterdir':
      return await all(at.iterdir());
    case 'glob':
    case 'rglob':
      return await all(at[method](first));
    default: {
      const walked: [string, string[], string[]][] = [];
      for await (const [top, dirs, files] of at.walk({ topDown: first }))
        walked.push([seen(top), dirs.toSorted(byCharacter), files.toSorted(byCharacter)]);
      return walked.toSorted(([a], [b]) => byCharacter(a, b));
    }
  }
}

async function outcome(root: Path, call: Call): Promise<unknown> {
  try {
    return { value: (await invoke(root, call)) ?? null };
  } catch (error) {
    const { code } = error as { code?: string };
    if (error instanceof OSError && code?.startsWith('ERR_') !== true) return { error: code };
    if (error instanceof InvalidArgumentError || error instanceof UnsupportedError)
      return { error: 'invalid' };
    if (error instanceof OSError) return { error: 'invalid' };
    throw error;
  }
}

/** What is in a folder, and below. */
function listing(top: string, under = ''): string[] {
  return readdirSync(join(top, under))
    .toSorted(byCharacter)
    .flatMap((name) => {
      const [inner, stats] = [join(under, name), lstatSync(join(top, under, name))];
      const what = kind(stats);
      if (what === 'link') return [`${inner} -> ${readlinkSync(join(top, inner))}`];
      const line = `${inner} ${what} ${(stats.mode & 0o7777).toString(8)}`;
      if (what === 'folder') return [line, ...listing(top, inner)];
      return [`${line} ${stats.nlink} ${readFileSync(join(top, inner), 'utf8')}`];
    });
}

test(
  `Path: equal to pathlib's on ${TREES} random programs over trees (seed ${seed})`,
  { skip },
  async () => {
    const top = mkdtempSync(join(tmpdir(), 'asyncio-ts-programs-'));
    try {
      const random = randomFrom(seed);
      const programs = Array.from({ length: TREES }, (_, index) => {
        const treeSeed = random.below(2 ** 31);
        // Deep, so that links upwards stay inside.
        const [ours, theirs] = ['ours', 'theirs'].map((side) => {
          const folder = join(top, side, String(index), 'up', 'up', 'up', 'up');
          mkdirSync(folder, { recursive: true });
          makeTree(join(folder, 'root'), randomFrom(treeSeed));
          return join(folder, 'root');
        }) as [string, string];
        return { ours, theirs, calls: Array.from({ length: CALLS }, () => makeCall(random)) };
      });
      const { stdout, stderr } = spawnWithInput(
        found?.command ?? '',
        [...(found?.args ?? []), new URL('programs.py', import.meta.url).pathname],
        programs.map(({ theirs, calls }) => JSON.stringify([theirs, calls])).join('\n'),
      );
      assert.equal(stderr, '');
      const said = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown[]);
      assert.equal(said.length, TREES);
      let errors = 0;
      await run(async () => {
        for (const [index, { ours, theirs, calls }] of programs.entries()) {
          for (const [at, call] of calls.entries()) {
            const expected = said[index]?.[at] as { error?: string };
            if (expected.error !== undefined) errors++;
            assert.deepEqual(
              await outcome(new Path(ours), call),
              expected,
              `tree ${index}, call ${at}: ${JSON.stringify(call)}`,
            );
          }
          const up = join('..', '..', '..', '..');
          assert.deepEqual(listing(join(ours, up)), listing(join(theirs, up)), `tree ${index}`);
        }
      });
      assert.ok(errors > (TREES * CALLS) / 10 && errors < (TREES * CALLS * 3) / 4, `${errors} errors`);
    } finally {
      rmSync(top, { recursive: true, force: true });
    }
  },
);
