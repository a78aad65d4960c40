// Future: a promise whose outcome is set from outside, with asyncio's methods and asyncio's order of
// wake-ups.
//
// 1. `setResult`, `setException`, `cancel` change the state at once. Who waits runs in the loop's next
//    iteration: each done callback and the native promise's reactions are one entry each in the ready
//    queue, in the order in which they were registered.
// 2. The native promise below is settled when its entry runs, or, when nobody had subscribed, at the
//    moment somebody does; never before, so a failed future that nobody looks at is no unhandled
//    rejection.
// 3. Every subscription is seen: `await f` and Promise.all(f) read `f.constructor`, which is a getter
//    that answers Promise (that keeps the engine's fast path) and registers the awaiting frame; plain
//    `then` goes through ours.
// 4. A task that is cancelled after its future was done but before it was resumed gets the CancelledError
//    at that await all the same (`_overrideDelivery`). The native promise then differs from the future,
//    and later subscribers are served from the state.

import { InvalidStateError } from '../base/errors.ts';
import type { CancelledError } from '../base/errors.ts';
import { creationPlace } from '../loop/creation.ts';
import type { Loop } from '../loop/loop.ts';
import { DRAIN, NOTHING, STEP } from '../loop/runnable.ts';
import type { Effect, Runnable } from '../loop/runnable.ts';
import { runningLoop } from '../loop/running.ts';
import type { Blocker } from './blocker.ts';
import { toCancelledError } from './cause.ts';
import type { Context } from './context.ts';
import { addCallback, DoneCallback, Watch } from './doneCallback.ts';
import { currentFrame } from './frame.ts';
import type { Cause, Frame, Waited } from './frame.ts';
import { describeFuture } from './describe.ts';
import { CANCELLED, DIVERGED, DONE, FAILED, FINISHED, NATIVE, PENDING, PLAIN, SCHEDULED, SETTLED, STATE, UNSEEN }
  from './futureState.ts';
import { markSeen, noteFailure } from './unretrieved.ts';
import { beginWait, endWait } from './wait.ts';

type Executor<T> = (resolve: (value: T) => void, reject: (error: unknown) => void) => void;

/** Where a future belongs and what it is called. */
export interface FutureOptions {
  /** The loop that runs its callbacks; the running one by default. */
  loop?: Loop | undefined;
}

// The promise's own functions: `resolve` is caught by an executor that is made once. Keeping `reject` as
// well would cost each future 64 bytes; a failure is adopted from a thenable instead.
let caughtResolve: (value: unknown) => void;
const catchResolve = (resolve: (value: unknown) => void): void => {
  caughtResolve = resolve;
};
const nativeThen = Promise.prototype.then;
const nativeFinally = Promise.prototype.finally;
const ignore = (): void => {};
let subscribing = false;

/** Makes the native promise of a future that has none of its own; its `resolve` is left in `_resolve`.
 * @internal */
export function makeNative<T>(future: { _resolve: ((value: unknown) => void) | undefined }): Promise<T> {
  const promise = new Promise<T>(catchResolve as never);
  future._resolve = caughtResolve;
  return promise;
}

class Failure {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
  then(_: unknown, reject: (error: unknown) => void): void {
    reject(this.error);
  }
}

/** A result that is not there yet; a promise with asyncio's methods. Semantics: asyncio.Future.
 *
 * Cancelling a task that awaits a future cancels the future.
 * @throws NoRunningLoopError when made outside of a loop without one being given
 * @example
 * ```ts
 * import { run, getRunningLoop } from 'asyncio-ts';
 * await run(async () => {
 *   const loop = getRunningLoop();
 *   const future = loop.createFuture<string>();
 *   loop.callLater(1, () => future.setResult('ready'));
 *   console.log(await future, future.done()); // -> ready true
 * });
 * ```
 */
