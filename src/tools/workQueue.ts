// queue: a queue of work with priorities, a rate and a pause, in the shape of p-queue.

import { EventEmitter } from 'node:events';
import { timeout } from '../asyncio.ts';
import type { RunningTask, Task } from '../asyncio.ts';
import { Admission } from './admission.ts';
import type { Entry } from './admission.ts';
import { allOrNone, checkFunction, inSomeTask, startWork } from './startWork.ts';

/** Options of {@link queue}.
 * @example
 * ```ts
 * import { queue, type QueueOptions } from 'asyncio-ts/tools';
 * const options: QueueOptions = { concurrency: 4, intervalCap: 10, interval: 1000 };
 * console.log(queue(options).concurrency); // -> 4
 * ```
 */
export interface QueueOptions {
  /** How many may run at once; no limit by default. */
  readonly concurrency?: number | undefined;
  /** How many may start in any `interval`; no limit by default. */
  readonly intervalCap?: number | undefined;
  /** Milliseconds; 0 by default. */
  readonly interval?: number | undefined;
  /** Whether work starts as soon as there is room; true by default. */
  readonly autoStart?: boolean | undefined;
  /** Milliseconds that each work may run (its wait does not count); no limit by default. */
  readonly timeout?: number | undefined;
  /** What reports call it. */
  readonly name?: string | undefined;
}

/** Options of {@link WorkQueue.add}.
 * @example
 * ```ts
 * import { queue, type AddOptions } from 'asyncio-ts/tools';
 * const first: AddOptions = { priority: 1, id: 'first' };
 * console.log(await queue().add(async () => 'done', first)); // -> done
 * ```
 */
export interface AddOptions {
  /** The higher ones begin first; 0 by default. */
  readonly priority?: number | undefined;
  /** For {@link WorkQueue.setPriority}. */
  readonly id?: string | undefined;
  /** Milliseconds that it may run; the queue's by default. */
  readonly timeout?: number | undefined;
  /** Cancels it when aborted, as it waits or runs. */
  readonly signal?: AbortSignal | undefined;
}

/** What runs; see {@link WorkQueue.runningTasks}.
 * @example
 * ```ts
 * import { queue, type RunningWork } from 'asyncio-ts/tools';
 * const works: readonly RunningWork[] = queue().runningTasks;
 * console.log(works.length); // -> 0
 * ```
 */
export interface RunningWork {
  readonly id: string | undefined;
  readonly priority: number;
  /** When it began, on its loop's clock. */
  readonly startTime: number;
}

/** What {@link WorkQueue.on} tells of. */
export type QueueEvent = 'add' | 'active' | 'completed' | 'error' | 'next' | 'empty' | 'idle';

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
  readonly #events: EventEmitter = new EventEmitter();
  /** Milliseconds that each work may run. */
  timeout: number | undefined;
  #wasEmpty = true;
  #wasIdle = true;

  constructor(options: QueueOptions = {}) {
    const { concurrency, intervalCap, interval, autoStart = true, name } = options;
    this.timeout = options.timeout;
    this.#admission = new Admission({
      concurrency,
      intervalCap,
      interval,
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
    const limit = options.timeout ?? this.timeout;
    const task = this.#admission.run(async (running) => {
      this.#events.emit('active');
      try {
        const work = async (): Promise<T> => await fn(running);
        const result = limit === undefined ? await work() : await timeout(limit, work);
        this.#events.emit('completed', result);
        return result;
      } catch (error) {
        // An emitter throws when nobody listens for this one event.
        if (this.#events.listenerCount('error') > 0) this.#events.emit('error', error);
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
    const all = [...fns];
    for (const fn of all) checkFunction(fn, 'fns');
    return startWork(() => allOrNone(all.map((fn) => this.add(fn, options))));
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
    return this.#until(() => this.size < limit, 'queue.onSizeLessThan');
  }

  /** How many wait for their turn. */
  get size(): number {
    return this.#admission.waitingCount;
  }

  /** How many wait with that priority or id. */
  sizeBy({ priority, id }: Pick<AddOptions, 'priority' | 'id'>): number {
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

  /** Whether the next one waits for the rate. */
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
    this.#admission.concurrency = value;
  }

  /** What runs now. */
  get runningTasks(): readonly RunningWork[] {
    return this.#admission
      .admitted()
      .map(({ id, priority, since }) => ({ id, priority, startTime: since as number }));
  }

  /** Calls `listener` at each event: `add`, `active` (work begins), `completed` (with the result), `error` (with the
   * error), `next` (work has ended), `empty` (nothing waits), `idle` (nothing waits or runs). */
  on(event: QueueEvent, listener: (detail?: unknown) => void): this {
    this.#events.on(event, listener);
    return this;
  }

  off(event: QueueEvent, listener: (detail?: unknown) => void): this {
    this.#events.off(event, listener);
    return this;
  }

  #until(holds: () => boolean, kind: string): Promise<void> {
    return holds() ? Promise.resolve() : inSomeTask(() => this.#admission.until(holds, kind));
  }

  #tell(): void {
    const isEmpty = this.size === 0;
    const isIdle = isEmpty && this.pending === 0;
    if (isEmpty && !this.#wasEmpty) this.#events.emit('empty');
    if (isIdle && !this.#wasIdle) this.#events.emit('idle');
    this.#wasEmpty = isEmpty;
    this.#wasIdle = isIdle;
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
