// Future: a promise whose outcome is set from outside, with asyncio's methods and asyncio's order of
// wake-ups.
//
// 1. `setResult`, `setException`, `cancel` change the state at once. Whoever waits runs in the loop's next
//    iteration: each done callback, each await, and what listens by plain `then`, is one entry in the ready
//    queue, in the order in which they were registered. So the step of one waiter ends before that of the
//    next begins. The native promise serves the first await alone (awaitEntry.ts).
// 2. The native promise below is settled when its entry runs, or, when nobody had subscribed, at the
//    moment somebody does; never before, so a failed future that nobody looks at is no unhandled
//    rejection.
// 3. Every await is seen: `await f` and Promise.all(f) read `f.constructor`, which is a getter that returns
//    Promise (that keeps the engine's fast path) and registers the awaiting frame (awaitHook.ts). `return f` in
//    an async function adopts it by `then` and is an await too; a `then` of the program listens (adoption.ts).
// 4. A task that is cancelled after its future was done but before it was resumed gets the CancelledError
//    at that await all the same (`_overrideDelivery`); others who wait for the future get its outcome.

import { InvalidStateError } from '../../base/errors.ts';
import { showAsText } from '../../base/show.ts';
import { creationPlace, stackReader } from '../../loop/creation.ts';
import { enqueue, keepsPlaces } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { observed } from '../../loop/loopObserver.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import { runningLoop } from '../../loop/running.ts';
import { hookThen } from './adoption.ts';
import type { AnyFuture } from './anyFuture.ts';
import { hookAwait } from './awaitHook.ts';
import type { Blocker } from './blocker.ts';
import { checkMessage, toFailure } from '../cancel/cause.ts';
import type { Context } from '../context/context.ts';
import { deliver, overrideDelivery, restoreDelivery } from './delivery.ts';
import { DoneCallback, enqueueWhenDone, removeCallbacks, scheduleCallbacks } from './doneCallback.ts';
import { runExecutor } from './executor.ts';
import type { PromiseExecutor } from './executor.ts';
import type { Awaiter, Cause, Frame, Owner } from '../cancel/frame.ts';
import { describeFuture } from './describe.ts';
import { CANCELLED, DONE, FAILED, PENDING, schedule, settle, STATE, UNSEEN } from './futureState.ts';
import type { Ending } from './futureState.ts';
import { catchResolve, caughtResolve, nativeFinish } from './nativePromise.ts';
import { cancelledErrorOf, endCancelled, succeed } from './outcome.ts';
import type { Settle } from './outcome.ts';
import { subscribe } from './subscribe.ts';
import { failFuture, markSeen } from './unretrieved.ts';

/** Where a future belongs and what it is called. */
export interface FutureOptions {
  /** The loop that runs its callbacks; the running one by default. */
  loop?: Loop | undefined;
}