export class Future<T = unknown> extends Promise<T> implements Runnable, Waited {
  /** The class itself once `hookAwait` has seen it; inherited, so a new subclass shows. @internal */
  static _hooked: unknown = undefined;
  /** @internal */ declare _flags: number;
  /** Result, error or cause of the cancel. @internal */ declare _value: unknown;
  /** @internal */ declare _resolve: ((value: unknown) => void) | undefined;
  /** The frame that awaits, or several. @internal */ declare _awaiter: Frame | Frame[] | undefined;
  /** What runs when it is done, besides the native promise alone. @internal */
  declare _callbacks: Runnable | Runnable[] | undefined;
  /** @internal */ declare readonly _loop: Loop;
  /** What it waits for; set by the primitive that made it, else undefined on the prototype. @internal */
  declare blocker: Blocker | undefined;

  constructor(options?: FutureOptions | Executor<T>) {
    super(catchResolve as never);
    this._flags = PENDING;
    this._value = undefined;
    this._resolve = caughtResolve;
    this._awaiter = undefined;
    this._callbacks = undefined;
    this._loop = (typeof options === 'object' ? options.loop : undefined) ?? runningLoop('a future');
    this.blocker = undefined;
    if (this._loop._keepsPlaces) creationPlace.set(this, new Error('created here'));
    if (typeof options === 'function') runExecutor(this, options);
    if (new.target._hooked !== new.target) hookAwait(new.target);
  }

  getLoop(): Loop {
    return this._loop;
  }

  /** True when it has a result or an error, or was cancelled. */
  done(): boolean {
    return (this._flags & DONE) !== 0;
  }

  cancelled(): boolean {
    return (this._flags & STATE) === CANCELLED;
  }

  /** The result.
   * @throws InvalidStateError when it is not done; CancelledError when it was cancelled; else its error */
  result(): T {
    const state = this._flags & STATE;
    if (state === FINISHED) return this._value as T;
    if ((this._flags & UNSEEN) !== 0) markSeen(this);
    if (state === PENDING) throw new InvalidStateError('the result is not ready: await the future');
    if (state === CANCELLED) throw this._cancelledError();
    throw this._value;
  }

  /** The error, or undefined where there is none.
   * @throws InvalidStateError when it is not done; CancelledError when it was cancelled */
  exception(): unknown {
    const state = this._flags & STATE;
    if ((this._flags & UNSEEN) !== 0) markSeen(this);
    if (state === PENDING) throw new InvalidStateError('the future is not done, so it has no error yet');
    if (state === CANCELLED) throw this._cancelledError();
    return state === FAILED ? this._value : undefined;
  }

  /** True when it has an error; an error may be `undefined`. @internal */
  _failed(): boolean {
    return (this._flags & STATE) === FAILED;
  }

  /** Sets the result. A promise given as result is waited for by whoever awaits the future.
   * @throws InvalidStateError when it is done already */
  setResult(value: T): void {
    if ((this._flags & DONE) !== 0) throw new InvalidStateError(`the future is done already: ${describeFuture(this)}`);
    this._value = value;
    this._finish(FINISHED);
  }

  /** Sets the error; a class of errors is instantiated.
   * @throws InvalidStateError when it is done already */
  setException(error: unknown): void {
    if ((this._flags & DONE) !== 0) throw new InvalidStateError(`the future is done already: ${describeFuture(this)}`);
    this._fail(typeof error === 'function' && error.prototype instanceof Error
      ? new (error as new () => Error)() : error);
  }

  /** Cancels it, so that whoever awaits it gets a CancelledError with this message.
   * @returns false when it was done already, and nothing happened */
  cancel(message: string = ''): boolean {
    return this._cancelFor(message);
  }

  /** @internal */
  _cancelFor(cause: Cause): boolean {
    if ((this._flags & UNSEEN) !== 0) markSeen(this);
    if ((this._flags & DONE) !== 0) return false;
    this._value = cause;
    this._finish(CANCELLED);
    return true;
  }

