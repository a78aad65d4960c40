// Removing a tree: Python's shutil.rmtree, several files at a time.
//
// 1. Links are removed, never followed, the top too.
// 2. What vanishes meanwhile is removed enough. Another failure ends the removal, unless `onError` or `ignoreErrors`
//    take it.
// 3. A cancel starts no further step, and is thrown when those under way have ended. What is left is left.

import { lstat, rmdir, unlink } from 'node:fs/promises';
import type { OSError } from '../../asyncio.ts';
import { fromHostError } from '../../lowlevel.ts';
import { fspath, toHost } from '../path/fsPath.ts';
import type { FilePath } from '../path/fsPath.ts';
import { join } from '../path/posixPath.ts';
import { readFolder } from '../path/readFolder.ts';
import type { Entry } from '../path/readFolder.ts';
import { checkConcurrency } from '../walk/walk.ts';
import { countDown, JobStack } from './jobStack.ts';
import { untilStopped } from './stoppable.ts';

export interface RemoveTreeOptions {
  /** What can't be removed stays, without a word; false by default. */
  readonly ignoreErrors?: boolean | undefined;
  /** Is told of what can't be removed, and the removal goes on. What it throws ends it. */
  readonly onError?: ((error: unknown, path: string) => void) | undefined;
  /** How many things are removed at a time; 16 by default. */
  readonly concurrency?: number | undefined;
}

/** Removes a folder with all that is in it; a file or a link too, where Python's rmtree refuses.
 * @throws OSError
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { path, Path, removeTree } from 'asyncio-ts/files';
 * await run(async () => {
 *   const top = new Path('/tmp/example-tree');
 *   await top.joinpath('a/b').mkdir({ parents: true, existOk: true });
 *   await removeTree(top);
 *   console.log(await path.exists(top)); // -> false
 * });
 * ```
 */
export async function removeTree(path: FilePath, options: RemoveTreeOptions = {}): Promise<void> {
  const top = fspath(path);
  const { ignoreErrors = false, onError, concurrency = 16 } = options;
  const jobs = (stop: AbortSignal): JobStack => new JobStack(checkConcurrency(concurrency), stop);
  const attempt = async (at: string, step: () => Promise<unknown>, isTop = false): Promise<void> => {
    try {
      await step();
    } catch (cause) {
      const error = fromHostError(cause);
      if (!isTop && (error as OSError).code === 'ENOENT') return;
      if (onError !== undefined) onError(error, at);
      else if (!ignoreErrors) throw error;
    }
  };
  await untilStopped(async (stop) => {
    const stack = jobs(stop);
    const folder = async (at: string, done: () => void): Promise<void> => {
      const entries: Entry[] = [];
      await attempt(at, async () => entries.push(...(await readFolder(at))));
      const emptied = countDown(entries.length, () =>
        stack.push(async () => {
          await attempt(at, () => rmdir(toHost(at)));
          done();
        }),
      );
      for (const { name, isDirectory } of entries) {
        const inside = join(at, name);
        stack.push(async () => {
          if (isDirectory) return await folder(inside, emptied);
          await attempt(inside, () => unlink(toHost(inside)));
          emptied();
        });
      }
    };
    await attempt(
      top,
      async () => {
        const isFolder = (await lstat(toHost(top))).isDirectory();
        stack.push(() =>
          isFolder ? folder(top, () => {}) : attempt(top, () => unlink(toHost(top)), true),
        );
      },
      true,
    );
    await stack.run();
  });
}
