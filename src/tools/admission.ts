// Admission: who may begin. Everything here that holds work back (limits, queues, throttles, semaphores, rate limiters)
// is a face of it.
//
// 1. An entry is waiting, admitted or gone. Its weight is taken in the very call that admits it and given back once,
//    when it is gone, however that comes: done, failed, cancelled while it waited, in the turn in which it was admitted,
//    or before its task had begun.
// 2. The first to be admitted is the one of the highest priority, among equals the one who came first. One who does not
//    fit holds up those behind, so that heavy ones get their turn.
// 3. A rate holds for every window of its length, not only for windows that begin at its multiples: two bursts at a
//    border are two windows' worth in one moment elsewhere.
// 4. Nobody's wait is forgotten: what is cleared is cancelled, and `quiet` waits are settled with the state they wait for.

import { getRunningLoop, InvalidArgumentError, UsageError } from '../asyncio.ts';
import type { EventLoop, RunningTask, Task, TimerHandle } from '../asyncio.ts';
import { ParkingLot, peekRunningLoop } from '../lowlevel.ts';
import { startWork, checkLimit } from './startWork.ts';
import type { WorkOptions } from './startWork.ts';

/** How much may be admitted. */
export interface AdmissionSettings {
  /** The weight that may be inside at once. */
  readonly concurrency?: number | undefined;
  /** The weight that may be admitted in any `interval`. */
  readonly intervalCap?: number | undefined;
  /** Milliseconds. */
  readonly interval?: number | undefined;
  readonly paused?: boolean | undefined;
  /** The thing, as reports print it. */
  readonly what: string;
  /** What the waiting code called. */
  readonly kind: string;
}

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
  /** The weight that was inside when it was admitted. */
  before = 0;
  /** When it was admitted, on its loop's clock. */
  since: number | undefined;
  /** Why its wait was ended by others. */
  failure: Error | undefined;

  constructor({ weight = 1, priority = 0, id }: EntryOptions) {
    this.weight = weight;
    this.priority = priority;
    this.id = id;
  }
}

interface Start {
  readonly time: number;
  readonly weight: number;
}

/** See the head of the file. */
export class Admission {
  readonly #what: string;
  readonly #kind: string;
  #concurrency: number;
  #intervalCap: number;
  readonly #interval: number;
  #paused: boolean;
  #inside = 0;
  #insideCount = 0;
  /** By priority, then by arrival; those before `#head` have been admitted. */
  #waiting: Entry[] = [];
  #head = 0;
  readonly #admitted: Set<Entry> = new Set();
  #starts: Start[] = [];
  #startedWeight = 0;
  #timer: TimerHandle | undefined;
  readonly #quiet: Set<{ lot: ParkingLot; holds: () => boolean }> = new Set();
  /** Told after each change of what is inside or waits. */
  changed: (() => void) | undefined;