  /** Calls `callback(future)` in the loop's next iteration after it is done, or after now if it is.
   * `context` is where the callback runs; a copy of the current one by default. */
  addDoneCallback(callback: (future: this) => void, options: { context?: Context | undefined } = {}): void {
    const entry = new DoneCallback(this, callback as (future: unknown) => void, options.context);
    if ((this._flags & DONE) !== 0) this._loop._ready.push(entry);
    else addCallback(this, entry);
  }

  /** As addDoneCallback for the library's own use: `callback` only moves on what waits, in no context.
   * @internal */
  _watch(callback: () => void): Watch {
    const entry = new Watch(callback);
    if ((this._flags & DONE) !== 0) this._loop._ready.push(entry);
    else addCallback(this, entry);
    return entry;
  }

  /** Takes back a {@link _watch}; harmless when it has run. @internal */
  _unwatch(entry: Watch): void {
    entry.callback = undefined;
    const list = this._callbacks;
    if (list === entry) this._callbacks = undefined;
    else if (Array.isArray(list)) list.splice(list.indexOf(entry), list.includes(entry) ? 1 : 0);
  }

  /** Takes back every registration of `callback`; returns how many there were. */
  removeDoneCallback(callback: (future: this) => void): number {
    const before = this._callbacks;
    if (before === undefined) return 0;
    const list = Array.isArray(before) ? before : [before];
    const kept = list.filter((entry) => !(entry instanceof DoneCallback && entry.callback === callback));
    this._callbacks = kept.length === 0 ? undefined : kept;
    return list.length - kept.length;
  }

