// Files by a pattern below a path: what Path.glob and Path.rglob do.
//
// 1. A pattern is gone through segment by segment, each selecting from what the one before selected, as in pathlib: what
//    matches twice is found twice.
// 2. `**` enters links to folders only where `recurseSymlinks` says so, and each loop once.
// 3. With a case that was asked for, literal segments are looked for among the names too: the file system might see it
//    otherwise.

import { InvalidArgumentError, OSError, UnsupportedError } from '../../asyncio.ts';
import { calls } from '../path/hostCalls.ts';
import type { Entry } from '../path/readFolder.ts';
import { splitroot } from '../path/posixPath.ts';
import { isdir, lexists } from '../path/questions.ts';
import { walkFolders } from './walk.ts';
import { hasMagic, pathPattern } from './wildcards.ts';

export interface SelectOptions {
  /** Whether case matters; as the file system has it by default, which on POSIX it does. */
  readonly caseSensitive?: boolean | undefined;
  /** `**` enters folders by symbolic links too; false by default. */
  readonly recurseSymlinks?: boolean | undefined;
}

type Found = AsyncGenerator<string, void, undefined>;
type Selector = (path: string, exists: boolean) => Found;

/** The segments of a pattern; the last is empty where it ends in a slash.
 * @throws UnsupportedError for a pattern from the root; InvalidArgumentError for one without segments */
export function patternSegments(pattern: string): string[] {
  const [, root, rest] = splitroot(pattern);
  if (root !== '')
    throw new UnsupportedError('patterns of glob() and rglob() are relative: begin at another path');
  const segments = rest.split('/').filter((part) => part !== '' && part !== '.');
  if (segments.length === 0) throw new InvalidArgumentError('pattern', 'the pattern is empty');
  if (rest.endsWith('/')) segments.push('');
  return segments;
}

/** The paths below `root`, which ends in a slash or is empty, that the segments select. */
export function selectPaths(
  root: string,
  segments: readonly string[],
  { caseSensitive, recurseSymlinks = false }: SelectOptions,
): Found {
  return selector(0)(root, false);

  function selector(at: number): Selector {
    const segment = segments[at];
    if (segment === undefined) return there;
    if (segment === '**') return recursive(at);
    if (segment === '' || segment === '..') return fixed(segment, at);
    if (caseSensitive === undefined && !hasMagic(segment)) return fixed(segment, at);
    return wildcard(segment, at);
  }

  async function* there(path: string, exists: boolean): Found {
    if (exists || (await lexists(path === '' ? '.' : path))) yield path;
  }

  function fixed(segment: string, at: number): Selector {
    const next = selector(at + 1);
    return (path, exists) => next(withSlash(path) + segment, exists && segment !== '..' && segment === '');
  }

  function wildcard(segment: string, at: number): Selector {
    const matches = pathPattern(segment, caseSensitive ?? true, true);
    const next = at + 1 < segments.length ? selector(at + 1) : undefined;
    return async function* (path) {
      for (const entry of await entriesIfReadable(path)) {
        if (!matches.test(entry.name)) continue;
        const found = withSlash(path) + entry.name;
        if (next === undefined) yield found;
        else if (await isFolder(entry, found)) yield* next(found, true);
      }
    };
  }

  function recursive(at: number): Selector {
    let after = at + 1;
    while (segments[after] === '**') after++;
    const next = selector(after);
    const foldersOnly = after < segments.length;
    return async function* (path, exists) {
      const top = withSlash(path);
      yield* next(top, exists);
      const linked = recurseSymlinks ? 'enter' : 'files';
      for await (const [folder, dirs, files] of walkFolders(top === '' ? '.' : top, {}, linked)) {
        const inside = top === '' && folder === '.' ? '' : withSlash(top === '' ? folder.slice(2) : folder);
        for (const name of dirs) yield* next(inside + name, true);
        if (!foldersOnly) for (const name of files) yield inside + name;
      }
    };
  }
}

function withSlash(path: string): string {
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}

async function entriesIfReadable(path: string): Promise<Entry[]> {
  try {
    return await calls.entries(path === '' ? '.' : path);
  } catch (error) {
    if (error instanceof OSError) return [];
    throw error;
  }
}

async function isFolder(entry: Entry, path: string): Promise<boolean> {
  return entry.isDirectory || (entry.isLink && (await isdir(path)));
}
