// What is behind a file descriptor, and whether calls on it wait.

import { constants, closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import process from 'node:process';
import { fromHostError, lastError } from './errno.ts';
import { libc } from './libc.ts';

export type DescriptorKind = 'pipe' | 'socket' | 'character' | 'file' | 'other';

/** @throws OSError (`EBADF`) for a number that is no open descriptor */
export function descriptorKind(fd: number): DescriptorKind {
  const status = hostCall(() => fstatSync(fd));
  if (status.isFIFO()) return 'pipe';
  if (status.isSocket()) return 'socket';
  if (status.isCharacterDevice()) return 'character';
  return status.isFile() ? 'file' : 'other';
}

/** The size of the file behind a descriptor. @throws OSError */
export function fileSize(fd: number): number {
  return hostCall(() => fstatSync(fd)).size;
}

/** @throws OSError */
export function closeDescriptor(fd: number): void {
  hostCall(() => closeSync(fd));
}

const F_GETFL = 3;
const F_SETFL = 4;

/** Makes no call on this descriptor wait, for everybody who shares the open file. Returns what puts it back,
 * where it was not so before. Needs FFI. */
export function setNonBlocking(fd: number): (() => void) | undefined {
  const flags = libc().fcntl(fd, F_GETFL, 0);
  if (flags < 0) throw lastError('fcntl');
  if ((flags & constants.O_NONBLOCK) !== 0) return undefined;
  if (libc().fcntl(fd, F_SETFL, flags | constants.O_NONBLOCK) < 0) throw lastError('fcntl');
  return () => void libc().fcntl(fd, F_SETFL, flags);
}

export function isTerminal(fd: number): boolean {
  return process.getBuiltinModule('node:tty').isatty(fd);
}

/** Writes everything, however long that takes: for files. @throws OSError */
export function writeAll(fd: number, data: Uint8Array): void {
  hostCall(() => {
    for (let done = 0; done < data.byteLength;) done += writeSync(fd, data, done);
  });
}

/** Opens what is behind a descriptor once more, so that calls on the new one don't wait while the mode of
 * the given one, which other processes may share, stays. Undefined where that can't be done: for sockets,
 * without /proc, and for what another user owns. */
export function reopenNonBlocking(fd: number, access: 'read' | 'write'): number | undefined {
  const mode = access === 'read' ? constants.O_RDONLY : constants.O_WRONLY;
  try {
    return openSync(`/proc/self/fd/${fd}`, mode | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined;
  }
}

function hostCall<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw fromHostError(error);
  }
}
