// What copying refuses, and what went wrong in a tree: Python's shutil.SameFileError, SpecialFileError and Error.

import { OSError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** Source and target of a copy are one file.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { copyFile, SameFileError } from 'asyncio-ts/files';
 * await run(async () => {
 *   try { await copyFile('README.md', './README.md'); } catch (error) {
 *     console.log(error instanceof SameFileError); // -> true
 *   }
 * });
 * ```
 */
export class SameFileError extends OSError {
  constructor(source: string, target: string) {
    super({
      errno: 0,
      code: 'ERR_ASYNCIO_SAME_FILE',
      syscall: 'copy',
      reason: `'${target}' is the same file`,
      address: source,
    });
  }
}

/** What is to be copied, or copied to, is no file that can be: a named pipe, a socket, a device.
 * @example
 * ```ts
 * import { SpecialFileError } from 'asyncio-ts/files';
 * console.log(new SpecialFileError('/run/door').message);
 * // -> copy /run/door: a named pipe, socket or device is not copied (ERR_ASYNCIO_SPECIAL_FILE)
 * ```
 */
export class SpecialFileError extends OSError {
  constructor(path: string) {
    const reason = 'a named pipe, socket or device is not copied';
    super({ errno: 0, code: 'ERR_ASYNCIO_SPECIAL_FILE', syscall: 'copy', reason, address: path });
  }
}

/** One thing of a tree that was not copied. */
export interface CopyFailure {
  readonly source: string;
  readonly target: string;
  readonly error: unknown;
}

/** A tree was copied, but for what `failures` names: Python's shutil.Error.
 * @example
 * ```ts
 * import { TreeCopyError } from 'asyncio-ts/files';
 * const error = new TreeCopyError('from', [{ source: 'from/a', target: 'to/a', error: new Error('no') }]);
 * console.log(error.message, error.failures.length);
 * // -> copytree from: 1 of the tree not copied, the first: from/a: no (ERR_ASYNCIO_TREE_COPY) 1
 * ```
 */
export class TreeCopyError extends OSError {
  /** What was not copied, and why. */
  declare readonly failures: readonly CopyFailure[];
  constructor(source: string, failures: readonly CopyFailure[]) {
    const [first] = failures;
    const why = first?.error instanceof Error ? first.error.message : String(first?.error);
    const reason = `${failures.length} of the tree not copied, the first: ${first?.source}: ${why}`;
    super({
      errno: 0,
      code: 'ERR_ASYNCIO_TREE_COPY',
      syscall: 'copytree',
      reason,
      address: source,
      cause: first?.error,
    });
    Object.defineProperty(this, 'failures', { value: failures, enumerable: true });
  }
}

defineError(SameFileError, 'SameFileError');
defineError(SpecialFileError, 'SpecialFileError');
defineError(TreeCopyError, 'TreeCopyError');
