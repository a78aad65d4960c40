// Signals to processes that are not this one's own children.
//
// 1. To exactly one: a descriptor of it stands for it and for no other, also when its number is given to another in the
//    meantime. Without foreign functions there is a moment between looking and sending.
// 2. To a group, where there is no table of processes to find its members by.

import process from 'node:process';
import { attempt } from '../../base/attempt.ts';
import { declare, ffi } from './ffi.ts';
import type { CFunction } from './ffi.ts';
import { libc } from './libc.ts';

// The same on every architecture.
const PIDFD_SEND_SIGNAL = 424;
const PIDFD_OPEN = 434;

// Bound when first needed.
let call: CFunction | undefined;

/** Sends `signal` to the process `pid`, if `isIt` says that this is still the one that is meant.
 * @returns whether it was sent; it is not where it has ended, or is not ours to signal */
export function signalExactly(pid: number, signal: number, isIt: () => boolean): boolean {
  if (ffi() === undefined) return isIt() && sendByNumber(pid, signal);
  call ??= declare('int64_t syscall(int64_t number, int64_t a, int64_t b, int64_t c, int64_t d)');
  const descriptor = Number(call(PIDFD_OPEN, pid, 0, 0, 0));
  // A kernel before 5.3, or one that forbids it.
  if (descriptor < 0) return isIt() && sendByNumber(pid, signal);
  try {
    return isIt() && Number(call(PIDFD_SEND_SIGNAL, descriptor, signal, 0, 0)) === 0;
  } finally {
    libc().close(descriptor);
  }
}

function sendByNumber(pid: number, signal: number): boolean {
  return attempt(() => process.kill(pid, signal)) === true;
}
/** Sends `signal` to the group that `leader` leads, 0 to ask whether anybody is in it; on Windows, which has no groups, to
 * the leader while it runs. @returns whether anybody was there */
export function sendGroupSignal(leader: number, signal: number, running: boolean): boolean {
  const grouped = process.platform !== 'win32';
  if (!grouped && !running) return false;
  try {
    process.kill(grouped ? -leader : leader, signal);
    return true;
  } catch (error) {
    // Somebody is there, and not ours to signal.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
