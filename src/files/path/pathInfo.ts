// What is known of a path without asking twice: pathlib's Path.info.
//
// A folder tells the kind of each of its names, so paths that come from `iterdir` need no call for it. What has been
// asked is kept: `info` of one path object may be out of date, and `exists()` and `isFile()` of the path ask anew.

import type { Stats } from 'node:fs';
import { statIfThere } from './questions.ts';
import type { Entry } from './readFolder.ts';

export interface FollowOptions {
  /** What a symbolic link leads to counts, not the link; true by default. */
  readonly followSymlinks?: boolean | undefined;
}

/** What a path is, as it was when first asked: pathlib's PathInfo.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { Path } from 'asyncio-ts/files';
 * await run(async () => {
 *   for await (const path of new Path('docs').iterdir())
 *     if (path.name === 'design') console.log(await path.info.isDir()); // -> true
 * });
 * ```
 */
export class PathInfo {
  readonly #path: string;
  readonly #entry: Entry | undefined;
  readonly #known: Map<boolean, Stats | undefined> = new Map();

  constructor(path: string, entry?: Entry) {
    this.#path = path;
    this.#entry = entry;
  }

  async exists({ followSymlinks = true }: FollowOptions = {}): Promise<boolean> {
    if (this.#entry !== undefined && (!followSymlinks || !this.#entry.isLink)) return true;
    return (await this.#stat(followSymlinks)) !== undefined;
  }

  async isDir({ followSymlinks = true }: FollowOptions = {}): Promise<boolean> {
    if (this.#entry !== undefined && (!followSymlinks || !this.#entry.isLink))
      return this.#entry.isDirectory;
    return (await this.#stat(followSymlinks))?.isDirectory() === true;
  }

  async isFile({ followSymlinks = true }: FollowOptions = {}): Promise<boolean> {
    if (this.#entry !== undefined && (!followSymlinks || !this.#entry.isLink)) return this.#entry.isFile;
    return (await this.#stat(followSymlinks))?.isFile() === true;
  }

  async isSymlink(): Promise<boolean> {
    return this.#entry?.isLink ?? (await this.#stat(false))?.isSymbolicLink() === true;
  }

  async #stat(followSymlinks: boolean): Promise<Stats | undefined> {
    if (!this.#known.has(followSymlinks))
      this.#known.set(followSymlinks, await statIfThere(this.#path, followSymlinks));
    return this.#known.get(followSymlinks);
  }
}
