// EventLoop: the asyncio-shaped face of the loop. No behaviour and no fields of its own: each method hands on to the
// layer that has it (loopClass.ts, rule 3).

import type { MessagePort } from 'node:worker_threads';
import { showAsText } from '../base/show.ts';
import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { stackReader } from '../loop/creation.ts';
import { monotonic } from '../sys/host/host.ts';
import { reportFailure } from '../loop/failures.ts';
import { keepsPlaces } from '../loop/engine.ts';
import { guardClock } from '../loop/guardedClock.ts';
import type { Handle, TimerHandle } from '../loop/handle.ts';
import type { LoopOptions } from '../loop/loop.ts';
import { checkOutsideOfLoops, runningLoop } from '../loop/running.ts';
import { debugPlaces } from '../core/future/awaitPlace.ts';
import { keepStacks } from '../core/future/awaitStacks.ts';
import { checkContext } from '../core/context/context.ts';
import type { Context } from '../core/context/context.ts';
import { InnerFrame } from '../core/cancel/frame.ts';
import type { Awaitable, TaskBody } from '../core/task/coroutine.ts';
import { createTask, getFactory, setFactory } from '../core/task/createTask.ts';
import type { TaskFactory } from '../core/task/createTask.ts';
import { Future } from '../core/future/future.ts';
import type { Task, TaskOptions } from '../core/task/task.ts';
import type { ThreadHandlers } from '../executors/portal/portalWire.ts';
import { closePorts } from '../executors/portal/loopPorts.ts';
import { openThreadPort } from '../executors/portal/threadPort.ts';
import { asFullLoop, setLoopClass } from './loopClass.ts';
import { ExecutorLoop } from './executorLoop.ts';
import { loopStarted, runForever, runUntilComplete } from './running.ts';

/** The event loop: callbacks, timers, futures, tasks. A guest of the host's loop: it never blocks the
 * thread, and timers, I/O and promises of other code go on beside it. Get it with {@link getRunningLoop}.
 * Semantics: asyncio's event loop.
 * @example
 * ```ts
 * import { newEventLoop } from 'asyncio-ts';
 * const loop = newEventLoop();
 * console.log(await loop.runUntilComplete(async () => 'done')); // -> done
 * loop.close();
 * ```
 */
export class EventLoop extends ExecutorLoop {
  /** @internal */
  static override readonly name: string = 'EventLoop';
  /** @throws InvalidArgumentError for a clock without its methods, or the name of no backend */
  constructor(options: LoopOptions = {}) {
    const { clock } = options;
    // A program's own, asked for the first time when the loop is there.
    const guarded = clock !== undefined && guardClock(clock, (failure) => reportFailure(this, failure));
    super(guarded ? { ...options, clock: guarded } : options);
    if (keepsPlaces(this)) keepStacks(stackReader, debugPlaces, monotonic);
  }

  /** Debug mode: slow callbacks and steps are reported (`slowCallbackDuration`), and objects remember where they were
   * created and where tasks wait. Off by default. Semantics: asyncio's loop.set_debug.
   * @example
   * ```ts
   * import { newEventLoop } from 'asyncio-ts';
   * const loop = newEventLoop();
   * loop.setDebug(true);
   * console.log(loop.getDebug()); // -> true
   * loop.close();
   * ```
   */
  override setDebug(enabled: boolean): void {
    super.setDebug(enabled);
    if (enabled) keepStacks(stackReader, debugPlaces, monotonic);
    if (this.isRunning()) loopStarted();
  }

  /** A future of this loop, to be settled by whoever has it; cancelling the task that waits for it cancels it.
   * Semantics: asyncio's loop.create_future.
   * @example
   * ```ts
   * import { run, getRunningLoop } from 'asyncio-ts';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   const answer = loop.createFuture<number>();
   *   loop.callSoon(() => answer.setResult(42));
   *   console.log(await answer); // -> 42
   * });
   * ```
   */
  createFuture<T>(): Future<T> {
    return new Future<T>({ loop: this });
  }

  /** A task of this loop, which begins in the loop's next iteration; see {@link createTask}.
   * Semantics: asyncio's loop.create_task.
   * @throws InvalidArgumentError when `coro` is no function; UsageError when the loop is closed
   * @example
   * ```ts
   * import { newEventLoop } from 'asyncio-ts';
   * const loop = newEventLoop();
   * const task = loop.createTask(async () => 'done', { name: 'worker' });
   * console.log(await loop.runUntilComplete(task), task.getName()); // -> done worker
   * loop.close();
   * ```
   */
  createTask<T>(coro: TaskBody<T>, options: TaskOptions = {}): Task<T> {
    return createTask(coro, { ...options, loop: this });
  }

  /** As callSoon, in `context` itself and not a copy of the current one; asyncio's `context=` argument.
   * @throws InvalidArgumentError when `context` is no Context; else as callSoon
   * @example
   * ```ts
   * import { run, getRunningLoop, sleep, Context, ContextVar } from 'asyncio-ts';
   * const user = new ContextVar('user', { default: 'nobody' });
   * await run(async () => {
   *   const context = new Context();
   *   getRunningLoop().callSoonIn(context, () => void user.set('ada'));
   *   await sleep(0);
   *   console.log(context.get(user), user.get()); // -> ada nobody
   * });
   * ```
   */
  callSoonIn<A extends unknown[]>(context: Context, callback: (...args: A) => void, ...args: A): Handle {
    return this.callSoonWith(new InnerFrame(undefined, checkContext(context)), callback, ...args);
  }

