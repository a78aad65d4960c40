// What the page knows: tasks as they were told, and the last two minutes of bars and measures. No drawing.

import type { Begin, Look, Message, PageTask, PageThread, Pulse } from '../src/cli/dash/messages.ts';

/** How long the page remembers (milliseconds). */
export const WINDOW = 120_000;
const MOST_ENDED = 20_000;

export type Colour = 'wait' | 'else' | 'cancel';

/** A task's bar: when it was in which state, and when it ran. */
export interface Bar {
  readonly key: string;
  name: string;
  readonly born: number;
  ended: number | undefined;
  /** When each colour began; the latest last. */
  readonly colours: { readonly at: number; readonly colour: Colour }[];
  /** Beginnings and ends of running, by turns. */
  readonly runs: number[];
}

export class Store {
  program: Begin | undefined;
  /** Why there is no more to come. */
  end: string | undefined;
  at = 0;
  threads: readonly PageThread[] = [];
  deadlocks: readonly string[] = [];
  readonly tasks: Map<string, PageTask> = new Map();
  readonly bars: Map<string, Bar> = new Map();
  readonly pulses: { readonly at: number; readonly pulse: Pulse }[] = [];
  /** Grows with each message. */
  version = 0;

  take(message: Message): void {
    this.version += 1;
    if (message.what === 'begin') this.#begin(message);
    else if (message.what === 'end') this.end = message.why;
    else if (message.what === 'tasks') for (const task of message.tasks) this.#task(task, message.at);
    else this.#look(message);
  }

  #begin(begin: Begin): void {
    this.program = begin;
    this.end = undefined;
    this.tasks.clear();
    this.bars.clear();
  }

  #look({ at, pulse, threads, deadlocks, tasks, gone, runs }: Look): void {
    this.at = at;
    this.deadlocks = deadlocks;
    if (threads !== undefined) this.threads = threads;
    for (const task of tasks) this.#task(task, at);
    for (const [key, ...times] of runs) this.#ran(key, times);
    for (const key of gone) {
      this.tasks.delete(key);
      const bar = this.bars.get(key);
      if (bar !== undefined) bar.ended = at;
    }
    this.pulses.push({ at, pulse });
    while ((this.pulses[0]?.at ?? at) < at - WINDOW) this.pulses.shift();
    this.#forget(at - WINDOW);
  }

  #task(task: PageTask, at: number): void {
    this.tasks.set(task.key, task);
    const colour = colourOf(task.state);
    const bar = this.bars.get(task.key);
    if (bar === undefined) {
      const { key, name, born } = task;
      this.bars.set(key, { key, name, born, ended: undefined, colours: [{ at: born, colour }], runs: [] });
      return;
    }
    bar.name = task.name;
    if (bar.colours.at(-1)?.colour !== colour) bar.colours.push({ at, colour });
  }

  #ran(key: string, times: number[]): void {
    const bar = this.bars.get(key);
    if (bar === undefined) return;
    for (let at = 0; at + 1 < times.length; at += 2) {
      const begin = times[at] ?? 0;
      bar.runs.push(begin, begin + (times[at + 1] ?? 0));
    }
  }

  #forget(before: number): void {
    let ended = 0;
    for (const bar of this.bars.values()) {
      while (bar.runs.length > 0 && (bar.runs[1] ?? 0) < before) bar.runs.splice(0, 2);
      while (bar.colours.length > 1 && (bar.colours[1]?.at ?? 0) < before) bar.colours.shift();
      if (bar.ended === undefined) continue;
      ended += 1;
      if (bar.ended < before) this.bars.delete(bar.key);
    }
    if (ended <= MOST_ENDED) return;
    for (const bar of this.bars.values()) {
      if (bar.ended === undefined) continue;
      this.bars.delete(bar.key);
      if ((ended -= 1) <= MOST_ENDED) return;
    }
  }
}

function colourOf(state: string): Colour {
  if (state === 'cancelling') return 'cancel';
  return state === 'elsewhere' ? 'else' : 'wait';
}
