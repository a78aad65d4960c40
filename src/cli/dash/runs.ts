// When tasks ran, as the trace tells it, until the page is told: steps close to each other become one.
//
// 1. What is kept is bounded, however many steps there are: the rest of a look's steps only lengthen what is there.

import type { TraceEvent } from '../../lowlevel.ts';
import { keyOf } from '../top/rows.ts';

/** Steps with less between them (milliseconds) are one to the eye. */
const GAP = 2;
const MOST_RUNS = 40;
const MOST_TASKS = 2000;

export class Runs {
  readonly #runs: Map<string, number[]> = new Map();
  /** What each thread's clock is behind Date.now(). */
  readonly #offsets: Map<string, number> = new Map();

  /** Takes events of a thread that have come at `now`, a time of Date.now(). */
  add(pid: number, thread: number, events: readonly TraceEvent[], now: number): void {
    const place = `${pid}.${thread}`;
    const last = events.at(-1);
    if (last === undefined) return;
    // The shortest way that a message took is the nearest to none.
    const offset = Math.min(this.#offsets.get(place) ?? Infinity, now - last.at);
    this.#offsets.set(place, offset);
    for (const { what, task, at, took } of events)
      if (what === 'step' && took !== undefined) this.#step(keyOf(pid, thread, task), at + offset, took);
  }

  /** What has come since the last time. */
  take(): [string, ...number[]][] {
    const taken = [...this.#runs].map(([key, times]): [string, ...number[]] => [
      key,
      ...times.map((time) => Math.round(time * 100) / 100),
    ]);
    this.#runs.clear();
    return taken;
  }

  #step(key: string, begin: number, took: number): void {
    const times = this.#runs.get(key);
    if (times === undefined) {
      if (this.#runs.size < MOST_TASKS) this.#runs.set(key, [begin, took]);
      return;
    }
    const lastBegin = times.at(-2) ?? begin;
    const end = lastBegin + (times.at(-1) ?? 0);
    if (begin - end < GAP || times.length >= 2 * MOST_RUNS)
      times[times.length - 1] = begin + took - lastBegin;
    else times.push(begin, took);
  }
}
