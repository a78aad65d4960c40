// From what tasks do to events of the Chrome trace format, which Perfetto, chrome://tracing and speedscope read.
//
// 1. A task is a slice of its track, from its making to its end. Within it are its steps, its waits with what for, and
//    between what it waited for having come and its turn, `ready`.
// 2. A step or wait under a cancel says so by its name and its colour.
// 3. Arrows go from the step that started a task to its first step, and from the step that made a task ready to the one
//    that it then had.
// 4. What is kept is what the living tasks need, and a little of those that ended last, from which arrows begin.

import type { TraceEvent } from '../../lowlevel.ts';
import { Tracks } from './tracks.ts';
import type { Track } from './tracks.ts';

/** Where the events come from: one thread of one process. */
export interface TracedThread {
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  /** The time that is 0 in the file, by Date.now(). */
  readonly origin: number;
  /** Takes one event as JSON. */
  add(event: string): void;
}

interface Living {
  readonly track: Track;
  readonly born: number;
  /** A slice of waiting is open. */
  waits: boolean;
  /** The number of the arrow that leads to its first step. */
  arrow: number | undefined;
}

interface Ended {
  readonly track: Track;
  readonly born: number;
  readonly at: number;
}

// chrome://tracing has colours by these names; Perfetto gives each name of a slice one of its own.
const COLOURS = {
  running: 'thread_state_running',
  ready: 'thread_state_runnable',
  waiting: 'thread_state_sleeping',
  cancelling: 'terrible',
};

const TRACKS_OF_A_THREAD = 1_000_000;
const REMEMBERED = 256;

export class ChromeTrace {
  readonly #thread: TracedThread;
  readonly #tracks: Tracks = new Tracks();
  readonly #living: Map<number, Living> = new Map();
  /** The tasks that ended last. */
  readonly #ended: Map<number, Ended> = new Map();
  #arrows: number = 0;

  readonly #title: string;
  #named: boolean = false;

  /** `title` is what the process is called. */
  constructor(thread: TracedThread, title: string) {
    this.#thread = thread;
    this.#title = title;
  }

  /** How many tasks are alive. */
  get alive(): number {
    return this.#living.size;
  }

  take(event: TraceEvent): void {
    switch (event.what) {
      case 'create':
        return this.#create(event);
      case 'step':
        return this.#step(event);
      case 'wait':
        return this.#wait(event);
      case 'cancel':
        return this.#cancel(event);
      case 'done':
        return this.#done(event);
    }
  }

