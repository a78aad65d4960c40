// Copying a tree: Python's shutil.copytree, several files at a time.
//
// 1. What goes wrong with one file does not end the copy: all failures come in one TreeCopyError at the end, as in
//    Python. Where the target is there already, nothing is copied.
// 2. A folder gets its mode and times when all in it is copied.
// 3. A cancel starts no further file, stops those under way (copyFile.ts) and is thrown when they have ended. What was
//    copied stays, each file of it whole.

import type { Stats } from 'node:fs';
import { chmod, mkdir, readlink, stat, symlink, utimes } from 'node:fs/promises';
import { fromHostError } from '../../lowlevel.ts';
import { fspath, toHost } from '../path/fsPath.ts';
import type { FilePath } from '../path/fsPath.ts';
import { abspath, join } from '../path/posixPath.ts';
import { readFolder } from '../path/readFolder.ts';
import type { Entry } from '../path/readFolder.ts';
import { namePattern } from '../walk/wildcards.ts';
import { checkConcurrency } from '../walk/walk.ts';
import { SameFileError, TreeCopyError } from './copyErrors.ts';
import type { CopyFailure } from './copyErrors.ts';
import { copyUntil } from './copyFile.ts';
import type { CopyFileOptions, Preserved } from './copyFile.ts';
import { countDown, JobStack } from './jobStack.ts';
import { untilStopped } from './stoppable.ts';

/** Which names of a folder are left out. */
export type IgnoreNames = (folder: string, names: readonly string[]) => Iterable<string>;

export interface CopyTreeOptions {
  /** Copies symbolic links as links; false by default, which copies what they lead to. */
  readonly symlinks?: boolean | undefined;
  /** Which names of a folder are left out; see {@link ignorePatterns}. */
  readonly ignore?: IgnoreNames | undefined;
  /** Leaves out links that lead nowhere; false by default, which counts them as failures. */
  readonly ignoreDanglingSymlinks?: boolean | undefined;
  /** Copies into folders that are there already; false by default. */
  readonly dirsExistOk?: boolean | undefined;
  /** What is kept besides the data; `'times'` by default, as Python's copy2. */
  readonly preserve?: Preserved | undefined;
  /** How many files are copied at a time; 8 by default. */
  readonly concurrency?: number | undefined;
  /** Is told of each file that is copied, with the number of files and of bytes so far. */
  readonly progress?:
    | ((copied: { readonly path: string; readonly files: number; readonly bytes: number }) => void)
    | undefined;
}

/** Copies a folder with all that is in it.
 * @returns the target
 * @throws TreeCopyError for what was not copied; OSError where the source can't be read or the target is there
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { copyTree, ignorePatterns, path, TemporaryDirectory } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory();
 *   const copied = await copyTree('docs', path.join(folder.name, 'docs'), { ignore: ignorePatterns('design') });
 *   console.log(await path.exists(path.join(copied, 'lowlevel.md')), await path.exists(path.join(copied, 'design')));
 *   // -> true false
 * });
 * ```
 */
export async function copyTree(
  source: FilePath,
  target: FilePath,
  options: CopyTreeOptions = {},
): Promise<string> {
  const [from, to] = [fspath(source), fspath(target)];
  checkConcurrency(options.concurrency ?? 8);
  // A tree that is copied into itself would never end.
  if (`${abspath(to)}/`.startsWith(`${abspath(from)}/`)) throw new SameFileError(from, to);
  await untilStopped((stop) => new TreeCopy(options, stop).run(from, to));
  return to;
}

/** Leaves out the names that fit one of the patterns: Python's shutil.ignore_patterns.
 * @example
 * ```ts
 * import { ignorePatterns } from 'asyncio-ts/files';
 * console.log([...ignorePatterns('*.log', 'tmp*')('folder', ['a.log', 'b.txt', 'tmp1'])]); // -> [ 'a.log', 'tmp1' ]
 * ```
 */
export function ignorePatterns(...patterns: readonly string[]): IgnoreNames {
  return (_, names) => names.filter((name) => patterns.some((pattern) => namePattern(pattern).test(name)));
}

