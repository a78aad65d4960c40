// EventLoop: the asyncio-shaped face of the loop. No behaviour and no fields of its own: each method hands on to the
// layer that has it (loopClass.ts, rule 3).

import { showInJson } from '../base/show.ts';
import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import type { Handle, TimerHandle } from '../loop/handle.ts';
import type { LoopOptions } from '../loop/loop.ts';
import { runningLoop } from '../loop/running.ts';
import { debugPlaces } from '../core/future/awaitPlace.ts';
import { checkContext } from '../core/context/context.ts';
import type { Context } from '../core/context/context.ts';
import { InnerFrame } from '../core/cancel/frame.ts';
import type { Awaitable, Coroutine } from '../core/task/coroutine.ts';
import { createTask, getFactory, setFactory } from '../core/task/createTask.ts';
import type { TaskFactory } from '../core/task/createTask.ts';
import { Future } from '../core/future/future.ts';
import type { Task, TaskOptions } from '../core/task/task.ts';
import { asFullLoop, setLoopClass } from './loopClass.ts';
import { NetworkLoop } from './networkLoop.ts';
import { runForever, runUntilComplete } from './running.ts';
import { closeThreadPorts, openThreadPort } from './threadPorts.ts';
import type { ThreadHandlers } from './threadPorts.ts';

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
export class EventLoop extends NetworkLoop {
  /** Debug mode: slow callbacks and steps are reported, and objects remember where they were created and
   * where tasks wait. */
  override setDebug(enabled: boolean): void {
    super.setDebug(enabled);
    if (this.isRunning()) debugPlaces.on = enabled;
  }

  /** A future of this loop. */
  createFuture<T>(): Future<T> {
    return new Future<T>({ loop: this });
  }

  /** A task of this loop; see {@link createTask}. */
  createTask<T>(coro: Coroutine<T>, options: TaskOptions = {}): Task<T> {
    return createTask(coro, { ...options, loop: this });
  }

  /** As callSoon, in `context` itself and not a copy of the current one; asyncio's `context=` argument. */
  callSoonIn<A extends unknown[]>(context: Context, callback: (...args: A) => void, ...args: A): Handle {
    return this._callSoonIn(new InnerFrame(undefined, checkContext(context)), callback, ...args);
  }

  /** As callLater, in `context`. */
  callLaterIn<A extends unknown[]>(
    context: Context,
    delay: Duration,
    callback: (...args: A) => void,
    ...args: A
  ): TimerHandle {
    return this.callAtIn(context, this.time() + toMilliseconds(delay), callback, ...args);
  }

  /** As callAt, in `context`. */
  callAtIn<A extends unknown[]>(
    context: Context,
    when: number,
    callback: (...args: A) => void,
    ...args: A
  ): TimerHandle {
    return this._callAtIn(new InnerFrame(undefined, checkContext(context)), when, callback, ...args);
  }

  /** Sets what makes this loop's tasks; undefined goes back to {@link Task}. */
  setTaskFactory(factory: TaskFactory | undefined): void {
    setFactory(this, factory);
  }

  getTaskFactory(): TaskFactory | undefined {
    return getFactory(this);
  }

  /** Runs until {@link stop} is called; resolves then. */
  runForever(): Promise<void> {
    return runForever(this);
  }

  /** Runs until `awaitable` is done, and resolves or rejects with its outcome. */
  runUntilComplete<T>(awaitable: Awaitable<T>): Promise<T> {
    return runUntilComplete(this, awaitable);
  }

  /** Schedules a callback from anywhere on this thread, whatever runs there. For other threads see
   * {@link threadsafePort}. */
  callSoonThreadsafe<A extends unknown[]>(callback: (...args: A) => void, ...args: A): void {
    this.callSoon(callback, ...args);
  }

  /** A port to give to a worker thread, which calls `handlers` by name over it; see {@link connectLoop}. */
  threadsafePort(handlers: ThreadHandlers): MessagePort {
    return openThreadPort(this, handlers);
  }

  /** Ends the async generators that the loop knows of. JavaScript ends a generator in the `for await` that
   * reads it, so there is nothing left for a loop to end; the method is there for ported code. */
  async shutdownAsyncgens(): Promise<void> {}

  override close(): void {
    super.close();
    closeThreadPorts(this);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.isRunning() ? 'running' : this.isClosed() ? 'closed' : 'idle';
    return `<${this.constructor.name} ${state}${this.getDebug() ? ' debug' : ''}>`;
  }
}

showInJson(EventLoop);
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
