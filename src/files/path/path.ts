// A path with the file system behind it: Python's pathlib.Path.
//
// 1. What asks or changes the file system returns a promise, what lists returns an async iterable; the rest is
//    PurePath's.
// 2. What only looks is left at once by a cancel. What changes something goes to its end, and the cancel is thrown then.
// 3. Questions (`exists`, `isFile`, …) get false for what can't be asked; all else fails with an OSError that names the
//    path.

import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import process from 'node:process';
import { InvalidArgumentError, OSError, UnsupportedError } from '../../asyncio.ts';
import { copyTree } from '../copy/copyTree.ts';
import { copyFile } from '../copy/copyFile.ts';
import type { CopyFileOptions } from '../copy/copyFile.ts';
import { SameFileError } from '../copy/copyErrors.ts';
import { removeTree } from '../copy/removeTree.ts';
import { patternSegments, selectPaths } from '../walk/selectPaths.ts';
import type { SelectOptions } from '../walk/selectPaths.ts';
import { walkFolders } from '../walk/walk.ts';
import type { WalkOptions } from '../walk/walk.ts';
import { expanduser, groupName, userName } from './expand.ts';
import { fspath } from './fsPath.ts';
import type { FilePath } from './fsPath.ts';
import { calls } from './hostCalls.ts';
import { PathInfo } from './pathInfo.ts';
import type { FollowOptions } from './pathInfo.ts';
import { join } from './posixPath.ts';
import { pathOfUri, PurePath } from './purePath.ts';
import { ismount, samefile, statIfThere } from './questions.ts';
import { realpath } from './realpath.ts';
import type { RealpathOptions } from './realpath.ts';

export interface MkdirOptions {
  /** Permissions, before the umask; 0o777 by default. */
  readonly mode?: number | undefined;
  /** Makes missing parents too; false by default. */
  readonly parents?: boolean | undefined;
  /** A folder that is there already is as good; false by default. */
  readonly existOk?: boolean | undefined;
}

/** How {@link Path.copy} copies. */
export interface PathCopyOptions extends FollowOptions, Pick<CopyFileOptions, 'progress'> {
  /** Keeps mode and times; false by default. */
  readonly preserveMetadata?: boolean | undefined;
}

/** A path on the file system: Python's pathlib.Path.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { Path } from 'asyncio-ts/files';
 * await run(async () => {
 *   const folder = new Path('/tmp', 'example-path');
 *   await folder.mkdir({ existOk: true });
 *   const file = folder.joinpath('notes.txt');
 *   await file.touch();
 *   console.log(file.name, await file.exists(), (await file.stat()).size); // -> notes.txt true 0
 *   await file.unlink();
 *   await folder.rmdir();
 * });
 * ```
 */
export class Path extends PurePath {
  #info: PathInfo | undefined;

  /** The working directory. */
  static cwd<P extends Path>(this: new (...segments: readonly FilePath[]) => P): P {
    return new this(process.cwd());
  }

  /** The home of the user.
   * @throws UnsupportedError where it is unknown */
  static home<P extends Path>(this: new (...segments: readonly FilePath[]) => P): P {
    const home = expanduser('~');
    if (home === '~') throw new UnsupportedError('the home of this user is unknown: set HOME');
    return new this(home);
  }

  /** The path that a `file:` URI stands for.
   * @throws InvalidArgumentError for any other */
  static fromUri<P extends Path>(this: new (...segments: readonly FilePath[]) => P, uri: string | URL): P {
    return new this(pathOfUri(uri));
  }

