// Replacing a file as a whole: whoever opens it sees the old contents or the new, also after a crash.
//
// 1. The new contents are written beside the file, so that they are on the same file system, put onto the disk, and
//    only then given the file's name; then the folder is put onto the disk.
// 2. An error or a cancel before that leaves the old file, and nothing beside it. A cancel while the name is given waits
//    for it: the new file is there then.
// 3. The file keeps its permissions, and its owner where the process may give it; a symbolic link stays one, and what
//    it leads to is replaced.

import { constants, fsync } from 'node:fs';
import { chmod, chown, realpath, rename, rm, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import process from 'node:process';
import { act } from '../host/descriptor.ts';
import { atCaller, changing, looking, shielded } from '../host/hostCall.ts';
import { closeHandle, openHandle } from '../host/openDescriptor.ts';
import type { OpenedFile, OpenOptions } from '../open/face.ts';
import { pathOf } from '../open/open.ts';
import type { FilePath } from '../path/fsPath.ts';
import { deleteLater, forget } from '../temporary/leftovers.ts';
import { NamedTemporaryFile } from '../temporary/temporaryFile.ts';

/** How {@link replaceFile} writes.
 * @example
 * ```ts
 * import type { ReplaceOptions } from 'asyncio-ts/files';
 * const options: ReplaceOptions<'wb'> = { mode: 'wb', permissions: 0o600 };
 * console.log(options.mode); // -> wb
 * ```
 */
export interface ReplaceOptions<M extends 'w' | 'wb' = 'w'> extends Omit<OpenOptions, 'closefd'> {
  /** The kind of file that a function is given: of text, `w`, by default. */
  mode?: M;
  /** Whether the contents are put onto the disk before they replace the old ones, and the folder afterwards: true by
   * default. Without it the old or the new is there after a crash of the program, though not after one of the system. */
  sync?: boolean;
  /** Permissions; those of the file that is replaced by default, or 0o666 before the umask where there is none. */
  permissions?: number;
}

type Contents<M extends string> =
  | string
  | NodeJS.ArrayBufferView
  | ((file: OpenedFile<M>) => PromiseLike<unknown>);

/** Writes a file as a whole: in the place of the old one, or where there was none. Whoever opens it has the old contents
 * or the new, never a part, also after `kill -9` or a power cut. The old file is left, and nothing beside it, when the
 * function fails, when the disk is full, or when the code is cancelled before the new file has its name.
 * @param contents text, bytes, or a function that writes them to the file that it is given
 * @throws OSError; whatever the function throws
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { open, replaceFile, TemporaryDirectory } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory();
 *   const path = `${folder.name}/settings.json`;
 *   await replaceFile(path, '{"theme": "dark"}');
 *   const failing = replaceFile(path, async (file) => {
 *     await file.write('{"theme": ');
 *     throw new Error('no more');
 *   });
 *   await failing.catch((error) => console.log(error.message)); // -> no more
 *   await using file = await open(path);
 *   console.log(await file.read()); // -> {"theme": "dark"}
 * });
 * ```
 */
export async function replaceFile<M extends 'w' | 'wb' = 'w'>(
  path: FilePath,
  contents: Contents<M>,
  options: ReplaceOptions<M> = {},
): Promise<void> {
  try {
    const target = (await ifThere(() => realpath(pathOf(path)))) ?? pathOf(path);
    const old = await ifThere(() => stat(target));
    const kind =
      typeof contents === 'string' ? 'w' : typeof contents === 'function' ? (options.mode ?? 'w') : 'wb';
    const file = await NamedTemporaryFile(kind as M, {
      ...options,
      dir: dirname(target),
      prefix: `.${basename(target)}.`,
      suffix: '.tmp',
      delete: false,
    });
    deleteLater(file.name);
    try {
      if (typeof contents === 'function') await contents(file);
      else await (file as { write(contents: unknown): Promise<unknown> }).write(contents);
      await (options.sync === false ? file.flush() : file.fsync());
      await file.close();
      await changing(() => giveRights(file.name, old, options.permissions));
      await changing(() => rename(file.name, target));
    } finally {
      // Where it has its name, nothing is there to be deleted.
      await shielded(
        file
          .close()
          .catch(() => {})
          .then(() => rm(file.name, { force: true })),
      );
      forget(file.name);
    }
    if (options.sync !== false) await changing(() => syncFolder(dirname(target)));
  } catch (error) {
    throw atCaller(error, replaceFile);
  }
}

async function ifThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await looking(ask);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function giveRights(
  path: string,
  old: Stats | undefined,
  permissions: number | undefined,
): Promise<void> {
  const { uid, gid } = await stat(path);
  if (old !== undefined && (old.uid !== uid || old.gid !== gid)) {
    // Who may not give it away keeps it.
    await chown(path, old.uid, old.gid).catch(() => {});
  }
  await chmod(path, permissions ?? (old === undefined ? 0o666 & ~process.umask() : old.mode & 0o7777));
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const fd = await openHandle(path, constants.O_RDONLY, 0);
  try {
    await act((done) => fsync(fd, done));
  } catch (error) {
    // Some file systems have nothing to put there.
    if ((error as { code?: string }).code !== 'EINVAL') throw error;
  } finally {
    await closeHandle(fd);
  }
}
