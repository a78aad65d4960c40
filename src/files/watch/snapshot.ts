// What a folder held when it was last looked at, and what has changed since.

import type { BigIntStats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { fsdecode, toHost } from '../path/fsPath.ts';
import { join } from '../path/posixPath.ts';

/** What tells one state of a file from another. */
export interface Trace {
  readonly isFolder: boolean;
  readonly text: string;
}

function traceOf(stats: BigIntStats): Trace {
  const isFolder = stats.isDirectory();
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  // The times of a folder change with what is in it, which is told by itself.
  return { isFolder, text: isFolder ? `${dev}:${ino}` : `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}` };
}

/** What is there, or undefined. */
export async function traceIfThere(path: string): Promise<Trace | undefined> {
  try {
    return traceOf(await lstat(toHost(path), { bigint: true }));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The names in a folder; undefined where there is no folder. */
export async function namesIfThere(folder: string): Promise<string[] | undefined> {
  try {
    return (await readdir(toHost(folder), { encoding: 'buffer' })).map((name) => fsdecode(name));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The states of these names, those that are gone left out. */
export async function tracesOf(
  folder: string,
  names: Iterable<string>,
): Promise<Map<string, Trace | undefined>> {
  const traces = new Map<string, Trace | undefined>();
  for (const name of names) traces.set(name, await traceIfThere(join(folder, name)));
  return traces;
}

/** What vanished, or was never a file: also a link that leads in a circle, and a folder that may not be entered. */
export function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EACCES';
}