  /** As callLater, with `delay` in milliseconds, in `context` itself; see {@link callSoonIn}.
   * @throws InvalidArgumentError for a bad context, delay or callback; UsageError when the loop is closed */
  callLaterIn<A extends unknown[]>(
    context: Context,
    delay: Duration,
    callback: (...args: A) => void,
    ...args: A
  ): TimerHandle {
    return this.callAtIn(context, this.time() + toMilliseconds(delay), callback, ...args);
  }

  /** As callAt, with `when` in milliseconds on the scale of `time()`, in `context` itself; see {@link callSoonIn}.
   * @throws as {@link callLaterIn} */
  callAtIn<A extends unknown[]>(
    context: Context,
    when: number,
    callback: (...args: A) => void,
    ...args: A
  ): TimerHandle {
    return this.callAtWith(new InnerFrame(undefined, checkContext(context)), when, callback, ...args);
  }

  /** Sets what makes this loop's tasks; undefined, the default, goes back to {@link Task}.
   * Semantics: asyncio's loop.set_task_factory.
   * @throws InvalidArgumentError for what is no function
   * @example
   * ```ts
   * import { run, createTask, eagerTaskFactory, getRunningLoop } from 'asyncio-ts';
   * await run(async () => {
   *   getRunningLoop().setTaskFactory(eagerTaskFactory);
   *   const task = createTask(async () => console.log('first')); // -> first
   *   console.log('second'); // -> second
   *   await task;
   * });
   * ```
   */
  setTaskFactory(factory: TaskFactory | undefined): void {
    setFactory(this, factory);
  }

  /** What {@link setTaskFactory} has set; undefined for {@link Task}. */
  getTaskFactory(): TaskFactory | undefined {
    return getFactory(this);
  }

  /** Runs until `stop()` is called; resolves when the iteration that is under way then has ended. It can be run again.
   * Semantics: asyncio's loop.run_forever.
   * @throws UsageError when this loop is closed or runs already, or inside of a task or callback of a loop that runs
   * @example
   * ```ts
   * import { newEventLoop } from 'asyncio-ts';
   * const loop = newEventLoop();
   * loop.callLater(1, () => loop.stop());
   * await loop.runForever();
   * console.log(loop.isRunning()); // -> false
   * loop.close();
   * ```
   */
  async runForever(): Promise<void> {
    checkOutsideOfLoops('runForever');
    await runForever(this);
  }

  /** Runs until `awaitable` is done, and resolves or rejects with its outcome. It cancels nothing: tasks that are left
   * go on in the loop's next run. Most programs use {@link run}. Semantics: asyncio's loop.run_until_complete.
   * @throws whatever the awaitable fails with, a CancelledError when it was cancelled; UsageError when the loop was
   * stopped before, when it is closed or runs already, or inside of a task or callback of a loop that runs;
   * InvalidArgumentError for no awaitable
   * @example
   * ```ts
   * import { newEventLoop, sleep } from 'asyncio-ts';
   * const loop = newEventLoop();
   * console.log(await loop.runUntilComplete(() => sleep(1, { result: 'done' }))); // -> done
   * loop.close();
   * ```
   */
  runUntilComplete<T>(awaitable: Awaitable<T>): Promise<T> {
    return runUntilComplete(this, awaitable);
  }

  /** Schedules a callback from anywhere on this thread, whatever runs there. For other threads see
   * {@link threadsafePort}. Semantics: asyncio's loop.call_soon_threadsafe.
   * @throws UsageError when the loop is closed; InvalidArgumentError for what is no function */
  callSoonThreadsafe<A extends unknown[]>(callback: (...args: A) => void, ...args: A): void {
    this.callSoon(callback, ...args);
  }

  /** A port to give to a worker thread, which calls `handlers` by name over it, with an example at {@link connectLoop}.
   * What the worker schedules runs as by callSoon; one that fails goes to the exception handler. What it waits for runs
   * as a task, which is cancelled when the worker gives it up or ends. Open until the loop is closed; it keeps neither
   * the loop nor the process alive.
   * @throws InvalidArgumentError when `handlers` is no object; UsageError when the loop is closed */
  threadsafePort(handlers: ThreadHandlers): MessagePort {
    return openThreadPort(this, handlers).port;
  }

  /** Ends the async generators that the loop knows of. JavaScript ends a generator in the `for await` that
   * reads it, so there is nothing left for a loop to end; the method is there for ported code. */
  async shutdownAsyncgens(): Promise<void> {}

  override close(): void {
    super.close();
    closePorts(this);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.isRunning() ? 'running' : this.isClosed() ? 'closed' : 'idle';
    return `<${this.constructor.name} ${state}${this.getDebug() ? ' debug' : ''}>`;
  }
}

showAsText(EventLoop);
setLoopClass(EventLoop);

/** The running loop of this thread.
 * @throws NoRunningLoopError (`ERR_ASYNCIO_NO_RUNNING_LOOP`) when none runs
 * @example
 * ```ts
 * import { run, getRunningLoop } from 'asyncio-ts';
 * await run(async () => console.log(getRunningLoop().isRunning())); // -> true
 * ```
 */
export function getRunningLoop(): EventLoop {
  return asFullLoop(runningLoop('getRunningLoop')) as EventLoop;
}

/** A new loop, for code that runs one by hand; most programs use {@link run}.
 * @example
 * ```ts
 * import { newEventLoop } from 'asyncio-ts';
 * const loop = newEventLoop({ debug: true });
 * console.log(loop.getDebug(), loop.isClosed()); // -> true false
 * loop.close();
 * ```
 */
export function newEventLoop(options: LoopOptions = {}): EventLoop {
  return new EventLoop(options);
}
