// The file that a Unix socket leaves in the file system: whose it is, and removing it.

import process from 'node:process';
import type * as Files from 'node:fs';
import { fromHostError } from '../libc/errno.ts';

const files = (): typeof Files => process.getBuiltinModule('node:fs');

/** Which socket file it is, the same as long as nobody replaces it; undefined where there is no file, or no
 * socket.
 * @throws OSError when the folder can't be looked into */
export function socketFileId(path: string): string | undefined {
  try {
    const stat = files().lstatSync(path, { bigint: true, throwIfNoEntry: false });
    // The number alone is given out again as soon as a file is gone.
    return stat?.isSocket() === true ? `${stat.dev}:${stat.ino}:${stat.birthtimeNs}` : undefined;
  } catch (error) {
    throw fromHostError(error);
  }
}

/** Removes a file; harmless when there is none.
 * @throws OSError when that is not allowed */
export function removeFile(path: string): void {
  try {
    files().unlinkSync(path);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw fromHostError(error);
  }
}

/** Removes the socket file at `path` if it is still the one with this id; returns whether it is gone. Another one
 * is left, or put back.
 * @throws OSError when that is not allowed */
export function removeIfSame(path: string, id: string): boolean {
  const { linkSync, renameSync } = files();
  const other = otherName(path);
  try {
    renameSync(path, other);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return true;
    throw fromHostError(error);
  }
  const same = socketFileId(other) === id;
  try {
    if (!same) linkSync(other, path);
  } catch {
    // Somebody has the path by now.
  }
  removeFile(other);
  return same;
}

function otherName(path: string): string {
  return `${path}.${process.pid}-${Date.now().toString(36)}`;
}

/** Runs `action`, which would remove the file at `path`, and leaves the file where it was all the same.
 * @throws OSError when the folder can't be written to; `action` has not run then */
export function keepFile(path: string, action: () => void): void {
  const { linkSync, renameSync } = files();
  const other = otherName(path);
  try {
    linkSync(path, other);
  } catch (error) {
    throw fromHostError(error);
  }
  try {
    action();
  } finally {
    renameSync(other, path);
    // Two names of one file: renaming one to the other does nothing.
    removeFile(other);
  }
}

/** The path of a `file:` URL.
 * @throws TypeError for any other URL */
export function pathOfUrl(url: URL): string {
  return process.getBuiltinModule('node:url').fileURLToPath(url);
}
