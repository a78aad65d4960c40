// The folders of a watch, each with a watcher of the host's and what it held when last looked at.
//
// 1. What the host says is a hint: something happened to that name in that folder. What has changed is found by looking,
//    and comparing. So a hint too many costs a look, and however many hints come while nobody asks, what is kept is no
//    more than the names.
// 2. The watcher of a folder is set before the folder is looked at: what changes in between is hinted at.
// 3. A folder that appears is watched and gone through, so what was made in it before that is told too.
// 4. The system drops hints when its queue overflows, and does not say so to the host's users. A queue that overflowed
//    brings a burst, and after a burst everything is looked at.
// 5. Looking is work of the host's promises, which no cancel reaches into: what was found stays until it is taken.

import { watch as watchFolder } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { fromHostError } from '../../lowlevel.ts';
import { toHost } from '../path/fsPath.ts';
import { basename, dirname, join } from '../path/posixPath.ts';
import { isGone, namesIfThere, tracesOf } from './snapshot.ts';
import type { Trace } from './snapshot.ts';

/** The system's queue has room for 16,384 hints. */
const BURST = 4096;

export type ChangeKind = 'added' | 'modified' | 'deleted';

/** What happened to a path. */
export interface Change {
  readonly change: ChangeKind;
  readonly path: string;
}

interface Folder {
  readonly watcher: FSWatcher;
  /** The names that count, where not all do. */
  readonly only: string | undefined;
  readonly traces: Map<string, Trace>;
  /** The names to look at; undefined for all. */
  hinted: Set<string> | undefined;
}

export interface TreeOptions {
  readonly recursive: boolean;
  readonly ignore: (path: string) => boolean;
  /** Something is to be looked at, or has failed. */
  readonly hinted: () => void;
}

export class WatchedTree {
  readonly #root: string;
  readonly #options: TreeOptions;
  readonly #folders: Map<string, Folder> = new Map();
  #hints = 0;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;

  constructor(root: string, options: TreeOptions) {
    this.#root = root;
    this.#options = options;
  }

  /** Sets the watchers, and takes down what there is. Fails with an error of ours. */
  async start(isFolder: boolean): Promise<void> {
    const ignored: Change[] = [];
    if (isFolder) await this.#enter(this.#root, undefined, ignored);
    else await this.#enter(dirname(this.#root) || '.', basename(this.#root), ignored);
  }

  /** The folder, or the folder of the file, is gone: nothing more will be told. */
  get isOver(): boolean {
    return this.#folders.size === 0;
  }

  get isHinted(): boolean {
    return this.#hints > 0 || this.#failure !== undefined;
  }

  /** How many hints there were since the last look. */
  get hints(): number {
    return this.#hints;
  }

  /** What has changed since the last look. */
  async look(): Promise<Change[]> {
    if (this.#failure !== undefined) throw this.#failure.error;
    const changes: Change[] = [];
    const all = this.#hints >= BURST;
    this.#hints = 0;
    for (const [path, folder] of [...this.#folders]) {
      if (this.#folders.get(path) !== folder) continue;
      if (!all && folder.hinted?.size === 0) continue;
      const names = all ? undefined : folder.hinted;
      folder.hinted = new Set();
      await this.#lookInto(path, folder, names, changes);
    }
    return changes;
  }

  setReferenced(referenced: boolean): void {
    for (const { watcher } of this.#folders.values()) {
      if (referenced) watcher.ref();
      else watcher.unref();
    }
  }

  close(): void {
    this.#closed = true;
    for (const { watcher } of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  async #enter(path: string, only: string | undefined, changes: Change[]): Promise<void> {
    if (this.#closed || this.#folders.has(path)) return;
    let watcher: FSWatcher;
    try {
      watcher = watchFolder(toHost(path), { persistent: true });
    } catch (error) {
      if (path !== this.#root && isGone(error)) return;
      throw tooMany(error) ?? fromHostError(error);
    }
    const folder: Folder = { watcher, only, traces: new Map(), hinted: new Set() };
    this.#folders.set(path, folder);
    watcher.on('change', (_, name) => this.#hint(folder, name));
    watcher.on('error', (error: unknown) => {
      if (!isGone(error)) this.#failure ??= { error: fromHostError(error) };
      this.#hint(folder, null);
    });
    await this.#lookInto(path, folder, undefined, changes);
  }

  #hint(folder: Folder, name: string | Buffer | null): void {
    this.#hints++;
    // A name that is no UTF-8 comes mangled.
    if (typeof name !== 'string' || name.includes('\ufffd')) folder.hinted = undefined;
    else folder.hinted?.add(name);
    this.#options.hinted();
  }

  async #lookInto(
    path: string,
    folder: Folder,
    hinted: ReadonlySet<string> | undefined,
    changes: Change[],
  ): Promise<void> {
    const { only, traces } = folder;
    let names = hinted;
    // The name of the folder itself is hinted at when it is moved or removed.
    if (names === undefined || names.has(basename(path))) {
      const there = await namesIfThere(path);
      if (there === undefined) {
        this.#leave(path, changes);
        return;
      }
      names = new Set([...there, ...traces.keys()]);
    }
    const counted = [...names].filter((name) => only === undefined || name === only);
    for (const [name, now] of await tracesOf(path, counted)) {
      const place = only === undefined ? join(path, name) : this.#root;
      const before = traces.get(name);
      if (before?.text === now?.text || (before === undefined && this.#options.ignore(place))) continue;
      if (before !== undefined && (now === undefined || before.isFolder !== now.isFolder)) {
        if (before.isFolder) this.#leave(place, changes);
        else changes.push({ change: 'deleted', path: place });
        traces.delete(name);
        if (now === undefined) continue;
      }
      traces.set(name, now as Trace);
      const stays = before !== undefined && before.isFolder === now?.isFolder;
      if (stays && now?.isFolder === true) {
        // Another folder of the same name.
        this.#leave(place, changes);
        changes.push({ change: 'added', path: place });
      } else {
        changes.push({ change: stays ? 'modified' : 'added', path: place });
      }
      if (now?.isFolder === true && this.#options.recursive && only === undefined)
        await this.#enter(place, undefined, changes);
    }
  }

  /** A folder is gone, and all that was in it. */
  #leave(path: string, changes: Change[]): void {
    const folder = this.#folders.get(path);
    this.#folders.delete(path);
    folder?.watcher.close();
    for (const [name, trace] of folder?.traces ?? []) {
      const place = folder?.only === undefined ? join(path, name) : this.#root;
      if (trace.isFolder) this.#leave(place, changes);
      else changes.push({ change: 'deleted', path: place });
    }
    if (folder?.only === undefined) changes.push({ change: 'deleted', path });
  }
}

/** The system's limits on watching, in words that say what to do. */
function tooMany(error: unknown): Error | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EMFILE') return undefined;
  const limit = code === 'ENOSPC' ? 'fs.inotify.max_user_watches' : 'fs.inotify.max_user_instances';
  const known = fromHostError(error);
  if (!(known instanceof Error)) return undefined;
  known.message = `watch ${path}: the system watches as much as it may: raise ${limit}, or leave out folders with \`ignore\` (${code})`;
  return known;
}
