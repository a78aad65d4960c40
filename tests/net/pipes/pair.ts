// Pipes for tests: with system calls where there are any.

import { closeSync, readSync, writeSync } from 'node:fs';
import { libc } from '../../../src/sys/libc.ts';

/** Both ends of a new pipe. */
export function openPipe(): [read: number, write: number] {
  const pair = new Int32Array(2);
  if (libc().pipe2(new Uint8Array(pair.buffer), 0o2000000) < 0) throw new Error('no pipe');
  return [pair[0] as number, pair[1] as number];
}

/** Reads what is there, without an end. */
export function readSome(fd: number, size: number = 65_536): string {
  const bytes = Buffer.alloc(size);
  return bytes.subarray(0, readSync(fd, bytes)).toString();
}

export function writeText(fd: number, text: string): void {
  writeSync(fd, text);
}

export function isOpen(fd: number): boolean {
  return libc().fcntl(fd, 1, 0) >= 0;
}

export { closeSync as closeFd };
