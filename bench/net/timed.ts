// The timed part of a measurement by the generator in TypeScript: latencies, and the server's processor
// time before and after, as in bench/net/c/figures.c.

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

/** How long this thread has waited for a core that something else was using, in seconds. */
function waited(): number {
  try {
    const text = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1');
    return Number(text.split(' ')[1]) / 1e9;
  } catch {
    return 0;
  }
}

function inTicks(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticks;
}

/** The timed part is cut into this many, of which the one that took the server the least is reported. */
const parts = 3;
/** Until one of them says something, on a machine that is busy with something else. */
const mostParts = 100;

interface Part {
  readonly seconds: number;
  readonly count: number;
  /** Microseconds of the server's for each; NaN where they are not known. */
  readonly cpu: number;
  readonly latencies: readonly number[];
  /** The share of the time that this process waited for its core. */
  readonly disturbed: number;
}

export class Timed {
  readonly #pid: number;
  #latencies: number[] = [];
  #count = 0;
  #running = false;
  #best: Part | undefined;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** The warm-up and then the timed part, both in milliseconds. */
  async run(warm: number, timed: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, warm));
    this.#running = true;
    for (let i = 0; i < parts || (this.#best === undefined && i < mostParts); i++)
      await this.#part(timed / parts);
    this.#running = false;
  }

  async #part(milliseconds: number): Promise<void> {
    this.#latencies = [];
    this.#count = 0;
    const before = processorTime(this.#pid);
    const waitedBefore = waited();
    const started = performance.now();
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    const seconds = (performance.now() - started) / 1000;
    const count = this.#count;
    const cpu = (processorTime(this.#pid) - before) / count;
    const disturbed = (waited() - waitedBefore) / seconds;
    const part: Part = { seconds, count, cpu, latencies: this.#latencies, disturbed };
    const price = ({ cpu, seconds, count }: Part): number => (Number.isNaN(cpu) ? seconds / count : cpu);
    // A server that has not run answers what it had answered before: such a part is none, and would be the cheapest.
    if (cpu === 0) return;
    if (count > 0 && (this.#best === undefined || price(part) < price(this.#best))) this.#best = part;
  }

  /** Notes a request and its latency in milliseconds; outside the timed part it is dropped. */
  note(latency: number): void {
    if (!this.#running) return;
    this.#latencies.push(latency * 1000);
    this.#count++;
  }

  /** So much was done, in a mode that has no requests. */
  add(amount: number): void {
    this.#count += amount;
  }

  report(lost: number = 0): void {
    if (this.#best === undefined) throw new Error('not one request was answered in time');
    const { seconds, count, cpu, latencies, disturbed } = this.#best;
    const sorted = Float64Array.from(latencies).sort();
    const within = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    const line = {
      ...{ count, seconds, rate: count / seconds, disturbed },
      ...(sorted.length > 0 ? { p50: within(0.5), p99: within(0.99), lost } : {}),
      ...(Number.isNaN(cpu) ? {} : { cpu }),
    };
    writeSync(1, `${JSON.stringify(line)}\n`);
  }
}
