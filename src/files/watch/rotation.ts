// Where the lines of a log go on, when files are renamed.
//
// 1. A file is known by its device and number, whatever it is called.
// 2. What follows a file that was renamed is the next that was made: the file of the path, or, where files were renamed
//    more than once meanwhile, one that has the path's name with numbers after it (`log.1`, `log-20261127`). Only such
//    names count: a compressed copy or a backup is made later too, and is no part of the log.
// 3. Where the file system doesn't say when files were made, the file of the path is next.

import type { BigIntStats, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { fsdecode, toHost } from '../path/fsPath.ts';
import { basename, dirname, join } from '../path/posixPath.ts';
import { samestat } from '../path/questions.ts';

export interface FileId {
  readonly dev: number;
  readonly ino: number;
}

/** What is at a path, or undefined. */
export async function statIfFile(path: string): Promise<Stats | undefined> {
  return await stat(toHost(path)).catch(() => undefined);
}

/** Where a file is that may have been renamed within its folder; the path where it is not found. */
export async function findFile(path: string, id: FileId): Promise<string> {
  const here = await statIfFile(path);
  if (here !== undefined && samestat(here, id)) return path;
  for (const place of await placesBeside(path)) {
    const stats = await statIfFile(place);
    if (stats !== undefined && samestat(stats, id)) return place;
  }
  return path;
}

/** The file that comes after one with these times; the path where none says so. */
export async function successor(path: string, { birthtimeNs: madeAt }: BigIntStats): Promise<string> {
  const name = basename(path);
  let next: { readonly place: string; readonly madeAt: bigint } | undefined;
  for (const place of madeAt > 0n ? await placesBeside(path) : []) {
    const other = basename(place);
    if (!other.startsWith(name) || !/^(?:[.-]\d[\d.T:-]*)?$/.test(other.slice(name.length))) continue;
    const stats = await stat(toHost(place), { bigint: true }).catch(() => undefined);
    if (stats?.isFile() !== true || stats.birthtimeNs <= madeAt) continue;
    if (next === undefined || stats.birthtimeNs < next.madeAt) next = { place, madeAt: stats.birthtimeNs };
  }
  return next?.place ?? path;
}

async function placesBeside(path: string): Promise<string[]> {
  const folder = dirname(path);
  const names = await readdir(toHost(folder || '.'), { encoding: 'buffer' }).catch(() => []);
  return names.map((name) => join(folder, fsdecode(name)));
}
