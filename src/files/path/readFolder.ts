// What is in a folder, as the host tells it in one call, with names that are whole (fsPath.ts, 2 and 3).

import { Buffer } from 'node:buffer';
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { fsdecode, toHost } from './fsPath.ts';
import { join } from './posixPath.ts';

/** A name in a folder, with its kind. */
export interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly isFile: boolean;
  readonly isLink: boolean;
}

/** Fails with the host's error. */
export async function readFolder(path: string): Promise<Entry[]> {
  const folder = toHost(path) as string;
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  if (!entries.some(({ name }) => name.includes('\ufffd'))) return entries.map(describe);
  const named: readonly (Dirent<NonSharedBuffer> | Buffer)[] = await readdir(folder, {
    withFileTypes: true,
    encoding: 'buffer',
  });
  // Bun gives names alone here.
  return await Promise.all(
    named.map(async (one) => (Buffer.isBuffer(one) ? await look(path, fsdecode(one)) : describe(one))),
  );
}

async function look(folder: string, name: string): Promise<Entry> {
  const stats = await lstat(toHost(join(folder, name))).catch(() => undefined);
  return {
    name,
    isDirectory: stats?.isDirectory() === true,
    isFile: stats?.isFile() === true,
    isLink: stats?.isSymbolicLink() === true,
  };
}

function describe(entry: Dirent | Dirent<NonSharedBuffer>): Entry {
  return {
    name: typeof entry.name === 'string' ? entry.name : fsdecode(entry.name),
    isDirectory: entry.isDirectory(),
    isFile: entry.isFile(),
    isLink: entry.isSymbolicLink(),
  };
}

/** The folder that a link in `folder` leads to, if it leads to one. */
export async function linkedFolder(folder: string, name: string): Promise<Stats | undefined> {
  const stats = await stat(toHost(join(folder, name))).catch(() => undefined);
  return stats?.isDirectory() === true ? stats : undefined;
}
