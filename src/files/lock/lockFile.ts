// Advisory locks of files, between processes: flock(2), which Python has as fcntl.flock, and shells as flock(1).
//
// 1. Waiting is asking again, ever more slowly: the system has no way to wait but a thread that stands still.
// 2. A wait that is cancelled has not taken the lock: taking it is one call that does not wait.
// 3. The lock belongs to the open file. The system gives it back when the descriptor is closed, whatever ends the process.

import { constants } from 'node:fs';
import { getRunningLoop, sleep, timeout } from '../../asyncio.ts';
import { addResource, checkpoint, isCancelDue, tryFlock } from '../../lowlevel.ts';
import { atCaller, changing, shielded } from '../host/hostCall.ts';
import { closeHandle, openHandle } from '../host/openDescriptor.ts';
import { pathOf } from '../open/open.ts';
import type { FilePath } from '../path/fsPath.ts';

/** Milliseconds between two tries, at first and at last. */
const [FIRST, LAST] = [1, 50];

/** How a file is locked.
 * @example
 * ```ts
 * import type { LockFileOptions } from 'asyncio-ts/files';
 * const options: LockFileOptions = { shared: true, timeout: 1000 };
 * console.log(options.shared); // -> true
 * ```
 */
export interface LockFileOptions {
  /** Together with others that share it: for those who only read. Exclusive by default. */
  shared?: boolean;
  /** For how many milliseconds to wait; for good by default, 0 not at all. */
  timeout?: number;
}

/** A lock that was taken. `await using` gives it back.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { lockFile, TemporaryDirectory, type FileLock } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory();
 *   const lock: FileLock = await lockFile(`${folder.name}/lock`);
 *   await lock.release();
 * });
 * ```
 */
export interface FileLock extends AsyncDisposable {
  /** Gives it back; harmless a second time. */
  release(): Promise<void>;
}

/** Locks a file by its path, which is made where there is none and is not deleted: whoever deletes a lock's file lets two
 * in at once. Semantics: as `flock(1)`; together with Python's fcntl.flock.
 *
 * A cancel ends the wait and takes nothing. The lock is a resource of the loop: it is given back when the run ends.
 * @throws TimeoutError when the time is up; OSError; UnsupportedError where the runtime has no flock
 * @example
 * ```ts
 * import { run, TimeoutError } from 'asyncio-ts';
 * import { lockFile, TemporaryDirectory } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using folder = await TemporaryDirectory();
 *   const path = `${folder.name}/lock`;
 *   await using _ = await lockFile(path);
 *   try { await lockFile(path, { timeout: 5 }); } catch (error) {
 *     console.log(error instanceof TimeoutError); // -> true
 *   }
 * });
 * ```
 */
export async function lockFile(path: FilePath, options: LockFileOptions = {}): Promise<FileLock> {
  try {
    const name = pathOf(path);
    const flags = constants.O_RDWR | constants.O_CREAT;
    const fd = await changing(() => openHandle(name, flags, 0o666), closeHandle);
    try {
      await wait(fd, options);
      return keep(name, () => closeHandle(fd));
    } catch (error) {
      await shielded(closeHandle(fd));
      throw error;
    }
  } catch (error) {
    throw atCaller(error, lockFile);
  }
}

/** Locks a file that is open; a lock of the same open file is changed, not waited for. Closing the file gives it back too.
 * Semantics: Python's fcntl.flock, with a wait that a cancel ends.
 * @param file a file, or the number of a descriptor
 * @throws as {@link lockFile}
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { flock, TemporaryFile } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using file = await TemporaryFile();
 *   await using _ = await flock(file, { timeout: 1000 });
 *   await file.write(Buffer.from('alone'));
 * });
 * ```
 */
export async function flock(
  file: number | { fileno(): number },
  options: LockFileOptions = {},
): Promise<FileLock> {
  const fd = typeof file === 'number' ? file : file.fileno();
  try {
    await wait(fd, options);
  } catch (error) {
    throw atCaller(error, flock);
  }
  const isOpen = (): boolean => typeof file === 'number' || (file as { closed?: boolean }).closed !== true;
  return keep(`descriptor ${fd}`, async () => {
    if (isOpen()) tryFlock(fd, 'unlock');
  });
}

async function wait(fd: number, options: LockFileOptions): Promise<void> {
  const kind = options.shared === true ? 'shared' : 'exclusive';
  if (isCancelDue()) await checkpoint();
  if (tryFlock(fd, kind)) return;
  let taken = false;
  const retry = async (): Promise<void> => {
    for (let pause = FIRST; !taken; pause = Math.min(2 * pause, LAST)) {
      await sleep(pause);
      taken = tryFlock(fd, kind);
    }
  };
  try {
    if (options.timeout === undefined) await retry();
    else await timeout(options.timeout, retry);
  } catch (error) {
    // It came together with the cancel.
    if (taken) tryFlock(fd, 'unlock');
    throw error;
  }
}

function keep(name: string, giveBack: () => Promise<void>): FileLock {
  let ending: Promise<void> | undefined;
  const forget = addResource(getRunningLoop(), {
    description: `lock of '${name}'`,
    close: () => void (ending ??= giveBack().catch(() => {})),
    end: async () => await release(),
    isClosing: () => ending !== undefined,
  });
  const release = async (): Promise<void> => {
    ending ??= giveBack().finally(forget);
    await shielded(ending);
  };
  return { release, [Symbol.asyncDispose]: release };
}
