// Done callbacks: entries of a future's list, run by the ready queue in the context they were added in.

import { functionName } from '../../base/show.ts';
import { storeOnLoop } from '../../loop/atWork.ts';
import { checkCallable } from '../../loop/checkCallback.ts';
import { enqueue, readyQueueOf } from '../../loop/engine.ts';
import { reportFailure } from '../../loop/failures.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import { captureHostContext, runAsCallback, storeForCallback } from '../../sys/host/storage.ts';
import type { Enter, Store } from '../../sys/host/storage.ts';
import { checkContext } from '../context/context.ts';
import type { Context } from '../context/context.ts';
import { InnerFrame } from '../cancel/frame.ts';
import type { AnyFuture } from './anyFuture.ts';
import { DONE, HEARD, KEPT, NATIVE, schedule, SCHEDULED } from './futureState.ts';

/** Calls `callback` when `future` is done, for the library's own use: it only moves on what waits, in no context. */
export function onDone(future: AnyFuture, callback: () => void): DoneHook {
  const hook = new DoneHook(callback);
  enqueueWhenDone(future, hook);
  return hook;
}

/** `entry` stands in the ready queue once `future` is done. */
export function enqueueWhenDone(future: AnyFuture, entry: Runnable): void {
  if ((future._flags & DONE) !== 0) enqueue(future._loop, entry);
  else addCallback(future, entry);
}

/** Whether it is pending, and nobody waits for it or listens. */
export function isUnobserved(future: AnyFuture): boolean {
  return future._callbacks === undefined && (future._flags & (DONE | NATIVE | HEARD | KEPT)) === 0;
}

/** Appends an entry to a future's list. The native promise takes its place in the list when it comes
 * second to something. */
export function addCallback(future: AnyFuture, entry: Runnable): void {
  const list = future._callbacks;
  if (list === undefined) {
    const nativeFirst = entry !== future && (future._flags & (NATIVE | SCHEDULED)) === NATIVE;
    future._callbacks = nativeFirst ? [future, entry] : entry;
  } else if (Array.isArray(list)) list.push(entry);
  else future._callbacks = [list, entry];
}

/** Takes entries out of a future's list; returns how many. */
export function removeCallbacks(future: AnyFuture, matches: (entry: Runnable) => boolean): number {
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

/** Takes back an {@link onDone}; harmless when it has run. In a long list the hook stays, without effect, until
 * half of them are such: tasks that give up waiting for the same future one after the other would search all of
 * it each time. */
export function offDone(future: AnyFuture, hook: DoneHook): void {
  if (hook.callback === undefined) return;
  hook.callback = undefined;
  const list = future._callbacks;
  if (!Array.isArray(list) || list.length <= SHORT) {
    removeCallbacks(future, (other) => other === hook);
    return;
  }
  const count = (dead.get(list) ?? 0) + 1;
  if (count * 2 < list.length) dead.set(list, count);
  else removeCallbacks(future, (other) => other instanceof DoneHook && other.callback === undefined);
}

/** Puts all entries of a future that is done into the ready queue. */
export function scheduleCallbacks(future: AnyFuture): void {
  const list = future._callbacks;
  future._callbacks = undefined;
  const ready = readyQueueOf(future._loop);
  if (!Array.isArray(list)) {
    if (list !== undefined) ready.push(list);
    return;
  }
  for (const entry of list) {
    if (entry === future) schedule(future);
    ready.push(entry);
  }
}

export class DoneCallback implements Runnable {
  readonly callback: (future: unknown) => void;
  /** @internal */ readonly future: AnyFuture;
  readonly #store: Store | undefined;
  readonly #enter: Enter | undefined;

  constructor(future: AnyFuture, callback: (future: unknown) => void, context: Context | undefined) {
    checkCallable(callback, 'addDoneCallback');
    this.callback = callback;
    this.future = future;
    this.#store =
      context === undefined ? storeForCallback() : new InnerFrame(undefined, checkContext(context));
    this.#enter = captureHostContext();
  }

  _run(): Effect {
    const store = storeOnLoop(this.future._loop, this.#store);
    runAsCallback(this.#enter, store, () => this.#call());
    return DRAIN;
  }

  #call(): void {
    try {
      this.callback(this.future);
    } catch (error) {
      reportFailure(this.future._loop, {
        message: `Exception in callback ${functionName(this.callback)}`,
        exception: error,
        future: this.future,
      });
    }
  }
}

/** The future that a done callback was added to. */
export function futureOf(entry: DoneCallback): object {
  return entry.future;
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
