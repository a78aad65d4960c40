// What a path asks of the file system, and where it leads: the part of pathlib.Path that changes nothing.
//
// 1. Questions (`exists`, `isFile`, …) get false for what can't be asked; all else fails with an OSError that names the
//    path.
// 2. A cancel leaves each at once.

import type { Stats } from 'node:fs';
import process from 'node:process';
import { UnsupportedError } from '../../asyncio.ts';
import { expanduser, groupName, userName } from './expand.ts';
import type { FilePath } from './fsPath.ts';
import { calls } from './hostCalls.ts';
import { PathInfo } from './pathInfo.ts';
import type { FollowOptions } from './pathInfo.ts';
import { PurePath } from './purePath.ts';
import { ismount, samefile, statIfThere } from './questions.ts';
import type { Entry } from './readFolder.ts';
import { realpath } from './realpath.ts';
import type { RealpathOptions } from './realpath.ts';

/** What {@link Path} has besides what it changes. */
export class PathQuestions extends PurePath {
  #info: PathInfo | undefined;

  /** What the path is, asked at most once of this object: see {@link PathInfo}. */
  get info(): PathInfo {
    return (this.#info ??= new PathInfo(this.fspath()));
  }

  /** The path, with what its folder said of it. @internal */
  withInfo(entry: Entry): this {
    this.#info = new PathInfo(this.fspath(), entry);
    return this;
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

  /** Where the symbolic link leads. @throws OSError */
  async readlink(): Promise<this> {
    return this.withSegments(await calls.readlink(this));
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
}

function named(name: string | undefined, what: string, list: string): string {
  if (name === undefined) throw new UnsupportedError(`${what} has no name in ${list}`);
  return name;
}
