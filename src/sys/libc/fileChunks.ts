// Chunks of files, read in the host's threads, and where a file stands.

import process from 'node:process';
import { fromHostError } from './errno.ts';
import { ffi } from './ffi.ts';
import { libc } from './libc.ts';

/** Reads up to `size` bytes into `room`, from `position` on or where the file stands for undefined, and tells the
 * outcome: fewer bytes, or none at the end. */
export function readChunk(
  fd: number,
  room: Buffer,
  size: number,
  position: number | undefined,
  outcome: (error: unknown, bytes: Buffer) => void,
): void {
  process.getBuiltinModule('node:fs').read(fd, room, 0, size, position ?? null, (error, count) => {
    outcome(error === null ? undefined : fromHostError(error), room.subarray(0, count));
  });
}

const SEEK_SET = 0;

/** Sets the file's position, for whoever reads on from there; without FFI it stays where it is. */
export function seekFile(fd: number, position: number): void {
  if (ffi() !== undefined) libc().lseek(fd, position, SEEK_SET);
}

const offset = new BigInt64Array(1);
const offsetBytes = new Uint8Array(offset.buffer);

/** Lets the system send a chunk of a file: what `sendfile` returns, below zero with the reason in `errno()`. */
export function sendFileChunk(to: number, from: number, position: number, count: number): number {
  offset[0] = BigInt(position);
  return libc().sendfile(to, from, offsetBytes, count);
}