  constructor({
    concurrency = Infinity,
    intervalCap = Infinity,
    interval = 0,
    paused = false,
    what,
    kind,
  }: AdmissionSettings) {
    this.#concurrency = checkLimit(concurrency, 'concurrency');
    this.#intervalCap = checkLimit(intervalCap, 'intervalCap');
    if (!(Number.isFinite(interval) && interval >= 0))
      throw new InvalidArgumentError(
        'interval',
        `a finite number of milliseconds from 0 on, not ${interval}`,
      );
    this.#interval = interval;
    this.#paused = paused;
    this.#what = what;
    this.#kind = kind;
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  set concurrency(value: number) {
    this.#concurrency = checkLimit(value, 'concurrency');
    this.#admit();
  }

  get paused(): boolean {
    return this.#paused;
  }

  set paused(value: boolean) {
    this.#paused = value;
    if (!value) this.#admit();
  }

  /** The weight of those inside. */
  get inside(): number {
    return this.#inside;
  }

  /** How many are inside. */
  get insideCount(): number {
    return this.#insideCount;
  }

  /** How many wait. */
  get waitingCount(): number {
    return this.#waiting.length - this.#head;
  }

  /** Whether the rate is what holds the first who waits. */
  get isRateLimited(): boolean {
    return this.#timer !== undefined;
  }

  waiting(): readonly Entry[] {
    return this.#waiting.slice(this.#head);
  }

  admitted(): readonly Entry[] {
    return [...this.#admitted];
  }

  /** Runs `body` in a task of its own once it is admitted. */
  run<T>(body: (task: RunningTask) => Promise<T>, options: EntryOptions & WorkOptions = {}): Task<T> {
    const entry = this.#offer(options);
    const task = startWork(async (running) => {
      await this.#pass(entry);
      try {
        return await body(running);
      } finally {
        this.leave(entry);
      }
    }, options);
    entry.task = task;
    entry.loop = task.getLoop() as EventLoop;
    // A task that was cancelled before it began has run nothing of the above.
    task.addDoneCallback(() => this.leave(entry));
    this.#admit();
    return task;
  }

  /** Enters in the calling task; {@link leave} gives back what was taken. */
  async enter(options: EntryOptions = {}): Promise<Entry> {
    const entry = this.queueUp(options);
    await this.pass(entry);
    return entry;
  }

  /** Takes a place among those who wait, or what there is, at once: also where no task runs yet that could wait. */
  queueUp(options: EntryOptions = {}): Entry {
    const entry = this.#offer(options);
    entry.loop = peekRunningLoop() as EventLoop | undefined;
    this.#admit();
    return entry;
  }

  /** Waits, in the calling task, until it is admitted. */
  async pass(entry: Entry): Promise<void> {
    if (entry.loop === undefined && entry.state === 'waiting') {
      entry.loop = getRunningLoop();
      this.#admit();
    }
    await this.#pass(entry);
  }

  /** Enters if that needs no wait. */
  tryEnter(options: EntryOptions = {}): Entry | undefined {
    const entry = new Entry(options);
    entry.loop = peekRunningLoop() as EventLoop | undefined;
    if (this.waitingCount > 0 || this.#delay(entry) !== 0) return undefined;
    this.#take(entry);
    return entry;
  }

  /** The entry is gone; a second time does nothing. */
  leave(entry: Entry): void {
    const { state } = entry;
    if (state === 'gone') return;
    entry.state = 'gone';
    if (state === 'admitted') {
      this.#inside -= entry.weight;
      this.#insideCount--;
      this.#admitted.delete(entry);
    } else {
      const place = this.#waiting.indexOf(entry, this.#head);
      if (place >= 0) this.#waiting.splice(place, 1);
    }
    this.#admit();
  }

  /** Moves one who waits; false when there is none of that id. */
  reprioritize(id: string, priority: number): boolean {
    const place = this.#waiting.findIndex((entry, index) => index >= this.#head && entry.id === id);
    const [entry] = place < 0 ? [] : this.#waiting.splice(place, 1);
    if (entry === undefined) return false;
    entry.priority = priority;
    this.#insert(entry);
    this.#admit();
    return true;
  }

  /** Ends the wait of all who wait: tasks of {@link Admission.run} are cancelled, those of {@link Admission.enter} get
   * the error. */
  clear(message: string, failure: () => Error = () => new UsageError(message)): void {
    for (const entry of this.waiting()) {
      if (entry.task === undefined) {
        entry.failure = failure();
        this.leave(entry);
        entry.lot?.unpark();
      } else {
        this.leave(entry);
        entry.task.cancel(message);
      }
    }
  }

  /** Waits, in the calling task, until `holds` is true after a change. */
  async until(holds: () => boolean, kind: string): Promise<void> {
    if (holds()) return;
    const lot = new ParkingLot({ what: this.#what, kind });
    const wait = { lot, holds };
    this.#quiet.add(wait);
    try {
      await lot.park();
    } finally {
      this.#quiet.delete(wait);
    }
  }

  #offer(options: EntryOptions): Entry {
    const entry = new Entry(options);
    if (
      !(
        entry.weight >= 0 &&
        entry.weight <= Math.max(this.#concurrency, 1) &&
        entry.weight <= this.#intervalCap
      )
    )
      throw new InvalidArgumentError('weight', `${entry.weight} never fits into ${this.#what}`);
    this.#insert(entry);
    return entry;
  }

  /** Behind all of its priority and above. */
  #insert(entry: Entry): void {
    let low = this.#head;
    let high = this.#waiting.length;
    if ((this.#waiting[high - 1]?.priority ?? Infinity) >= entry.priority) low = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#waiting[middle] as Entry).priority >= entry.priority) low = middle + 1;
      else high = middle;
    }
    this.#waiting.splice(low, 0, entry);
  }

  async #pass(entry: Entry): Promise<void> {
    if (entry.state === 'admitted') return;
    if (entry.failure !== undefined) throw entry.failure;
    try {
      entry.lot = new ParkingLot({ what: this.#what, kind: this.#kind, passOn: () => {} });
      await entry.lot.park();
      if (entry.failure !== undefined) throw entry.failure;
    } catch (error) {
      this.leave(entry);
      throw error;
    }
  }

  /** Milliseconds until the rate lets it in; Infinity while somebody has to leave first. */
  #delay(entry: Entry): number {
    if (this.#paused || this.#inside + entry.weight > this.#concurrency) return Infinity;
    if (this.#intervalCap === Infinity || this.#interval === 0) return 0;
    const now = timeOf(entry);
    while (this.#starts[0] !== undefined && this.#starts[0].time + this.#interval <= now)
      this.#startedWeight -= (this.#starts.shift() as Start).weight;
    let over = this.#startedWeight + entry.weight - this.#intervalCap;
    if (over <= 0) return 0;
    for (const { time, weight } of this.#starts) {
      over -= weight;
      if (over <= 0) return time + this.#interval - now;
    }
    return Infinity;
  }

  #take(entry: Entry): void {
    entry.state = 'admitted';
    entry.since = timeOf(entry);
    entry.before = this.#inside;
    this.#inside += entry.weight;
    this.#insideCount++;
    this.#admitted.add(entry);
    if (this.#intervalCap !== Infinity && this.#interval > 0) {
      this.#starts.push({ time: entry.since, weight: entry.weight });
      this.#startedWeight += entry.weight;
    }
  }

  /** Lets in whom there is room for, and tells those who wait for a state. */
  #admit(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (;;) {
      const next = this.#waiting[this.#head];
      if (next === undefined) break;
      const delay = this.#delay(next);
      if (delay > 0) {
        if (delay < Infinity) this.#timer = next.loop?.callLater(delay, () => this.#admit());
        break;
      }
      this.#head++;
      this.#take(next);
      next.lot?.unpark();
    }
    if (this.#head > 64 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    this.changed?.();
    for (const { lot, holds } of this.#quiet) if (lot.length > 0 && holds()) lot.unpark();
  }
}

/** All loops but virtual ones share the host's clock. */
function timeOf({ loop }: Entry): number {
  return loop === undefined ? performance.now() : loop.time();
}
