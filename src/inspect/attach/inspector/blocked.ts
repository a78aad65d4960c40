// Whether the main thread of a process stands in a system call that is not its loop's wait: `execSync`, a lock, a read that
// does not come back. An inspector is of no use there, and a signal would open it later, when nobody looks.
//
// What the kernel tells depends on its settings: where it tells nothing, nothing is guessed.

import { readdirSync } from 'node:fs';
import { read, readLink } from '../processInfo.ts';

/** The kernel's word for what the thread waits in, when that is not the loop's wait; undefined when it runs, when it
 * waits in its loop, and when it can't be seen. */
export function blockedIn(pid: number): string | undefined {
  const state = /\) (\S)/.exec(read(pid, 'stat') ?? '')?.[1];
  if (state === 'T' || state === 't') return 'stopped';
  if (state !== 'S' && state !== 'D') return undefined;
  const where = read(pid, 'wchan')?.trim() ?? '';
  if (where === '' || where === '0') return undefined;
  // A wait for a futex is the engine's own as well, and one that an inspector interrupts.
  if (where.startsWith('futex')) return undefined;
  if (!/epoll/.test(where)) return where;
  return waitsInOwnLoop(pid) === false ? where : undefined;
}

/** Whether the thread is surely in its loop's wait at this moment. */
export function isSeenInLoop(pid: number): boolean {
  return /epoll/.test(read(pid, 'wchan') ?? '') && waitsInOwnLoop(pid) === true;
}

/** How many loops Node makes before any code of the program's runs: two for itself, and the main one. */
const FIRST_LOOPS = 3;

// A synchronous child has a loop of its own, made after those. They have the lowest numbers, for they are never closed.
// Undefined where that can't be seen.
function waitsInOwnLoop(pid: number): boolean | undefined {
  const descriptor = Number(/^\d+ (0x[0-9a-f]+)/.exec(read(pid, 'syscall') ?? '')?.[1]);
  if (Number.isNaN(descriptor)) return undefined;
  try {
    const sets = readdirSync(`/proc/${pid}/fd`)
      .map(Number)
      .sort((a, b) => a - b)
      .filter((each) => readLink(`/proc/${pid}/fd/${each}`) === 'anon_inode:[eventpoll]');
    return sets.slice(0, FIRST_LOOPS).includes(descriptor);
  } catch {
    return undefined;
  }
}
