// The outcome of a future that is done, handed to whoever waits for it.

import { isCancelled } from '../../base/cancelled.ts';
import type { CancelledError } from '../../base/errors.ts';
import { toCancelledError } from '../cancel/cause.ts';
import type { Cause, Frame } from '../cancel/frame.ts';
import type { AnyFuture } from './anyFuture.ts';
import { addCallback } from './doneCallback.ts';
import {
  CANCELLED,
  converge,
  diverge,
  DIVERGED,
  DONE,
  FAILED,
  FINISHED,
  noteSubscriber,
  SCHEDULED,
  SETTLED,
  settleOnce,
  STATE,
  UNSEEN,
} from './futureState.ts';
import { nativeReject } from './nativePromise.ts';
import { dueCancel } from '../cancel/pendingCancel.ts';
import { markSeen } from './unretrieved.ts';

export type Settle = (value: unknown) => void;

/** Ends a pending future with a result. */
export function succeed(future: AnyFuture, value: unknown): void {
  future._value = value;
  future._finish(FINISHED);
}

/** Ends a pending future as cancelled. */
export function endCancelled(future: AnyFuture, cause: Cause): void {
  future._value = cause;
  future._finish(CANCELLED);
}

/** Calls one of the two with the result or the error. */
export function outcomeTo(future: AnyFuture, resolve: Settle, reject: Settle): void {
  if ((future._flags & UNSEEN) !== 0) markSeen(future);
  if ((future._flags & STATE) === FINISHED) resolve(future._value);
  else reject(failureOf(future));
}

/** The error that the cancel of a future stands for; always the same one. */
export function cancelledErrorOf(future: AnyFuture): CancelledError {
  return (future._value = toCancelledError(future._value as Cause));
}

/** The error of a future that failed or was cancelled. */
function failureOf(future: AnyFuture): unknown {
  return (future._flags & STATE) === CANCELLED ? cancelledErrorOf(future) : future._value;
}

/** The cancel that is due to the code of `frame` when the turn of an await of `future` has come, if it takes
 * the place of the outcome: a gather refuses a cancel when its children are all done, for example. An outcome
 * that is a cancel stays, since two in one iteration are one. */
export function takesItsPlace(future: AnyFuture, frame: Frame): CancelledError | undefined {
  const cause = dueCancel(frame);
  if (cause === undefined) return undefined;
  const state = future._flags & STATE;
  if (state === CANCELLED || (state === FAILED && isCancelled(future._value))) return undefined;
  return toCancelledError(cause);
}

// The cancels that are delivered in the place of an outcome that came just before them.
const overrides: WeakMap<object, CancelledError> = new WeakMap();

/** The await that the native promise serves gets `cancel` in the place of the outcome. */
export function deliverInstead(future: AnyFuture, cancel: CancelledError): void {
  diverge(future);
  overrides.set(future, cancel);
}

/** It gets the outcome after all, unless the cancel has been delivered. */
export function deliverAfterAll(future: AnyFuture): void {
  if (converge(future)) overrides.delete(future);
}

function takeOverride(future: AnyFuture): unknown {
  const error = overrides.get(future);
  overrides.delete(future);
  return error;
}

/** Somebody subscribes to the native promise: it must be settled now or when its turn comes. */
export function subscribeNative(future: AnyFuture): void {
  const flags = future._flags;
  if ((flags & DONE) === 0) {
    if (noteSubscriber(future) && future._callbacks !== undefined) addCallback(future, future);
    return;
  }
  if ((flags & UNSEEN) !== 0) markSeen(future);
  if ((flags & (SETTLED | SCHEDULED)) === 0) settleNative(future);
  // Its turn is still to come, though nobody had subscribed.
  else if ((flags & SETTLED) === 0) noteSubscriber(future);
}

/** Settles the native promise of a future that is done. */
export function settleNative(future: AnyFuture): void {
  const native = future._native();
  const resolve = future._resolve as (value: unknown) => void;
  future._resolve = undefined;
  const state = settleOnce(future);
  if (state === FINISHED) resolve(future._value);
  else nativeReject(native, resolve, state < DIVERGED ? failureOf(future) : takeOverride(future));
}