class TreeCopy {
  readonly #options: CopyTreeOptions;
  readonly #fileOptions: CopyFileOptions;
  readonly #stop: AbortSignal;
  readonly #jobs: JobStack;
  readonly #failures: CopyFailure[] = [];
  #files = 0;
  #bytes = 0;

  constructor(options: CopyTreeOptions, stop: AbortSignal) {
    this.#options = options;
    this.#fileOptions = { preserve: options.preserve ?? 'times' };
    this.#stop = stop;
    this.#jobs = new JobStack(options.concurrency ?? 8, stop);
  }

  async run(from: string, to: string): Promise<void> {
    try {
      // The first folder's own failures are the whole copy's.
      await this.#folder(from, to, () => {});
    } catch (error) {
      throw fromHostError(error);
    }
    await this.#jobs.run();
    if (this.#failures.length > 0) throw new TreeCopyError(from, this.#failures);
  }

  async #folder(from: string, to: string, done: () => void): Promise<void> {
    const entries = await readFolder(from);
    const names = entries.map(({ name }) => name);
    const ignored = new Set(this.#options.ignore?.(from, names));
    await mkdir(toHost(to), { recursive: true }).then((made) => {
      if (made === undefined && this.#options.dirsExistOk !== true) return mkdir(toHost(to));
      return undefined;
    });
    const stats = await stat(toHost(from));
    const copied = entries.filter(({ name }) => !ignored.has(name));
    const finished = countDown(copied.length, () =>
      this.#jobs.push(() => this.#attempt(from, to, () => this.#keep(stats, to), done)),
    );
    this.#jobs.push(
      ...copied.map(
        (entry) => () => this.#entry(entry, join(from, entry.name), join(to, entry.name), finished),
      ),
    );
  }

  async #entry(entry: Entry, from: string, to: string, done: () => void): Promise<void> {
    if (entry.isDirectory) {
      try {
        await this.#folder(from, to, done);
      } catch (error) {
        this.#fail(from, to, error);
        done();
      }
      return;
    }
    await this.#attempt(
      from,
      to,
      () => (entry.isLink ? this.#link(from, to, done) : this.#file(from, to)),
      done,
    );
  }

  async #link(from: string, to: string, done: () => void): Promise<boolean | void> {
    const { symlinks = false, ignoreDanglingSymlinks = false } = this.#options;
    if (symlinks) {
      await symlink(await readlink(toHost(from), { encoding: 'buffer' }), toHost(to));
      return;
    }
    const target = await stat(toHost(from)).catch(() => undefined);
    if (target === undefined && ignoreDanglingSymlinks) return;
    if (target?.isDirectory() !== true) return await this.#file(from, to);
    await this.#folder(from, to, done);
    return true;
  }

  async #file(from: string, to: string): Promise<void> {
    let size = 0;
    const progress = (copied: number): void => void (size = copied);
    await copyUntil(from, to, { ...this.#fileOptions, progress }, this.#stop);
    this.#files++;
    this.#bytes += size;
    this.#options.progress?.({ path: to, files: this.#files, bytes: this.#bytes });
  }

  async #keep(stats: Stats, to: string): Promise<void> {
    const { preserve = 'times' } = this.#options;
    if (preserve === 'times') await utimes(toHost(to), stats.atime, stats.mtime);
    if (preserve !== 'nothing') await chmod(toHost(to), stats.mode & 0o7777);
  }

  /** A step whose failure is one of many; true of it says that somebody else calls `done`. */
  async #attempt(
    from: string,
    to: string,
    step: () => Promise<boolean | void>,
    done: () => void,
  ): Promise<void> {
    try {
      if ((await step()) === true) return;
    } catch (error) {
      this.#fail(from, to, error);
    }
    done();
  }

  #fail(source: string, target: string, error: unknown): void {
    if (this.#stop.aborted) return;
    this.#failures.push({ source, target, error: fromHostError(error) });
  }
}
