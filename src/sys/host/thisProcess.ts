// What this process and thread are to whoever looks from outside. It imports nothing that the core has.

import process from 'node:process';
import type * as Threads from 'node:worker_threads';

export interface ThisProcess {
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  readonly threadName: string | undefined;
  readonly title: string;
  readonly argv: readonly string[];
  /** Its name and version: `node 26.1.0`. */
  readonly runtime: string;
}

const threads = (): typeof Threads => process.getBuiltinModule('node:worker_threads');

export function thisProcess(): ThisProcess {
  const { isMainThread, threadId, threadName } = threads() as typeof Threads & { threadName?: string };
  const { bun, deno, node } = process.versions as Record<string, string | undefined>;
  return {
    pid: process.pid,
    thread: isMainThread ? 0 : threadId,
    threadName: isMainThread || threadName === '' ? undefined : threadName,
    title: process.title,
    argv: [...process.argv],
    runtime: bun === undefined ? (deno === undefined ? `node ${node}` : `deno ${deno}`) : `bun ${bun}`,
  };
}

/** When the host's monotonic clock was 0, by Date.now(). */
export function clockOrigin(): number {
  return performance.timeOrigin;
}

/** Milliseconds since it started. */
export function uptime(): number {
  return process.uptime() * 1000;
}

/** Milliseconds in which the thread's loop was at work, and in which it waited; both 0 where the host does not tell. */
export interface LoopUsage {
  readonly active: number;
  readonly idle: number;
}

export function loopUsage(): LoopUsage {
  const { active, idle } = performance.eventLoopUtilization?.() ?? { active: 0, idle: 0 };
  return { active, idle };
}

/** Bytes of memory that the whole process has from the system. */
export function residentMemory(): number {
  return process.memoryUsage.rss();
}

/** What nobody can guess. */
export function randomKey(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(24).toString('base64url');
}

interface Usage {
  readonly user: number;
  readonly system: number;
}

/** Milliseconds that this thread has had on a processor; all of the process where the host does not tell them apart. */
export function processorTime(): number {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => Usage };
  const { user, system } = threadCpuUsage === undefined ? process.cpuUsage() : threadCpuUsage.call(process);
  return (user + system) / 1000;
}
