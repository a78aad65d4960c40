// metrics: the usual figures of this thread's loops and tasks, as numbers.

import { allTasks } from '../../asyncio.ts';
import type { PoolExecutor } from '../../asyncio.ts';
import { runningLoops, taskState, viewLoop } from '../../lowlevel.ts';
import { collector, useCollector } from './collector.ts';
import type { TaskCounts } from './collector.ts';

/** What {@link metrics} returns. Times are in milliseconds.
 * @example
 * ```ts
 * import { metrics, type Metrics } from 'asyncio-ts/inspect';
 * const now: Metrics = metrics();
 * console.log(now.tasks); // -> { created: 0, waiting: 0, elsewhere: 0 }
 * ```
 */
export interface Metrics {
  /** Tasks that are not done, by how they stand; see `taskState` of asyncio-ts/lowlevel. */
  readonly tasks: { readonly created: number; readonly waiting: number; readonly elsewhere: number };
  /** Since counting began. */
  readonly totals: TaskCounts;
  /** How late the host's timers came: of about the last twenty seconds the quantiles, and of all of the time the sum and
   * the number of samples. NaN where there is none yet. */
  readonly loopDelay: {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly max: number;
    readonly sum: number;
    readonly count: number;
  };
  /** The part of the time in which the thread was at work since the last look, 0 to 1; undefined where the host does not
   * tell. */
  readonly utilisation: number | undefined;
  /** Of all loops of the thread. */
  readonly loops: number;
  readonly ready: number;
  readonly timers: number;
  readonly iterations: number;
  /** What is open, by kind. */
  readonly resources: ReadonlyMap<string, number>;
}

/** Begins to count, for {@link metrics} and {@link prometheusText}; returns what ends it. Without it counting begins
 * with the first look.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { collectMetrics, metrics } from 'asyncio-ts/inspect';
 * const stop = collectMetrics();
 * await run(async () => {});
 * console.log(metrics().totals.finished > 0); // -> true
 * stop();
 * ```
 */
export function collectMetrics(): () => void {
  return useCollector().stop;
}

/** The figures of this thread's loops and tasks, now. Counting begins with the first call.
 * @example
 * ```ts
 * import { createTask, run, sleep } from 'asyncio-ts';
 * import { metrics } from 'asyncio-ts/inspect';
 * await run(async () => {
 *   const task = createTask(() => sleep(1));
 *   await sleep(0);
 *   console.log(metrics().tasks.waiting); // -> 1
 *   await task;
 * });
 * ```
 */
export function metrics(): Metrics {
  const { counts, delay, utilisation } = collector();
  const [p50, p90, p99, max] = delay.quantiles(0.5, 0.9, 0.99, 1) as [number, number, number, number];
  return {
    ...look(),
    totals: counts,
    loopDelay: { p50, p90, p99, max, sum: delay.sum, count: delay.count },
    utilisation: utilisation.take(),
  };
}

type Look = Pick<Metrics, 'tasks' | 'loops' | 'ready' | 'timers' | 'iterations' | 'resources'>;

function look(): Look {
  const loops = runningLoops();
  const tasks = { created: 0, waiting: 0, elsewhere: 0 };
  const resources: Map<string, number> = new Map();
  let ready = 0;
  let timers = 0;
  let iterations = 0;
  for (const loop of loops) {
    for (const task of allTasks(loop)) {
      const state = taskState(task);
      if (state !== 'done') tasks[state]++;
    }
    const view = viewLoop(loop);
    ready += view.ready;
    timers += view.timers;
    iterations += view.iterations;
    for (const { description } of view.resources()) {
      const kind = kindOf(description);
      resources.set(kind, (resources.get(kind) ?? 0) + 1);
    }
  }
  return { tasks, loops: loops.length, ready, timers, iterations, resources };
}

// A label must not have a value for each connection.
function kindOf(description: string): string {
  return (/^[A-Za-z][A-Za-z ]*/.exec(description)?.[0] ?? 'other').trim().slice(0, 40);
}

/** Pools by the names that the figures shall bear.
 * @example
 * ```ts
 * import { run, ThreadPoolExecutor } from 'asyncio-ts';
 * import { prometheusText, type Pools } from 'asyncio-ts/inspect';
 * await run(async () => {
 *   await using pool = new ThreadPoolExecutor();
 *   const pools: Pools = { images: pool };
 *   console.log(prometheusText({ pools }).includes('asyncio_pool_queued{pool="images"} 0')); // -> true
 * });
 * ```
 */
export type Pools = Readonly<Record<string, Pick<PoolExecutor, 'statistics'>>>;
