// The processes of this machine, as Linux shows them under /proc. Elsewhere there is no such table.
//
// 1. A process is known by its number and the moment it started: numbers are given out again.
// 2. It is read at once and not by the thread pool: a table of 200 processes takes a few milliseconds, and what is found
//    is as little old as can be.

import process from 'node:process';
import { attempt } from '../../base/attempt.ts';

export interface TableEntry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Stopped by a signal, and deaf to all but SIGKILL until it is continued. */
  readonly stopped: boolean;
  /** When it started, in the system's ticks since it was booted. */
  readonly started: number;
}

/** Whether there is a table. */
export const hasProcessTable: boolean = process.platform === 'linux';

/** All processes that have not ended. */
export function readProcessTable(): TableEntry[] {
  const { readdirSync } = process.getBuiltinModule('node:fs');
  const entries: TableEntry[] = [];
  for (const name of attempt(() => readdirSync('/proc')) ?? []) {
    const pid = Number(name);
    const entry = Number.isInteger(pid) ? readProcess(pid) : undefined;
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** The process with this number, unless it has ended; a zombie has. */
export function readProcess(pid: number): TableEntry | undefined {
  const text = attempt(() => read(`/proc/${pid}/stat`, 'latin1'));
  if (text === undefined) return undefined;
  // The program's name is in parentheses, and may contain anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, , session] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return {
    pid,
    parent: Number(parent),
    session: Number(session),
    stopped: state === 'T',
    started: Number(fields[19]),
  };
}

/** The environment that a process was started with, as far as this process may see it. */
export function readEnvironment(pid: number): string {
  return attempt(() => read(`/proc/${pid}/environ`, 'latin1')) ?? '';
}

function read(path: string, encoding: BufferEncoding): string {
  return process.getBuiltinModule('node:fs').readFileSync(path, encoding);
}
