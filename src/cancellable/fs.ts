// The calls of `node:fs/promises`, by their names. What the host says it can stop is stopped; of the rest:
//
// 1. What only looks (`stat`, `readdir`, …) is left at once by a cancel. It ends by itself, and nobody waits.
// 2. What changes something (`rename`, `rm`, `mkdir`, …) can't be stopped half-way, and clean-up must not run beside it:
//    it goes to its end, its result counts, and the cancel is thrown at the next await.
// 3. What opens something is left at once, and closed should it open in the end.
//
// A FileHandle and a Dir are the host's own objects.

import host from 'node:fs/promises';
import type * as Host from 'node:fs/promises';
import type { PathLike } from 'node:fs';
import {
  inTask,
  shielded,
  signalAmong,
  stoppable,
  stoppableIterable,
  throwIfCancelled,
  withCaller,
  withSignal,
} from './stoppable.ts';

type Call = (...args: never[]) => Promise<unknown>;

/** One that takes its options, with a signal, as argument number `at`. */
function stopped<F extends Call>(call: F, at: number): F {
  const stop = (...args: unknown[]): Promise<unknown> =>
    stoppable({
      own: signalAmong(args[at]),
      start: (signal) => call(...(args.toSpliced(at, 1, withSignal(args[at], signal)) as never[])),
      untilEnded: true,
    });
  return stop as unknown as F;
}

/** One that only looks. */
function looking<F extends Call>(call: F): F {
  return ((...args: never[]) => stoppable({ start: () => call(...args) })) as F;
}

/** One that changes something. */
function changing<F extends Call>(call: F): F {
  const change = async (...args: never[]): Promise<unknown> => {
    if (!inTask()) return await call(...args);
    await throwIfCancelled();
    try {
      return await shielded(call(...args));
    } catch (error) {
      throw withCaller(error, change);
    }
  };
  return change as F;
}

/** One that opens something. */
function opening<F extends (...args: never[]) => Promise<{ close(): Promise<void> }>>(call: F): F {
  const open = (...args: never[]): Promise<unknown> =>
    stoppable({ start: () => call(...args), lost: (opened) => opened.close().catch(() => {}) });
  return open as F;
}

/** As `readFile` of `node:fs/promises`; a cancel stops the reading.
 * @example
 * ```ts
 * import { run, timeout } from 'asyncio-ts';
 * import { fs } from 'asyncio-ts/cancellable';
 * const manifest = await run(() => timeout(5000, () => fs.readFile('package.json', 'utf8')));
 * console.log(JSON.parse(manifest).type); // -> module
 * ```
 */
export const readFile: typeof Host.readFile = stopped(host.readFile, 1);
/** As `writeFile` of `node:fs/promises`; a cancel stops the writing, and leaves a file that is cut off. */
export const writeFile: typeof Host.writeFile = stopped(host.writeFile, 2);
/** As `appendFile` of `node:fs/promises`; a cancel stops the writing. */
export const appendFile: typeof Host.appendFile = stopped(host.appendFile, 2);

/** As `watch` of `node:fs/promises`; a cancel of the loop over it ends the watch.
 * @example
 * ```ts
 * import { moveOnAfter, run } from 'asyncio-ts';
 * import { fs } from 'asyncio-ts/cancellable';
 * await run(() => moveOnAfter(10, async () => {
 *   for await (const { filename } of fs.watch('.')) console.log(filename);
 * }));
 * ```
 */
export const watch: typeof Host.watch = ((path: PathLike, options: never) =>
  stoppableIterable(signalAmong(options), (signal) =>
    host.watch(path, withSignal(options, signal)),
  )) as typeof Host.watch;

export const access: typeof Host.access = looking(host.access);
export const lstat: typeof Host.lstat = looking(host.lstat as Call) as typeof Host.lstat;
export const readdir: typeof Host.readdir = looking(host.readdir as Call) as typeof Host.readdir;
export const readlink: typeof Host.readlink = looking(host.readlink as Call) as typeof Host.readlink;
export const realpath: typeof Host.realpath = looking(host.realpath as Call) as typeof Host.realpath;
export const stat: typeof Host.stat = looking(host.stat as Call) as typeof Host.stat;
export const statfs: typeof Host.statfs = looking(host.statfs as Call) as typeof Host.statfs;

/** As `rename` of `node:fs/promises`: it goes to its end, and a cancel is thrown at the next await.
 * @example
 * ```ts
 * import { mkdtemp, rm } from 'node:fs/promises';
 * import { run } from 'asyncio-ts';
 * import { fs } from 'asyncio-ts/cancellable';
 * const folder = await mkdtemp('/tmp/example-');
 * await run(async () => {
 *   await fs.writeFile(`${folder}/one`, 'text');
 *   await fs.rename(`${folder}/one`, `${folder}/two`);
 *   console.log(await fs.readdir(folder)); // -> [ 'two' ]
 * });
 * await rm(folder, { recursive: true });
 * ```
 */
export const rename: typeof Host.rename = changing(host.rename);
export const chmod: typeof Host.chmod = changing(host.chmod);
export const chown: typeof Host.chown = changing(host.chown);
export const copyFile: typeof Host.copyFile = changing(host.copyFile);
export const cp: typeof Host.cp = changing(host.cp);
export const lchown: typeof Host.lchown = changing(host.lchown);
export const link: typeof Host.link = changing(host.link);
export const lutimes: typeof Host.lutimes = changing(host.lutimes);
export const mkdir: typeof Host.mkdir = changing(host.mkdir as Call) as typeof Host.mkdir;
export const mkdtemp: typeof Host.mkdtemp = changing(host.mkdtemp as Call) as typeof Host.mkdtemp;
export const rm: typeof Host.rm = changing(host.rm);
export const rmdir: typeof Host.rmdir = changing(host.rmdir as Call) as typeof Host.rmdir;
export const symlink: typeof Host.symlink = changing(host.symlink);
export const truncate: typeof Host.truncate = changing(host.truncate);
export const unlink: typeof Host.unlink = changing(host.unlink);
export const utimes: typeof Host.utimes = changing(host.utimes);

export const open: typeof Host.open = opening(host.open);
export const opendir: typeof Host.opendir = opening(host.opendir);

export const constants: typeof Host.constants = host.constants;
