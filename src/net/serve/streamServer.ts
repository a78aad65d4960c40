// StreamServer: a Server whose connections are served by tasks, and which knows how to end them.
//
// 1. A handler that ends closes its own connection; when it fails that is reported. Nothing else is touched.
// 2. `shutdown` has three steps: no new connections; the handlers have the grace time to end; those that
//    have not are cancelled and waited for. Then the connections that are left are closed, and dropped when
//    the peer does not take what is buffered within what is left of the grace time.
// 3. A cancel of `shutdown` ends the grace time, not the shutdown; it is thrown when that is done.
// 4. With `maxConnections` nothing is accepted while so many are open; newcomers wait in the backlog.

import { showAsText } from '../../base/show.ts';
import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import type { CancelledError } from '../../base/errors.ts';
import { createTask } from '../../core/task/createTask.ts';
import { onDone } from '../../core/future/doneCallback.ts';
import type { Future } from '../../core/future/future.ts';
import { JointBlocker } from '../../core/future/jointBlocker.ts';
import type { Loop } from '../../loop/loop.ts';
import { waitWhile } from '../../structured/join.ts';
import type { StreamSocket } from '../backend.ts';
import type { Server, ServerKeeper } from './server.ts';
import type { HandlerGroup } from './handlerGroup.ts';

/** How long `shutdown` lets handlers finish where nothing else is said, in milliseconds. */
const GRACE_TIME = 5000;

export interface StreamServerOptions {
  /** How many connections may be open at once; any number by default. */
  maxConnections?: number | undefined;
  /** How long a connection may last, in milliseconds: then its handler is cancelled, and it is closed. No end by
   * default. */
  connectionTimeout?: Duration | undefined;
  /** How long handlers may go on when the server is shut down, in milliseconds; 5,000 by default. When given,
   * a cancelled `serveForever` shuts the server down; else, as in asyncio, it waits for the connections to
   * end by themselves. */
  graceTime?: Duration | undefined;
}

/** What {@link startServer} gives: asyncio's Server with an orderly end. `await using` shuts it down.
 * @example
 * ```ts
 * import { run, startServer, openConnection, sleep } from 'asyncio-ts';
 * await run(async () => {
 *   const server = await startServer(async (reader, writer) => {
 *     try {
 *       await sleep(60_000);
 *     } finally {
 *       writer.close();
 *     }
 *   }, '127.0.0.1', 0);
 *   const [reader, writer] = await openConnection('127.0.0.1', server.port as number);
 *   await sleep(10);
 *   console.log(server.connections, server.handlers); // -> 1 1
 *   await server.shutdown({ graceTime: 5 });
 *   console.log((await reader.read()).length, server.handlers); // -> 0 0
 *   writer.close();
 * });
 * ```
 */
export class StreamServer implements ServerKeeper, AsyncDisposable {
  readonly #server: Server;
  readonly #handlers: HandlerGroup;
  readonly #maxConnections: number;
  readonly #graceTime: number | undefined;
  #full: boolean = false;
  #held: boolean = false;

  /** @internal */
  constructor(server: Server, handlers: HandlerGroup, options: StreamServerOptions) {
    const { maxConnections = Infinity, graceTime } = options;
    this.#server = server;
    this.#handlers = handlers;
    this.#maxConnections = maxConnections;
    this.#graceTime = graceTime === undefined ? undefined : toMilliseconds(graceTime, 'graceTime');
    server._keeper = this;
  }

  getLoop(): Loop {
    return this.#server.getLoop();
  }

  /** True while it accepts connections, also while that is paused. */
  isServing(): boolean {
    return this.#server.isServing();
  }

  /** The listening sockets; none once it is closed. Each tells its address by `getsockname()`. */
  get sockets(): readonly StreamSocket[] {
    return this.#server.sockets;
  }

  /** The port of the first listening socket, also one that the system chose; undefined on a Unix socket, and
   * once it is closed. */
  get port(): number | undefined {
    return this.#server.port;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#server.connections;
  }

  /** How many handlers run. */
  get handlers(): number {
    return this.#handlers.size;
  }

  /** Begins to accept, unless it does already. @throws UsageError when it is closed */
  startServing(): Promise<void> {
    return this.#server.startServing();
  }

