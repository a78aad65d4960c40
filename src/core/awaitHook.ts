// The getter behind a future's `constructor`: how an await is seen. `await f`, Promise.all(f) and the like
// read the property in the step of the task that waits.

import { currentFrame } from './frame.ts';
import { DIVERGED, DONE, PLAIN, SCHEDULED } from './futureState.ts';
import { subscribing } from './nativePromise.ts';
import { beginWait } from './wait.ts';
import type { WaitedFuture } from './wait.ts';

interface Hooked extends WaitedFuture {
  _noteAwait(): unknown;
}

/** Puts the getter on a class's prototype. Subclasses need it too, since a class definition puts a plain
 * property there: the library's are hooked where they are defined, a user's when the first object of the
 * class is made. */
export function hookAwait(type: { prototype: object; _hooked: unknown }): void {
  type._hooked = type;
  Object.defineProperty(type.prototype, 'constructor', { configurable: true, get: awaited });
}

function awaited(this: Hooked): unknown {
  if (subscribing) return Promise;
  // The prototypes themselves are no futures.
  if (this._flags === undefined) return Promise;
  if ((this._flags & DIVERGED) !== 0) return Object;
  const frame = currentFrame();
  if ((this._flags & DONE) !== 0) {
    this._subscribe();
    // One more who is woken with the others: from now on all get the same.
    if ((this._flags & SCHEDULED) !== 0) this._flags |= PLAIN;
  } else if (frame === undefined || frame.task === undefined) {
    this._subscribe();
    this._flags |= PLAIN;
  } else beginWait(this, frame);
  return this._noteAwait();
}
