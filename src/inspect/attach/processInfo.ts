// What Linux tells of a process in /proc: who it is, whose, of which program, and what its main thread does.
//
// 1. A process may end between two reads: what can't be read is undefined, and no error.
// 2. A number is used again: who keeps one keeps `started` with it.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { scriptOf } from './commandLine.ts';
import type { JavaScriptRuntime } from './commandLine.ts';

/** A process, as the system tells of it.
 * @example
 * ```ts
 * import { listProcesses, type ProcessInfo } from 'asyncio-ts/inspect';
 * const all: ProcessInfo[] = listProcesses();
 * console.log(all.every(({ pid }) => pid > 0)); // -> true
 * ```
 */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  /** The number of the user whose rights it has. */
  readonly uid: number;
  /** Undefined for what is no JavaScript. */
  readonly runtime: JavaScriptRuntime | undefined;
  /** The base name of its script, or of its program where it has none. */
  readonly name: string;
  readonly argv: readonly string[];
  /** When it was started: ticks since the machine was. */
  readonly started: number;
  /** For how long it has run, in milliseconds. */
  readonly age: number;
  /** `running`, `sleeping`, `stopped`, or the letter that the system has for it. */
  readonly state: string;
  /** The kernel's name of the main thread, by which a process with a title of its own is known. */
  readonly title: string;
}

const STATES: Record<string, string> = {
  R: 'running',
  S: 'sleeping',
  D: 'in the kernel',
  T: 'stopped',
  t: 'stopped by a debugger',
  Z: 'ended',
  X: 'ended',
  I: 'idle',
};

/** USER_HZ, which Linux has fixed for all that it tells programs. */
const TICKS_A_SECOND = 100;

/** The process of that number; undefined when there is none. */
export function processInfo(pid: number): ProcessInfo | undefined {
  const stat = read(pid, 'stat');
  if (stat === undefined) return undefined;
  // The title stands in parentheses and may hold any character.
  const end = stat.lastIndexOf(')');
  const title = stat.slice(stat.indexOf('(') + 1, end);
  const fields = stat.slice(end + 2).split(' ');
  const status = read(pid, 'status') ?? '';
  const argv = argumentsOf(pid);
  const started = Number(fields[19]);
  const uptime = Number(readOr('/proc/uptime', '0').split(' ')[0]);
  const runtime = runtimeOf(pid, argv);
  return {
    pid,
    parent: Number(fields[1]),
    uid: Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN),
    runtime,
    name:
      (runtime === undefined ? undefined : scriptOf(runtime, argv)) ?? (basename(argv[0] ?? '') || title),
    argv,
    started,
    age: Math.max(0, uptime - started / TICKS_A_SECOND) * 1000,
    state: STATES[fields[0] ?? ''] ?? fields[0] ?? '',
    title,
  };
}

/** Whether it is still that process, and not another of its number. */
export function isThere({ pid, started }: Pick<ProcessInfo, 'pid' | 'started'>): boolean {
  const now = processInfo(pid);
  return now?.started === started && now.state !== 'ended';
}

/** The numbers of all processes that can be seen. */
export function allPids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** The numbers of its threads. */
export function threadIds(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** The names of its threads. */
export function threadNames(pid: number): string[] {
  return threadIds(pid).map((thread) => read(pid, `task/${thread}/comm`)?.trim() ?? '');
}

/** Whether the process catches a signal; undefined where that can't be seen. */
export function catches(pid: number, signal: number): boolean | undefined {
  return isInMask(pid, 'SigCgt', signal);
}

/** Whether a signal was sent to the process and has not come yet. */
export function isPending(pid: number, signal: number): boolean {
  return isInMask(pid, 'ShdPnd', signal) === true;
}

function isInMask(pid: number, name: string, signal: number): boolean | undefined {
  const mask = new RegExp(`^${name}:\\s+([0-9a-f]+)`, 'm').exec(read(pid, 'status') ?? '')?.[1];
  return mask === undefined ? undefined : ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

/** The namespace of a kind that the process lives in; undefined where that can't be seen. */
export function namespaceOf(pid: number | 'self', kind: 'pid' | 'net' | 'mnt'): string | undefined {
  return readLink(`/proc/${pid}/ns/${kind}`);
}

/** The number that the process has for itself, another one in a container. */
export function innerPid(pid: number): number {
  const numbers = /^NSpid:(.*)$/m
    .exec(read(pid, 'status') ?? '')?.[1]
    ?.trim()
    .split(/\s+/);
  return Number(numbers?.at(-1) ?? pid);
}

/** A file of /proc/PID; undefined when it can't be read. */
export function read(pid: number, file: string): string | undefined {
  return readOr(`/proc/${pid}/${file}`, undefined);
}

/** Where a link of /proc leads; undefined when it can't be read. */
export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function readOr<T>(path: string, otherwise: T): string | T {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

// A program that gives itself a title has it here, and blanks up to where its arguments ended.
function argumentsOf(pid: number): string[] {
  const text = read(pid, 'cmdline') ?? '';
  return text.replace(/[\0 ]+$/, '').split('\0');
}

// By the program that runs, and by what it calls itself only where that is hidden (hidden.ts).
function runtimeOf(pid: number, [command]: readonly string[]): JavaScriptRuntime | undefined {
  const program = readLink(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, '') ?? command;
  const name = /^(node|nodejs|bun|deno)[-\d.]*$/.exec(basename(program ?? ''))?.[1];
  return name === 'nodejs' ? 'node' : (name as JavaScriptRuntime | undefined);
}
