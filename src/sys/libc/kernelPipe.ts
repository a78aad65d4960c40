// Pipes of our own: for bytes that the system moves from one socket to another (splice), and for children.

import { attempt } from '../../base/attempt.ts';
import { lastError } from './errno.ts';
import { libc } from './libc.ts';
import { SOCK_CLOEXEC, SOCK_NONBLOCK } from './socketConstants.ts';

const F_SETPIPE_SZ = 1031;
const MOVE_NONBLOCK = 1 | 2; // SPLICE_F_MOVE | SPLICE_F_NONBLOCK
/** What a pipe is asked to hold, in bytes; the system may allow less. */
const CAPACITY = 1_048_576;

/** A new pipe, its end to read from first. @throws OSError when there are too many descriptors */
export function openKernelPipe(): [number, number] {
  const pair = new Int32Array(2);
  const bytes = new Uint8Array(pair.buffer);
  // The flags are the same for all descriptors.
  if (libc().pipe2(bytes, SOCK_NONBLOCK | SOCK_CLOEXEC) < 0) throw lastError('pipe2');
  const [end, start] = [pair[0] as number, pair[1] as number];
  libc().fcntl(start, F_SETPIPE_SZ, CAPACITY);
  return [end, start];
}

/** A new pipe whose ends wait, its end to read from first: one of them is for a child, which expects that.
 * @throws OSError when there are too many descriptors */
export function openWaitingPipe(): [number, number] {
  const pair = new Int32Array(2);
  if (libc().pipe2(new Uint8Array(pair.buffer), SOCK_CLOEXEC) < 0) throw lastError('pipe2');
  return [pair[0] as number, pair[1] as number];
}

export function closeKernelPipe([end, start]: readonly [number, number]): void {
  for (const fd of [end, start]) attempt(() => libc().close(fd));
}

/** Moves up to `count` bytes; one end is a pipe's. What `splice` returns: below zero the reason is in `errno()`. */
export function splice(from: number, to: number, count: number = CAPACITY): number {
  return libc().splice(from, null, to, null, count, MOVE_NONBLOCK);
}
