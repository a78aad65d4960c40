// The getter behind a future's `constructor`: how an await is seen. `await f`, Promise.all(f) and the like
// read the property in the step of the task that waits. `Promise` as the answer makes the engine take this very
// promise, which is quickest; anything else makes it call `then` in a microtask.

import { announce } from './adoption.ts';
import type { AnyFuture } from './anyFuture.ts';
import { AwaitEntry } from './awaitEntry.ts';
import { currentFrame } from '../cancel/frame.ts';
import type { Frame } from '../cancel/frame.ts';
import { enqueueWhenDone } from './doneCallback.ts';
import { DIVERGED, DONE, NATIVE, notePlain, SCHEDULED, UNSEEN } from './futureState.ts';
import { subscribing } from './nativePromise.ts';
import { subscribeNative } from './outcome.ts';
import { markSeen } from './unretrieved.ts';
import { beginWait } from './wait.ts';

/** Puts the getter on a class's prototype. Each subclass needs it too, since a class definition puts a plain property
 * there: it is hooked when the first object of the class is made, so that a class that nobody uses is left out by
 * bundlers. */
export function hookAwait(type: { prototype: object; _hooked: unknown }): void {
  type._hooked = type;
  Object.defineProperty(type.prototype, 'constructor', { configurable: true, get: awaited });
}

function awaited(this: AnyFuture): unknown {
  if (subscribing) return Promise;
  const flags = this._flags;
  // The prototypes themselves are no futures.
  if (flags === undefined) return Promise;
  if ((flags & DONE) !== 0) return awaitedWhenDone(this, flags);
  const frame = awaitingFrame(this);
  if (this._sharesNative && (flags & NATIVE) === 0) {
    if (frame?.task === undefined) {
      subscribeNative(this);
      notePlain(this);
    } else beginWait(this, frame, undefined);
    return Promise;
  }
  announce(awaitByEntry(this, frame));
  return Object;
}

/** The frame that awaits `future` here. A task that a closed loop left behind is as one that has ended: what
 * goes on in it, in a later run, is outside of it. */
export function awaitingFrame(future: AnyFuture): Frame | undefined {
  const frame = currentFrame();
  const loop = frame?.task?._loop;
  return loop === undefined || loop === future._loop || !(loop as AnyFuture['_loop']).isClosed()
    ? frame
    : undefined;
}

// Nothing has to be waited for, though others may still be waiting for their turn.
function awaitedWhenDone(future: AnyFuture, flags: number): unknown {
  if (future._sharesNative && (flags & (SCHEDULED | DIVERGED)) === 0) {
    subscribeNative(future);
    return Promise;
  }
  if ((flags & UNSEEN) !== 0) markSeen(future);
  announce(new AwaitEntry(future, undefined, true));
  return Object;
}

/** The code of `frame`, if it is a task's, waits for `future` by an entry of its own. */
export function awaitByEntry(future: AnyFuture, frame: Frame | undefined): AwaitEntry {
  const entry = new AwaitEntry(future, frame);
  if (frame?.task === undefined) enqueueWhenDone(future, entry);
  else beginWait(future, frame, entry);
  return entry;
}