  /** What the path is, asked at most once of this object: see {@link PathInfo}. */
  get info(): PathInfo {
    return (this.#info ??= new PathInfo(this.fspath()));
  }

  /** @throws OSError */
  stat({ followSymlinks = true }: FollowOptions = {}): Promise<Stats> {
    return followSymlinks ? calls.stat(this) : calls.lstat(this);
  }

  /** The same of a symbolic link itself. @throws OSError */
  lstat(): Promise<Stats> {
    return calls.lstat(this);
  }

  async exists({ followSymlinks = true }: FollowOptions = {}): Promise<boolean> {
    return (await statIfThere(this, followSymlinks)) !== undefined;
  }

  async isFile({ followSymlinks = true }: FollowOptions = {}): Promise<boolean> {
    return (await statIfThere(this, followSymlinks))?.isFile() === true;
  }

  async isDir({ followSymlinks = true }: FollowOptions = {}): Promise<boolean> {
    return (await statIfThere(this, followSymlinks))?.isDirectory() === true;
  }

  async isSymlink(): Promise<boolean> {
    return (await statIfThere(this, false))?.isSymbolicLink() === true;
  }

  async isFifo(): Promise<boolean> {
    return (await statIfThere(this))?.isFIFO() === true;
  }

  async isSocket(): Promise<boolean> {
    return (await statIfThere(this))?.isSocket() === true;
  }

  async isBlockDevice(): Promise<boolean> {
    return (await statIfThere(this))?.isBlockDevice() === true;
  }

  async isCharDevice(): Promise<boolean> {
    return (await statIfThere(this))?.isCharacterDevice() === true;
  }

  /** Whether another file system begins there. */
  isMount(): Promise<boolean> {
    return ismount(this);
  }

  /** POSIX has no junctions. */
  async isJunction(): Promise<boolean> {
    return false;
  }

  /** Whether the other path leads to the same file. @throws OSError where one leads nowhere */
  samefile(other: FilePath): Promise<boolean> {
    return samefile(this, other);
  }

  /** The name of the owner.
   * @throws OSError; UnsupportedError where the system's list has no name for it */
  async owner(options: FollowOptions = {}): Promise<string> {
    const { uid } = await this.stat(options);
    return named(userName(uid), `user ${uid}`, '/etc/passwd');
  }

  /** The name of the group.
   * @throws OSError; UnsupportedError where the system's list has no name for it */
  async group(options: FollowOptions = {}): Promise<string> {
    const { gid } = await this.stat(options);
    return named(groupName(gid), `group ${gid}`, '/etc/group');
  }

  /** What is in the folder, in the host's order. It is read when the loop begins. @throws OSError */
  async *iterdir(): AsyncGenerator<this, void, undefined> {
    for (const entry of await calls.entries(this)) {
      const path = this.joinpath(entry.name);
      path.#info = new PathInfo(path.fspath(), entry);
      yield path;
    }
  }

  /** What matches the pattern below this path. `**` is any number of folders, and does not enter links.
   * @throws UnsupportedError for a pattern from the root, InvalidArgumentError for an empty one */
  glob(pattern: FilePath, options: SelectOptions = {}): AsyncGenerator<this, void, undefined> {
    return this.#select(patternSegments(fspath(pattern)), options);
  }

  /** The same with `**` before the pattern: anywhere below. */
  rglob(pattern: FilePath, options: SelectOptions = {}): AsyncGenerator<this, void, undefined> {
    return this.#select(patternSegments(join('**', fspath(pattern))), options);
  }

  async *#select(segments: string[], options: SelectOptions): AsyncGenerator<this, void, undefined> {
    const root = this.fspath();
    const top = root === '.' ? '' : join(root, '');
    for await (const path of selectPaths(top, segments, options)) yield this.withSegments(path);
  }

  /** The folders below, each with the names of folders and of other things in it; links to folders are other things,
   * unless they are followed. */
  async *walk(
    options: WalkOptions = {},
  ): AsyncGenerator<[path: this, dirs: string[], files: string[]], void, undefined> {
    const linked = options.followSymlinks === true ? 'enter' : 'files';
    for await (const [path, dirs, files] of walkFolders(this.fspath(), options, linked))
      yield [this.withSegments(path), dirs, files];
  }

  /** Makes a folder. @throws OSError */
  async mkdir({ mode = 0o777, parents = false, existOk = false }: MkdirOptions = {}): Promise<void> {
    try {
      await calls.mkdir(this, mode);
    } catch (error) {
      if (!(error instanceof OSError)) throw error;
      if (error.code === 'ENOENT' && parents && !this.parent.equals(this)) {
        await this.parent.mkdir({ parents: true, existOk: true });
        await this.mkdir({ mode, existOk });
      } else if (error.code === 'ENOENT' || !existOk || !(await this.isDir())) {
        throw error;
      }
    }
  }

  /** Makes an empty file, or sets the times of one that is there to now.
   * @param options `mode`: permissions before the umask, 0o666 by default; `existOk`: true by default
   * @throws OSError */
  async touch({
    mode = 0o666,
    existOk = true,
  }: { readonly mode?: number | undefined; readonly existOk?: boolean | undefined } = {}): Promise<void> {
    if (existOk) {
      const now = new Date();
      try {
        await calls.utimes(this, now, now);
        return;
      } catch (error) {
        if (!(error instanceof OSError)) throw error;
      }
    }
    const flags = constants.O_CREAT | constants.O_WRONLY | (existOk ? 0 : constants.O_EXCL);
    await (await calls.open(this, flags, mode)).close();
  }

