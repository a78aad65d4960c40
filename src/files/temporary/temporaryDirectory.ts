// Temporary folders, and the lower calls that leave the deletion to the program.

import { constants } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { getRunningLoop } from '../../asyncio.ts';
import { addResource } from '../../lowlevel.ts';
import { atCaller, changing, shielded } from '../host/hostCall.ts';
import { closeHandle, openHandle } from '../host/openDescriptor.ts';
import { deleteLater, deletionOf } from './leftovers.ts';
import { withNewName } from './temporaryName.ts';
import type { TemporaryOptions } from './temporaryName.ts';

/** A folder that {@link TemporaryDirectory} has made.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { TemporaryDirectory, type TemporaryFolder } from 'asyncio-ts/files';
 * await run(async () => {
 *   const folder: TemporaryFolder = await TemporaryDirectory();
 *   await folder.cleanup();
 * });
 * ```
 */
export interface TemporaryFolder extends AsyncDisposable {
  /** Its path. */
  readonly name: string;
  /** Deletes it with all that is in it; harmless a second time. It goes to its end, whatever is cancelled. */
  cleanup(): Promise<void>;
}

async function makeFolder(options: TemporaryOptions): Promise<string> {
  return await withNewName(options, async (path) => {
    await mkdir(path, 0o700);
    return path;
  });
}

/** Makes a folder that is deleted with all that is in it by `await using`, by `cleanup`, at the end of the run, or at
 * the end of the process. A cancel while it is made leaves none. Semantics: Python's tempfile.TemporaryDirectory.
 * @throws OSError
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { open, TemporaryDirectory } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory({ prefix: 'work-' });
 *   await using file = await open(`${folder.name}/notes`, 'x');
 *   await file.write('gone in a moment');
 * });
 * ```
 */
export async function TemporaryDirectory(options: TemporaryOptions = {}): Promise<TemporaryFolder> {
  try {
    const name = await changing(
      async () => {
        const path = await makeFolder(options);
        deleteLater(path);
        return path;
      },
      (path) => deletionOf(path).end(),
    );
    return keep(name);
  } catch (error) {
    throw atCaller(error, TemporaryDirectory);
  }
}

function keep(name: string): TemporaryFolder {
  const { end, endNow } = deletionOf(name);
  let ended: Promise<void> | undefined;
  const description = `temporary folder '${name}'`;
  const forget = addResource(getRunningLoop(), {
    description,
    close: endNow,
    end: async () => await cleanup(),
    isClosing: () => ended !== undefined,
  });
  const cleanup = async (): Promise<void> => {
    ended ??= end().finally(forget);
    await shielded(ended);
  };
  return { name, cleanup, [Symbol.asyncDispose]: cleanup };
}

/** Makes and opens a file that nobody else has, and leaves it to the program to close and delete it.
 * Semantics: Python's tempfile.mkstemp.
 * @returns the number of its descriptor, and its path
 * @throws OSError
 * @example
 * ```ts
 * import { unlink } from 'node:fs/promises';
 * import { run } from 'asyncio-ts';
 * import { mkstemp, open } from 'asyncio-ts/files';
 * await run(async () => {
 *   const [fd, path] = await mkstemp();
 *   await using file = await open(fd, 'w');
 *   await unlink(path);
 * });
 * ```
 */
export async function mkstemp(options: TemporaryOptions = {}): Promise<[fd: number, path: string]> {
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
    return await changing(
      () =>
        withNewName(options, async (path): Promise<[number, string]> => [
          await openHandle(path, flags, 0o600),
          path,
        ]),
      async ([fd, path]) => {
        await closeHandle(fd);
        await rm(path, { force: true });
      },
    );
  } catch (error) {
    throw atCaller(error, mkstemp);
  }
}

/** Makes a folder that nobody else has, and leaves it to the program to delete it. Semantics: Python's tempfile.mkdtemp.
 * @returns its path
 * @throws OSError
 * @example
 * ```ts
 * import { rmdir } from 'node:fs/promises';
 * import { run } from 'asyncio-ts';
 * import { mkdtemp } from 'asyncio-ts/files';
 * await run(async () => {
 *   const folder = await mkdtemp({ suffix: '.d' });
 *   await rmdir(folder);
 * });
 * ```
 */
export async function mkdtemp(options: TemporaryOptions = {}): Promise<string> {
  try {
    return await changing(
      () => makeFolder(options),
      (path) => rm(path, { recursive: true, force: true }),
    );
  } catch (error) {
    throw atCaller(error, mkdtemp);
  }
}

/** The folder for temporary files. Semantics: Python's tempfile.gettempdir.
 * @example
 * ```ts
 * import { gettempdir } from 'asyncio-ts/files';
 * console.log(gettempdir().length > 0); // -> true
 * ```
 */
export function gettempdir(): string {
  return tmpdir();
}
