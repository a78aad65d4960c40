// Running a loop until it is stopped, or until something is done.

import { severalLoops } from '../loop/atWork.ts';
import { checkOpen } from '../loop/engine.ts';
import type { Loop } from '../loop/loop.ts';
import type { Awaitable } from '../core/task/coroutine.ts';
import { checkOutsideOfLoops, runningLoops, startLoop } from '../loop/running.ts';
import { frameOnLoop } from '../core/cancel/frame.ts';
import { debugPlaces } from '../core/future/awaitPlace.ts';
import { createTask } from '../core/task/createTask.ts';
import { offDone, onDone } from '../core/future/doneCallback.ts';
import { Future } from '../core/future/future.ts';
import { hasFailed } from '../core/future/futureState.ts';
import { InvalidArgumentError, UsageError } from '../base/errors.ts';
import { offerInspection } from '../probe/hook.ts';
import { inspectByEnvironment } from './inspection.ts';
import { watchCancels } from './watchCancels.ts';

export async function runForever(loop: Loop): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  startLoop(loop, resolve);
  loopStarted();
  await promise;
}

/** A loop has started, or one that runs changes to debug mode or back. */
export function loopStarted(): void {
  severalLoops.storeOf = frameOnLoop;
  watchCancels();
  if (offerInspection()) inspectByEnvironment();
  debugPlaces.on = runningLoops().some((loop) => loop.getDebug());
}

/** Runs the loop until `future` is done, or something else stops the loop. */
export async function drive(loop: Loop, future: Future<unknown>): Promise<void> {
  const stop = onDone(future, () => {
    // The caller gets the error: it is not one that nobody looks at.
    if (hasFailed(future)) future.exception();
    loop.stop();
  });
  try {
    await runForever(loop);
  } finally {
    offDone(future, stop);
  }
}

export async function runUntilComplete<T>(loop: Loop, awaitable: Awaitable<T>): Promise<T> {
  checkOpen(loop);
  // Before anything has changed: a task that was made for a loop that can't run now would be left behind.
  checkOutsideOfLoops('runUntilComplete');
  const future = asFuture(loop, awaitable);
  await drive(loop, future);
  if (!future.done()) throw new UsageError('the loop was stopped before the future was done');
  return future.result();
}

function asFuture<T>(loop: Loop, awaitable: Awaitable<T>): Future<T> {
  if (awaitable instanceof Future) {
    if (awaitable.getLoop() !== loop)
      throw new InvalidArgumentError('awaitable', 'the future belongs to another loop');
    return awaitable as Future<T>;
  }
  if (typeof awaitable === 'function') return createTask(awaitable, { loop });
  if (typeof (awaitable as PromiseLike<T> | undefined)?.then !== 'function') {
    throw new InvalidArgumentError(
      'awaitable',
      'expected a future, a promise or a function that returns one',
    );
  }
  return createTask(() => awaitable, { loop });
}
