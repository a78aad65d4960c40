// From error numbers to error classes. The numbers and sentences are the host's own table.

import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { attempt } from '../../base/attempt.ts';
import { isOSError, osError } from '../../base/osError.ts';
import type { ConnectionTimeoutError, OSError } from '../../base/osError.ts';
import { errno } from './ffi.ts';

const { errno: numbers } = constants;
export const EADDRINUSE: number = numbers.EADDRINUSE;
export const ECONNREFUSED: number = numbers.ECONNREFUSED;
export const EACCES: number = numbers.EACCES;
export const EAGAIN: number = numbers.EAGAIN;
export const ENOENT: number = numbers.ENOENT;
export const EBADF: number = numbers.EBADF;
export const EEXIST: number = numbers.EEXIST;
export const EINTR: number = numbers.EINTR;
export const EINPROGRESS: number = numbers.EINPROGRESS;
export const EALREADY: number = numbers.EALREADY;
export const EINVAL: number = numbers.EINVAL;
export const EIO: number = numbers.EIO;
export const EPERM: number = numbers.EPERM;
export const EPIPE: number = numbers.EPIPE;
export const ESRCH: number = numbers.ESRCH;
export const ENOTCONN: number = numbers.ENOTCONN;
export const ENOTSOCK: number = numbers.ENOTSOCK;

/** What a failed call was about. */
export interface FailedCall {
  address?: string | undefined;
  port?: number | undefined;
  cause?: unknown;
}

/** The error for a system call's error number. */
export function systemError(
  number: number,
  syscall: string,
  call: FailedCall = {},
): OSError | ConnectionTimeoutError {
  const [code, reason] = getSystemErrorMap().get(-number) ?? [nameOf(number), undefined];
  return osError({ errno: number, code, syscall, reason, ...call });
}

// The host's map has the errors that it returns itself; EINPROGRESS, for one, is not among them.
function nameOf(number: number): string {
  return Object.entries(numbers).find(([, other]) => other === number)?.[0] ?? `E${number}`;
}

/** The host's words for an error's name; undefined where it has none. */
export function reasonFor(code: string): string | undefined {
  for (const [name, words] of getSystemErrorMap().values()) if (name === code) return words;
  return undefined;
}

/** The error of the FFI call that has just failed. */
export function lastError(syscall: string, call?: FailedCall): OSError | ConnectionTimeoutError {
  return systemError(errno(), syscall, call);
}

/** The host's own errors of system calls, as ours: an {@link OSError} of the class that the error calls for, with the
 * host's as its cause. Anything else is returned as it is, also what throws when it is looked at.
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { FileNotFoundError } from 'asyncio-ts';
 * import { fromHostError } from 'asyncio-ts/lowlevel';
 * try { readFileSync('/no/such/file'); } catch (error) {
 *   console.log(fromHostError(error) instanceof FileNotFoundError); // -> true
 * }
 * ```
 */
export function fromHostError(error: unknown): unknown {
  return attempt(() => systemErrorOf(error)) ?? error;
}

function systemErrorOf(error: unknown): unknown {
  if (isOSError(error) || !(error instanceof Error)) return undefined;
  const {
    errno: number,
    code,
    syscall,
    address,
    port,
    path,
    dest,
    hostname,
  } = error as NodeJS.ErrnoException & {
    address?: string;
    dest?: string;
    port?: number;
    hostname?: string;
  };
  // What the user does not permit, on Deno.
  if (error.name === 'NotCapable') {
    const call = { errno: EACCES, code: 'EACCES', syscall: 'permission', reason: error.message };
    return osError({ ...call, address, port, cause: error });
  }
  // Some errors of Deno's have the number and the call in their text alone.
  const told = syscall === undefined ? /\(os error (\d+)\)(?:: (\w+) '(.*)')?$/s.exec(error.message) : null;
  if (told !== null) {
    const [, digits, call = 'call', file] = told;
    const [name = 'EIO', reason] = getSystemErrorMap().get(-Number(digits)) ?? [];
    return osError({
      errno: Number(digits),
      code: name,
      syscall: call,
      reason,
      address: file,
      cause: error,
    });
  }
  if (typeof code !== 'string' || typeof syscall !== 'string') return undefined;
  // Some hosts give no number with some errors, or a positive one.
  const found =
    typeof number === 'number' ? Math.abs(number) : ((Reflect.get(numbers, code) as number) ?? 0);
  return osError({
    errno: found,
    code,
    syscall,
    reason: getSystemErrorMap().get(-found)?.[1],
    address: address ?? path ?? hostname,
    port: port === undefined || port < 0 ? undefined : port, // -1 stands for a path
    filename: path,
    filename2: dest,
    cause: error,
  });
}
