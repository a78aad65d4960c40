// The executor that each loop has for what names none, and what asyncio builds on it: `runInExecutor`, `toThread`.
//
// 1. A loop's default executor is made when it is first needed, and belongs to the loop: the end of `run` shuts it down,
//    and waits for it within its own deadline.
// 2. After `shutdownDefaultExecutor` there is none any more.

import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { InvalidArgumentError, isCancelledError, TimeoutError, UsageError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { wrapFuture } from '../core/future/ensureFuture.ts';
import type { Future } from '../core/future/future.ts';
import { checkOpen } from '../loop/engine.ts';
import { reportFailure } from '../loop/failures.ts';
import type { Loop } from '../loop/loop.ts';
import { resourcesOf } from '../loop/resources.ts';
import { runningLoop } from '../loop/running.ts';
import { waitFor } from '../structured/waitFor.ts';
import { Executor } from './executor.ts';
import { ThreadPoolExecutor } from './threadPoolExecutor.ts';
import type { Work } from './work.ts';

interface Default {
  executor: Executor | undefined;
  shutDown: boolean;
  tied: boolean;
}

const defaults: WeakMap<Loop, Default> = new WeakMap();

function defaultOf(loop: Loop): Default {
  let found = defaults.get(loop);
  if (found === undefined)
    defaults.set(loop, (found = { executor: undefined, shutDown: false, tied: false }));
  return found;
}

/** What `EventLoop.runInExecutor` does. */
export function runInExecutor<A extends unknown[], R>(
  loop: Loop,
  executor: Executor | null | undefined,
  work: Work<A, R>,
  args: A,
): Future<Awaited<R>> {
  checkOpen(loop);
  if (executor !== null && executor !== undefined) return submitTo(checkExecutor(executor), work, args);
  const found = defaultOf(loop);
  if (found.shutDown)
    throw new UsageError('the default executor was shut down: give an executor of your own');
  if (found.executor === undefined) found.executor = new ThreadPoolExecutor({ name: 'default' });
  tie(loop, found);
  return submitTo(found.executor, work, args);
}

function submitTo<A extends unknown[], R>(
  executor: Executor,
  work: Work<A, R>,
  args: A,
): Future<Awaited<R>> {
  return wrapFuture(executor.submit(work, ...args));
}

function checkExecutor(executor: unknown): Executor {
  if (executor instanceof Executor) return executor;
  throw new InvalidArgumentError('executor', `an executor is wanted, not ${showValue(executor)}`);
}

// The end of a run shuts it down, as asyncio's does.
function tie(loop: Loop, found: Default): void {
  if (found.tied) return;
  found.tied = true;
  const { executor } = found;
  const resource = {
    loopEnding: (): Promise<void> => shutdownDefaultExecutor(loop),
    loopClosed: (): void => void executor?.shutdown({ wait: false, cancelFutures: true }),
    loopDescription: (): string => `default executor ${String(executor)}`,
    isClosing: (): boolean => true,
  };
  resourcesOf(loop).add(resource);
}

/** What `EventLoop.setDefaultExecutor` does. */
export function setDefaultExecutor(loop: Loop, executor: Executor): void {
  const found = defaultOf(loop);
  found.executor = checkExecutor(executor);
  found.tied = false;
}

/** What `EventLoop.shutdownDefaultExecutor` does. */
export async function shutdownDefaultExecutor(loop: Loop, timeout?: Duration): Promise<void> {
  const limit = timeout === undefined ? undefined : toMilliseconds(timeout, 'timeout');
  const found = defaultOf(loop);
  found.shutDown = true;
  const { executor } = found;
  if (executor === undefined) return;
  try {
    if (limit === undefined) await executor.shutdown();
    else await waitFor(() => executor.shutdown(), limit);
  } catch (error) {
    if (limit === undefined || !(error instanceof TimeoutError) || isCancelledError(error)) throw error;
    await executor.shutdown({ wait: false });
    reportFailure(loop, {
      message: `the default executor has not ended after ${limit} ms`,
      exception: error,
    });
  }
}

/** Has `work` called with `args` in a thread of the running loop's default executor, in a copy of this context as far as
 * variables opted in ({@link carry}). Awaiting it, and cancelling it, is as with {@link ThreadPoolExecutor.submit}.
 * Semantics: asyncio.to_thread.
 * @throws as {@link ThreadPoolExecutor.submit}
 * @example
 * ```ts
 * import { run, toThread, workerModule } from 'asyncio-ts';
 * const fs = workerModule<typeof import('node:fs')>('node:fs');
 * await run(async () => console.log(await toThread(fs.existsSync, '/'))); // -> true
 * ```
 */
export async function toThread<A extends unknown[], R>(work: Work<A, R>, ...args: A): Promise<Awaited<R>> {
  return await runInExecutor(runningLoop('toThread'), undefined, work, args);
}
