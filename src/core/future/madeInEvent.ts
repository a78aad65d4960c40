// Errors that were made in an event of the host's, where no caller is: who throws one to a caller gives it a place
// (base/callerStack.ts).

import { atCallerIfFound } from '../../base/callerIfFound.ts';
import { placeless } from '../../base/callerStack.ts';
import { ignore, nativeSubscribe, nativeThen, placing } from './nativePromise.ts';
import type { Resolve } from './nativePromise.ts';

/** Notes that `error` was made where no caller is. Returns the error. */
export function madeInEvent<E extends object>(error: E): E {
  placeless.add(error);
  placing.reject = rejectAtCaller;
  return error;
}

/** Whether nobody was thrown this error yet, and it was made in an event. */
export function isPlaceless(error: unknown): boolean {
  return placeless.has(error as object);
}

function rejectAtCaller(promise: Promise<unknown>, resolve: Resolve, error: unknown): boolean {
  if (!isPlaceless(error)) return false;
  resolve({ then: (done: Resolve, fail: Resolve) => place(promise, error, done, fail) });
  return true;
}

// It gets the stack of whoever awaits the promise: the engine follows `done` to them once it is subscribed, as long as
// nobody else listens.
function place(promise: Promise<unknown>, error: unknown, done: Resolve, fail: Resolve): void {
  void nativeThen.call(thrown(error), done, (same) => {
    void nativeSubscribe(promise, undefined, ignore);
    fail(same);
  });
}

async function thrown(error: unknown): Promise<never> {
  await Promise.resolve();
  throw atCallerIfFound(error, thrown);
}
