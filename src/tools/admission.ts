// Admission: who may begin. Everything here that holds work back (limits, queues, throttles, semaphores, rate limiters)
// is a face of it.
//
// 1. An entry is waiting, admitted or gone. Its weight is taken in the very call that admits it and given back once,
//    when it is gone, however that comes: done, failed, cancelled while it waited, in the turn in which it was admitted,
//    or before its task had begun.
// 2. The first to be admitted is the one of the highest priority, among equals the one who came first. One who does not
//    fit holds up those behind, so that heavy ones get their turn.
// 3. Nobody's wait is forgotten: what is cleared is cancelled, and waits for a state are settled when that was reached,
//    also if it has passed again by the time the one who waits goes on.

import { getRunningLoop, InvalidArgumentError, UsageError } from '../asyncio.ts';
import type { EventLoop, RunningTask, Task, TimerHandle } from '../asyncio.ts';
import { ParkingLot, peekRunningLoop } from '../lowlevel.ts';
import { checkPriority } from './checkArguments.ts';
import { RateWindow } from './rateWindow.ts';
import { startWork } from './startWork.ts';
import type { WorkOptions } from './startWork.ts';
import { StateWaits } from './stateWaits.ts';
import { Entry, WaitingLine } from './waitingLine.ts';
import type { EntryOptions } from './waitingLine.ts';

/** How much may be admitted. */
export interface AdmissionSettings {
  /** The weight that may be inside at once. */
  readonly concurrency?: number | undefined;
  /** Whether the concurrency is yet to grow to what is asked for, so that no weight is too much; false by default. */
  readonly fillsLater?: boolean | undefined;
  /** The weight that may begin in any `interval`. */
  readonly intervalCap?: number | undefined;
  /** Milliseconds. */
  readonly interval?: number | undefined;
  readonly paused?: boolean | undefined;
  /** The thing, as reports print it. */
  readonly what: string;
  /** What the waiting code called. */
  readonly kind: string;
}

/** See the head of the file. */
export class Admission {
  readonly #what: string;
  readonly #kind: string;
  #concurrency: number;
  readonly #rate: RateWindow | undefined;
  /** What may come to be free. */
  readonly #coming: number;
  readonly #heaviest: number;
  #paused: boolean;
  #inside = 0;
  readonly #waiting: WaitingLine = new WaitingLine();
  readonly #admitted: Set<Entry> = new Set();
  #timer: TimerHandle | undefined;
  #rateHolds = false;
  readonly #stateWaits: StateWaits;
  /** Told after each change. */
  changed: (() => void) | undefined;

