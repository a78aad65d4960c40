// What queue and its methods are given, and tell.

/** Options of `queue`.
 * @example
 * ```ts
 * import { queue, type QueueOptions } from 'asyncio-ts/tools';
 * const options: QueueOptions = { concurrency: 4, intervalCap: 10, interval: 1000 };
 * console.log(queue(options).concurrency); // -> 4
 * ```
 */
export interface QueueOptions {
  /** How many may run at once, or how much weight; no limit by default. */
  readonly concurrency?: number | undefined;
  /** How many may start in any `interval`; no limit by default. */
  readonly intervalCap?: number | undefined;
  /** Milliseconds; 0 by default. */
  readonly interval?: number | undefined;
  /** Whether work starts as soon as there is room; true by default. */
  readonly autoStart?: boolean | undefined;
  /** Milliseconds that each work may run (its wait does not count); no limit by default. When they are over it is
   * cancelled and waited for, unless it waits for a promise of others: then it is left to itself. */
  readonly timeout?: number | undefined;
  /** What reports call it. */
  readonly name?: string | undefined;
}

export const QUEUE_NAMES: Readonly<Record<keyof QueueOptions, true>> = {
  concurrency: true,
  intervalCap: true,
  interval: true,
  autoStart: true,
  timeout: true,
  name: true,
};

/** Options of `WorkQueue.add`.
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
  /** How much it takes of the concurrency and of the rate; 1 by default. */
  readonly weight?: number | undefined;
  /** For `WorkQueue.setPriority`. */
  readonly id?: string | undefined;
  /** Milliseconds that it may run; the queue's by default. */
  readonly timeout?: number | undefined;
  /** Cancels it when aborted, as it waits or runs. */
  readonly signal?: AbortSignal | undefined;
}

export const ADD_NAMES: Readonly<Record<keyof AddOptions, true>> = {
  priority: true,
  weight: true,
  id: true,
  timeout: true,
  signal: true,
};

/** What runs; see `WorkQueue.runningTasks`.
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
  /** Milliseconds that it may run. */
  readonly timeout: number | undefined;
  /** Milliseconds that it may still run. */
  readonly timeoutRemaining: number | undefined;
}

/** What `WorkQueue.on` tells of. */
export type QueueEvent =
  | 'active'
  | 'add'
  | 'completed'
  | 'empty'
  | 'error'
  | 'idle'
  | 'next'
  | 'pendingZero'
  | 'rateLimit'
  | 'rateLimitCleared';
