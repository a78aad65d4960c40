// How long something took, and what the machine and the loop did meanwhile.

import { availableParallelism, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';

export interface Measured {
  /** Milliseconds by the clock. */
  readonly elapsed: number;
  /** Milliseconds of processor time, all threads and the system's part together. */
  readonly cpu: number;
  /** The part of the time, 0 to 1, in which the thread of JavaScript was not waiting. */
  readonly busy: number;
}

/** Starts to measure; the function that it returns says what was measured until then. */
export function measure(): () => Measured {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const loopStart = performance.eventLoopUtilization();
  return () => {
    const cpu = process.cpuUsage(cpuStart);
    return {
      elapsed: performance.now() - start,
      cpu: (cpu.user + cpu.system) / 1000,
      busy: performance.eventLoopUtilization(loopStart).utilization,
    };
  };
}

/** What the program runs on, as far as it bounds what concurrency can win. */
export interface Machine {
  readonly cores: number;
  /** Threads that do the runtime's system calls on files. */
  readonly poolThreads: number;
  /** How many programs wanted a core in the last minute, on average; 0 where nobody knows (Windows). */
  readonly load: number;
}

export function machine(env: Readonly<Record<string, string | undefined>> = process.env): Machine {
  const asked = Number.parseInt(env['UV_THREADPOOL_SIZE'] ?? '', 10);
  return {
    cores: availableParallelism(),
    poolThreads: Number.isNaN(asked) ? 4 : Math.min(Math.max(asked, 1), 1024),
    load: loadavg()[0] ?? 0,
  };
}
