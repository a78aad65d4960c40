// The timed part of a measurement by the generator in TypeScript: latencies, and the server's processor
// time before and after, as in bench/net/c/common.c.

import { readdirSync, readFileSync, writeSync } from 'node:fs';

/** Clock ticks a second of /proc, which is 100 wherever Node runs. */
const ticks = 100;

/** Processor time of all threads of a process, in microseconds; NaN where the system does not tell. */
export function processorTime(pid: number): number {
  try {
    return precise(pid) || inTicks(pid);
  } catch {
    return Number.NaN;
  }
}

/** From the scheduler's own account, which is in nanoseconds. */
function precise(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
    } catch {
      // The thread has just ended, or the kernel keeps no such account.
    }
  }
  return sum / 1000;
}

function inTicks(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticks;
}

export class Timed {
  readonly #pid: number;
  readonly #latencies: number[] = [];
  #running = false;
  #started = 0;
  #ended = 0;
  #processorStarted = 0;
  #processorEnded = 0;

  constructor(pid: number) {
    this.#pid = pid;
  }

  begin(): void {
    this.#processorStarted = processorTime(this.#pid);
    this.#started = performance.now();
    this.#running = true;
  }

  end(): void {
    this.#running = false;
    this.#ended = performance.now();
    this.#processorEnded = processorTime(this.#pid);
  }

  /** The warm-up and then the timed part, both in milliseconds. */
  async run(warm: number, timed: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, warm));
    this.begin();
    await new Promise((resolve) => setTimeout(resolve, timed));
    this.end();
  }

  /** Notes a latency in milliseconds; outside the timed part it is dropped. */
  note(latency: number): void {
    if (this.#running) this.#latencies.push(latency * 1000);
  }

  report(lost: number = 0): void {
    const sorted = Float64Array.from(this.#latencies).sort();
    const requests = sorted.length;
    if (requests === 0) throw new Error('not one request was answered in time');
    const within = (share: number): number => sorted[Math.floor(requests * share)] ?? Number.NaN;
    this.#print(requests, { requests, p50: within(0.5), p99: within(0.99), lost });
  }

  /** The report of a mode that counts something else than latencies. */
  reportCount(count: number, unit: string): void {
    this.#print(count, { [unit]: count });
  }

  #print(count: number, figures: object): void {
    const seconds = (this.#ended - this.#started) / 1000;
    const used = (this.#processorEnded - this.#processorStarted) / count;
    const cpu = Number.isNaN(used) ? {} : { cpu: used };
    writeSync(1, `${JSON.stringify({ ...figures, seconds, rate: count / seconds, ...cpu })}\n`);
  }
}
