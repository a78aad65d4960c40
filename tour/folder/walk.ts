// Lists the files of a folder. Symbolic links are counted and not followed, so a loop of links has no
// end to run into; pipes, sockets and devices are counted and never opened. A folder that cannot be
// read is named, and the walk goes on.

import type { Dirent } from 'node:fs';
import { sep } from 'node:path';
import { interruptible } from '../../src/asyncio.ts';
import type { FileSystem, RawPath } from './fileSystem.ts';
import { showName } from '../screen/text.ts';
import { reasonOf, systemCode, UserError } from '../userError.ts';

/** A file that is to be read. */
export interface Listed {
  /** The path below the folder; bytes where it is no valid UTF-8. */
  readonly path: RawPath;
  /** The whole path, for the system. */
  readonly location: RawPath;
}

/** A file or folder that could not be read. */
export interface Unread {
  readonly path: RawPath;
  readonly code: string;
  readonly reason: string;
}

export interface Listing {
  readonly root: string;
  readonly files: Listed[];
  folders: number;
  links: number;
  /** Pipes, sockets, devices. */
  special: number;
  readonly unread: Unread[];
}

export function emptyListing(root: string): Listing {
  return { root, files: [], folders: 0, links: 0, special: 0, unread: [] };
}

/**
 * The real path of the folder that is to be indexed.
 *
 * @throws UserError (exit code 2) when it is missing, no folder, or closed to this user.
 */
export async function findFolder(fs: FileSystem, path: string, given: string): Promise<string> {
  const name = `'${showName(given)}'`;
  try {
    const stats = await interruptible(fs.stat(path));
    if (!stats.isDirectory()) throw new UserError(`${name} is not a folder`, 2);
    return await interruptible(fs.realpath(path));
  } catch (error) {
    throw folderError(error, name);
  }
}

/**
 * Fills the listing with what is below `listing.root`, in order of names. The caller may watch it grow.
 * Cancellation is delivered between any two folders.
 *
 * @param skip Whole paths that are to be left out (the database that is about to be written).
 */
export async function walk(fs: FileSystem, listing: Listing, skip: ReadonlySet<string>): Promise<void> {
  const open: { path: RawPath; location: RawPath }[] = [{ path: '', location: listing.root }];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    let entries: (Dirent | Dirent<Buffer>)[];
    try {
      entries = await readEntries(fs, folder.location);
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined) throw error;
      if (folder.path === '') throw folderError(error, `'${showName(listing.root)}'`);
      listing.unread.push({ path: folder.path, code, reason: reasonOf(code, (error as Error).message) });
      continue;
    }
    listing.folders += 1;
    const below: typeof open = [];
    for (const entry of entries) {
      const found = { path: join(folder.path, entry.name), location: join(folder.location, entry.name) };
      if (entry.isDirectory()) below.push(found);
      else if (entry.isSymbolicLink()) listing.links += 1;
      else if (!entry.isFile()) listing.special += 1;
      else if (typeof found.location !== 'string' || !skip.has(found.location)) listing.files.push(found);
    }
    open.push(...below.reverse());
  }
}

async function readEntries(fs: FileSystem, location: RawPath): Promise<(Dirent | Dirent<Buffer>)[]> {
  let entries: (Dirent | Dirent<Buffer>)[] = await interruptible(fs.readFolder(location));
  // U+FFFD is what a stray byte was decoded to: opening that name would find nothing.
  if (entries.some((entry) => entry.name.includes('\ufffd'))) {
    entries = await interruptible(fs.readRawFolder(location));
  }
  return entries.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
}

function join(folder: RawPath, name: RawPath): RawPath {
  if (folder.length === 0) return textIfPossible(name);
  if (typeof folder === 'string' && typeof name === 'string') {
    return folder.endsWith(sep) ? folder + name : folder + sep + name;
  }
  return textIfPossible(Buffer.concat([Buffer.from(folder), Buffer.from(sep), Buffer.from(name)]));
}

function textIfPossible(name: RawPath): RawPath {
  if (typeof name === 'string') return name;
  const text = name.toString('utf8');
  return Buffer.from(text).equals(name) ? text : name;
}

function folderError(error: unknown, name: string): unknown {
  const code = systemCode(error);
  if (error instanceof UserError || code === undefined) return error;
  const say: Record<string, string> = {
    ENOENT: `there is no folder ${name}`,
    ENOTDIR: `there is no folder ${name}: a part of its path is a file`,
    ELOOP: `there is no folder ${name}: its symbolic links lead in a circle`,
    EACCES: `no permission to read the folder ${name}`,
    EPERM: `no permission to read the folder ${name}`,
    ENAMETOOLONG: 'the path of the folder is too long for the system',
  };
  return new UserError(say[code] ?? `the folder ${name} cannot be read (${code})`, 2, { cause: error });
}
