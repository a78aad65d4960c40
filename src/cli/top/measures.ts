// What changes from look to look: rates, loads, and the last minute of a loop's business.

import type { SeenCounts } from '../../lowlevel.ts';
import type { ProcessView } from '../../inspect/inspect.ts';
import { keyOf } from './rows.ts';
import { threadsOf } from '../look/describe.ts';

/** Tasks a second. */
export interface Rates {
  readonly created: number;
  readonly finished: number;
  readonly cancelled: number;
  readonly failed: number;
}

/** How many looks a sparkline remembers. */
const KEPT = 60;

export class Measures {
  /** The time of the last look. */
  #at: number | undefined;
  #counts: Map<string, SeenCounts> = new Map();
  #cpu: Map<string, number> = new Map();
  #loads: Map<string, number> = new Map();
  #rates: Rates | undefined;
  /** The busiest loop's part of the time, 0 to 1, and the longest delay in milliseconds; the latest last. */
  readonly busy: number[] = [];
  readonly delays: number[] = [];

  /** Takes note of a look at `now` milliseconds of any clock. */
  update(program: ProcessView, now: number): void {
    const span = this.#at === undefined ? 0 : (now - this.#at) / 1000;
    const counts: Map<string, SeenCounts> = new Map();
    const cpu: Map<string, number> = new Map();
    let busy: number | undefined;
    let delay: number | undefined;
    for (const {
      process: { pid },
      view: { thread, snapshot },
    } of threadsOf(program)) {
      for (const loop of snapshot?.loops ?? []) {
        if (loop.counts !== undefined) counts.set(`${pid}.${thread}.${loop.id}`, loop.counts);
        if (loop.utilisation !== undefined) busy = Math.max(busy ?? 0, loop.utilisation);
        if (loop.delay !== undefined) delay = Math.max(delay ?? 0, loop.delay);
      }
      for (const { id, cpu: time } of snapshot?.tasks ?? [])
        if (time !== undefined) cpu.set(keyOf(pid, thread, id), time);
    }
    this.#rates = span > 0 ? ratesOf(this.#counts, counts, span) : undefined;
    this.#loads = new Map();
    if (span > 0)
      for (const [key, time] of cpu)
        this.#loads.set(key, Math.max(0, time - (this.#cpu.get(key) ?? 0)) / (span * 1000));
    remember(this.busy, busy);
    remember(this.delays, delay);
    [this.#at, this.#counts, this.#cpu] = [now, counts, cpu];
  }

  /** How many tasks a second; undefined before the second look. */
  get rates(): Rates | undefined {
    return this.#rates;
  }

  /** The part of the time since the last look in which a task ran, 0 to 1. */
  load(key: string): number | undefined {
    return this.#loads.get(key);
  }
}

function ratesOf(before: Map<string, SeenCounts>, after: Map<string, SeenCounts>, seconds: number): Rates {
  const rates = { created: 0, finished: 0, cancelled: 0, failed: 0 };
  for (const [key, counts] of after) {
    const old = before.get(key);
    if (old === undefined) continue;
    for (const name of Object.keys(rates) as (keyof Rates)[])
      rates[name] += (counts[name] - old[name]) / seconds;
  }
  return rates;
}

function remember(list: number[], value: number | undefined): void {
  if (value === undefined) return;
  list.push(value);
  if (list.length > KEPT) list.shift();
}

const BARS = '▁▂▃▄▅▆▇█';

/** The last `columns` values as bars; `full` is the highest, or the largest of them where that is more. */
export function sparkline(values: readonly number[], columns: number, full: number): string {
  const shown = values.slice(-columns);
  const most = Math.max(full, ...shown);
  return shown.map((value) => BARS[Math.min(7, Math.floor((value / most) * 8))] ?? '▁').join('');
}
