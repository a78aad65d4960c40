// How many racers course 3 can have here: one descriptor each, on the client's side and on the server's.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Descriptors kept for all that is not a racer. */
const reserve = 200;

/** The limit of open files of this process, which a child inherits; Infinity if there is none. */
export function openFileLimit(): number {
  return parseLimit(readLimit());
}

/** As many racers as wanted, or as the limit of open files lets, and then a line that says so. */
export function racersThatFit(wanted: number, limit: number): { racers: number; shortfall?: string } {
  const racers = Math.min(wanted, Math.max(10, limit - reserve));
  if (racers === wanted) return { racers };
  const shortfall = `course 3 has ${racers} racers, not ${wanted}: the limit of open files (ulimit -n) is ${limit}`;
  return { racers, shortfall };
}

function readLimit(): string {
  // The runtimes raise the soft limit at their start: what holds is this process's own, not a shell's.
  if (process.platform === 'linux') {
    const line = /^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    if (line?.[1] !== undefined) return line[1];
  }
  if (process.platform === 'win32') return 'unlimited';
  return execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
}

function parseLimit(text: string): number {
  return text === 'unlimited' ? Infinity : Number(text);
}