  constructor({
    concurrency = Infinity,
    fillsLater = false,
    intervalCap = Infinity,
    interval = 0,
    paused = false,
    what,
    kind,
  }: AdmissionSettings) {
    this.#concurrency = concurrency;
    this.#coming = fillsLater ? Infinity : 1;
    this.#heaviest = intervalCap;
    if (intervalCap !== Infinity && interval > 0) this.#rate = new RateWindow(intervalCap, interval);
    this.#paused = paused;
    this.#what = what;
    this.#kind = kind;
    this.#stateWaits = new StateWaits(what);
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  set concurrency(value: number) {
    this.#concurrency = value;
    this.#admit();
  }

  get paused(): boolean {
    return this.#paused;
  }

  set paused(value: boolean) {
    this.#paused = value;
    this.#admit();
  }

  /** The weight that is free. */
  get free(): number {
    return this.#concurrency - this.#inside;
  }

  /** The weight that needs no wait: of the rate too, and nothing while others wait. */
  get available(): number {
    if (this.#paused || this.waitingCount > 0) return 0;
    const now = peekRunningLoop()?.time() ?? performance.now();
    return Math.min(this.free, this.#rate?.left(now) ?? Infinity);
  }

  /** How many are inside. */
  get insideCount(): number {
    return this.#admitted.size;
  }

  /** How many wait. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** The first of those who wait. */
  get first(): Entry | undefined {
    return this.#waiting.first;
  }

  /** Whether the rate has no room for the first who waits, whatever else holds that one. */
  get isRateLimited(): boolean {
    return this.#rateHolds;
  }

  waiting(): readonly Entry[] {
    return this.#waiting.all();
  }

  admitted(): readonly Entry[] {
    return [...this.#admitted];
  }

  /** Runs `body` in a task of its own once it is admitted. */
  run<T>(
    body: (task: RunningTask, entry: Entry) => Promise<T>,
    options: EntryOptions & WorkOptions = {},
  ): Task<T> {
    const entry = this.#entry(options);
    const task = startWork(async (running) => {
      await this.#pass(entry);
      try {
        return await body(running, entry);
      } finally {
        this.leave(entry);
      }
    }, options);
    entry.task = task;
    entry.loop = task.getLoop() as EventLoop;
    // A task that was cancelled before it began has run nothing of the above.
    task.addDoneCallback(() => this.leave(entry));
    this.#waiting.insert(entry);
    this.#admit();
    return task;
  }

  /** Takes a place among those who wait, or what there is, at once: also where no task runs yet that could wait. */
  queueUp(options: EntryOptions = {}): Entry {
    const entry = this.#entry(options);
    entry.loop = peekRunningLoop() as EventLoop | undefined;
    this.#waiting.insert(entry);
    this.#admit();
    return entry;
  }

  /** Waits, in the calling task, until it is admitted; {@link leave} gives back what was taken. */
  async pass(entry: Entry): Promise<void> {
    if (entry.loop === undefined && entry.state === 'waiting') {
      entry.loop = getRunningLoop();
      this.#admit();
    }
    await this.#pass(entry);
  }

  /** Enters if that needs no wait. */
  tryEnter(options: EntryOptions = {}): Entry | undefined {
    const entry = this.#entry(options);
    entry.loop = peekRunningLoop() as EventLoop | undefined;
    if (this.waitingCount > 0 || !this.#hasRoom(entry) || this.#rateDelay(entry) > 0) return undefined;
    this.#take(entry);
    this.#begin(entry);
    return entry;
  }

  /** The entry is gone; a second time does nothing. */
  leave(entry: Entry): void {
    if (entry.state === 'gone') return;
    if (entry.state === 'waiting') this.#waiting.remove(entry);
    this.#end(entry);
    this.#admit();
  }

  /** Moves one who waits; false when there is none of that id. */
  reprioritize(id: string, priority: number): boolean {
    checkPriority(priority);
    const entry = this.#waiting.find(id);
    if (entry === undefined) return false;
    this.#waiting.remove(entry);
    entry.priority = priority;
    this.#waiting.insert(entry);
    this.#admit();
    return true;
  }

  /** Ends the wait of all who wait: tasks of {@link Admission.run} are cancelled, others get the error. */
  clear(message: string, failure: () => Error = () => new UsageError(message)): void {
    const all = this.#waiting.clear();
    for (const entry of all) this.#end(entry);
    for (const entry of all) {
      if (entry.task === undefined) {
        entry.failure = failure();
        entry.lot?.unpark();
      } else entry.task.cancel(message);
    }
    this.#admit();
  }

  /** Waits until `holds` is true, now or after a change; see {@link StateWaits.until}. */
  until(holds: () => boolean, kind: string, between: boolean = false): Promise<void> {
    return this.#stateWaits.until(holds, kind, between);
  }

  #entry(options: EntryOptions): Entry {
    const entry = new Entry(options);
    const { weight, priority } = entry;
    checkPriority(priority);
    if (!(typeof weight === 'number' && weight >= 0))
      throw new InvalidArgumentError('weight', `weight is a number from 0 on, not ${String(weight)}`);
    if (!(weight <= Math.max(this.#concurrency, this.#coming) && weight <= this.#heaviest))
      throw new InvalidArgumentError('weight', `the weight ${weight} never fits into ${this.#what}`);
    return entry;
  }

  async #pass(entry: Entry): Promise<void> {
    try {
      if (entry.state === 'waiting') {
        entry.lot = new ParkingLot({ what: this.#what, kind: this.#kind, passOn: () => {} });
        await entry.lot.park();
      }
      if (entry.failure !== undefined) throw entry.failure;
      this.#begin(entry);
    } catch (error) {
      this.leave(entry);
      throw error;
    }
  }

  /** Milliseconds until the rate lets it in; Infinity while others, who have been let in, have to begin first. */
  #rateDelay(entry: Entry): number {
    return this.#rate?.delay(entry.weight, entry.now()) ?? 0;
  }

  /** Whether nothing but the rate can hold it. */
  #hasRoom(entry: Entry): boolean {
    return !this.#paused && entry.weight <= this.free;
  }

  #take(entry: Entry): void {
    entry.state = 'admitted';
    entry.since = entry.now();
    entry.freeBefore = this.free;
    entry.share = this.#rate?.take(entry.weight);
    this.#inside += entry.weight;
    this.#admitted.add(entry);
  }

  #begin(entry: Entry): void {
    const { share } = entry;
    const first = share !== undefined && this.#rate?.begin(share, entry.now()) === true;
    // Now it is known when the next one may.
    if (first && this.#rateHolds && this.#timer === undefined) this.#admit();
  }

  #end(entry: Entry): void {
    const wasInside = entry.state === 'admitted';
    entry.state = 'gone';
    if (!wasInside) return;
    if (entry.share !== undefined) this.#rate?.giveBack(entry.share);
    this.#inside -= entry.weight;
    this.#admitted.delete(entry);
  }

  /** Lets in whom there is room for, and tells those who wait for a state. */
  #admit(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#rateHolds = false;
    for (let next = this.first; next !== undefined; next = this.first) {
      this.#stateWaits.look(true);
      const delay = this.#rateDelay(next);
      this.#rateHolds = delay > 0;
      if (delay > 0 && delay < Infinity) this.#timer = next.loop?.callLater(delay, () => this.#admit());
      if (delay > 0 || !this.#hasRoom(next)) break;
      this.#waiting.shift();
      this.#take(next);
      next.lot?.unpark();
    }
    this.changed?.();
    this.#stateWaits.look(false);
  }
}
