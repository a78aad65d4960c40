// Watching files: what has changed since it was last asked, as an async iterator.
//
// 1. When `watch` returns, the watch is on: no change after that is missed.
// 2. Changes are told by what they came to. A file that is made and removed between two looks is not told, nor is what
//    happened twice; a program that is slow to ask gets less, and later, and never a backlog.
// 3. `read` may be cancelled at any time: what was found is given to the next one. The loop over a watch closes it when
//    it is left, by `break`, by an error or by a cancel.
// 4. A watch is a resource of its loop.

import { lstat } from 'node:fs/promises';
import { getRunningLoop, InvalidArgumentError, sleep, UsageError, wrapFuture } from '../../asyncio.ts';
import type { Future } from '../../asyncio.ts';
import { addResource } from '../../lowlevel.ts';
import { looking } from '../host/hostCall.ts';
import { fspath, toHost } from '../path/fsPath.ts';
import type { FilePath } from '../path/fsPath.ts';
import { WatchedTree } from './watchedTree.ts';
import type { Change, ChangeKind } from './watchedTree.ts';

export interface WatchOptions {
  /** Watches the folders below too; false by default. */
  readonly recursive?: boolean | undefined;
  /** How long, in milliseconds, nothing more must happen before changes are told; 50 by default. */
  readonly debounce?: number | undefined;
  /** The longest, in milliseconds, that a change waits for that; 1,600 by default. */
  readonly maxWait?: number | undefined;
  /** Whether a change is told; all are by default. */
  readonly filter?: ((path: string, change: ChangeKind) => boolean) | undefined;
  /** What is not even looked at: folders it names are not watched. Nothing by default. */
  readonly ignore?: ((path: string) => boolean) | undefined;
}

/** Watches a folder, or a file, which may be replaced and come back.
 * @throws FileNotFoundError where there is nothing; OSError, with what to do where the system watches all it may
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { Path, TemporaryDirectory, watch } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory();
 *   const watching = await watch(folder.name, { recursive: true });
 *   await new Path(folder.name, 'new.txt').writeText('hello');
 *   for await (const changes of watching) {
 *     console.log(changes.map(({ change, path }) => [change, new Path(path).name])); // -> [ [ 'added', 'new.txt' ] ]
 *     break;
 *   }
 * });
 * ```
 */
export async function watch(path: FilePath, options: WatchOptions = {}): Promise<Watch> {
  const root = fspath(path);
  for (const name of ['debounce', 'maxWait'] as const) {
    const value = options[name] ?? 0;
    if (typeof value !== 'number' || !(value >= 0))
      throw new InvalidArgumentError(name, `${name} is a number of milliseconds, not ${String(value)}`);
  }
  const made = new Watch(root, options);
  try {
    await looking(async () => made.tree.start((await lstat(toHost(root))).isDirectory()));
    return made;
  } catch (error) {
    made.close();
    throw error;
  }
}

/** A watch that is on; see {@link watch}.
 * @example
 * ```ts
 * import { moveOnAfter, run } from 'asyncio-ts';
 * import { watch } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using watching = await watch('docs');
 *   await moveOnAfter(10, () => watching.read()); // loses nothing: the next read has it
 *   console.log(watching.closed); // -> false
 * });
 * ```
 */
export class Watch implements AsyncIterable<Change[]>, AsyncDisposable {
  readonly path: string;
  /** @internal */
  readonly tree: WatchedTree;
  readonly #debounce: number;
  readonly #maxWait: number;
  readonly #filter: (path: string, change: ChangeKind) => boolean;
  readonly #remove: () => void;
  #wake: Future<void> | undefined;
  #looking: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #found: Change[] = [];
  #closed = false;
  #reading = false;

  /** @internal */
  constructor(path: string, options: WatchOptions) {
    const { recursive = false, debounce = 50, maxWait = 1600, filter, ignore } = options;
    this.path = path;
    this.#debounce = debounce;
    this.#maxWait = maxWait;
    this.#filter = filter ?? (() => true);
    const hinted = (): void => this.#wakeUp();
    this.tree = new WatchedTree(path, { recursive, ignore: ignore ?? (() => false), hinted });
    this.#remove = addResource(getRunningLoop(), {
      description: `watch of ${path}`,
      close: () => this.close(),
      rest: () => this.tree.setReferenced(false),
      resume: () => this.tree.setReferenced(true),
      isClosing: () => this.#closed,
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Waits for changes and returns them, at least one; none when the watch is closed, or what it watched is gone.
   * A cancel loses none.
   * @throws OSError where watching fails; UsageError while another read waits */
  async read(): Promise<Change[]> {
    if (this.#reading) throw new UsageError(`somebody waits for changes of '${this.path}' already`);
    this.#reading = true;
    try {
      for (;;) {
        await this.#look();
        if (this.#failure !== undefined) throw this.#failure.error;
        if (this.#found.length > 0) return this.#found.splice(0);
        if (this.#closed || this.tree.isOver) return [];
        await this.#hint();
        await this.#quiet();
      }
    } finally {
      this.#reading = false;
    }
  }

  /** Ends the watch; a `read` that waits returns none. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.tree.close();
    this.#remove();
    this.#wakeUp();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Change[], void, undefined> {
    try {
      for (;;) {
        const changes = await this.read();
        if (changes.length === 0) return;
        yield changes;
      }
    } finally {
      this.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Has what was hinted at looked at; by the look that is under way first, which a cancel may have left. */
  async #look(): Promise<void> {
    if (this.#looking !== undefined) await wrapFuture(this.#looking);
    if (!this.tree.isHinted || this.#closed) return;
    const find = async (): Promise<void> => {
      try {
        const changes = await this.tree.look();
        this.#found.push(...changes.filter(({ path, change }) => this.#filter(path, change)));
      } catch (error) {
        this.#failure ??= { error };
      } finally {
        this.#looking = undefined;
      }
    };
    this.#looking = find();
    await wrapFuture(this.#looking);
  }

  async #hint(): Promise<void> {
    if (this.tree.isHinted || this.#closed) return;
    this.#wake = getRunningLoop().createFuture<void>();
    try {
      await this.#wake;
    } finally {
      this.#wake = undefined;
    }
  }

  async #quiet(): Promise<void> {
    let hints = -1;
    const loop = getRunningLoop();
    const latest = loop.time() + this.#maxWait;
    while (!this.#closed && this.tree.hints !== hints && loop.time() < latest) {
      hints = this.tree.hints;
      await sleep(Math.min(this.#debounce, latest - loop.time()));
    }
  }

  #wakeUp(): void {
    if (this.#wake?.done() === false) this.#wake.setResult();
  }
}