  override then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if ((this._flags & DIVERGED) !== 0) return this._plain().then(onResult, onError);
    this._subscribe();
    this._notePlain();
    const native = this._native();
    subscribing = true;
    try {
      return nativeThen.call(native, onResult, onError) as Promise<A | B>;
    } finally {
      subscribing = false;
    }
  }

  override finally(callback?: (() => void) | null): Promise<T> {
    // The native method calls `then`, which subscribes.
    subscribing = true;
    try {
      return nativeFinally.call(this, callback) as Promise<T>;
    } finally {
      subscribing = false;
    }
  }

  /** The native promise: this one; a task makes one when it is needed. @internal */
  _native(): Promise<T> {
    return this;
  }

  /** An await was noted. The answer is what it reads as `constructor`: Promise makes it take this very
   * promise, anything else makes it call `then` in a microtask. @internal */
  _noteAwait(): unknown {
    return Promise;
  }

  /** Somebody subscribed by `then`, so that a cancel can no longer be put in the place of the outcome for
   * the task that awaits it. @internal */
  _notePlain(): void {
    this._flags |= PLAIN;
  }

  /** Somebody subscribes to the native promise: it must be settled now or when its turn comes. @internal */
  _subscribe(): void {
    const flags = this._flags;
    if ((flags & DONE) !== 0) {
      if ((flags & UNSEEN) !== 0) markSeen(this);
      if ((flags & (SETTLED | SCHEDULED)) === 0) this._settle();
    } else if ((flags & NATIVE) === 0) {
      this._flags = flags | NATIVE;
      if (this._callbacks !== undefined) addCallback(this, this);
    }
  }

  /** Lets those who wait run. @internal */
  _finish(state: number): void {
    this._flags |= state;
    const ready = this._loop._ready;
    const callbacks = this._callbacks;
    if (callbacks === undefined) {
      if ((this._flags & NATIVE) !== 0) {
        this._flags |= SCHEDULED;
        ready.push(this);
      }
      return;
    }
    this._callbacks = undefined;
    if (!Array.isArray(callbacks)) {
      ready.push(callbacks);
      return;
    }
    for (const entry of callbacks) {
      if (entry === this) this._flags |= SCHEDULED;
      ready.push(entry);
    }
  }

  /** @internal */
  _fail(error: unknown): void {
    this._value = error;
    const watched = (this._flags & NATIVE) !== 0;
    this._finish(FAILED);
    if (!watched) {
      this._flags |= UNSEEN;
      noteFailure(this);
    }
  }

  /** Its turn in the ready queue: wakes those who await it. @internal */
  _run(): Effect {
    return this._deliver();
  }

  /** @internal */
  _deliver(): Effect {
    if ((this._flags & (SETTLED | NATIVE)) !== NATIVE) return NOTHING;
    this._flags &= ~SCHEDULED;
    const awaiter = this._awaiter;
    let effect: Effect = DRAIN;
    if (awaiter !== undefined) {
      this._awaiter = undefined;
      endWait(this, awaiter);
      if (!Array.isArray(awaiter)) {
        this._loop._ready.stepping = awaiter.task;
        effect = STEP;
      }
    }
    this._settle();
    return effect;
  }

  /** Settles the native promise. @internal */
  _settle(): void {
    const native = this._native();
    const resolve = this._resolve as (value: unknown) => void;
    this._resolve = undefined;
    this._flags |= SETTLED;
    const state = this._flags & (STATE | DIVERGED);
    if (state === FINISHED) {
      resolve(this._value);
      return;
    }
    // A handler of our own, so that a promise that nobody listens to any more does not count as unhandled.
    subscribing = true;
    nativeThen.call(native, undefined, ignore);
    subscribing = false;
    resolve(new Failure(state === FAILED ? this._value
      : state === CANCELLED ? this._cancelledError() : this._takeOverride()));
  }

  /** The task that awaits it alone is cancelled before its turn: it gets the cancel instead.
   * @internal */
  _overrideDelivery(cause: Cause): boolean {
    if ((this._flags & (SCHEDULED | DIVERGED | PLAIN)) !== SCHEDULED) return false;
    if (Array.isArray(this._awaiter)) return false;
    this._flags |= DIVERGED;
    overrides.set(this, toCancelledError(cause));
    return true;
  }

  /** The cancel that was put in the place of its outcome is taken back before its turn. @internal */
  _restoreDelivery(): void {
    if ((this._flags & (SCHEDULED | DIVERGED)) !== (SCHEDULED | DIVERGED)) return;
    this._flags &= ~DIVERGED;
    overrides.delete(this);
  }

  /** @internal */
  _takeOverride(): unknown {
    const error = overrides.get(this);
    overrides.delete(this);
    return error;
  }

  /** A native promise made from the state, once the one below no longer fits it. @internal */
  _plain(): Promise<T> {
    if ((this._flags & UNSEEN) !== 0) markSeen(this);
    return (this._flags & STATE) === FINISHED
      ? Promise.resolve(this._value as T)
      : Promise.reject((this._flags & STATE) === CANCELLED ? this._cancelledError() : this._value);
  }

  /** The error that a cancel stands for; always the same one. @internal */
  _cancelledError(): CancelledError {
    const error = toCancelledError(this._value as Cause);
    this._value = error;
    return error;
  }

  override get [Symbol.toStringTag](): string {
    return 'Future';
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<${describeFuture(this)}>`;
  }
}

const overrides: WeakMap<object, CancelledError> = new WeakMap();

/** The getter behind `constructor`; see rule 3. Subclasses need it too, since a class definition puts a
 * plain property on its prototype: the library's are hooked where they are defined, a user's when the first
 * object of the class is made. @internal */
export function hookAwait(type: { prototype: object; _hooked: unknown }): void {
  type._hooked = type;
  Object.defineProperty(type.prototype, 'constructor', {
    configurable: true,
    get: awaited,
  });
}

function awaited(this: Future<unknown>): unknown {
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

function runExecutor<T>(future: Future<T>, executor: Executor<T>): void {
  const reject = (error: unknown): void => {
    if (!future.done()) future.setException(error);
  };
  const resolve = (value: T): void => {
    if (!future.done()) future.setResult(value);
  };
  try {
    executor(resolve, reject);
  } catch (error) {
    reject(error);
  }
}

hookAwait(Future);
Future.prototype.blocker = undefined;
