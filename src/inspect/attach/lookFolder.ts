// The folder of this user's sockets and notes, which nobody else may open: `asyncio-ts-UID`, as the probe has it.

import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import process from 'node:process';
import { AttachError } from './attachError.ts';

/** The path of the folder, which is made where there is none.
 * @throws AttachError where it is open to other users, or can't be made */
export function lookFolder(): string {
  const { XDG_RUNTIME_DIR: base } = process.env;
  const folder = `${base === undefined || base === '' ? tmpdir() : base}/asyncio-ts-${process.geteuid?.()}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Something else of that name is told below.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new AttachError(
        'closed',
        `${folder} can't be made (${(error as Error).message}): set XDG_RUNTIME_DIR`,
      );
  }
  if (!isPrivate(folder))
    throw new AttachError('closed', `${folder} is not yours alone: remove it, or set XDG_RUNTIME_DIR`);
  return folder;
}

/** Whether a folder is one, is this user's, and closed to everybody else. */
export function isPrivate(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.geteuid?.() && (stat.mode & 0o077) === 0;
}
