// Cancels that found nothing to cancel, until they are delivered: the task runs, or, where that lasts, it waits for a
// promise that is not the library's. The program is told of those that last (reports/stuckCancelReport.ts).
//
// 1. It costs nothing until a cancel finds nothing, and what tells is loaded when a cancel has not got through soon.
// 2. One timer looks after all. It holds no process, and it ends with the last of them.

import { unheldTimer } from '../../sys/host/exit.ts';
import { monotonic } from '../../sys/host/host.ts';
import { runAtRoot } from '../../sys/host/storage.ts';
import { shieldStands } from './frame.ts';
import type { Cause, Frame, Owner } from './frame.ts';

/** A cancel that has not got through. */
export interface StuckCancel {
  readonly cause: Cause;
  /** When it was asked for, as `monotonic` tells. */
  since: number;
  /** The stack of whoever asked for it. */
  readonly asked: Error | undefined;
  /** Meets every further await in the frame, and does not wait there. */
  readonly forGood: boolean;
  /** Turns of the host in which it was seen. */
  looks: number;
}

/** Looks through them; set by whoever runs loops. @internal */
export const stuckCancels: { look: ((stuck: Map<Frame, StuckCancel>) => void) | undefined } = {
  look: undefined,
};

// Of all loops of the thread, as the one timer is.
const stuck: Map<Frame, StuckCancel> = new Map();
let armed = false;
// Of a cancel that hits many the first will do.
const MOST_STACKS = 8;

/** A cancel of `frame` found nothing to cancel. */
export function noteUndelivered(frame: Frame, cause: Cause, forGood: boolean): void {
  if (patienceOf(frame) === Infinity || stuck.has(frame)) return;
  const asked = stuck.size < MOST_STACKS ? new Error() : undefined;
  stuck.set(frame, { cause, since: monotonic(), asked, forGood, looks: 0 });
  lookLater();
}

/** Looks at them again when a part of the time has passed, if there are any. */
export function lookLater(): void {
  if (armed) return;
  for (const frame of stuck.keys()) {
    armed = true;
    // A timer of this code would keep what its task holds.
    runAtRoot(() =>
      unheldTimer(patienceOf(frame) / 4, () => {
        armed = false;
        if (stuck.size > 0) stuckCancels.look?.(stuck);
      }),
    );
    return;
  }
}

/** The code of `frame` waits for something of the library's. */
export function noteAwait(frame: Frame): void {
  if (stuck.size === 0) return;
  for (let at: Frame | undefined = frame; at !== undefined; at = at._parent) stuck.delete(at);
}

/** Milliseconds that a cancel may wait. */
export function patienceOf({ task }: Frame): number {
  return ((task as Owner)._loop as object as { foreignCancelWarning: number }).foreignCancelWarning;
}

/** Whether the cancel has not got through; undefined while a shield keeps it off. */
export function isStuck(frame: Frame, { forGood }: StuckCancel): boolean | undefined {
  if (!frame._live || (!forGood && frame._pending === undefined)) return false;
  return shieldStands(frame.task as Owner) ? undefined : true;
}
