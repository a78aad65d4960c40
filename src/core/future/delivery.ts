// From the state of a future to its native promise: the turn in the ready queue, and what may still happen
// to an outcome on the way to the task that awaits it.

import { readyQueueOf } from '../../loop/engine.ts';
import { DRAIN, NOTHING, STEP } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import type { AnyFuture } from './anyFuture.ts';
import { AwaitEntry } from './awaitEntry.ts';
import { toCancelledError } from '../cancel/cause.ts';
import { frameOf, isWithin } from '../cancel/frame.ts';
import type { Awaiter, Cause, Frame, Owner } from '../cancel/frame.ts';
import { CANCELLED, DIVERGED, HEARD, isAlert, PLAIN, STATE, takeTurn } from './futureState.ts';
import { deliverAfterAll, deliverInstead, outcomeTo, settleNative, takesItsPlace } from './outcome.ts';
import { endWait } from './wait.ts';

/** Its turn has come: wakes whoever subscribed to the native promise. */
export function deliver(future: AnyFuture): Effect {
  if (!takeTurn(future)) return NOTHING;
  // Most are awaited once, and by nothing else.
  const frame =
    (future._flags & (PLAIN | HEARD)) === 0
      ? (future._awaiter as Frame | undefined)
      : nativeAwaiter(future);
  if (frame === undefined) {
    settleNative(future);
    return DRAIN;
  }
  const task = frame.task as Owner;
  endWait(future, frame, task);
  if (isAlert(task)) {
    const cancel = takesItsPlace(future, frame);
    if (cancel !== undefined && (future._flags & DIVERGED) === 0) deliverInstead(future, cancel);
  }
  readyQueueOf(future._loop).stepping = task;
  settleNative(future);
  return STEP;
}

/** The frame whose await the native promise serves: the first that came, unless plain listeners came before. */
export function nativeAwaiter(future: AnyFuture): Frame | undefined {
  if ((future._flags & PLAIN) !== 0) return undefined;
  const awaiter = future._awaiter;
  const first = awaiter instanceof Set ? (awaiter.values().next().value as Frame | Awaiter) : awaiter;
  return first instanceof AwaitEntry ? undefined : (first as Frame | undefined);
}

/** The code of `frame`, which awaits the future, is cancelled before its turn: it gets the cancel instead. Of two
 * cancels in one iteration the last one's message counts, if it has one; where both come from the library, such as a
 * timeout's and an interrupt, the first one is delivered. */
export function overrideDelivery(future: AnyFuture, cause: Cause, frame: Frame): boolean {
  const awaiters = future._awaiter;
  if (!(awaiters instanceof Set)) return awaiters !== undefined && override(future, awaiters, cause, frame);
  let any = false;
  for (const awaiter of awaiters) if (override(future, awaiter, cause, frame)) any = true;
  return any;
}

function override(future: AnyFuture, awaiter: Frame | Awaiter, cause: Cause, frame: Frame): boolean {
  const within = frameOf(awaiter);
  if (within === undefined || !isWithin(within, frame)) return false;
  if ((future._flags & STATE) === CANCELLED && (typeof cause !== 'string' || cause === '')) return true;
  if (awaiter instanceof AwaitEntry) awaiter.override(toCancelledError(cause));
  else deliverInstead(future, toCancelledError(cause));
  return true;
}

/** The cancel that was put in the place of the outcome for `task` is taken back before its turn. */
export function restoreDelivery(future: AnyFuture, task: Owner): void {
  const awaiters = future._awaiter;
  if (awaiters instanceof Set) for (const awaiter of awaiters) restore(future, awaiter, task);
  else if (awaiters !== undefined) restore(future, awaiters, task);
}

function restore(future: AnyFuture, awaiter: Frame | Awaiter, task: Owner): void {
  if (frameOf(awaiter)?.task !== task) return;
  if (awaiter instanceof AwaitEntry) awaiter.override(undefined);
  else deliverAfterAll(future);
}

/** A promise made from the state, once the native one no longer fits it. */
export function plainPromise<T>(future: AnyFuture): Promise<T> {
  return new Promise<unknown>((resolve, reject) => outcomeTo(future, resolve, reject)) as Promise<T>;
}
