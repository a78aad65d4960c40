// The door to node:child_process: a child is started, its end is told once, and signals go to a child that has not been
// reaped only.
//
// 1. The host reaps: whoever starts a child here leaves no zombie, whatever becomes of who started it.
// 2. A process number belongs to the child until the host has told its end, and to nobody we know from then on. The
//    host's own `kill` is not used: Deno takes a child for ended by it at once.
// 3. It is started at the root context: it outlives the task that asked for it.

import type * as ChildProcess from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { osError } from '../../base/osError.ts';
import { fromHostError } from '../libc/errno.ts';
import { runAtRoot } from './storage.ts';

/** What a descriptor of the child's is: nothing, this process's own, a stream of the host, or a descriptor here. */
export type ChildStdio = 'ignore' | 'inherit' | 'pipe' | number;

export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** What the child is told that it is called; `file` by default. */
  readonly name?: string | undefined;
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** In a session and a process group of its own. */
  readonly detached?: boolean | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

export interface HostChild {
  /** Undefined: it was not started, and {@link failure} tells why. */
  readonly pid: number | undefined;
  readonly failure: Promise<unknown>;
  /** The host's streams where its stdio is `'pipe'`. */
  readonly streams: readonly (Readable | Writable | null | undefined)[];
  /** Whether the process stays alive for it. */
  keepAlive(keep: boolean): void;
}

// The host's module, opened when first needed.
let module: typeof ChildProcess | undefined;

/** Starts a child. `exited` is called once, in an event of the host's, when it has ended and is reaped: with its exit code,
 * or below zero with the number of the signal that ended it. @throws OSError */
export function startChild(
  command: ChildCommand,
  stdio: readonly ChildStdio[],
  exited: (returncode: number) => void,
): HostChild {
  module ??= process.getBuiltinModule('node:child_process');
  const { file, args, name, cwd, env, detached = false, uid, gid } = command;
  const options: ChildProcess.SpawnOptions = {
    stdio: stdio as ChildProcess.StdioOptions,
    cwd,
    env,
    detached,
    ...(name !== undefined && { argv0: name }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  };
  const child = runAtRoot(() => (module as typeof ChildProcess).spawn(file, args, options));
  const failure = new Promise<unknown>((resolve) => void child.once('error', resolve));
  child.once('exit', (code, signal) => exited(signal === null ? (code ?? 0) : -constants.signals[signal]));
  return {
    pid: child.pid,
    failure,
    streams: child.stdio,
    keepAlive: (keep) => {
      if (keep) child.ref();
      else child.unref();
    },
  };
}

/** Sends a signal to a process, or below zero to a group. @throws OSError; ProcessLookupError (`ESRCH`) */
export function sendSignal(pid: number, signal: number): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    throw fromHostError(error);
  }
}

/** What a child that could not be started failed with, which names what is missing: the host says the same of a program
 * and of a folder. */
export function startFailure(error: unknown, { file, cwd }: ChildCommand): unknown {
  const { code, errno } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string' || typeof errno !== 'number') return error;
  const details = { errno: Math.abs(errno), code, cause: error };
  const folder = cwd === undefined ? undefined : folderProblem(cwd);
  if (folder !== undefined)
    return osError({ ...details, ...folder, syscall: 'chdir', address: cwd, filename: cwd });
  return osError({
    ...details,
    syscall: 'spawn',
    address: file,
    filename: file,
    reason: programProblem(code, file, cwd),
  });
}

/** Looks whether a program is there to be run, as the system would. @throws what a start of it would fail with */
export function checkProgram(command: ChildCommand): void {
  const { accessSync, constants: modes, statSync } = process.getBuiltinModule('node:fs');
  const { join, resolve } = process.getBuiltinModule('node:path');
  const { file, cwd = '.', env = process.env } = command;
  const named = file.includes('/');
  const folders = named ? [''] : (env['PATH'] ?? '/bin:/usr/bin').split(':');
  let code: 'ENOENT' | 'EACCES' | 'ENOTDIR' = 'ENOENT';
  for (const folder of folders) {
    const path = resolve(cwd, join(folder, file));
    try {
      if (statSync(path).isDirectory()) code = 'EACCES';
      else return accessSync(path, modes.X_OK);
    } catch (error) {
      const problem = (error as NodeJS.ErrnoException).code;
      // A search goes on where a part of PATH is no folder.
      if (problem === 'EACCES' || (problem === 'ENOTDIR' && named)) code = problem;
    }
  }
  throw Object.assign(new Error(`spawn ${file} ${code}`), { code, errno: -constants.errno[code] });
}

function folderProblem(cwd: string): { code: string; errno: number; reason: string } | undefined {
  const { accessSync, constants: modes, statSync } = process.getBuiltinModule('node:fs');
  const { errno } = constants;
  try {
    if (!statSync(cwd).isDirectory())
      return { code: 'ENOTDIR', errno: errno.ENOTDIR, reason: 'the working folder is not a directory' };
    accessSync(cwd, modes.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { code, errno: errno.ENOENT, reason: 'there is no such working folder' };
    if (code === 'EACCES')
      return { code, errno: errno.EACCES, reason: 'no permission to enter the working folder' };
    if (code === 'ENOTDIR')
      return { code, errno: errno.ENOTDIR, reason: 'part of the working folder is not a directory' };
  }
  return undefined;
}

function programProblem(code: string, file: string, cwd: string | undefined): string | undefined {
  const named = file.includes('/');
  if (code === 'EACCES') return named ? 'no permission to run it' : 'no permission to run what PATH finds';
  if (code !== 'ENOENT') return undefined;
  if (!named) return 'there is no such program in PATH';
  const { existsSync } = process.getBuiltinModule('node:fs');
  const { resolve } = process.getBuiltinModule('node:path');
  return existsSync(resolve(cwd ?? '.', file))
    ? 'it is there, but not the interpreter that it asks for'
    : 'there is no such program';
}
