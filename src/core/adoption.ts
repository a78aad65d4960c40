// How a future learns that an async function returned it. `return future` is no await: the engine adopts
// the future by calling its `then` with the resolving functions of the async function's own promise. These
// are told from a program's callbacks by what the language says of them: built in, anonymous, one parameter,
// no `prototype`.

import { currentFrame } from './frame.ts';
import { DONE, PLAIN } from './futureState.ts';
import { subscribing } from './nativePromise.ts';
import { beginWait } from './wait.ts';
import type { WaitedFuture } from './wait.ts';

const source = Function.prototype.toString;
const BUILT_IN = /\{\s*\[native code\]\s*\}$/;

function isAdoption(onResult: unknown): boolean {
  return (
    typeof onResult === 'function' &&
    onResult.name === '' &&
    onResult.length === 1 &&
    !Object.hasOwn(onResult, 'prototype') &&
    BUILT_IN.test(source.call(onResult))
  );
}

/** Notes a `then` that no await announced: the running code waits for the future when that is adopted by a
 * promise, and merely listens otherwise. */
export function noteThen(future: WaitedFuture, onResult: unknown): void {
  // `finally` passes functions of the engine's as well.
  if ((future._flags & DONE) === 0 && !subscribing && isAdoption(onResult)) {
    const frame = currentFrame();
    if (frame?.task !== undefined) {
      beginWait(future, frame);
      return;
    }
  }
  future._flags |= PLAIN;
}
