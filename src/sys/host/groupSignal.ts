// Signals to a process group, where there is no table of processes to find its members by.

import process from 'node:process';

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
