// The loop: callbacks and timers on top of the ready queue, the exception handler, starting and
// stopping. It knows neither futures nor tasks.
//
// 1. A loop works only while it runs (`start` to `stopped`); what is scheduled meanwhile waits.
// 2. A closed loop takes nothing any more and says so.
// 3. Timers never run early; among equals the first scheduled runs first.

import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { InvalidArgumentError, UsageError } from '../base/errors.ts';
import { report } from '../sys/host/report.ts';
import { storeForCallback } from '../sys/host/storage.ts';
import type { Store } from '../sys/host/storage.ts';
import { checkBackend } from './backendName.ts';
import type { BackendName } from './backendName.ts';
import { checkCallable, checkCallback } from './checkCallback.ts';
import { HostClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { checkOpen } from './engine.ts';
import type { Engine, Network, TaskList } from './engine.ts';
import type { ExceptionContext } from './exceptionHandler.ts';
import { stackReader } from './creation.ts';
import { formatFailure, handleFailure, reportFailure } from './failures.ts';
import { Handle, TimerHandle } from './handle.ts';
import type { Callback } from './handle.ts';
import type { LoopResources } from './resources.ts';
import type { ForeignWaits } from './foreignWaits.ts';
import { Ready } from './ready.ts';
import { StepMeter } from './stepMeter.ts';
import { Timers } from './timers.ts';
import type { Timed } from './timers.ts';
import { observed } from './loopObserver.ts';

export type ExceptionHandler = (loop: Loop, context: ExceptionContext) => void;

export interface LoopOptions {
  /** Where the time comes from; the host's monotonic clock by default. */
  clock?: Clock;
  /** Debug mode; off by default. */
  debug?: boolean;
  /** Keeps the places where tasks, futures, handles and timers are made, for reports. By default the loop does so in
   * debug mode, and where it is observed as by a leak guard. */
  places?: boolean | undefined;
  /** What the network runs on: `'selector'`, the loop's own epoll set, or `'host'`, the host's sockets. By
   * default the environment variable ASYNCIO_BACKEND says, else the selector where it works. */
  backend?: BackendName | undefined;
}

/** What every event loop is below asyncio's methods: callbacks, timers, the exception handler. The loops that programs
 * have are {@link EventLoop}s; this is the type that code below them asks for.
 * @example
 * ```ts
 * import { newEventLoop } from 'asyncio-ts';
 * import type { Loop } from 'asyncio-ts/lowlevel';
 * const loop: Loop = newEventLoop();
 * console.log(loop.isClosed()); // -> false
 * loop.close();
 * ```
 */
export class Loop implements Engine {
  /** Callbacks and steps that take longer are reported in debug mode. In milliseconds; 100 by default. */
  slowCallbackDuration: number = 100;
  /** How long a cancel may wait for a promise that is not the library's before that is reported, once a place. In
   * milliseconds; 500 by default, Infinity for never. ASYNCIO_FOREIGN_CANCEL_WARNING=off turns it off for all loops. */
  foreignCancelWarning: number = 500;
  /** @internal */ readonly _ready: Ready;
  /** @internal */ readonly _timers: Timers = new Timers();
  /** @internal */ readonly _tasks: TaskList = { first: undefined };
  /** Told whenever the loop has nothing ready. @internal */
  readonly _idleListeners: Set<() => void> = new Set();
  /** Keeps the places where handles, futures and tasks are made: in debug mode and under the test kit.
   * @internal */
  _keepsPlaces: boolean;
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #resting = (): boolean => !this._ready.active;
  #alarm: number = Infinity;
  #debug: boolean;
  readonly #places: boolean | undefined;
  #running: boolean = false;
  #stopping: boolean = false;
  #closed: boolean = false;
  #handler: ExceptionHandler | undefined = undefined;
  #onStopped: (() => void) | undefined = undefined;
  /** What the network needs of the loop; made when something asks for it. @internal */
  _network: Network | undefined = undefined;
  /** What is open on it; made when something is. @internal */ _resources: LoopResources | undefined =
    undefined;
  /** What the network runs on, if the program said so. @internal */
  readonly _backend: BackendName | undefined;
  /** On a clock that is not real time: what is waited for outside of the loop. @internal */
  _foreignWaits: ForeignWaits | undefined = undefined;
  /** Whether the clock is not real time. @internal */
  readonly _virtual: boolean;

  constructor(options: LoopOptions = {}) {
    const clock: Clock = options.clock ?? new HostClock();
    this.#clock = clock;
    this.#debug = options.debug ?? false;
    this.#places = options.places;
    this._keepsPlaces = options.places ?? (this.#debug || observed.tell !== undefined);
    const { real } = clock;
    this._virtual = real !== undefined;
    const collectTimers = (now: number, push: (timer: Timed) => void): void =>
      this._timers.handOver(real === undefined ? now : clock.now(), push);
    this._ready = new Ready({
      loop: this,
      virtual: this._virtual,
      now: real ?? (() => clock.now()),
      collectTimers,
      hasTimers: () => this._timers.size > 0,
      wentIdle: () => this.#wentIdle(),
      pollAgain: () => this._network?.pollAgain(),
      failed: (message, exception) => reportFailure(this, { message, exception }),
      shouldStop: () => this.#stopping || !this.#running,
      stopped: () => this.#stopped(),
    });
    const { backend } = options;
    this._backend = backend === undefined ? undefined : checkBackend(backend, 'backend');
    this.#wake = () => {
      this.#alarm = Infinity;
      this._ready.newHostTurn();
      this._ready.wake();
    };
  }

  /** The loop's clock, in milliseconds from an arbitrary moment on. Semantics: asyncio's loop.time. */
  time(): number {
    return this.#clock.now();
  }

  /** Calls `callback(...args)` in the next iteration, after what was scheduled before, in a copy of the context of the
   * caller. Cancelling the handle keeps it from being called; cancelling a task does not. Not for other threads.
   * Semantics: asyncio's loop.call_soon.
   * @throws UsageError when the loop is closed; InvalidArgumentError for what is no function
   * @example
   * ```ts
   * import { run, getRunningLoop, sleep } from 'asyncio-ts';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   loop.callSoon(console.log, 'called'); // -> called
   *   loop.callSoon(console.log, 'never').cancel();
   *   await sleep(0);
   * });
   * ```
   */
  callSoon<A extends unknown[]>(callback: Callback<A>, ...args: A): Handle {
    return this.callSoonWith(storeForCallback(), callback, ...args);
  }

  /** @internal */
  callSoonWith<A extends unknown[]>(store: Store | undefined, callback: Callback<A>, ...args: A): Handle {
    checkOpen(this);
    if (this.#debug) checkCallback(callback, 'callSoon');
    else checkCallable(callback, 'callSoon');
    const handle = new Handle(this, callback as unknown as Callback<never[]>, args, store);
    this._ready.push(handle);
    return handle;
  }

  /** Calls `callback(...args)` after `delay` milliseconds, never earlier; among equals the first scheduled is first.
   * Otherwise as {@link callSoon}. Semantics: asyncio's loop.call_later.
   * @throws InvalidArgumentError for a bad delay or callback; UsageError when the loop is closed
   * @example
   * ```ts
   * import { run, getRunningLoop, sleep } from 'asyncio-ts';
   * await run(async () => {
   *   getRunningLoop().callLater(1, console.log, 'first'); // -> first
   *   getRunningLoop().callLater(2, console.log, 'second'); // -> second
   *   await sleep(5);
   * });
   * ```
   */
  callLater<A extends unknown[]>(delay: Duration, callback: Callback<A>, ...args: A): TimerHandle {
    return this.callAt(this.time() + toMilliseconds(delay), callback, ...args);
  }

  /** As {@link callLater}, at a time in milliseconds on the scale of {@link time}; one that is over is at once.
   * Semantics: asyncio's loop.call_at. @throws as {@link callLater} */
  callAt<A extends unknown[]>(when: number, callback: Callback<A>, ...args: A): TimerHandle {
    return this.callAtWith(storeForCallback(), when, callback, ...args);
  }

  /** @internal */
  callAtWith<A extends unknown[]>(
    store: Store | undefined,
    when: number,
    callback: Callback<A>,
    ...args: A
  ): TimerHandle {
    checkOpen(this);
    checkCallback(callback, 'callAt');
    const at = toMilliseconds(when, 'when');
    const handle = new TimerHandle(this, at, callback as unknown as Callback<never[]>, args, store);
    this._addTimer(handle);
    return handle;
  }

  /** Puts a timer into the heap and sees to the alarm. @internal */
  _addTimer(timer: Timed): void {
    this._timers.add(timer);
    if (timer._when < this.#alarm && this.#running && !this._ready.active) this.#setAlarm(timer._when);
  }

  /** Whether debug mode is on. */
  getDebug(): boolean {
    return this.#debug;
  }

  setDebug(enabled: boolean): void {
    this.#debug = enabled;
    this._keepsPlaces = this.#places ?? (enabled || observed.tell !== undefined);
    this.measureSteps();
  }

  /** Measures the steps, or no longer: in debug mode and while they are observed. @internal */
  measureSteps(): void {
    this._ready.stepMeter = observed.tasks?.meter(this) ?? (this.#debug ? new StepMeter(this) : undefined);
  }

  /** Whether it runs, on this thread. */
  isRunning(): boolean {
    return this.#running;
  }

  /** Whether it is closed, and takes nothing any more. */
  isClosed(): boolean {
    return this.#closed;
  }

  /** Starts to work, as the loop that runs on this thread (running.ts); `onStopped` is called when `stop` has taken
   * effect, and not where this throws. @internal */
  _start(onStopped: () => void): void {
    observed.tell?.('started', this);
    this.measureSteps();
    this.#running = true;
    // Stopped before it ran: it runs what is ready, once.
    if (this.#stopping) {
      this.#stopping = false;
      this.callSoonWith(undefined, () => this.stop());
    }
    this.#onStopped = onStopped;
    try {
      this._network?.resume();
      this._resources?.start();
    } catch (error) {
      this.#onStopped = undefined;
      this.#stopped();
      throw error;
    }
    this._ready.newHostTurn();
    this._ready.wake();
  }

  /** Ends the run after the iteration that is under way, or the next run after its first one. What is scheduled stays
   * for the run after it; no task is cancelled. Semantics: asyncio's loop.stop. */
  stop(): void {
    if (this.#stopping) return;
    if (!this.#running || this._ready.active) this.#stopping = true;
    else {
      // The pump rests: one more round through it, so that stopping happens where it always does.
      this._ready.wake();
      this.#stopping = true;
    }
  }

  /** Ends the run here and now, between two entries. @internal */
  _halt(): void {
    if (this.#running) this.#stopped();
  }

  /** Drops what is scheduled and closes what is open on it, at once and without a word to any protocol. Tasks that are
   * left are not cancelled: they stay where they are. Closing again does nothing. Semantics: asyncio's loop.close.
   * @throws UsageError while it runs */
  close(): void {
    if (this.#running) throw new UsageError('cannot close a running event loop: stop it first');
    if (this.#closed) return;
    observed.tell?.('closing', this);
    this.#closed = true;
    this._ready.clear();
    this._timers.clear();
    this.#clock.clearAlarm();
    this._network?.close();
    this._resources?.close();
  }

  /** What {@link setExceptionHandler} has set; undefined for the default. */
  getExceptionHandler(): ExceptionHandler | undefined {
    return this.#handler;
  }

  /** Sets what is told of errors that nobody can catch: those of callbacks, of tasks that nobody looks at, of
   * protocols. Undefined goes back to {@link defaultExceptionHandler}; what it throws goes there too.
   * Semantics: asyncio's loop.set_exception_handler.
   * @throws InvalidArgumentError for what is no function
   * @example
   * ```ts
   * import { run, getRunningLoop, sleep } from 'asyncio-ts';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   loop.setExceptionHandler((_, { message, exception }) => console.log(message, String(exception)));
   *   loop.callSoon(function careless() { throw new Error('oh'); });
   *   await sleep(0); // -> Exception in callback careless Error: oh
   * });
   * ```
   */
  setExceptionHandler(handler: ExceptionHandler | undefined): void {
    if (handler !== undefined && typeof handler !== 'function') {
      throw new InvalidArgumentError('handler', 'the exception handler must be a function or undefined');
    }
    this.#handler = handler;
  }

  /** Writes an error to standard error, with what is known of it. Semantics: asyncio's
   * loop.default_exception_handler. */
  defaultExceptionHandler(context: ExceptionContext): void {
    report('error', (inspect) => formatFailure(context, inspect));
  }

  /** Gives an error to the handler that was set, else to the default one. Semantics: asyncio's
   * loop.call_exception_handler. */
  callExceptionHandler(context: ExceptionContext): void {
    handleFailure(this, this.#handler, context);
  }

  /** Reports work that took longer than `slowCallbackDuration`. @internal */
  noteDuration(what: object, duration: number): void {
    if (duration < this.slowCallbackDuration) return;
    const around = stackReader.around?.(what, duration) ?? '';
    report('warning', (inspect) => `Executing ${inspect(what)} took ${duration.toFixed(1)} ms${around}`);
  }

  #wentIdle(): void {
    const next = this._timers.next();
    if (next === Infinity) this.#dropAlarm();
    else if (next < this.#alarm) this.#setAlarm(next);
    this.#clock.idle(next, this.#resting);
    for (const listener of [...this._idleListeners]) listener();
  }

  #setAlarm(when: number): void {
    if (when === Infinity) return;
    this.#alarm = when;
    this.#clock.setAlarm(when, this.#wake);
  }

  #dropAlarm(): void {
    if (this.#alarm === Infinity) return;
    this.#alarm = Infinity;
    this.#clock.clearAlarm();
  }

  #stopped(): void {
    this.#running = false;
    this.#stopping = false;
    const onStopped = this.#onStopped;
    this.#onStopped = undefined;
    try {
      this.#dropAlarm();
      this._network?.suspend();
      this._resources?.stop();
      for (const entry of this._ready) entry._loopStopped?.();
    } finally {
      onStopped?.();
    }
  }
}
