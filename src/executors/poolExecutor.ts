// What the executors over a pool of workers have in common.

import { checkOptions } from '../base/checkOptions.ts';
import type { Future } from '../core/future/future.ts';
import { wrapFuture } from '../core/future/ensureFuture.ts';
import { peekRunningLoop, runningLoop } from '../loop/running.ts';
import { Executor } from './executor.ts';
import type { ShutdownOptions } from './executor.ts';
import { packLuggage } from './luggage.ts';
import type { CallInput } from './pool/call.ts';
import { HeldFuture } from './pool/heldFuture.ts';
import type { PoolSettings } from './pool/poolSettings.ts';
import { WorkerPool } from './pool/workerPool.ts';
import { unpackArguments } from './transfer.ts';
import { knownWork } from './work.ts';
import type { Work } from './work.ts';
import { WorkStream } from './workStream.ts';

/** How many items of a stream the worker is ahead of the consumer. */
const LOOK_AHEAD = 16;

type Steps<T, R> = Iterator<T, R> | AsyncIterator<T, R>;

/** A view of a pool: how many workers and calls there are.
 * @example
 * ```ts
 * import { ThreadPoolExecutor, type PoolStatistics } from 'asyncio-ts';
 * const statistics: PoolStatistics = new ThreadPoolExecutor({ maxWorkers: 4 }).statistics();
 * console.log(statistics); // -> { maxWorkers: 4, workers: 0, running: 0, queued: 0 }
 * ```
 */
export interface PoolStatistics {
  readonly maxWorkers: number;
  /** Workers that are there, idle ones too. */
  readonly workers: number;
  /** Calls that a worker has begun with. */
  readonly running: number;
  /** Calls that no worker has begun with. */
  readonly queued: number;
}

/** An executor over workers: {@link ThreadPoolExecutor} and {@link ProcessPoolExecutor} are.
 * @example
 * ```ts
 * import { run, ThreadPoolExecutor, type PoolExecutor } from 'asyncio-ts';
 * const double = (pool: PoolExecutor, n: number) => pool.submit((n: number) => n * 2, n);
 * await run(async () => {
 *   await using pool = new ThreadPoolExecutor();
 *   console.log(await double(pool, 21)); // -> 42
 * });
 * ```
 */
export abstract class PoolExecutor extends Executor {
  readonly #pool: WorkerPool;

  /** @internal */
  constructor(settings: PoolSettings) {
    super();
    this.#pool = new WorkerPool(settings);
  }

  /** Has `work` called in a worker, with copies of `args` as by structuredClone, or what {@link transfer} hands over; they
   * are copied when the call goes to a worker, which is later while all are busy. The future has the outcome.
   *
   * A cancel, of the future or of the task that awaits it, takes a call that has not begun out of the queue. One that runs
   * is asked to stop, by {@link currentWork}'s `signal` and by {@link checkCancelled}, and when it has not ended after the
   * pool's `grace` its worker is ended and replaced. The CancelledError comes when the work has ended, so nothing goes on
   * behind the back of who was cancelled.
   * @throws InvalidArgumentError for what cannot be called in a worker; UsageError after `shutdown`; NoRunningLoopError
   * outside of a loop. The future: what the work throws; BrokenExecutorError when its worker has died; UsageError when an
   * argument or the result cannot be copied
   * @example
   * ```ts
   * import { run, ThreadPoolExecutor } from 'asyncio-ts';
   * await run(async () => {
   *   await using pool = new ThreadPoolExecutor();
   *   console.log(await pool.submit((a: number, b: number) => a ** b, 2, 10)); // -> 1024
   * });
   * ```
   */
  submit<A extends unknown[], R>(work: Work<A, R>, ...args: A): Future<Awaited<R>> {
    const pool = this.#pool;
    const input = this.#input(work, args, 0, this.submit);
    const call = pool.makeCall(input);
    const future = new HeldFuture<Awaited<R>>(input.loop, call, (cause) => pool.cancel(call, cause));
    call.sink = {
      result: (value) => future.succeed(value as Awaited<R>),
      failed: (error) => future.fail(error),
      cancelled: (cause) => future.giveUp(cause),
    };
    pool.submit(call);
    return future;
  }

  /** The items that a generator function yields in a worker, which is a few items ahead: for progress, and for results that
   * come one by one. The call begins with the first item that is asked for. Leaving the iteration ends the generator as
   * `return()` does and a cancel throws CancelledError at its `yield`; both wait until it has ended, by force after the
   * pool's `grace`.
   * @throws as {@link submit}, at the first item
   * @example
   * ```ts
   * import { run, ThreadPoolExecutor } from 'asyncio-ts';
   * await run(async () => {
   *   await using pool = new ThreadPoolExecutor();
   *   const counting = pool.stream(function* (to: number) { for (let n = 0; n < to; n++) yield n; }, 1e9);
   *   for await (const n of counting) {
   *     console.log(n);
   *     if (n === 1) break;
   *   }
   *   // -> 0
   *   // -> 1
   * });
   * ```
   */
  stream<A extends unknown[], T, R>(work: Work<A, Steps<T, R>>, ...args: A): WorkStream<T, R> {
    const input = this.#input(work, args, LOOK_AHEAD, this.stream);
    return new WorkStream<T, R>(this.#pool, input);
  }

  /** Takes no work any more; what was submitted is done first, or with `cancelFutures` cancelled as far as it has not begun.
   * Resolves when all workers have ended, or at once with `wait: false`. A cancel ends the wait, and not the shutdown.
   * Semantics: Executor.shutdown of concurrent.futures.
   * @throws InvalidArgumentError for what are no options */
  async shutdown(options: ShutdownOptions = {}): Promise<void> {
    checkOptions(options, 'shutdown');
    const over = this.#pool.shutdown(options.cancelFutures === true);
    if (options.wait === false) return;
    await (peekRunningLoop() === undefined ? over : wrapFuture(over));
  }

  /** How many workers and calls there are now. */
  statistics(): PoolStatistics {
    const { queued, unfinished, workers, settings } = this.#pool;
    return { maxWorkers: settings.maxWorkers, workers, running: unfinished - queued, queued };
  }

  #input(work: Work, args: unknown[], room: number, below: (...args: never[]) => unknown): CallInput {
    const loop = runningLoop('an executor');
    const known = knownWork(work);
    const site: { stack?: string } = {};
    Error.captureStackTrace(site, below);
    return { loop, work: known, ...unpackArguments(args), room, luggage: packLuggage(loop), site };
  }

  /** @internal */
  protected override line(): string {
    const { settings, closed } = this.#pool;
    return `<${settings.name}, ${this.#pool.unfinished} calls${closed ? ', shut down' : ''}>`;
  }
}
