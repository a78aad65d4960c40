// queue: a queue of work with priorities, a rate and a pause, in the shape of p-queue.

import { InvalidArgumentError } from '../asyncio.ts';
import type { RunningTask, Task } from '../asyncio.ts';
import { checkOptionNames, isInTask } from '../lowlevel.ts';
import { Admission } from './admission.ts';
import { checkAmount, checkDuration, checkFunction, checkIterable, checkLimit } from './checkArguments.ts';
import { ADD_NAMES, QUEUE_NAMES } from './queueOptions.ts';
import type { AddOptions, QueueEvent, QueueOptions, RunningWork } from './queueOptions.ts';
import { together } from './startWork.ts';
import { ToolEvents } from './toolEvents.ts';
import type { Entry } from './waitingLine.ts';
import { withinTime } from './withinTime.ts';

const SIZE_NAMES: Pick<typeof ADD_NAMES, 'priority' | 'id'> = { priority: true, id: true };

interface States {
  readonly empty: boolean;
  readonly pendingZero: boolean;
  readonly idle: boolean;
  readonly rateLimit: boolean;
}

/** A queue of work; see {@link queue}.
 * @example
 * ```ts
 * import { queue, WorkQueue } from 'asyncio-ts/tools';
 * const works: WorkQueue = queue({ concurrency: 1 });
 * void works.add(async () => console.log('worked')); // -> worked
 * await works.onIdle();
 * ```
 */
export class WorkQueue {
  readonly #admission: Admission;
  readonly #events: ToolEvents<QueueEvent> = new ToolEvents('queue');
  readonly #limits: WeakMap<Entry, number> = new WeakMap();
  /** Milliseconds that each work may run. */
  timeout: number | undefined;
  #told: States = { empty: true, pendingZero: true, idle: true, rateLimit: false };

