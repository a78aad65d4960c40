// A path with the file system behind it: Python's pathlib.Path.
//
// 1. What asks or changes the file system returns a promise, what lists returns an async iterable; the rest is
//    PurePath's.
// 2. What only looks is left at once by a cancel. What changes something goes to its end, and the cancel is thrown then.
// 3. Questions (`exists`, `isFile`, …) get false for what can't be asked; all else fails with an OSError that names the
//    path.

import { constants } from 'node:fs';
import process from 'node:process';
import { InvalidArgumentError, OSError, UnsupportedError } from '../../asyncio.ts';
import type { BinaryFile } from '../binary/binaryFile.ts';
import type { TextFile } from '../text/textFile.ts';
import { copyTree } from '../copy/copyTree.ts';
import { copyFile } from '../copy/copyFile.ts';
import type { CopyFileOptions } from '../copy/copyFile.ts';
import { SameFileError } from '../copy/copyErrors.ts';
import type { OpenedFile, OpenOptions } from '../open/face.ts';
import { open } from '../open/open.ts';
import { removeTree } from '../copy/removeTree.ts';
import { patternSegments, selectPaths } from '../walk/selectPaths.ts';
import type { SelectOptions } from '../walk/selectPaths.ts';
import { walkFolders } from '../walk/walk.ts';
import type { WalkOptions } from '../walk/walk.ts';
import { expanduser } from './expand.ts';
import { fspath } from './fsPath.ts';
import type { FilePath } from './fsPath.ts';
import { calls } from './hostCalls.ts';
import type { FollowOptions } from './pathInfo.ts';
import { join } from './posixPath.ts';
import { PathQuestions } from './pathQuestions.ts';
import { pathOfUri } from './purePath.ts';
import { samefile } from './questions.ts';

export interface MkdirOptions {
  /** Permissions, before the umask; 0o777 by default. */
  readonly mode?: number | undefined;
  /** Makes missing parents too; false by default. */
  readonly parents?: boolean | undefined;
  /** A folder that is there already is as good; false by default. */
  readonly existOk?: boolean | undefined;
}

/** How text is read and written. */
export type PathTextOptions = Pick<OpenOptions, 'encoding' | 'errors' | 'newline'>;

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
export class Path extends PathQuestions {
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

  /** What is in the folder, in the host's order. It is read when the loop begins. @throws OSError */
  async *iterdir(): AsyncGenerator<this, void, undefined> {
    for (const entry of await calls.entries(this)) {
      yield this.joinpath(entry.name).withInfo(entry);
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

  /** Opens the file, as `open` does: `'r'` by default. @throws OSError */
  open(options?: OpenOptions): Promise<TextFile>;
  open<M extends string = 'r'>(mode?: M, options?: OpenOptions): Promise<OpenedFile<M>>;
  open(mode?: string | OpenOptions, options?: OpenOptions): Promise<BinaryFile | TextFile> {
    return open(this, mode as string, options);
  }

  /** What is in the file. A cancel ends the reading. @throws OSError */
  async readBytes(): Promise<Buffer> {
    return await during(open(this, 'rb', { buffering: 0 }), (file) => file.read());
  }

  /** The text in the file. @throws OSError; UnicodeDecodeError */
  async readText(options: PathTextOptions = {}): Promise<string> {
    return await during(open(this, 'r', options), (file) => file.read());
  }

  /** Makes the file hold these bytes and nothing else. @returns how many there are @throws OSError */
  async writeBytes(data: NodeJS.ArrayBufferView): Promise<number> {
    if (!ArrayBuffer.isView(data))
      throw new InvalidArgumentError(
        'data',
        'writeBytes() takes a Uint8Array or another view, text goes to writeText()',
      );
    await during(open(this, 'wb'), (file) => file.write(data));
    return data.byteLength;
  }

  /** Makes the file hold this text and nothing else. @returns how many characters there are
   * @throws OSError; UnicodeEncodeError */
  async writeText(data: string, options: PathTextOptions = {}): Promise<number> {
    if (typeof data !== 'string')
      throw new InvalidArgumentError('data', 'writeText() takes a string, bytes go to writeBytes()');
    return await during(open(this, 'w', options), (file) => file.write(data));
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

  /** @throws OSError; UnsupportedError for a link itself, whose mode Linux doesn't keep */
  async chmod(mode: number, { followSymlinks = true }: FollowOptions = {}): Promise<void> {
    if (!followSymlinks && (await this.isSymlink()))
      throw new UnsupportedError(`'${this}' is a symbolic link, which has no mode of its own here`);
    await calls.chmod(this, mode);
  }

  /** Copies the file, or the folder with all in it, to a path. A folder must not be there yet.
   * @returns the target
   * @throws OSError, TreeCopyError */
  async copy(target: FilePath, options: PathCopyOptions = {}): Promise<this> {
    const { followSymlinks = true, preserveMetadata = false, progress } = options;
    const to = this.withSegments(target);
    // Also for a link: inside of what it leads to it would be a part of what is copied.
    if (to.isRelativeTo(this)) throw new SameFileError(this.fspath(), to.fspath());
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

/** Uses a file that is closed then. */
async function during<F extends AsyncDisposable, T>(
  opening: Promise<F>,
  use: (file: F) => Promise<T>,
): Promise<T> {
  const file = await opening;
  try {
    return await use(file);
  } finally {
    await file[Symbol.asyncDispose]();
  }
}
