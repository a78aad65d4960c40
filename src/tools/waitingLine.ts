// WaitingLine: those who asked and wait, by priority, among equals by arrival.

import type { EventLoop, Task } from '../asyncio.ts';
import type { ParkingLot } from '../lowlevel.ts';
import type { Share } from './rateWindow.ts';

/** What one asks for. */
export interface EntryOptions {
  readonly weight?: number | undefined;
  readonly priority?: number | undefined;
  readonly id?: string | undefined;
}

/** One who asked. */
export class Entry {
  state: 'waiting' | 'admitted' | 'gone' = 'waiting';
  readonly weight: number;
  priority: number;
  readonly id: string | undefined;
  task: Task | undefined;
  lot: ParkingLot | undefined;
  loop: EventLoop | undefined;
  /** The weight that was free when it was admitted. */
  freeBefore = 0;
  /** When it was admitted, on its loop's clock. */
  since: number | undefined;
  /** What it has taken of the rate. */
  share: Share | undefined;
  /** Why its wait was ended by others. */
  failure: Error | undefined;

  constructor({ weight = 1, priority = 0, id }: EntryOptions) {
    this.weight = weight;
    this.priority = priority;
    this.id = id;
  }

  /** All loops but virtual ones share the host's clock. */
  now(): number {
    return this.loop === undefined ? performance.now() : this.loop.time();
  }
}

/** See the head of the file. */
export class WaitingLine {
  /** Those before `#head` have left it. */
  #entries: Entry[] = [];
  #head = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  get first(): Entry | undefined {
    return this.#entries[this.#head];
  }

  all(): readonly Entry[] {
    return this.#entries.slice(this.#head);
  }

  /** Behind all of its priority and above. */
  insert(entry: Entry): void {
    let low = this.#head;
    let high = this.#entries.length;
    if ((this.#entries[high - 1]?.priority ?? Infinity) >= entry.priority) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as Entry).priority >= entry.priority) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
  }

  /** Takes the first one out. */
  shift(): void {
    this.#head++;
    if (this.#head <= 64 || this.#head * 2 <= this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }

  remove(entry: Entry): void {
    const place = this.#entries.indexOf(entry, this.#head);
    if (place >= 0) this.#entries.splice(place, 1);
  }

  /** The first of that id. */
  find(id: string): Entry | undefined {
    return this.#entries.find((entry, index) => index >= this.#head && entry.id === id);
  }

  /** Takes all out. */
  clear(): readonly Entry[] {
    const all = this.all();
    this.#entries = [];
    this.#head = 0;
    return all;
  }
}
