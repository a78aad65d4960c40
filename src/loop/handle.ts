// Handle and TimerHandle: what callSoon, callLater and callAt return. A handle runs its callback in the
// context it was made in, at most once, and reports what the callback throws to the loop.

import { className, functionName, showAsText } from '../base/show.ts';
import { beginBare, captureHostContext, currentStore, endBare, runCaptured } from '../sys/host/storage.ts';
import type { Enter, Store } from '../sys/host/storage.ts';
import { storeOnLoop } from './atWork.ts';
import { creationLines, creationPlace } from './creation.ts';
import { keepsPlaces, timersOf } from './engine.ts';
import type { Engine } from './engine.ts';
import { reportFailure } from './failures.ts';
import { DRAIN, NOTHING } from './runnable.ts';
import type { Effect, Runnable } from './runnable.ts';
import type { Timed } from './timers.ts';

export type Callback<A extends unknown[]> = (...args: A) => void;

/** A callback that was scheduled. Semantics: asyncio.Handle.
 * @example
 * ```ts
 * import { run, getRunningLoop, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const handle = getRunningLoop().callSoon(() => console.log('never'));
 *   handle.cancel();
 *   await sleep(0);
 *   console.log(handle.cancelled()); // -> true
 * });
 * ```
 */
export class Handle implements Runnable {
  /** @internal */ _callback: ((...args: never[]) => void) | undefined;
  /** @internal */ _args: readonly unknown[];
  /** @internal */ readonly _loop: Engine;
  #store: Store | undefined;
  readonly #enter: Enter | undefined;

  /** @internal */
  constructor(
    loop: Engine,
    callback: (...args: never[]) => void,
    args: readonly unknown[],
    store: Store | undefined,
  ) {
    this._loop = loop;
    this._callback = callback;
    this._args = args;
    this.#store = store;
    this.#enter = captureHostContext();
    if (keepsPlaces(loop)) creationPlace.set(this, new Error('created here'));
  }

  /** Takes the callback back; a handle that ran or was cancelled stays as it is. */
  cancel(): void {
    this._callback = undefined;
    this._args = [];
  }

  /** The {@link Context} that the callback runs in; undefined for an empty one. */
  getContext(): unknown {
    return this.#store?.contextOfCallback();
  }

  /** True when the callback was taken back. */
  cancelled(): boolean {
    return this._callback === undefined;
  }

  /** @internal */
  _run(): Effect {
    if (this._callback === undefined) return NOTHING;
    const began = this._loop.getDebug() ? this._loop.time() : -1;
    const enter = this.#enter;
    this.#store = storeOnLoop(this._loop, this.#store);
    if (this.#store !== undefined) runCaptured(enter, this.#store, () => this.#call());
    else if (enter === undefined && currentStore() === undefined) this.#callBare();
    else runCaptured(enter, undefined, () => this.#callBare());
    if (began >= 0) this._loop.noteDuration(this, this._loop.time() - began);
    return DRAIN;
  }

  // What it sets is seen when the same handle runs again, as that of a reader or writer does.
  #callBare(): void {
    const outer = beginBare();
    try {
      this.#call();
    } finally {
      this.#store = endBare(outer);
    }
  }

  #call(): void {
    const callback = this._callback as (...args: unknown[]) => void;
    try {
      callback(...this._args);
    } catch (error) {
      reportFailure(this._loop, {
        message: `Exception in callback ${functionName(callback)}`,
        exception: error,
        handle: this,
      });
    }
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const what = this._callback === undefined ? 'cancelled' : functionName(this._callback);
    const place = this._loop.getDebug() ? creationLines(this)[0] : undefined;
    const created = place === undefined ? '' : ` created ${place}`;
    return `<${className(this)} ${what}${this._describe()}${created}>`;
  }

  /** @internal */
  _describe(): string {
    return '';
  }
}

showAsText(Handle);

/** What a handle calls; undefined once it was cancelled. */
export function callbackOf(handle: Handle): unknown {
  return handle._callback;
}

/** A callback that was scheduled for a time. Semantics: asyncio.TimerHandle.
 * @example
 * ```ts
 * import { run, getRunningLoop } from 'asyncio-ts';
 * await run(async () => {
 *   const loop = getRunningLoop();
 *   const handle = loop.callLater(1000, () => {});
 *   console.log(handle.when() > loop.time()); // -> true
 *   handle.cancel();
 * });
 * ```
 */
export class TimerHandle extends Handle implements Timed {
  /** @internal */ readonly _when: number;
  /** @internal */ _sequence: number = 0;
  /** @internal */ _dead: boolean = false;

  /** @internal */
  constructor(
    loop: Engine,
    when: number,
    callback: (...args: never[]) => void,
    args: readonly unknown[],
    store: Store | undefined,
  ) {
    super(loop, callback, args, store);
    this._when = when;
  }

  /** The time for which it was scheduled, on the scale of `loop.time()`, in milliseconds. */
  when(): number {
    return this._when;
  }

  override cancel(): void {
    if (this._callback !== undefined && this._sequence > 0) {
      this._dead = true;
      timersOf(this._loop).noteDead();
    }
    super.cancel();
  }

  /** @internal */
  override _describe(): string {
    return ` when=${this._when.toFixed(3)}`;
  }
}
