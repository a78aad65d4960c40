// Pipes for tests: with system calls where there are any.

import { closeSync, readSync, writeSync } from 'node:fs';
import { sleep } from '../../../src/asyncio.ts';
import { libc } from '../../../src/sys/libc/libc.ts';
import { makeNonBlocking } from '../../../src/sys/libc/socketCalls.ts';

/** Both ends of a new pipe. */
export function openPipe(): [read: number, write: number] {
  const pair = new Int32Array(2);
  if (libc().pipe2(new Uint8Array(pair.buffer), 0o2000000) < 0) throw new Error('no pipe');
  return [pair[0] as number, pair[1] as number];
}

/** Reads what is there; '' at the end. Where nothing is there it throws, in place of stopping the thread. */
export function readSome(fd: number, size: number = 65_536): string {
  const bytes = Buffer.alloc(size);
  makeNonBlocking(fd);
  return bytes.subarray(0, readSync(fd, bytes)).toString();
}

/** Reads everything up to the end while the loop goes on. */
export async function readAll(fd: number): Promise<string> {
  let all = '';
  for (;;) {
    await sleep(1);
    try {
      const piece = readSome(fd);
      if (piece === '') return all;
      all += piece;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

export function writeText(fd: number, text: string): void {
  writeSync(fd, text);
}

export function isOpen(fd: number): boolean {
  return libc().fcntl(fd, 1, 0) >= 0;
}

export { closeSync as closeFd };
