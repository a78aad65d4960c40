// What `then` of a future does, for the engine and for the program that listens.

import type { AnyFuture } from './anyFuture.ts';
import { isAdoption, isBuiltIn } from './adoption.ts';
import { AwaitEntry } from './awaitEntry.ts';
import { awaitByEntry, awaitingFrame } from './awaitHook.ts';
import { nativeAwaiter, plainPromise } from './delivery.ts';
import { currentFrame } from '../cancel/frame.ts';
import { enqueueWhenDone } from './doneCallback.ts';
import { DIVERGED, DONE, NATIVE, noteEntry, notePlain, PLAIN, SETTLED } from './futureState.ts';
import { nativeSubscribe } from './nativePromise.ts';
import { outcomeTo, subscribeNative } from './outcome.ts';
import type { Settle } from './outcome.ts';

export function subscribe(
  future: AnyFuture,
  onResult: Settle | null | undefined,
  onError: Settle | null | undefined,
): Promise<unknown> | undefined {
  if (isAdoption(future)) return adopted(future, onResult as Settle, onError as Settle);
  const flags = future._flags;
  if ((flags & DIVERGED) !== 0) return plainPromise(future).then(onResult, onError);
  // The native promise serves the await of a task, which must not be woken together with others.
  if ((flags & (NATIVE | PLAIN | SETTLED)) === NATIVE && !isOfThatAwait(future, onResult)) {
    const entry = new AwaitEntry(future, undefined);
    enqueueWhenDone(future, entry);
    noteEntry(future);
    return new Promise<unknown>((resolve, reject) => entry.claim(resolve, reject)).then(onResult, onError);
  }
  subscribeNative(future);
  if (nativeAwaiter(future) === undefined) notePlain(future);
  return nativeSubscribe(future._native(), onResult, onError);
}

// Promise.all and its like read `constructor`, which notes the await, and then call `then` themselves.
function isOfThatAwait(future: AnyFuture, onResult: Settle | null | undefined): boolean {
  const frame = nativeAwaiter(future);
  return frame !== undefined && frame === currentFrame() && isBuiltIn(onResult);
}

function adopted(future: AnyFuture, resolve: Settle, reject: Settle): undefined {
  if ((future._flags & DONE) !== 0) outcomeTo(future, resolve, reject);
  else awaitByEntry(future, awaitingFrame(future)).claim(resolve, reject);
}
