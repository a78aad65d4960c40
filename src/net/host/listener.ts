// A listening socket of the host's.
//
// 1. The host accepts as soon as it listens; what it accepts before `start` waits here, as many as the backlog.
// 2. Each connection is an entry of the loop's, and `accepted` runs in the context of whoever called `start`.
// 3. When there are no descriptors left the host drops the connection, Node silently; what it reports is
//    reported once a second at most, and the listener goes on.
// 4. A server of the host's that somebody else closes ends the listener.

import { UnsupportedError } from '../../base/errors.ts';
import { osError } from '../../base/osError.ts';
import { Future } from '../../core/future/future.ts';
import { foreignWaitsOf } from '../../loop/engine.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { EBADF, fromHostError } from '../../sys/libc/errno.ts';
import { createNodeServer, demandListening, reusePortMissing } from '../../sys/host/net.ts';
import type { NodeListenOptions, NodeServer, NodeSocket } from '../../sys/host/net.ts';
import { setFileMode } from '../../sys/host/socketFile.ts';
import type { Listener, ListenOptions, ResolvedAddress, StreamSocket } from '../backend.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import { showAddress } from '../../transport/showAddress.ts';
import type { SocketAddress } from '../../transport/transport.ts';
import { addressed, fromHostAddress, hostText } from './hostAddress.ts';
import { HostStreamSocket } from './streamSocket.ts';
import { resourcesOf } from '../../loop/resources.ts';

const REPORT_EVERY = 1000;

/** What `server.sockets` shows of a listener. */
export class HostListeningSocket implements StreamSocket {
  readonly nodeServer: NodeServer;
  readonly #address: SocketAddress;

  constructor(nodeServer: NodeServer) {
    this.nodeServer = nodeServer;
    this.#address = fromHostAddress(nodeServer.address());
  }

  close(): void {
    if (this.nodeServer.listening) this.nodeServer.close();
  }

  getsockname(): SocketAddress {
    return this.#address;
  }

  getpeername(): SocketAddress {
    return '';
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<HostListeningSocket ${showAddress(this.#address)}>`;
  }
}

export class HostListener implements Listener, LoopResource {
  readonly socket: HostListeningSocket;
  readonly address: SocketAddress;
  readonly #loop: Loop;
  readonly #server: NodeServer;
  readonly #backlog: number;
  #early: NodeSocket[] = [];
  #accepted: ((socket: StreamSocket, peername: SocketAddress) => void) | undefined = undefined;
  #ended: ((error: unknown) => void) | undefined = undefined;
  #context: CallbackContext | undefined = undefined;
  #reported: number = -Infinity;
  #closed: boolean = false;

  constructor(loop: Loop, server: NodeServer, backlog: number) {
    this.#loop = loop;
    this.#server = server;
    this.#backlog = backlog;
    this.socket = new HostListeningSocket(server);
    this.address = this.socket.getsockname();
    server.on('connection', this.#onConnection);
    server.on('error', this.#onError);
    server.once('close', this.#onClose);
    resourcesOf(loop).add(this);
  }

  start(
    accepted: (socket: StreamSocket, peername: SocketAddress) => void,
    ended: (error: unknown) => void,
  ): void {
    this.#accepted = accepted;
    this.#ended = ended;
    this.#context = new CallbackContext(this.#loop);
    for (const socket of this.#early.splice(0)) this.#onConnection(socket);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const socket of this.#early.splice(0)) socket.destroy();
    resourcesOf(this.#loop).remove(this);
    this.socket.close();
    this.#server.off('connection', this.#onConnection);
    this.#server.off('close', this.#onClose);
    this.#server.once('close', () => this.#server.off('error', this.#onError));
  }

  readonly #onClose = (): void => {
    const error = closedElsewhere();
    this.#context?.run(() => void this.#loop.callSoon(() => this.#closed || this.#ended?.(error)));
  };

  readonly #onConnection = (socket: NodeSocket): void => {
    if (this.#accepted === undefined) {
      if (this.#early.length < this.#backlog) this.#early.push(socket);
      else socket.destroy();
      return;
    }
    const known = { sockname: this.socket.getsockname(), peername: '' };
    const connection = new HostStreamSocket(this.#loop, socket, known);
    this.#context?.run(() => void this.#loop.callSoon(() => this.#accept(connection)));
  };

  #accept(connection: HostStreamSocket): void {
    if (this.#closed) return connection.close();
    try {
      this.#accepted?.(connection, connection.getpeername());
    } catch (exception) {
      connection.close();
      reportFailure(this.#loop, {
        message: 'a connection could not be taken',
        exception,
        socket: connection,
      });
    }
  }

  readonly #onError = (error: unknown): void => {
    const now = this.#loop.time();
    if (this.#closed || now - this.#reported < REPORT_EVERY) return;
    this.#reported = now;
    reportFailure(this.#loop, {
      message: 'socket.accept() out of system resource',
      exception: fromHostError(error),
      socket: this.socket,
    });
  };

  /** @internal */
  loopStopped(): void {
    this.#server.unref();
  }

  /** @internal */
  loopStarted(): void {
    this.#server.ref();
  }

  /** @internal */
  loopClosed(): void {
    this.close();
  }
}

function closedElsewhere(): Error {
  const reason = "the host's server was closed, and not by the server that listens with it";
  return osError({ errno: EBADF, code: 'EBADF', syscall: 'accept', reason });
}

export async function hostListen(
  loop: Loop,
  target: ResolvedAddress,
  options: ListenOptions,
): Promise<HostListener> {
  if (typeof target.address !== 'string') demandListening(target.address[0], target.address[1]);
  const server = createNodeServer(options.keepAlive);
  const listening = new Future<void>({ loop });
  const opening = {
    loopDescription: () => 'socket that begins to listen',
    loopClosed: () => void server.close(() => {}),
  };
  resourcesOf(loop).add(opening);
  foreignWaitsOf(loop)?.requests.add(listening);
  const onListening = (): void => {
    if (!listening.done()) listening.setResult();
  };
  const onError = (error: unknown): void => {
    if (!listening.done()) listening.setException(fromHostError(addressed(error, target)));
  };
  server.once('listening', onListening);
  server.on('error', onError);
  let kept: HostListener | undefined;
  try {
    const how = listenOptions(target, options);
    try {
      server.listen(how);
    } catch (error) {
      onError(error);
    }
    await listening;
    if (typeof target.address === 'string' && options.mode !== undefined)
      setFileMode(target.address, options.mode);
    kept = new HostListener(loop, server, options.backlog);
    return kept;
  } finally {
    resourcesOf(loop).remove(opening);
    server.off('listening', onListening);
    server.off('error', onError);
    if (kept === undefined) server.close(() => {});
  }
}

function listenOptions(target: ResolvedAddress, options: ListenOptions): NodeListenOptions {
  const { backlog, reusePort } = options;
  if (typeof target.address === 'string') return { path: target.address, backlog, exclusive: true };
  const missing = reusePort ? reusePortMissing() : false;
  if (missing !== false) throw new UnsupportedError(`reusePort on the host backend: ${missing}`);
  const [, port] = target.address;
  const host = hostText(target.address);
  const ipv6Only = target.family === 6 && (options.ipv6Only ?? true);
  return { host, port, backlog, ipv6Only, exclusive: true, ...(reusePort ? { reusePort } : {}) };
}
