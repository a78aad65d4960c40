// Server: what createServer gives. It owns the listeners, knows the connections that it accepted, and says
// when the last one is gone.
//
// 1. It is closed once, for good; the listeners go at once, the connections stay until they end or are told
//    to (`closeClients`, `abortClients`).
// 2. `waitClosed` ends when both are true, in either order: closed, and no connection left.
// 3. While accepting is paused, what a listener hands out all the same is kept without a transport, in order.
// 4. A connection whose protocol can't be made is closed, alone, and reported.
// 5. A listener that somebody else closed or shut down is reported and given up. With the last one the server is
//    closed, and whoever awaits `serveForever` gets the error: nobody would ever be served.

import { showAsText } from '../../base/show.ts';
import { isCancelledError, UsageError } from '../../base/errors.ts';
import { Fifo } from '../../base/fifo.ts';
import { Future } from '../../core/future/future.ts';
import { sleep } from '../../core/future/sleep.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import type { Listener, StreamSocket } from '../backend.ts';
import type { TransportOwner } from '../../transport/lifeCycle.ts';
import { showAddress } from '../../transport/showAddress.ts';
import type { SocketAddress, Transport } from '../../transport/transport.ts';

type Kept = [socket: StreamSocket, peername: SocketAddress];

/** Gives a connection that was accepted its transport. */
export type Accept = (socket: StreamSocket, peername: SocketAddress, server: Server) => void;

/** What stands on top of a server: a server of streams. */
export interface ServerKeeper {
  /** Told after each change of the number of connections. @internal */
  _connectionsChanged(count: number): void;
  /** How a cancelled `serveForever` ends the server; undefined for asyncio's way. @internal */
  readonly _stop: (() => Promise<void>) | undefined;
}

/** Does more around the closing of the listeners; it must call `close`. */
export type AroundClose = (close: () => void) => void;

/** A server that listens for connections. Semantics: asyncio.Server.
 *
 * `await using` closes it and waits until its last connection is gone.
 * @example
 * ```ts
 * import { run, getRunningLoop, Protocol } from 'asyncio-ts';
 * await run(async () => {
 *   const server = await getRunningLoop().createServer(() => new Protocol(), '127.0.0.1', 0);
 *   console.log(server.isServing(), server.sockets.length); // -> true 1
 *   server.close();
 *   await server.waitClosed();
 *   console.log(server.isServing(), server.sockets.length); // -> false 0
 * });
 * ```
 */
export class Server implements TransportOwner, AsyncDisposable {
  readonly #loop: Loop;
  readonly #accept: Accept;
  readonly #aroundClose: AroundClose | undefined;
  readonly #clients: Set<Transport> = new Set();
  readonly #kept: Fifo<Kept> = new Fifo();
  #listeners: readonly Listener[] | undefined;
  /** Undefined once it is closed and its last connection gone. */
  #waiters: Future<void>[] | undefined = [];
  #serving: boolean = false;
  #paused: boolean = false;
  #forever: Future<void> | undefined = undefined;
  /** @internal */ _keeper: ServerKeeper | undefined = undefined;

  /** @internal */
  constructor(loop: Loop, listeners: readonly Listener[], accept: Accept, aroundClose?: AroundClose) {
    this.#loop = loop;
    this.#listeners = listeners;
    this.#accept = accept;
    this.#aroundClose = aroundClose;
  }

  getLoop(): Loop {
    return this.#loop;
  }

  /** True while it accepts connections, also while that is paused. */
  isServing(): boolean {
    return this.#serving;
  }

  /** The listening sockets; none once it is closed. Each tells its address by `getsockname()`. */
  get sockets(): readonly StreamSocket[] {
    return this.#listeners?.map((listener) => listener.socket) ?? [];
  }

  /** The port of the first listening socket, also one that the system chose; undefined on a Unix socket, and
   * once it is closed. Not in asyncio. */
  get port(): number | undefined {
    const address = this.#listeners?.[0]?.address;
    return typeof address === 'string' ? undefined : address?.[1];
  }

  /** How many connections it has accepted that are not closed yet. */
  get connections(): number {
    return this.#clients.size;
  }

  /** Begins to accept, unless it does already.
   * @throws UsageError when it is closed */
  async startServing(): Promise<void> {
    this._startServing();
    await sleep(0);
  }

