// What os.path asks the file system.
//
// 1. Whoever asks whether something is there gets false for what can't be asked, whatever the reason, as in Python: no
//    permission, a loop of links, a name that no file can have.
// 2. Each only looks: a cancel leaves it at once.

import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { InvalidArgumentError, OSError } from '../../asyncio.ts';
import { calls } from './hostCalls.ts';
import { fspath } from './fsPath.ts';
import type { FilePath } from './fsPath.ts';
import { dirname, join } from './posixPath.ts';
import { realpath } from './realpath.ts';

/** What the file system says of a path, or undefined where it says nothing. */
export async function statIfThere(path: FilePath, followSymlinks = true): Promise<Stats | undefined> {
  fspath(path);
  try {
    return await (followSymlinks ? calls.stat(path) : calls.lstat(path));
  } catch (error) {
    if (error instanceof OSError || error instanceof InvalidArgumentError) return undefined;
    throw error;
  }
}

/** Whether there is something; a symbolic link is what it leads to. */
export async function exists(path: FilePath): Promise<boolean> {
  return (await statIfThere(path)) !== undefined;
}

/** Whether there is something; a symbolic link is something. */
export async function lexists(path: FilePath): Promise<boolean> {
  return (await statIfThere(path, false)) !== undefined;
}

/** Whether it is a regular file, or leads to one. */
export async function isfile(path: FilePath): Promise<boolean> {
  return (await statIfThere(path))?.isFile() === true;
}

/** Whether it is a directory, or leads to one. */
export async function isdir(path: FilePath): Promise<boolean> {
  return (await statIfThere(path))?.isDirectory() === true;
}

/** Whether it is a symbolic link, also one that leads nowhere. */
export async function islink(path: FilePath): Promise<boolean> {
  return (await statIfThere(path, false))?.isSymbolicLink() === true;
}

/** Whether it is a junction, which POSIX has none of. */
export async function isjunction(path: FilePath): Promise<boolean> {
  fspath(path);
  return false;
}

/** Whether another file system begins there. */
export async function ismount(path: FilePath): Promise<boolean> {
  const here = await statIfThere(path, false);
  if (here === undefined || here.isSymbolicLink()) return false;
  // Through a folder that may not be entered there is no way up.
  const above =
    (await statIfThere(join(path, '..'), false)) ??
    (await statIfThere(dirname(await realpath(path)), false));
  return above !== undefined && (above.dev !== here.dev || above.ino === here.ino);
}

/** The size in bytes. @throws OSError */
export async function getsize(path: FilePath): Promise<number> {
  return (await calls.stat(path)).size;
}

/** When it was last written to, in milliseconds since 1970. @throws OSError */
export async function getmtime(path: FilePath): Promise<number> {
  return (await calls.stat(path)).mtimeMs;
}

/** When it was last read, in milliseconds since 1970. @throws OSError */
export async function getatime(path: FilePath): Promise<number> {
  return (await calls.stat(path)).atimeMs;
}

/** When its owner, mode or links last changed, in milliseconds since 1970. @throws OSError */
export async function getctime(path: FilePath): Promise<number> {
  return (await calls.stat(path)).ctimeMs;
}

/** Whether both results of `stat` are of one file. */
export function samestat(one: Pick<Stats, 'ino' | 'dev'>, other: Pick<Stats, 'ino' | 'dev'>): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

/** Whether both paths lead to one file. @throws OSError where one leads nowhere */
export async function samefile(one: FilePath, other: FilePath): Promise<boolean> {
  return samestat(await calls.stat(one), await calls.stat(other));
}

/** What is open: its descriptor, a file of this entry point, or anything else that has a `stat()`, as a FileHandle has. */
export type OpenThing = number | { fileno(): number } | { stat(): PromiseLike<Stats> };

/** Whether both are open on one file. @throws OSError for a descriptor that is closed */
export async function sameopenfile(one: OpenThing, other: OpenThing): Promise<boolean> {
  return samestat(await statOpen(one), await statOpen(other));
}

async function statOpen(open: OpenThing): Promise<Stats> {
  if (typeof open === 'number') return await calls.fstat(open);
  if (typeof (open as { fileno?: unknown } | null)?.fileno === 'function')
    return await calls.fstat((open as { fileno(): number }).fileno());
  if (typeof (open as { stat?: unknown } | null)?.stat === 'function')
    return await (open as { stat(): PromiseLike<Stats> }).stat();
  throw new InvalidArgumentError('open', 'what is open is a file, or the number of a descriptor');
}

/** Whether the process may do that with the path: `fs.constants.R_OK`, `W_OK`, `X_OK`; Python's os.access. */
export async function access(path: FilePath, mode: number = constants.F_OK): Promise<boolean> {
  try {
    await calls.access(path, mode);
    return true;
  } catch (error) {
    if (error instanceof OSError) return false;
    throw error;
  }
}