  /** Accepts until the call is cancelled, or the server closed. With `graceTime` a cancel shuts the server down;
   * without, it closes it and waits until the connections have ended. Throws the CancelledError.
   * @throws OSError (`EBADF`, `EINVAL`) when somebody else closes or shuts down its last listening socket
   * @throws UsageError when it is closed, or when somebody awaits this already */
  serveForever(): Promise<never> {
    return this.#server.serveForever();
  }

  /** Stops listening. Connections and handlers go on. */
  close(): void {
    this.#server.close();
  }

  /** Closes every connection: each writes what it has buffered first. */
  closeClients(): void {
    this.#server.closeClients();
  }

  /** Drops every connection at once, with what it has buffered. */
  abortClients(): void {
    this.#server.abortClients();
  }

  /** Waits until it is closed and its last connection is gone. Cancelling ends the wait only. */
  waitClosed(): Promise<void> {
    return this.#server.waitClosed();
  }

  /** Accepts nothing until {@link resumeAccepting}: new connections wait in the system's backlog. */
  pauseAccepting(): void {
    this.#held = true;
    this.#server.pauseAccepting();
  }

  resumeAccepting(): void {
    this.#held = false;
    if (!this.#full) this.#server.resumeAccepting();
  }

  /** Stops accepting, lets the handlers finish for `graceTime` milliseconds, cancels those that have not, waits
   * for them, and closes what is still open. A cancel of this call ends the grace time at once and is thrown
   * when all is done. */
  async shutdown(options: { graceTime?: Duration | undefined } = {}): Promise<void> {
    const graceTime =
      options.graceTime === undefined
        ? (this.#graceTime ?? GRACE_TIME)
        : toMilliseconds(options.graceTime, 'graceTime');
    const loop = this.getLoop();
    const end = loop.time() + graceTime;
    this.#server.close();
    const first = await this.#endHandlers(end);
    const second = await this.#endConnections(end);
    const cancelled = first ?? second;
    if (cancelled !== undefined) throw cancelled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #endHandlers(end: number): Promise<CancelledError | undefined> {
    const handlers = this.#handlers;
    const hurry = (): void => handlers.cancel('the server shuts down');
    const timer = this.getLoop().callAt(end, hurry);
    let wakeUp: Future<void> | undefined;
    const idle = (): void => {
      if (wakeUp !== undefined) setDone(wakeUp);
    };
    handlers.idleListeners.add(idle);
    const cancelled = await waitWhile(
      () => handlers.size > 0,
      (wake) => {
        wake.blocker = new JointBlocker('shutdown', handlers);
        wakeUp = wake;
      },
      hurry,
    );
    handlers.idleListeners.delete(idle);
    timer.cancel();
    return cancelled;
  }

  async #endConnections(end: number): Promise<CancelledError | undefined> {
    const server = this.#server;
    server.closeClients();
    const closed = createTask(() => server.waitClosed());
    const drop = (): void => server.abortClients();
    const timer = this.getLoop().callAt(end, drop);
    const cancelled = await waitWhile(
      () => !closed.done(),
      (wake) => {
        wake.blocker = new JointBlocker('shutdown', [closed]);
        onDone(closed, () => setDone(wake));
      },
      drop,
    );
    timer.cancel();
    return cancelled;
  }

  /** @internal */
  _connectionsChanged(count: number): void {
    this.#full = count >= this.#maxConnections;
    if (this.#full) this.#server.pauseAccepting();
    else if (!this.#held) this.#server.resumeAccepting();
  }

  /** How the server ends when `serveForever` is cancelled. @internal */
  get _stop(): (() => Promise<void>) | undefined {
    return this.#graceTime === undefined ? undefined : () => this.shutdown();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: unknown,
    _options: unknown,
    inspect: (value: unknown) => string,
  ): string {
    return `<Stream${inspect(this.#server).slice(1, -1)} handlers=${this.handlers}>`;
  }
}

showAsText(StreamServer);

/** @throws InvalidArgumentError */
export function checkStreamServerOptions(options: StreamServerOptions): void {
  for (const name of ['graceTime', 'connectionTimeout'] as const) {
    const time = options[name];
    if (time !== undefined && toMilliseconds(time, name) < 0)
      throw new InvalidArgumentError(name, `${name} is 0 or more`);
  }
  const { maxConnections = Infinity } = options;
  if (maxConnections === Infinity || (Number.isInteger(maxConnections) && maxConnections >= 1)) return;
  throw new InvalidArgumentError('maxConnections', `maxConnections is 1 or more, not ${maxConnections}`);
}

function setDone(future: Future<void>): void {
  if (!future.done()) future.setResult();
}
