// Advisory locks of whole files, which the runtimes do not offer: flock(2), through whatever foreign functions there are.

import process from 'node:process';
import { InvalidArgumentError, UnsupportedError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';
import { runtime } from '../host/host.ts';
import { EAGAIN, EINTR, lastError } from './errno.ts';
import { declare, errno, ffi, ffiMissing } from './ffi.ts';

/** What {@link tryFlock} does.
 * @example
 * ```ts
 * import type { FlockKind } from 'asyncio-ts/lowlevel';
 * const kind: FlockKind = 'shared';
 * console.log(kind); // -> shared
 * ```
 */
export type FlockKind = 'shared' | 'exclusive' | 'unlock';

// The numbers of Linux and of the BSDs.
const OPERATIONS: Record<FlockKind, number> = { shared: 1, exclusive: 2, unlock: 8 };
const NO_WAITING = 4;

type Call = (fd: number, operation: number) => number;

let flock: Call | undefined;

/** Locks the open file of a descriptor, or unlocks it, without waiting: false where another open file has it. Whoever locks
 * it in another way gives up the way before. Semantics: flock(2), as Python's fcntl.flock.
 * @throws InvalidArgumentError for what is no descriptor, or no kind; UnsupportedError where no foreign function can be
 * called; OSError
 * @example
 * ```ts
 * import { closeSync, openSync } from 'node:fs';
 * import { tryFlock } from 'asyncio-ts/lowlevel';
 * const [one, two] = [openSync('package.json', 'r'), openSync('package.json', 'r')];
 * console.log(tryFlock(one, 'exclusive'), tryFlock(two, 'shared')); // -> true false
 * console.log(tryFlock(one, 'unlock'), tryFlock(two, 'shared')); // -> true true
 * closeSync(one);
 * closeSync(two);
 * ```
 */
export function tryFlock(fd: number, kind: FlockKind): boolean {
  if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fff_ffff)
    throw new InvalidArgumentError('fd', `a lock is put on a descriptor, not ${showValue(fd)}`);
  if (typeof kind !== 'string' || !Object.hasOwn(OPERATIONS, kind))
    throw new InvalidArgumentError(
      'kind',
      `a lock is ${Object.keys(OPERATIONS).join(', ')}, not ${showValue(kind)}`,
    );
  flock ??= findFlock();
  while (flock(fd, OPERATIONS[kind] | NO_WAITING) !== 0) {
    // Bun and Deno don't tell the number; of a descriptor that is open, nothing else is to be expected.
    if (ffi() === undefined || errno() === EAGAIN) return false;
    if (errno() !== EINTR) throw lastError('flock');
  }
  return true;
}

interface ForeignLibrary {
  readonly symbols: { readonly flock: Call };
}

interface DenoForeign {
  dlopen(path: string | null, symbols: Record<string, unknown>): ForeignLibrary;
}

interface BunForeign {
  dlopen(path: string | null, symbols: Record<string, unknown>): ForeignLibrary;
}

function findFlock(): Call {
  if (ffi() !== undefined) return declare('int flock(int fd, int operation)');
  const { name } = runtime();
  const library = process.platform === 'darwin' ? 'libSystem.dylib' : 'libc.so.6';
  try {
    if (process.platform === 'win32') throw new Error('Windows has no flock');
    if (name === 'deno') {
      const { Deno } = globalThis as unknown as { Deno: DenoForeign };
      return Deno.dlopen(library, { flock: { parameters: ['i32', 'i32'], result: 'i32' } }).symbols.flock;
    }
    if (name === 'bun') {
      const { dlopen } = process.getBuiltinModule('bun:ffi' as 'node:fs') as unknown as BunForeign;
      return dlopen(library, { flock: { args: ['i32', 'i32'], returns: 'i32' } }).symbols.flock;
    }
  } catch (error) {
    throw new UnsupportedError(`locks of files need flock: ${(error as Error).message}`, { cause: error });
  }
  throw new UnsupportedError(`locks of files need flock through FFI: ${ffiMissing()}`);
}
