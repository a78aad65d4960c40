// The looks at the program, made once for all pages.
//
// 1. However many pages look, the program is looked at once an interval, and traced once. While none looks it is neither.
// 2. A page takes the newest look. One that reads slowly misses some, and nothing piles up for it.

import { Event, TimeoutError } from '../../asyncio.ts';
import { AttachError } from '../../inspect/inspect.ts';
import type { Attached, AttachedThread, ProcessView } from '../../inspect/inspect.ts';
import type { TraceEvent } from '../../lowlevel.ts';

/** Hears of what the tasks of a thread did. */
export type TraceOf = (pid: number, thread: number, events: readonly TraceEvent[]) => void;

export class Looks {
  readonly #program: Attached;
  readonly #interval: number;
  readonly #pages: Set<TraceOf> = new Set();
  readonly #wanted: Event = new Event({ name: 'a page' });
  /** Of each traced thread, what ends that. */
  readonly #traced: Map<AttachedThread, () => void> = new Map();
  /** Set when `#newest` is there, or `#end`. */
  #told: Event = new Event({ name: 'look' });
  #newest: ProcessView | undefined;
  #end: string | undefined;

  /** @param interval between two looks, in milliseconds */
  constructor(program: Attached, interval: number) {
    this.#program = program;
    this.#interval = interval;
  }

  /** Looks while there are pages, until it is cancelled or the program ends. */
  async run(): Promise<void> {
    try {
      do await this.#wanted.wait();
      while (await this.#lookWhileWanted());
      this.#end = 'the process has ended';
    } catch (error) {
      if (!(error instanceof AttachError)) throw error;
      this.#end = error.message;
    }
    this.#tell(undefined);
  }

  /** Each look from now on, the newest when one was missed.
   * @returns why there are no more */
  async *follow(heard: TraceOf): AsyncGenerator<ProcessView, string, undefined> {
    this.#pages.add(heard);
    this.#wanted.set();
    try {
      let seen: ProcessView | undefined = this.#newest;
      while (this.#end === undefined) {
        if (this.#newest === undefined || this.#newest === seen) await this.#told.wait();
        else yield (seen = this.#newest);
      }
      return this.#end;
    } finally {
      this.#pages.delete(heard);
      if (this.#pages.size === 0) this.#rest();
    }
  }

  /** @returns false when the program has ended */
  async #lookWhileWanted(): Promise<boolean> {
    for await (const view of this.#program.watch({ interval: this.#interval })) {
      if (this.#pages.size === 0) return true;
      await this.#trace();
      this.#tell(view);
    }
    return false;
  }

  #tell(view: ProcessView | undefined): void {
    const told = this.#told;
    this.#told = new Event({ name: 'look' });
    this.#newest = view;
    told.set();
  }

  async #trace(): Promise<void> {
    for (const thread of this.#program.threads) {
      if (this.#traced.has(thread) || thread.closed || thread.silent !== undefined) continue;
      const stop = thread.listen((event, data) => {
        if (event !== 'trace') return;
        for (const heard of this.#pages) heard(thread.pid, thread.thread, data as TraceEvent[]);
      });
      this.#traced.set(thread, stop);
      try {
        await thread.ask('trace');
      } catch (error) {
        if (!(error instanceof AttachError || error instanceof TimeoutError)) throw error;
      }
    }
    // The last page may have left meanwhile.
    if (this.#pages.size === 0) this.#rest();
  }

  #rest(): void {
    this.#wanted.clear();
    this.#newest = undefined;
    for (const [thread, stop] of this.#traced) {
      stop();
      if (!thread.closed) void thread.ask('untrace').catch(() => {});
    }
    this.#traced.clear();
  }
}
