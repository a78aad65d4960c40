// What `then` of a future does, for the engine and for the program that listens.

import { isAdoption, isBuiltIn } from './adoption.ts';
import { AwaitEntry } from './awaitEntry.ts';
import type { OwnTurn } from './awaitEntry.ts';
import { awaitByEntry, awaitingFrame } from './awaitHook.ts';
import { nativeAwaiter, plainPromise } from './delivery.ts';
import type { Delivered } from './delivery.ts';
import { currentFrame } from '../cancel/frame.ts';
import { DIVERGED, DONE, HEARD, NATIVE, PLAIN, SETTLED } from './futureState.ts';
import { nativeSubscribe } from './nativePromise.ts';
import { outcomeTo } from './outcome.ts';
import type { Settle } from './outcome.ts';

interface Subscribed extends OwnTurn, Delivered {
  readonly _loop: OwnTurn['_loop'];
}

export function subscribe(
  future: Subscribed,
  onResult: Settle | null | undefined,
  onError: Settle | null | undefined,
): Promise<unknown> | undefined {
  if (isAdoption(future)) return adopted(future, onResult as Settle, onError as Settle);
  const flags = future._flags;
  if ((flags & DIVERGED) !== 0) return plainPromise(future).then(onResult, onError);
  // The native promise serves the await of a task, which must not be woken together with others.
  if ((flags & (NATIVE | PLAIN | SETTLED)) === NATIVE && !isOfThatAwait(future, onResult)) {
    const entry = new AwaitEntry(future, undefined);
    future._tell(entry);
    future._flags |= HEARD;
    return new Promise<unknown>((resolve, reject) => entry.claim(resolve, reject)).then(onResult, onError);
  }
  future._subscribe();
  if (nativeAwaiter(future) === undefined) future._flags |= PLAIN;
  return nativeSubscribe(future._native(), onResult, onError);
}

// Promise.all and its like read `constructor`, which notes the await, and then call `then` themselves.
function isOfThatAwait(future: Subscribed, onResult: Settle | null | undefined): boolean {
  const frame = nativeAwaiter(future);
  return frame !== undefined && frame === currentFrame() && isBuiltIn(onResult);
}

function adopted(future: Subscribed, resolve: Settle, reject: Settle): undefined {
  if ((future._flags & DONE) !== 0) outcomeTo(future, resolve, reject);
  else awaitByEntry(future, awaitingFrame(future)).claim(resolve, reject);
}
