// The file that a Unix socket leaves in the file system: whose it is, and removing it.

import process from 'node:process';
import { fromHostError } from './errno.ts';

type Files = typeof import('node:fs');

const files = (): Files => process.getBuiltinModule('node:fs') as Files;

/** Which socket file it is, the same as long as nobody replaces it; undefined where there is no file, or no
 * socket.
 * @throws OSError when the folder can't be looked into */
export function socketFileId(path: string): string | undefined {
  try {
    const stat = files().lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stat?.isSocket() === true ? `${stat.dev}:${stat.ino}` : undefined;
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

/** The path of a `file:` URL.
 * @throws TypeError for any other URL */
export function pathOfUrl(url: URL): string {
  return (process.getBuiltinModule('node:url') as typeof import('node:url')).fileURLToPath(url);
}