  /** A plot below the process. */
  counter(name: string, unit: string, value: number, at: number): void {
    const { pid, thread } = this.#thread;
    const plot = thread === 0 ? name : `${name}, worker ${thread}`;
    this.#add(
      `"ph":"C","name":${JSON.stringify(plot)},"pid":${pid},"ts":${this.#ts(at)},"args":{${JSON.stringify(unit)}:${+value.toFixed(3)}}`,
    );
  }

  /** The event of a mark across the whole process. */
  mark(name: string, at: number): string {
    return `{"ph":"i","s":"p","name":${JSON.stringify(name)},${this.#at(0, at)}}`;
  }

  // With the first task: a child without tasks is not there.
  #nameProcess(): void {
    if (this.#named) return;
    this.#named = true;
    const { pid, thread } = this.#thread;
    if (thread === 0) this.#meta('process_name', 0, { name: `${this.#title} (${pid})` });
  }

  #create({ at, task, name = `Task-${task}`, called, parent, loop }: TraceEvent): void {
    const { track, isNew } = this.#tracks.take(name, called);
    if (isNew) {
      this.#nameProcess();
      const worker = this.#thread.thread === 0 ? '' : `worker ${this.#thread.thread}: `;
      this.#meta('thread_name', track.number, { name: worker + track.name });
      this.#meta('thread_sort_index', track.number, {
        sort_index: this.#thread.thread * TRACKS_OF_A_THREAD + track.number,
      });
    }
    const living: Living = { track, born: at, waits: false, arrow: undefined };
    this.#living.set(task, living);
    this.#ended.delete(task);
    const args = JSON.stringify({ task, parent, loop });
    this.#add(
      `"ph":"B","cat":"task","name":${JSON.stringify(name)},${this.#at(track.number, at)},"args":${args}`,
    );
    living.arrow = this.#arrowFrom('started', parent, at);
  }

  #step({ at, task, took = 0, ready, by, cancelling }: TraceEvent): void {
    const living = this.#living.get(task);
    if (living === undefined) return;
    const { number } = living.track;
    this.#endWait(living, ready ?? at);
    if (ready !== undefined && ready < at) this.#slice('ready', 'ready', number, ready, at);
    const state = cancelling === true ? 'cancelling' : 'running';
    this.#slice(state, state, number, at, at + took);
    const woken = ready === undefined ? undefined : this.#arrowFrom('woken', by, ready);
    if (woken !== undefined) this.#arrowTo('woken', woken, number, at);
    if (living.arrow !== undefined) this.#arrowTo('started', living.arrow, number, at);
    living.arrow = undefined;
  }

  #wait({ at, task, wait = '', cancelling }: TraceEvent): void {
    const living = this.#living.get(task);
    if (living === undefined) return;
    this.#endWait(living, at);
    const name = JSON.stringify(`${cancelling === true ? 'cancelling, waits' : 'waits'} for ${wait}`);
    const colour = cancelling === true ? COLOURS.cancelling : COLOURS.waiting;
    this.#add(
      `"ph":"B","cat":"wait","name":${name},"cname":"${colour}",${this.#at(living.track.number, at)}`,
    );
    living.waits = true;
  }

  #cancel({ at, task, by }: TraceEvent): void {
    const living = this.#living.get(task);
    if (living === undefined) return;
    this.#add(
      `"ph":"i","s":"t","cat":"cancel","name":"cancel asked","cname":"terrible",${this.#at(living.track.number, at)}` +
        (by === undefined ? '' : `,"args":{"by":${by}}`),
    );
  }

  #done({ at, task, outcome, error }: TraceEvent): void {
    const living = this.#living.get(task);
    if (living === undefined) return;
    const { track } = living;
    this.#endWait(living, at);
    if (outcome === 'failed')
      this.#add(
        `"ph":"i","s":"t","cat":"failed","name":${JSON.stringify(`failed: ${error ?? ''}`)},"cname":"bad",${this.#at(track.number, at)}`,
      );
    this.#add(`"ph":"E",${this.#at(track.number, at)},"args":${JSON.stringify({ outcome, error })}`);
    this.#living.delete(task);
    this.#tracks.give(track);
    this.#ended.set(task, { track, born: living.born, at });
    if (this.#ended.size > REMEMBERED) this.#ended.delete(this.#ended.keys().next().value as number);
  }

  #endWait(living: Living, at: number): void {
    if (living.waits) this.#add(`"ph":"E",${this.#at(living.track.number, at)}`);
    living.waits = false;
  }

  // Of two that touch, Perfetto drops the one that begins a nanosecond before the other ends: so its length is that
  // between two times of the file, and not rounded by itself.
  #slice(name: string, colour: keyof typeof COLOURS, track: number, from: number, to: number): void {
    const took = this.#ns(to) - this.#ns(from);
    this.#add(
      `"ph":"X","cat":"step","name":"${name}","cname":"${COLOURS[colour]}",${this.#at(track, from)},"dur":${(took / 1000).toFixed(3)}`,
    );
  }

  /** Begins an arrow at what `task` did at a time; returns its number, where the task is known. */
  #arrowFrom(name: string, task: number | undefined, at: number): number | undefined {
    if (task === undefined) return undefined;
    const ended = this.#ended.get(task);
    const track = this.#living.get(task)?.track ?? ended?.track;
    if (track === undefined) return undefined;
    // What it has set off may come after its end, when there is no slice of its any more to begin at.
    const from = ended === undefined ? this.#ns(at) : Math.min(this.#ns(at), this.#ns(ended.at) - 1);
    if (ended !== undefined && from <= this.#ns(ended.born)) return undefined;
    const arrow = ++this.#arrows;
    this.#add(
      `"ph":"s","cat":"arrow","name":"${name}","id":${this.#arrowId(arrow)},${this.#atNs(track.number, from)}`,
    );
    return arrow;
  }

  #arrowTo(name: string, arrow: number, track: number, at: number): void {
    this.#add(
      `"ph":"f","bp":"e","cat":"arrow","name":"${name}","id":${this.#arrowId(arrow)},${this.#at(track, at)}`,
    );
  }

  // Of all threads and processes of the file. Perfetto takes a number of 64 bits, as text in hexadecimal digits, and
  // drops an arrow with any other.
  #arrowId(arrow: number): string {
    const { pid, thread } = this.#thread;
    return `"0x${digits(pid, 6)}${digits(thread, 4)}${digits(arrow, 6)}"`;
  }

  #meta(name: string, track: number, args: object): void {
    const { pid } = this.#thread;
    this.#add(
      `"ph":"M","name":"${name}","pid":${pid},"tid":${this.#tid(track)},"args":${JSON.stringify(args)}`,
    );
  }

  #at(track: number, at: number): string {
    return this.#atNs(track, this.#ns(at));
  }

  #atNs(track: number, ns: number): string {
    return `"pid":${this.#thread.pid},"tid":${this.#tid(track)},"ts":${(ns / 1000).toFixed(3)}`;
  }

  #ts(at: number): string {
    return (this.#ns(at) / 1000).toFixed(3);
  }

  /** Whole nanoseconds since the beginning of the file, which viewers count in. */
  #ns(at: number): number {
    return Math.round((at - this.#thread.origin) * 1e6);
  }

  #tid(track: number): number {
    return this.#thread.thread * TRACKS_OF_A_THREAD + track;
  }

  #add(fields: string): void {
    this.#thread.add(`{${fields}}`);
  }
}

/** The last `count` hexadecimal digits. */
function digits(value: number, count: number): string {
  return (value % 16 ** count).toString(16).padStart(count, '0');
}
