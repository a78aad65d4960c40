// Copying a file: Python's shutil.copyfile, copy and copy2, with progress and a cancel.
//
// 1. The copy is written beside the target and renamed over it when it is whole. So a copy that fails, or is cancelled,
//    leaves what was there before, and nobody ever reads half a file. `inPlace` writes into the target itself.
// 2. A cancel is seen between two chunks, and thrown when the file beside is gone again.
// 3. A file system that shares blocks (Btrfs, XFS) is asked to (reflink); whether it does is learnt once for each pair
//    of devices. Otherwise a small file goes by the host's own copy, in one call; a large one in chunks, one being read
//    while the other is written. `copy_file_range` would have to be called for each chunk from a thread of the host's,
//    which offers no such call; the host's call for a whole file can't be stopped, and is no faster (docs/design/files.md).
// 4. Holes stay holes: in a source that takes up less room than its size, blocks of zeros are skipped.

import { Buffer } from 'node:buffer';
import type { Stats } from 'node:fs';
import {
  constants,
  chmod,
  copyFile as hostCopy,
  lstat,
  lutimes,
  open,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { fromHostError, runtime } from '../../lowlevel.ts';
import { fspath, toHost } from '../path/fsPath.ts';
import type { FilePath } from '../path/fsPath.ts';
import { folderGiven, nameError } from '../path/nameError.ts';
import { basename, join, split } from '../path/posixPath.ts';
import { samestat } from '../path/questions.ts';
import { SameFileError, SpecialFileError } from './copyErrors.ts';
import { untilStopped } from './stoppable.ts';

/** What a copy keeps of a file besides its data: nothing, the mode, or times too. */
export type Preserved = 'nothing' | 'mode' | 'times';

export interface CopyFileOptions {
  /** What is kept besides the data; `'nothing'` by default, as Python's copyfile. */
  readonly preserve?: Preserved | undefined;
  /** Copies what a symbolic link leads to; true by default. False makes a link of the same target. */
  readonly followSymlinks?: boolean | undefined;
  /** Is told, after each chunk, how many bytes are copied of how many. What it throws ends the copy. */
  readonly progress?: ((copied: number, total: number) => void) | undefined;
  /** Bytes that are read at a time; 1 MiB by default. A cancel waits for the chunk that is under way. */
  readonly chunkSize?: number | undefined;
  /** Writes into the target itself, as Python does: its links and owner stay, and what a cancel or an error leaves is
   * part of the file. False by default. */
  readonly inPlace?: boolean | undefined;
}

/** Copies the data of a file to the path `target`, over what is there.
 * @returns the target
 * @throws SameFileError, SpecialFileError, OSError
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { copyFile, removeTree } from 'asyncio-ts/files';
 * await run(async () => {
 *   let share = 0;
 *   const progress = (copied: number, total: number): void => void (share = copied / total);
 *   await copyFile('README.md', '/tmp/copy-of-readme.md', { progress });
 *   console.log(share); // -> 1
 *   await removeTree('/tmp/copy-of-readme.md');
 * });
 * ```
 */
export async function copyFile(
  source: FilePath,
  target: FilePath,
  options: CopyFileOptions = {},
): Promise<string> {
  const [from, to] = [fspath(source), fspath(target)];
  await untilStopped((stop) => copyUntil(from, to, options, stop));
  return to;
}

/** The same, with the mode; into the folder `target`, where that is one: Python's shutil.copy.
 * @returns where the copy is
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { copy, TemporaryDirectory } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory();
 *   console.log(await copy('LICENSE', folder.name)); // -> .../LICENSE
 * });
 * ```
 */
export function copy(source: FilePath, target: FilePath, options: CopyFileOptions = {}): Promise<string> {
  return copyInto(source, target, { preserve: 'mode', ...options });
}

/** The same, with mode and times: Python's shutil.copy2. Extended attributes are not kept: the host has no call.
 * @returns where the copy is
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { copy2, path, TemporaryDirectory } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory();
 *   const made = await copy2('LICENSE', folder.name);
 *   console.log(Math.abs((await path.getmtime(made)) - (await path.getmtime('LICENSE'))) < 1); // -> true
 * });
 * ```
 */
export function copy2(source: FilePath, target: FilePath, options: CopyFileOptions = {}): Promise<string> {
  return copyInto(source, target, { preserve: 'times', ...options });
}

async function copyInto(source: FilePath, target: FilePath, options: CopyFileOptions): Promise<string> {
  const [from, folder] = [fspath(source), fspath(target)];
  let to = folder;
  await untilStopped(async (stop) => {
    const there = await statIfAny(folder);
    if (there?.isDirectory() === true) to = join(folder, basename(from));
    await copyUntil(from, to, options, stop);
  });
  return to;
}

/** The copy itself. Nothing is thrown into it; it ends soon after a stop, with the reason. */
export async function copyUntil(
  from: string,
  to: string,
  options: CopyFileOptions,
  stop: AbortSignal,
): Promise<void> {
  try {
    const { followSymlinks = true, preserve = 'nothing' } = options;
    const source = await (followSymlinks ? stat(toHost(from)) : lstat(toHost(from)));
    const target = await statIfAny(to);
    if (target !== undefined && samestat(source, target)) throw new SameFileError(from, to);
    if (source.isSymbolicLink()) {
      await symlink(await readlink(toHost(from), { encoding: 'buffer' }), toHost(to));
      if (preserve === 'times') await lutimes(toHost(to), source.atime, source.mtime);
      return;
    }
    if (source.isDirectory()) throw folderGiven(from);
    if (isSpecial(source)) throw new SpecialFileError(from);
    if (target?.isDirectory() === true) throw folderGiven(to);
    if (target !== undefined && isSpecial(target)) throw new SpecialFileError(to);
    stop.throwIfAborted();
    if (options.inPlace === true) await copyOver(from, source, to, options, stop);
    else await copyBeside(from, source, to, target, options, stop);
  } catch (error) {
    throw fromHostError(error);
  }
}

async function copyBeside(
  from: string,
  source: Stats,
  to: string,
  target: Stats | undefined,
  options: CopyFileOptions,
  stop: AbortSignal,
): Promise<void> {
  // Through a link to a file, the file that it leads to is the target.
  const real = target === undefined ? to : await realpath(toHost(to), { encoding: 'utf8' });
  const [folder, name] = split(real);
  const beside = join(folder, `.${name.slice(0, 200)}.${randomUUID().slice(0, 8)}.part`);
  try {
    const chunked = !(await copyAtOnce(from, source, beside, options));
    if (chunked) await copyOver(from, source, beside, options, stop, to);
    if (target !== undefined && (options.preserve ?? 'nothing') === 'nothing')
      await chmod(toHost(beside), target.mode & 0o7777);
    stop.throwIfAborted();
    await rename(toHost(beside), toHost(real));
  } catch (error) {
    await rm(toHost(beside), { force: true });
    throw nameTarget(error, beside, to);
  }
}

/** What the file beside has wrong is the target's: nobody knows the other. */
function nameTarget(error: unknown, beside: string, to: string): unknown {
  const failed = error as NodeJS.ErrnoException & { dest?: string };
  if (failed?.path !== beside) return error;
  failed.message = failed.message.replace(beside, to);
  failed.path = to;
  delete failed.dest;
  return failed;
}

const SMALL = 1024 * 1024;
/** Pairs of devices that share no blocks. */
const unshared = new Set<string>();

/** Whether one call of the host has copied the file: by sharing its blocks, or because it is small. */
async function copyAtOnce(
  from: string,
  source: Stats,
  to: string,
  options: CopyFileOptions,
): Promise<boolean> {
  const { preserve = 'nothing', progress } = options;
  // The host's copy takes the mode along.
  if (preserve === 'nothing' || source.size === 0) return false;
  const small = source.size <= SMALL && !isSparse(source);
  if (!small) {
    // Other hosts take the wish to share blocks for one to copy, which nothing stops.
    if (runtime().name !== 'node') return false;
    const devices = `${source.dev}:${(await stat(toHost(split(to)[0] || '.'))).dev}`;
    if (unshared.has(devices)) return false;
    try {
      await hostCopy(toHost(from), toHost(to), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    } catch {
      unshared.add(devices);
      await rm(toHost(to), { force: true });
      return false;
    }
  } else {
    try {
      await hostCopy(toHost(from), toHost(to), constants.COPYFILE_EXCL);
    } catch {
      // Which of the two files is at fault is told by the copy in chunks.
      await rm(toHost(to), { force: true });
      return false;
    }
  }
  if (preserve === 'times') await utimes(toHost(to), source.atime, source.mtime);
  progress?.(source.size, source.size);
  return true;
}

async function copyOver(
  from: string,
  source: Stats,
  to: string,
  { preserve = 'nothing', progress, chunkSize = SMALL }: CopyFileOptions,
  stop: AbortSignal,
  shown: string = to,
): Promise<void> {
  const reader = await open(toHost(from), 'r');
  try {
    const writer = await open(toHost(to), 'w');
    try {
      await copyChunks(reader, writer, source, chunkSize, progress, stop);
      if (preserve === 'times') await writer.utimes(source.atime, source.mtime);
      if (preserve !== 'nothing') await writer.chmod(source.mode & 0o7777);
    } finally {
      await writer.close();
    }
  } catch (error) {
    const named = nameTarget(error, to, shown);
    throw nameError(named, (named as NodeJS.ErrnoException).syscall === 'read' ? from : shown);
  } finally {
    await reader.close();
  }
}

async function copyChunks(
  reader: FileHandle,
  writer: FileHandle,
  source: Stats,
  chunkSize: number,
  progress: CopyFileOptions['progress'],
  stop: AbortSignal,
): Promise<void> {
  const sparse = isSparse(source);
  let [chunk, spare] = [Buffer.allocUnsafe(chunkSize), Buffer.allocUnsafe(chunkSize)];
  let position = 0;
  let reading = reader.read(chunk, 0, chunkSize, position);
  for (;;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) break;
    const data = chunk.subarray(0, bytesRead);
    if (stop.aborted) throw stop.reason;
    reading = reader.read(spare, 0, chunkSize, position + bytesRead);
    try {
      if (!sparse || !isZero(data)) await writeAll(writer, data, position);
      position += bytesRead;
      progress?.(position, Math.max(source.size, position));
    } catch (error) {
      await reading.catch(() => {});
      throw error;
    }
    [chunk, spare] = [spare, chunk];
  }
  if (sparse) await writer.truncate(position);
}

async function writeAll(writer: FileHandle, data: Buffer, position: number): Promise<void> {
  for (let done = 0; done < data.length;)
    done += (await writer.write(data, done, data.length - done, position + done)).bytesWritten;
}

const zeros = Buffer.alloc(64 * 1024);

function isZero(data: Buffer): boolean {
  for (let i = 0; i < data.length; i += zeros.length) {
    const piece = data.subarray(i, i + zeros.length);
    if (!piece.equals(zeros.subarray(0, piece.length))) return false;
  }
  return true;
}

const isSparse = (source: Stats): boolean => source.size >= 64 * 1024 && source.blocks * 512 < source.size;

const isSpecial = (stats: Stats): boolean =>
  stats.isFIFO() || stats.isSocket() || stats.isBlockDevice() || stats.isCharacterDevice();

async function statIfAny(path: string): Promise<Stats | undefined> {
  return await stat(toHost(path)).catch(() => undefined);
}
