// The looks at the program, made once for all pages.
//
// 1. However many pages look, the program is looked at once an interval, and traced once. While none looks it is neither.
// 2. A page takes the newest look. One that reads slowly misses some, and nothing piles up for it.

import { Event, TimeoutError } from '../../asyncio.ts';
import { AttachError } from '../../inspect/inspect.ts';
import type { Attached, AttachedThread, ProcessView } from '../../inspect/inspect.ts';
import type { TraceEvent } from '../../lowlevel.ts';

/** What is made of the looks, for all pages. */
export interface Told {
  /** A look, at a time of Date.now(). */
  update(view: ProcessView, at: number): void;
  /** What the tasks of a thread did. */
  ran(pid: number, thread: number, events: readonly TraceEvent[], at: number): void;
}

export class Looks {
  readonly #program: Attached;
  readonly #interval: number;
  readonly #told: Told;
  #pages: number = 0;
  readonly #wanted: Event = new Event({ name: 'a page' });
  /** Of each traced thread, what ends that. */
  readonly #traced: Map<AttachedThread, () => void> = new Map();
  /** Set when `#newest` is there, or `#end`. */
  #arrived: Event = new Event({ name: 'look' });
  #newest: ProcessView | undefined;
  #end: string | undefined;

  /** @param interval between two looks, in milliseconds */
  constructor(program: Attached, interval: number, told: Told) {
    this.#program = program;
    this.#told = told;
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
  async *follow(): AsyncGenerator<ProcessView, string, undefined> {
    this.#pages++;
    this.#wanted.set();
    try {
      let seen: ProcessView | undefined = this.#newest;
      while (this.#end === undefined) {
        if (this.#newest === undefined || this.#newest === seen) await this.#arrived.wait();
        else yield (seen = this.#newest);
      }
      return this.#end;
    } finally {
      this.#pages--;
      if (this.#pages === 0) this.#rest();
    }
  }

  /** @returns false when the program has ended */
  async #lookWhileWanted(): Promise<boolean> {
    for await (const view of this.#program.watch({ interval: this.#interval })) {
      if (this.#pages === 0) return true;
      await this.#trace();
      this.#tell(view);
    }
    return false;
  }

  #tell(view: ProcessView | undefined): void {
    const arrived = this.#arrived;
    this.#arrived = new Event({ name: 'look' });
    this.#newest = view;
    if (view !== undefined) this.#told.update(view, Date.now());
    arrived.set();
  }

  async #trace(): Promise<void> {
    for (const thread of this.#program.threads) {
      if (this.#traced.has(thread) || thread.closed || thread.silent !== undefined) continue;
      const stop = thread.listen((event, data) => {
        if (event !== 'trace') return;
        this.#told.ran(thread.pid, thread.thread, data as TraceEvent[], Date.now());
      });
      this.#traced.set(thread, stop);
      try {
        await thread.ask('trace', { mayLose: true });
      } catch (error) {
        if (!(error instanceof AttachError || error instanceof TimeoutError)) throw error;
      }
    }
    // The last page may have left meanwhile.
    if (this.#pages === 0) this.#rest();
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