/** A result that is not there yet; a promise with asyncio's methods. Semantics: asyncio.Future.
 *
 * Cancelling a task that awaits a future cancels the future.
 * @throws NoRunningLoopError when made outside of a loop without one being given; InvalidArgumentError for options
 * that are none
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
export class Future<T = unknown> extends Promise<T> implements AnyFuture {
  /** The class itself once `hookAwait` has seen it; inherited, so a new subclass shows. @internal */
  static _hooked: unknown = undefined;
  /** @internal */ declare _flags: number;
  /** Result, error or cause of the cancel. @internal */ declare _value: unknown;
  /** @internal */ declare _resolve: ((value: unknown) => void) | undefined;
  /** @internal */ declare _awaiter: Frame | Awaiter | Set<Frame | Awaiter> | undefined;
  /** The native promise may serve the await of a task; on the prototype. @internal */
  declare readonly _sharesNative: boolean;
  /** What runs when it is done, besides the native promise alone. @internal */
  declare _callbacks: Runnable | Runnable[] | undefined;
  /** @internal */ declare readonly _loop: Loop;
  /** What it waits for; set by the primitive that made it, else undefined on the prototype. @internal */
  declare blocker: Blocker | undefined;

  constructor(options?: FutureOptions | PromiseExecutor<T>) {
    super(catchResolve as never);
    this._flags = PENDING;
    this._value = undefined;
    this._awaiter = undefined;
    this._callbacks = undefined;
    this._loop = (typeof options === 'object' ? options.loop : undefined) ?? runningLoop('a future');
    if (this._sharesNative) this._resolve = caughtResolve();
    if (keepsPlaces(this._loop)) {
      creationPlace.set(this, new Error('created here'));
      stackReader.made?.(this);
    }
    if (options !== undefined && typeof options !== 'object') runExecutor(this, options);
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
    if (this._look() === FAILED) throw this._value;
    return this._value as T;
  }

  /** The error, or undefined where there is none.
   * @throws InvalidStateError when it is not done; CancelledError when it was cancelled */
  exception(): unknown {
    return this._look() === FAILED ? this._value : undefined;
  }

  /** The state of a future that must be done and not cancelled. @internal */
  _look(): number {
    if ((this._flags & UNSEEN) !== 0) markSeen(this);
    const state = this._flags & STATE;
    if (state === PENDING) throw new InvalidStateError('the future is not done: await it first');
    if (state === CANCELLED) throw cancelledErrorOf(this);
    return state;
  }

  /** Sets the result. A promise given as result is waited for by whoever awaits the future.
   * @throws InvalidStateError when it is done already */
  setResult(value: T): void {
    if ((this._flags & DONE) !== 0)
      throw new InvalidStateError(`the future is done already: ${describeFuture(this)}`);
    succeed(this, value);
  }

  /** Sets the error; a class of errors is instantiated.
   * @throws InvalidStateError when it is done already */
  setException(error: unknown): void {
    if ((this._flags & DONE) !== 0)
      throw new InvalidStateError(`the future is done already: ${describeFuture(this)}`);
    failFuture(this, toFailure(error));
  }

  /** Cancels it, so that whoever awaits it gets a CancelledError with this message.
   * @returns false when it was done already, and nothing happened
   * @throws InvalidArgumentError when the message is no string */
  cancel(message: string = ''): boolean {
    checkMessage(message);
    return this._cancelFor(message);
  }

  /** @internal */
  _cancelFor(cause: Cause): boolean {
    if ((this._flags & UNSEEN) !== 0) markSeen(this);
    if ((this._flags & DONE) !== 0) return false;
    endCancelled(this, cause);
    return true;
  }

  /** Calls `callback(future)` in the loop's next iteration after it is done, or after now if it is.
   * `context` is where the callback runs; a copy of the current one by default.
   * @throws InvalidArgumentError when the callback is no function, or `context` no context */
  addDoneCallback(callback: (future: this) => void, options: { context?: Context | undefined } = {}): void {
    enqueueWhenDone(this, new DoneCallback(this, callback as (future: unknown) => void, options.context));
  }

  /** Takes back every registration of `callback`; returns how many there were. */
  removeDoneCallback(callback: (future: this) => void): number {
    return removeCallbacks(this, (entry) => entry instanceof DoneCallback && entry.callback === callback);
  }

  override then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return subscribe(this, onResult as Settle, onError) as Promise<A | B>;
  }

  override finally(callback?: (() => void) | null): Promise<T> {
    return nativeFinish(this, callback);
  }

  /** The native promise: this one; a task makes one when it is needed. @internal */
  _native(): Promise<T> {
    return this;
  }

  /** Lets those who wait run. @internal */
  _finish(ending: Ending): void {
    const subscribed = settle(this, ending);
    observed.tasks?.ready(this);
    if (this._callbacks !== undefined) scheduleCallbacks(this);
    else if (subscribed && schedule(this)) enqueue(this._loop, this);
  }

  /** Its turn in the ready queue: wakes those who await it. @internal */
  _run(): Effect {
    return deliver(this);
  }

  /** @internal */
  _overrideDelivery(cause: Cause, frame: Frame): boolean {
    return overrideDelivery(this, cause, frame);
  }

  /** @internal */
  _restoreDelivery(task: Owner): void {
    restoreDelivery(this, task);
  }

  override get [Symbol.toStringTag](): string {
    return 'Future';
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<${describeFuture(this)}>`;
  }
}

showAsText(Future);
hookThen(Future);
void Object.assign(Future.prototype, { blocker: undefined, _sharesNative: true });
