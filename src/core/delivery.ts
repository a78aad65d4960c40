// From the state of a future to its native promise: the turn in the ready queue, and what may still happen
// to an outcome on the way to the task that awaits it.

import { isCancelled } from '../base/errors.ts';
import type { CancelledError } from '../base/errors.ts';
import type { Loop } from '../loop/loop.ts';
import { DRAIN, NOTHING, STEP } from '../loop/runnable.ts';
import type { Effect } from '../loop/runnable.ts';
import { toCancelledError } from './cause.ts';
import type { Cause, Frame, Waited } from './frame.ts';
import {
  CANCELLED,
  DIVERGED,
  FAILED,
  FINISHED,
  NATIVE,
  PLAIN,
  SCHEDULED,
  SETTLED,
  STATE,
  UNSEEN,
} from './futureState.ts';
import { nativeReject } from './nativePromise.ts';
import { dueCancel } from './pendingCancel.ts';
import { markSeen } from './unretrieved.ts';
import { endWait } from './wait.ts';

interface Delivered extends Waited {
  _flags: number;
  readonly _value: unknown;
  _resolve: ((value: unknown) => void) | undefined;
  _awaiter: Frame | Frame[] | undefined;
  readonly _loop: Loop;
  _native(): Promise<unknown>;
  _cancelledError(): CancelledError;
}

// The cancels that are delivered in the place of an outcome that came just before them.
const overrides: WeakMap<object, CancelledError> = new WeakMap();

/** Its turn has come: wakes those who await it. */
export function deliver(future: Delivered): Effect {
  if ((future._flags & (SETTLED | NATIVE)) !== NATIVE) return NOTHING;
  future._flags &= ~SCHEDULED;
  const awaiter = future._awaiter;
  let effect: Effect = DRAIN;
  if (awaiter !== undefined) {
    future._awaiter = undefined;
    endWait(future, awaiter);
    if (!Array.isArray(awaiter)) {
      if (awaiter.task?._alert === true) throwDue(future, awaiter);
      future._loop._ready.stepping = awaiter.task;
      effect = STEP;
    }
  }
  settleNative(future);
  return effect;
}

// A cancel that the future refused, as a gather does whose children are all done, is due at this await.
function throwDue(future: Delivered, frame: Frame): void {
  if ((future._flags & (DIVERGED | PLAIN)) !== 0) return;
  const cause = dueCancel(frame);
  if (cause === undefined) return;
  const state = future._flags & STATE;
  if (state === CANCELLED || (state === FAILED && isCancelled(future._value))) return;
  future._flags |= DIVERGED;
  overrides.set(future, toCancelledError(cause));
}

/** Settles the native promise of a future that is done. */
export function settleNative(future: Delivered): void {
  const native = future._native();
  const resolve = future._resolve as (value: unknown) => void;
  future._resolve = undefined;
  future._flags |= SETTLED;
  const state = future._flags & (STATE | DIVERGED);
  if (state === FINISHED) resolve(future._value);
  else nativeReject(native, resolve, state < DIVERGED ? failureOf(future) : takeOverride(future));
}

/** The task that awaits the future alone is cancelled before its turn: it gets the cancel instead. One that
 * is about to get a CancelledError anyway gets that: two cancels in one turn are one. */
export function overrideDelivery(future: Delivered, cause: Cause): boolean {
  if ((future._flags & SCHEDULED) === 0) return false;
  if ((future._flags & DIVERGED) !== 0 || (future._flags & STATE) === CANCELLED) return true;
  if ((future._flags & PLAIN) !== 0) return false;
  if (Array.isArray(future._awaiter)) return false;
  future._flags |= DIVERGED;
  overrides.set(future, toCancelledError(cause));
  return true;
}

/** The cancel that was put in the place of the outcome is taken back before its turn. */
export function restoreDelivery(future: Delivered): void {
  if ((future._flags & (SCHEDULED | DIVERGED)) !== (SCHEDULED | DIVERGED)) return;
  future._flags &= ~DIVERGED;
  overrides.delete(future);
}

/** A promise made from the state, once the native one no longer fits it. */
export function plainPromise<T>(future: Delivered): Promise<T> {
  if ((future._flags & UNSEEN) !== 0) markSeen(future);
  return (future._flags & STATE) === FINISHED
    ? Promise.resolve(future._value as T)
    : Promise.reject(failureOf(future));
}

function failureOf(future: Delivered): unknown {
  return (future._flags & STATE) === CANCELLED
    ? future._cancelledError()
    : (future._flags & STATE) === FAILED
      ? future._value
      : undefined;
}

function takeOverride(future: Delivered): unknown {
  const error = overrides.get(future);
  overrides.delete(future);
  return error;
}