  /** Removes an empty folder. @throws OSError */
  rmdir(): Promise<void> {
    return calls.rmdir(this);
  }

  /** Removes a file or a link. @throws OSError */
  async unlink({ missingOk = false }: { readonly missingOk?: boolean | undefined } = {}): Promise<void> {
    try {
      await calls.unlink(this);
    } catch (error) {
      if (!missingOk || !(error instanceof OSError) || error.code !== 'ENOENT') throw error;
    }
  }

  /** Renames, over a file that is there. @returns the new path @throws OSError */
  async rename(target: FilePath): Promise<this> {
    await calls.rename(this, target);
    return this.withSegments(target);
  }

  /** As {@link Path.rename}: on POSIX there is no difference. */
  replace(target: FilePath): Promise<this> {
    return this.rename(target);
  }

  /** Makes this a symbolic link to `target`. @throws OSError */
  symlinkTo(target: FilePath): Promise<void> {
    return calls.symlink(target, this);
  }

  /** Makes this another name of the file `target`. @throws OSError */
  hardlinkTo(target: FilePath): Promise<void> {
    return calls.link(target, this);
  }

  /** Where the symbolic link leads. @throws OSError */
  async readlink(): Promise<this> {
    return this.withSegments(await calls.readlink(this));
  }

  /** @throws OSError; UnsupportedError for a link itself, whose mode Linux doesn't keep */
  async chmod(mode: number, { followSymlinks = true }: FollowOptions = {}): Promise<void> {
    if (!followSymlinks && (await this.isSymlink()))
      throw new UnsupportedError(`'${this}' is a symbolic link, which has no mode of its own here`);
    await calls.chmod(this, mode);
  }

  /** The path from the root, without symbolic links and `..`. @throws OSError with `strict`, for what is missing */
  async resolve(options: RealpathOptions = {}): Promise<this> {
    return this.withSegments(await realpath(this, options));
  }

  /** The path from the root; links and `..` stay. */
  absolute(): this {
    return this.isAbsolute() ? this : this.withSegments(process.cwd(), this);
  }

  /** The path with `~` or `~user` in front replaced.
   * @throws UnsupportedError where that home is unknown */
  expanduser(): this {
    const [first, ...rest] = this.parts;
    if (first?.startsWith('~') !== true) return this;
    const home = expanduser(first);
    if (home.startsWith('~')) throw new UnsupportedError(`the home of '${first}' is unknown`);
    return this.withSegments(home, ...rest);
  }

  /** Copies the file, or the folder with all in it, to a path. A folder must not be there yet.
   * @returns the target
   * @throws OSError, TreeCopyError */
  async copy(target: FilePath, options: PathCopyOptions = {}): Promise<this> {
    const { followSymlinks = true, preserveMetadata = false, progress } = options;
    const to = this.withSegments(target);
    const preserve = preserveMetadata ? 'times' : 'nothing';
    if ((await this.stat({ followSymlinks })).isDirectory())
      await copyTree(this, to, { symlinks: !followSymlinks, preserve });
    else await copyFile(this, to, { followSymlinks, preserve, progress });
    return to;
  }

  /** The same into a folder. @throws InvalidArgumentError where this path has no name */
  copyInto(folder: FilePath, options: PathCopyOptions = {}): Promise<this> {
    return this.copy(this.#inside(folder), options);
  }

  /** Moves the file or folder to a path: renames it, or, on another file system, copies and removes it. A cancel while
   * it copies leaves it where it was.
   * @returns the target
   * @throws OSError, TreeCopyError */
  async move(target: FilePath): Promise<this> {
    const to = this.withSegments(target);
    if ((await to.exists()) && (await samefile(this, to)))
      throw new SameFileError(this.fspath(), to.fspath());
    try {
      return await this.rename(to);
    } catch (error) {
      if (!(error instanceof OSError) || error.code !== 'EXDEV') throw error;
    }
    await this.copy(to, { followSymlinks: false, preserveMetadata: true });
    await removeTree(this);
    return to;
  }

  /** The same into a folder. @throws InvalidArgumentError where this path has no name */
  moveInto(folder: FilePath): Promise<this> {
    return this.move(this.#inside(folder));
  }

  #inside(folder: FilePath): this {
    if (this.name === '')
      throw new InvalidArgumentError('path', `'${this}' has no name to have in a folder`);
    return this.withSegments(folder, this.name);
  }
}

function named(name: string | undefined, what: string, list: string): string {
  if (name === undefined) throw new UnsupportedError(`${what} has no name in ${list}`);
  return name;
}
