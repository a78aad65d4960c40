// A loop on another thread, or in another process, as a worker sees it, whatever the calls go over.
//
// 1. `callSync` sleeps with the whole thread until the reply is there: nothing else runs there meanwhile. So it throws
//    where the loop is this thread's own, when the loop is closed, and when its time is over.
// 2. Replies to other calls that come while a call sleeps are taken with it; those who wait for them go on when the
//    thread does.
// 3. The connection keeps the worker alive while a call waits, and not otherwise.

import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import { UsageError } from '../../base/errors.ts';
import { interruptible } from '../../core/future/ensureFuture.ts';
import { checkSignal } from '../../core/task/createTask.ts';
import { loopOfCode } from '../../loop/running.ts';
import { Asking, loopGone, outcomeOf, timeOver } from './asking.ts';
import type { CallLimits } from './asking.ts';
import type { PortalLine } from './portalLine.ts';
import type { CallArguments, CallResult, ThreadHandlers } from './portalWire.ts';

/** How the calls over a connection end before their time; see {@link RemoteLoop.with}.
 * @example
 * ```ts
 * import type { RemoteCallOptions } from 'asyncio-ts';
 * const options: RemoteCallOptions = { timeout: 500 };
 * console.log(options.timeout); // -> 500
 * ```
 */
export interface RemoteCallOptions {
  /** Milliseconds until a call is given up with a TimeoutError; no limit by default. */
  timeout?: Duration | undefined;
  /** Gives calls of `call` up when it is aborted, with its reason. `callSync` looks at it once, before it sleeps. */
  signal?: AbortSignal | undefined;
}

/** A loop on another thread, as a worker sees it; see {@link connectLoop}.
 * @example
 * ```ts
 * import type { RemoteLoop } from 'asyncio-ts';
 * type Prices = { price(name: string): Promise<number> };
 * function total(remote: RemoteLoop<Prices>, names: readonly string[]): number {
 *   return names.reduce((sum, name) => sum + remote.callSync('price', name), 0);
 * }
 * console.log(total.length); // -> 2
 * ```
 */
export interface RemoteLoop<H extends ThreadHandlers = ThreadHandlers> {
  /** Schedules the handler `name` on the loop's thread, and waits for nothing; arguments are cloned as by postMessage.
   * @throws UsageError after `close` */
  callSoonThreadsafe<K extends keyof H & string>(name: K, ...args: CallArguments<H, K>): void;
  /** Runs the handler `name` as a task on the loop and resolves to its result. Cancelling the task that awaits it here
   * cancels it there.
   * @throws what the handler throws, with its class, code, cause and both sides' stack; CancelledError when its task was
   * cancelled; TimeoutError; UsageError when there is no such handler, when the loop is closed, and after `close` */
  call<K extends keyof H & string>(name: K, ...args: CallArguments<H, K>): Promise<CallResult<H, K>>;
  /** The same for code that cannot await: the worker's thread sleeps until the result is there. A handler that waits for
   * this very worker would wait for ever: give a time limit with `with` where that may be.
   * @throws as `call`; UsageError on the loop's own thread */
  callSync<K extends keyof H & string>(name: K, ...args: CallArguments<H, K>): CallResult<H, K>;
  /** The same connection, whose calls end by these options.
   * @throws InvalidArgumentError for a bad time or signal */
  with(options: RemoteCallOptions): RemoteLoop<H>;
  /** Gives the port back. Calls that wait fail with a UsageError, and are cancelled on the loop. */
  close(): void;
}

/** The loop at the other end of a line. */
export function remoteLoop<H extends ThreadHandlers>(line: PortalLine): RemoteLoop<H> {
  const unlimited: CallLimits = { limit: Infinity, signal: undefined };
  return new Connection(line).remote(unlimited) as unknown as RemoteLoop<H>;
}

class Connection {
  readonly #line: PortalLine;
  readonly #asking: Asking;
  #heard: boolean = false;

  constructor(line: PortalLine) {
    this.#line = line;
    this.#asking = new Asking(
      (message) => line.send(message),
      (busy) => this.#listen(busy),
    );
  }

  remote(options: CallLimits): RemoteLoop {
    return {
      callSoonThreadsafe: (name, ...args) => this.#asking.tell(name, args),
      call: (name, ...args) => this.#call(name, args, options),
      callSync: (name, ...args) => this.#callSync(name, args, options),
      with: (changes) => this.remote(changed(options, changes)),
      close: () => this.#close(),
    };
  }

  async #call(name: string, args: readonly unknown[], options: CallLimits): Promise<unknown> {
    this.#checkOpen();
    if (loopOfCode() === undefined) return await this.#asking.ask(name, args, options);
    const { limit, signal } = options;
    return await interruptible((cancelled) =>
      this.#asking.ask(name, args, {
        limit,
        signal: signal === undefined ? cancelled : AbortSignal.any([signal, cancelled]),
      }),
    );
  }

  #callSync(name: string, args: readonly unknown[], { limit, signal }: CallLimits): unknown {
    this.#checkOpen();
    signal?.throwIfAborted();
    if (this.#line.mayNotSleep())
      throw new UsageError(
        'callSync would make the loop wait for itself: await call() on the loop’s own thread',
      );
    const call = this.#asking.send(name, args, limit);
    const reply = this.#line.sleep(call, limit, (other) => this.#asking.receive(other));
    if (reply !== undefined) return outcomeOf(reply);
    this.#checkOpen();
    this.#asking.giveUp(call, 'the time of the call is over');
    throw timeOver(name, limit);
  }

  #checkOpen(): void {
    if (this.#line.closed) this.#asking.close(loopGone);
    this.#asking.check();
  }

  #listen(busy: boolean): void {
    if (!this.#heard) {
      this.#heard = true;
      this.#line.listen(
        (reply) => this.#asking.receive(reply),
        () => this.#asking.close(loopGone),
      );
    }
    this.#line.hold(busy);
  }

  #close(): void {
    this.#asking.close(() => new UsageError('the connection to the loop is closed'));
    this.#line.close();
  }
}

function changed(options: CallLimits, { timeout, signal }: RemoteCallOptions): CallLimits {
  if (signal !== undefined) checkSignal(signal);
  return {
    limit: timeout === undefined ? options.limit : toMilliseconds(timeout, 'timeout'),
    signal: signal ?? options.signal,
  };
}
