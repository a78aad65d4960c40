// Done callbacks: entries of a future's list, run by the ready queue in the context they were added in.

import { functionName } from '../../base/show.ts';
import { checkCallable } from '../../loop/checkCallback.ts';
import { readyQueueOf } from '../../loop/engine.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import { captureHostContext, runAsCallback, storeForCallback } from '../../sys/host/storage.ts';
import type { Enter, Store } from '../../sys/host/storage.ts';
import { checkContext } from '../context/context.ts';
import type { Context } from '../context/context.ts';
import { InnerFrame } from '../cancel/frame.ts';
import { NATIVE, SCHEDULED } from './futureState.ts';

export interface Observed {
  _flags: number;
  _callbacks: Runnable | Runnable[] | undefined;
  readonly _loop: Loop;
  _run(): Effect;
}

/** Appends an entry to a future's list. The native promise takes its place in the list when it comes
 * second to something. */
export function addCallback(future: Observed, entry: Runnable): void {
  const list = future._callbacks;
  if (list === undefined) {
    const nativeFirst = entry !== future && (future._flags & (NATIVE | SCHEDULED)) === NATIVE;
    future._callbacks = nativeFirst ? [future, entry] : entry;
  } else if (Array.isArray(list)) list.push(entry);
  else future._callbacks = [list, entry];
}

/** Takes entries out of a future's list; returns how many. */
export function removeCallbacks(future: Observed, matches: (entry: Runnable) => boolean): number {
  const list = future._callbacks;
  if (list === undefined) return 0;
  if (!Array.isArray(list)) {
    if (!matches(list)) return 0;
    future._callbacks = undefined;
    return 1;
  }
  const kept = list.filter((entry) => !matches(entry));
  future._callbacks = kept.length === 0 ? undefined : kept;
  return list.length - kept.length;
}

// How many entries of a long list have been taken back and still stand in it.
const dead: WeakMap<readonly Runnable[], number> = new WeakMap();
const SHORT = 16;

/** Takes a hook out of a future's list. In a long one it stays, without effect, until half of them are such:
 * tasks that give up waiting for the same future one after the other would search all of it each time. */
export function removeDoneHook(future: Observed, entry: DoneHook): void {
  if (entry.callback === undefined) return;
  entry.callback = undefined;
  const list = future._callbacks;
  if (!Array.isArray(list) || list.length <= SHORT) {
    removeCallbacks(future, (other) => other === entry);
    return;
  }
  const count = (dead.get(list) ?? 0) + 1;
  if (count * 2 < list.length) dead.set(list, count);
  else removeCallbacks(future, (other) => other instanceof DoneHook && other.callback === undefined);
}

/** Puts all entries of a future that is done into the ready queue. */
export function scheduleCallbacks(future: Observed): void {
  const list = future._callbacks;
  future._callbacks = undefined;
  const ready = readyQueueOf(future._loop);
  if (!Array.isArray(list)) {
    if (list !== undefined) ready.push(list);
    return;
  }
  for (const entry of list) {
    if (entry === future) future._flags |= SCHEDULED;
    ready.push(entry);
  }
}

export class DoneCallback implements Runnable {
  readonly callback: (future: unknown) => void;
  /** @internal */ readonly _future: Observed;
  readonly #store: Store | undefined;
  readonly #enter: Enter | undefined;

  constructor(future: Observed, callback: (future: unknown) => void, context: Context | undefined) {
    checkCallable(callback, 'addDoneCallback');
    this.callback = callback;
    this._future = future;
    this.#store =
      context === undefined ? storeForCallback() : new InnerFrame(undefined, checkContext(context));
    this.#enter = captureHostContext();
  }

  _run(): Effect {
    runAsCallback(this.#enter, this.#store, () => this.#call());
    return DRAIN;
  }

  #call(): void {
    try {
      this.callback(this._future);
    } catch (error) {
      reportFailure(this._future._loop, {
        message: `Exception in callback ${functionName(this.callback)}`,
        exception: error,
        future: this._future,
      });
    }
  }
}

/** A done callback of the library's own: it must not throw nor run foreign code, so the queue goes on at
 * once after it. */
export class DoneHook implements Runnable {
  callback: (() => void) | undefined;

  constructor(callback: () => void) {
    this.callback = callback;
  }

  _run(): Effect {
    this.callback?.();
    return NOTHING;
  }
}
