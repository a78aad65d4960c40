// The outcome of a future that is done, handed to whoever waits for it.

import { isCancelled } from '../../base/cancelled.ts';
import type { CancelledError } from '../../base/errors.ts';
import { toCancelledError } from '../cancel/cause.ts';
import type { Frame } from '../cancel/frame.ts';
import { CANCELLED, FAILED, FINISHED, STATE, UNSEEN } from './futureState.ts';
import { dueCancel } from '../cancel/pendingCancel.ts';
import { markSeen } from './unretrieved.ts';
import type { Failed } from './unretrieved.ts';

export type Settle = (value: unknown) => void;

export interface Settled extends Failed {
  _cancelledError(): CancelledError;
}

/** Calls one of the two with the result or the error. */
export function outcomeTo(future: Settled, resolve: Settle, reject: Settle): void {
  if ((future._flags & UNSEEN) !== 0) markSeen(future);
  if ((future._flags & STATE) === FINISHED) resolve(future._value);
  else reject(failureOf(future));
}

/** The error of a future that failed or was cancelled. */
export function failureOf(future: Settled): unknown {
  return (future._flags & STATE) === CANCELLED ? future._cancelledError() : future._value;
}

/** The cancel that is due to the code of `frame` when the turn of an await of `future` has come, if it takes
 * the place of the outcome: a gather refuses a cancel when its children are all done, for example. An outcome
 * that is a cancel stays, since two in one iteration are one. */
export function takesItsPlace(future: Settled, frame: Frame): CancelledError | undefined {
  const cause = dueCancel(frame);
  if (cause === undefined) return undefined;
  const state = future._flags & STATE;
  if (state === CANCELLED || (state === FAILED && isCancelled(future._value))) return undefined;
  return toCancelledError(cause);
}