  constructor(options: QueueOptions = {}) {
    checkOptionNames(options, QUEUE_NAMES, 'queue');
    const {
      concurrency = Infinity,
      intervalCap = Infinity,
      interval = 0,
      autoStart = true,
      name,
    } = options;
    this.timeout = options.timeout === undefined ? undefined : checkAmount(options.timeout, 'timeout');
    this.#admission = new Admission({
      concurrency: checkLimit(concurrency, 'concurrency'),
      intervalCap: checkLimit(intervalCap, 'intervalCap'),
      interval: checkDuration(interval, 'interval'),
      paused: !autoStart,
      what: name === undefined ? 'queue' : `queue "${name}"`,
      kind: 'queue.add',
    });
    this.#admission.changed = () => this.#tell();
  }

  /** Runs `fn` in a task of its own when its turn has come, and returns that task. It is given the signal of the task.
   * Cancelled with the task that called, by `signal`, by the task's own `cancel()`, and by {@link WorkQueue.clear} while
   * it waits; it fails with a TimeoutError when it ran too long, and is cancelled then. */
  add<T>(fn: (work: RunningTask) => PromiseLike<T> | T, options: AddOptions = {}): Task<T> {
    checkFunction(fn, 'fn');
    checkOptionNames(options, ADD_NAMES, 'queue.add');
    const limit = options.timeout ?? this.timeout;
    if (limit !== undefined) checkAmount(limit, 'timeout');
    const task = this.#admission.run(async (running, entry) => {
      if (limit !== undefined) this.#limits.set(entry, limit);
      this.#events.emit('active');
      try {
        const limited = limit !== undefined && limit < Infinity;
        const result = await (limited ? withinTime(limit, fn) : fn(running));
        this.#events.emit('completed', result);
        return result;
      } catch (error) {
        this.#events.emit('error', error);
        throw error;
      } finally {
        this.#events.emit('next');
      }
    }, options);
    this.#events.emit('add');
    return task;
  }

  /** {@link WorkQueue.add} for each; the first failure cancels the others, waits for them and is what this fails with. */
  addAll<T>(fns: Iterable<(work: RunningTask) => PromiseLike<T> | T>, options: AddOptions = {}): Task<T[]> {
    checkIterable(fns, 'fns');
    checkOptionNames(options, ADD_NAMES, 'queue.addAll');
    const all = [...fns];
    for (const fn of all) checkFunction(fn, 'fns');
    return together(all.map((fn) => this.add(fn, options)));
  }

  /** Lets work begin, after {@link WorkQueue.pause}. */
  start(): this {
    this.#admission.paused = false;
    return this;
  }

  /** Nothing begins until {@link WorkQueue.start}; what runs goes on. */
  pause(): void {
    this.#admission.paused = true;
  }

  /** Cancels what waits: each of those promises fails with a CancelledError. */
  clear(): void {
    this.#admission.clear('the queue was cleared');
  }

  /** Moves the waiting work of that id.
   * @returns whether there was one */
  setPriority(id: string, priority: number): boolean {
    return this.#admission.reprioritize(id, priority);
  }

  /** Waits until nothing waits for its turn. */
  onEmpty(): Promise<void> {
    return this.#until(() => this.size === 0, 'queue.onEmpty');
  }

  /** Waits until nothing waits or runs. */
  onIdle(): Promise<void> {
    return this.#until(() => this.size === 0 && this.pending === 0, 'queue.onIdle');
  }

  /** Waits until nothing runs, whatever waits. */
  onPendingZero(): Promise<void> {
    return this.#until(() => this.pending === 0, 'queue.onPendingZero');
  }

  /** Waits until fewer than `limit` works wait for their turn: before one more is added. */
  onSizeLessThan(limit: number): Promise<void> {
    if (!(limit > 0))
      throw new InvalidArgumentError(
        'limit',
        `limit is a number above 0, not ${limit}: no size is below it`,
      );
    return this.#until(() => this.size < limit, 'queue.onSizeLessThan');
  }

  /** Waits until the rate has no room for the next one that waits. */
  onRateLimit(): Promise<void> {
    return this.#until(() => this.isRateLimited, 'queue.onRateLimit');
  }

  /** Waits until the rate has room for the next one, or nobody waits. */
  onRateLimitCleared(): Promise<void> {
    return this.#until(() => !this.isRateLimited, 'queue.onRateLimitCleared');
  }

  /** Waits until a work fails, and fails with its error. One that is cancelled before it begins does not count. */
  async onError(): Promise<never> {
    if (!isInTask()) return await new Promise<never>((_, reject) => this.#events.once('error', reject));
    let failure: { readonly error: unknown } | undefined;
    const note = (error: unknown): void => void (failure ??= { error });
    this.#events.once('error', note);
    try {
      await this.#until(() => failure !== undefined, 'queue.onError');
    } finally {
      this.#events.off('error', note);
    }
    throw failure?.error;
  }

  /** How many wait for their turn. */
  get size(): number {
    return this.#admission.waitingCount;
  }

  /** How many wait with that priority or id. */
  sizeBy(options: Pick<AddOptions, 'priority' | 'id'>): number {
    checkOptionNames(options, SIZE_NAMES, 'queue.sizeBy');
    const { priority, id } = options;
    const fits = (entry: Entry): boolean =>
      (priority === undefined || entry.priority === priority) && (id === undefined || entry.id === id);
    return this.#admission.waiting().filter(fits).length;
  }

  /** How many run. */
  get pending(): number {
    return this.#admission.insideCount;
  }

  get isPaused(): boolean {
    return this.#admission.paused;
  }

  /** Whether the rate has no room for the next one that waits; also while the queue is paused or full. */
  get isRateLimited(): boolean {
    return this.#admission.isRateLimited;
  }

  /** Whether work waits for room or for the rate. */
  get isSaturated(): boolean {
    return this.size > 0 && (this.pending >= this.concurrency || this.isRateLimited);
  }

  /** May be changed at any time; those who run go on. */
  get concurrency(): number {
    return this.#admission.concurrency;
  }

  set concurrency(value: number) {
    this.#admission.concurrency = checkLimit(value, 'concurrency');
  }

  /** What runs now. */
  get runningTasks(): readonly RunningWork[] {
    return this.#admission.admitted().map((entry) => {
      const { id, priority } = entry;
      const startTime = entry.since as number;
      const limit = this.#limits.get(entry);
      const left = limit === undefined ? undefined : Math.max(0, startTime + limit - entry.now());
      return { id, priority, startTime, timeout: limit, timeoutRemaining: left };
    });
  }

  /** Calls `listener` at each event: `add`, `active` (work begins), `completed` (with the result), `error` (with the
   * error), `next` (work has ended), `empty` (nothing waits any more), `pendingZero` (nothing runs any more), `idle`
   * (neither), `rateLimit` (the rate has no room for the next one), `rateLimitCleared`. What a listener throws is reported as
   * a failed callback is, and changes nothing here. */
  on(event: QueueEvent, listener: (detail?: unknown) => void): this {
    this.#events.on(event, listener);
    return this;
  }

  /** {@link WorkQueue.on} for the first time only. */
  once(event: QueueEvent, listener: (detail?: unknown) => void): this {
    this.#events.once(event, listener);
    return this;
  }

  off(event: QueueEvent, listener: (detail?: unknown) => void): this {
    this.#events.off(event, listener);
    return this;
  }

  /** How many listeners the event has. */
  listenerCount(event: QueueEvent): number {
    return this.#events.count(event);
  }

  #until(holds: () => boolean, kind: string): Promise<void> {
    return this.#admission.until(holds, kind);
  }

  #tell(): void {
    const was = this.#told;
    const empty = this.size === 0;
    const pendingZero = this.pending === 0;
    const now = { empty, pendingZero, idle: empty && pendingZero, rateLimit: this.isRateLimited };
    this.#told = now;
    for (const event of ['empty', 'pendingZero', 'idle'] as const)
      if (now[event] && !was[event]) this.#events.emit(event);
    if (now.rateLimit !== was.rateLimit)
      this.#events.emit(now.rateLimit ? 'rateLimit' : 'rateLimitCleared');
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const { concurrency, isPaused, pending, size } = this;
    return `<queue running=${pending}/${concurrency} waiting=${size}${isPaused ? ' paused' : ''}>`;
  }
}

/** A queue of work with a limit of concurrency, priorities, a rate, a pause and a size, in the shape of p-queue. Each
 * work is a task: a cancel of the code that added it ends its wait or the work, and nothing that was added stays without
 * an end. The rate holds in every window of its length. Works outside of a loop too.
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`) for limits that are no whole numbers from 1 on
 * @example
 * ```ts
 * import { queue } from 'asyncio-ts/tools';
 * const works = queue({ concurrency: 1, autoStart: false });
 * const order: string[] = [];
 * void works.add(async () => order.push('later'));
 * void works.add(async () => order.push('sooner'), { priority: 1 });
 * works.start();
 * await works.onIdle();
 * console.log(order, works.size, works.pending); // -> [ 'sooner', 'later' ] 0 0
 * ```
 */
export function queue(options?: QueueOptions): WorkQueue {
  return new WorkQueue(options);
}
