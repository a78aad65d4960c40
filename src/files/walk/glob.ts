// Files by a pattern: Python's glob module, `glob` of asyncio-ts/files.
//
// 1. What a pattern matches is what Python's newest glob matches, hidden names included; the order within a folder is
//    the host's, as it is the system's in Python.
// 2. A folder that can't be read matches nothing.
// 3. A loop of links is gone through once (walk.ts), where Python goes round until the system has had enough.

import { fspath } from '../path/fsPath.ts';
import type { FilePath } from '../path/fsPath.ts';
import { isdir, lexists } from '../path/questions.ts';
import { join, split } from '../path/posixPath.ts';
import { calls } from '../path/hostCalls.ts';
import { hasMagic, namePattern } from './wildcards.ts';
import { walkFolders } from './walk.ts';
import { OSError } from '../../asyncio.ts';

export { escape, hasMagic, translate } from './wildcards.ts';

export interface GlobOptions {
  /** Where relative patterns begin, and what the results are relative to; the working directory by default. */
  readonly rootDir?: FilePath | undefined;
  /** The segment `**` stands for any number of folders, and none; false by default. */
  readonly recursive?: boolean | undefined;
  /** Wildcards stand for names with a dot in front too; false by default. */
  readonly includeHidden?: boolean | undefined;
}

interface Search extends Required<Omit<GlobOptions, 'rootDir'>> {
  readonly root: string;
}

/** The paths that match a pattern. A cancel ends the search at once.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { glob } from 'asyncio-ts/files';
 * console.log(await run(() => glob.glob('*.json', { rootDir: 'peers' }))); // -> [ 'package-lock.json', 'package.json' ]
 * ```
 */
export async function glob(pattern: FilePath, options: GlobOptions = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const path of iglob(pattern, options)) found.push(path);
  return found;
}

/** The same, as they are found.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { glob } from 'asyncio-ts/files';
 * await run(async () => {
 *   for await (const path of glob.iglob('READ*.md')) console.log(path); // -> README.md
 * });
 * ```
 */
export async function* iglob(
  pattern: FilePath,
  { rootDir = '', recursive = false, includeHidden = false }: GlobOptions = {},
): AsyncGenerator<string, void, undefined> {
  const text = fspath(pattern);
  const search = { root: fspath(rootDir), recursive, includeHidden };
  for await (const path of find(text, search, false)) if (path !== '') yield path;
}

async function* find(
  pattern: string,
  search: Search,
  foldersOnly: boolean,
): AsyncGenerator<string, void, undefined> {
  const [folder, name] = split(pattern);
  if (!hasMagic(pattern)) {
    const place = joined(search.root, name === '' ? folder : pattern);
    if (name === '' ? await isdir(place) : await lexists(place)) yield pattern;
    return;
  }
  if (folder === '') {
    yield* within(search.root, name, search, foldersOnly);
    return;
  }
  const folders = folder !== pattern && hasMagic(folder) ? find(folder, search, true) : [folder];
  for await (const found of folders)
    for await (const inside of within(joined(search.root, found), name, search, foldersOnly))
      yield join(found, inside);
}

/** What matches the last segment of a pattern, in one folder. */
async function* within(
  folder: string,
  name: string,
  search: Search,
  foldersOnly: boolean,
): AsyncGenerator<string, void, undefined> {
  if (!hasMagic(name)) {
    if (name === '' ? await isdir(folder) : await lexists(joined(folder, name))) yield name;
  } else if (search.recursive && name === '**') {
    yield* below(folder, search, foldersOnly);
  } else {
    const matches = namePattern(name);
    const hidden = search.includeHidden || isHidden(name);
    for (const found of await names(folder, foldersOnly))
      if ((hidden || !isHidden(found)) && matches.test(found)) yield found;
  }
}

async function* below(
  folder: string,
  { includeHidden }: Search,
  foldersOnly: boolean,
): AsyncGenerator<string, void, undefined> {
  if (folder === '' || (await isdir(folder))) yield '';
  const top = folder === '' ? '.' : folder;
  const skipped = top.endsWith('/') ? top.length : top.length + 1;
  for await (const [path, dirs, files] of walkFolders(top, {}, 'enter')) {
    if (!includeHidden) dirs.splice(0, dirs.length, ...dirs.filter((name) => !isHidden(name)));
    const inside = path.slice(skipped);
    for (const name of foldersOnly ? dirs : [...dirs, ...files])
      if (includeHidden || !isHidden(name)) yield joined(inside, name);
  }
}

async function names(folder: string, foldersOnly: boolean): Promise<string[]> {
  try {
    const found: string[] = [];
    const place = folder === '' ? '.' : folder;
    for (const entry of await calls.entries(place)) {
      if (foldersOnly && !entry.isDirectory) {
        if (!entry.isLink || !(await isdir(join(place, entry.name)))) continue;
      }
      found.push(entry.name);
    }
    return found;
  } catch (error) {
    if (error instanceof OSError) return [];
    throw error;
  }
}

const isHidden = (name: string): boolean => name.startsWith('.');

function joined(folder: string, name: string): string {
  return folder === '' || name === '' ? folder || name : join(folder, name);
}