  /** Accepts until the call is cancelled, or {@link close} is called elsewhere, which cancels it; in either
   * case it closes the server, waits for its connections, and throws CancelledError.
   * @throws OSError (`EBADF`, `EINVAL`) when somebody else closes or shuts down its last listening socket
   * @throws UsageError when it is closed, or when somebody awaits this already */
  async serveForever(): Promise<never> {
    if (this.#forever !== undefined) {
      throw new UsageError('somebody awaits serveForever of this server already');
    }
    this._startServing();
    const forever = new Future<never>({ loop: this.#loop });
    this.#forever = forever as Future<unknown> as Future<void>;
    try {
      return await forever;
    } catch (error) {
      if (isCancelledError(error)) await this.#closeBecause(error);
      throw error;
    } finally {
      this.#forever = undefined;
    }
  }

  // A second cancel ends the wait for the connections; the first is what is thrown.
  async #closeBecause(cancel: unknown): Promise<void> {
    const stop = this._keeper?._stop;
    try {
      if (stop !== undefined) await stop();
      else {
        this.close();
        await this.waitClosed();
      }
    } catch (error) {
      if (!isCancelledError(error)) throw new AggregateError([cancel, error], 'the server did not close');
    }
  }

  /** Stops listening and gives the sockets up. Connections stay open. Harmless when it is closed. */
  close(): void {
    const listeners = this.#listeners;
    if (listeners === undefined) return;
    this.#listeners = undefined;
    this.#serving = false;
    const close = (): void => {
      for (const listener of listeners) listener.close();
    };
    if (this.#aroundClose === undefined) close();
    else this.#aroundClose(close);
    while (this.#kept.length > 0) (this.#kept.shift() as Kept)[0].close();
    const forever = this.#forever;
    this.#forever = undefined;
    forever?.cancel();
    if (this.#clients.size === 0) this.#wakeUp();
  }

  /** Closes every connection: each writes what it has buffered first. */
  closeClients(): void {
    for (const transport of [...this.#clients]) transport.close();
  }

  /** Drops every connection at once, with what it has buffered. */
  abortClients(): void {
    for (const transport of [...this.#clients]) transport.abort();
  }

  /** Waits until it is closed and its last connection is gone. Cancelling ends the wait only. */
  async waitClosed(): Promise<void> {
    if (this.#waiters === undefined) return;
    const waiter = new Future<void>({ loop: this.#loop });
    this.#waiters.push(waiter);
    await waiter;
  }

  /** Accepts nothing until {@link resumeAccepting}: new connections wait in the system's backlog. For limits on
   * the number of connections; not in asyncio. */
  pauseAccepting(): void {
    if (this.#paused) return;
    this.#paused = true;
    if (this.#serving) for (const listener of this.#listeners ?? []) listener.pause?.();
  }

  /** Accepts again, those first that came while it was paused. */
  resumeAccepting(): void {
    if (!this.#paused) return;
    this.#paused = false;
    while (!this.#paused && this.#kept.length > 0) this.#take(...(this.#kept.shift() as Kept));
    if (this.#paused || !this.#serving) return;
    for (const listener of this.#listeners ?? []) listener.resume?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.waitClosed();
  }

  /** @internal */
  _startServing(): void {
    if (this.#listeners === undefined) throw new UsageError('the server is closed');
    if (this.#serving) return;
    this.#serving = true;
    for (const listener of this.#listeners) {
      listener.start(
        (socket, peername) => this.#accepted(socket, peername),
        (error) => this.#giveUp(listener, error),
      );
      if (this.#paused) listener.pause?.();
    }
  }

  #accepted(socket: StreamSocket, peername: SocketAddress): void {
    if (this.#listeners === undefined) socket.close();
    else if (this.#paused) this.#kept.push([socket, peername]);
    else this.#take(socket, peername);
  }

  #giveUp(listener: Listener, exception: unknown): void {
    const message = 'a listening socket was closed or shut down, and not by its server';
    this.#loop.callExceptionHandler({ message, exception, server: this });
    const others = this.#listeners?.filter((other) => other !== listener) ?? [];
    if (others.length > 0) {
      this.#listeners = others;
      return listener.close();
    }
    const forever = this.#forever;
    this.#forever = undefined;
    this.close();
    if (forever?.done() === false) forever.setException(exception);
  }

  #take(socket: StreamSocket, peername: SocketAddress): void {
    try {
      this.#accept(socket, peername, this);
    } catch (exception) {
      socket.close();
      reportFailure(this.#loop, {
        message: 'Error on transport creation for incoming connection',
        exception,
        server: this,
      });
    }
  }

  /** @internal */
  attach(transport: Transport): void {
    this.#clients.add(transport);
    this._keeper?._connectionsChanged(this.#clients.size);
  }

  /** @internal */
  detach(transport: Transport): void {
    this.#clients.delete(transport);
    this._keeper?._connectionsChanged(this.#clients.size);
    if (this.#clients.size === 0 && this.#listeners === undefined) this.#wakeUp();
  }

  #wakeUp(): void {
    const waiters = this.#waiters;
    this.#waiters = undefined;
    for (const waiter of waiters ?? []) if (!waiter.done()) waiter.setResult();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const where = this.#listeners?.map(({ address }) => showAddress(address));
    const state = where?.join(', ') ?? 'closed';
    return `<Server ${state} connections=${this.#clients.size}>`;
  }
}

showAsText(Server);
