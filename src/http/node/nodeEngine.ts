// The engine on top of node:http: for the host's own sockets, for other systems, Bun and Deno, and where llhttp is not
// there.
//
// 1. The host parses and frames; what it would let pass and the contract does not (more fields than allowed, CONNECT, a
//    body that is announced as too large) is refused here.
// 2. The listening sockets are resources of the loop. They keep the process alive while the loop works, not at rest.
// 3. After `stop` every response is the last of its connection; connections that are idle go at once, busy ones with
//    their response.

import { ServerResponse } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Session } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Buffer } from 'node:buffer';
import { Server as TcpServer } from 'node:net';
import type { ListenOptions, Socket } from 'node:net';
import { Future, getRunningLoop, UsageError } from '../../asyncio.ts';
import type { EventLoop, SocketAddress } from '../../asyncio.ts';
import { addResource, fromHostError, runtime } from '../../lowlevel.ts';
import { completeLimits } from '../engine/limits.ts';
import type { Engine, EngineLimits, EngineOptions, EngineServer, OnExchange } from '../engine/exchange.ts';
import { addressOf, NodeConnection } from './nodeConnection.ts';
import { isHttp2, NodeExchange } from './nodeExchange.ts';
import type { Leaving, NodeRequest } from './nodeExchange.ts';
import { Http2Watch } from './http2Watch.ts';
import { badHead, refuse, refusalOf } from './nodeRefusal.ts';
import { createServers } from './nodeServers.ts';
import type { NodeServers } from './nodeServers.ts';
import { TlsIdentities } from './tlsIdentity.ts';
import type { TlsIdentity } from './tlsIdentity.ts';

export const nodeEngine: Engine = {
  name: 'node',
  serve: async (options, onExchange) => {
    const server = new NodeEngineServer(getRunningLoop(), options, onExchange);
    await server.listen();
    return server;
  },
};

class NodeEngineServer implements EngineServer {
  readonly #loop: EventLoop;
  readonly #options: EngineOptions;
  readonly #limits: EngineLimits;
  readonly #onExchange: OnExchange;
  readonly #listeners: Set<NodeServers> = new Set();
  readonly #tls: TlsIdentities | undefined;
  readonly #connections: Map<Socket, NodeConnection> = new Map();
  readonly #http2: Http2Watch;
  readonly #addresses: SocketAddress[] = [];
  readonly #closed: Future<void>;
  #release: (() => void) | undefined;
  #stopped: boolean = false;

  constructor(loop: EventLoop, options: EngineOptions, onExchange: OnExchange) {
    this.#loop = loop;
    this.#options = options;
    this.#limits = completeLimits(options.limits);
    this.#onExchange = onExchange;
    this.#closed = new Future({ loop });
    this.#http2 = new Http2Watch(this.#limits, (exchange) => this.#late(exchange));
    this.#tls = options.tls === undefined ? undefined : new TlsIdentities(options.tls);
  }

  get addresses(): readonly SocketAddress[] {
    return this.#addresses;
  }

  get connections(): number {
    return this.#connections.size;
  }

  async listen(): Promise<void> {
    this.#release = addResource(this.#loop, {
      description: 'HTTP server of node:http',
      close: () => {
        this.stop(false);
        this.abortAll();
      },
      rest: () => this.#eachListener((server) => server.unref()),
      resume: () => this.#eachListener((server) => server.ref()),
      isClosing: () => this.#stopped,
    });
    try {
      for (const place of this.#places()) await this.#listenOn(place);
    } catch (error) {
      this.stop(false);
      throw error;
    }
  }

  stop(drain: boolean): void {
    if (this.#stopped) return;
    this.#stopped = true;
    // A server of Node's for HTTP ends its idle connections besides; the other hosts have no such part to call.
    const gently = drain && runtime().name === 'node';
    this.#eachListener((server) =>
      gently ? TcpServer.prototype.close.call(server) : server.close(() => {}),
    );
    for (const connection of this.#connections.values()) connection.stop(gently);
    this.#checkClosed();
  }

  setTls(tls: TlsIdentity | readonly TlsIdentity[]): void {
    if (this.#tls === undefined) throw new UsageError('this server does not speak TLS');
    this.#tls.replace(tls);
    for (const servers of this.#listeners) servers.updateTls();
  }

  abortAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  async closed(): Promise<void> {
    if (!this.#closed.done()) await this.#waitFor(this.#closed);
  }

  // One future for all who wait: a cancel of one of them must not end it.
  async #waitFor(closed: Future<void>): Promise<void> {
    const waiter = new Future<void>({ loop: this.#loop });
    closed.addDoneCallback(() => {
      if (!waiter.done()) waiter.setResult();
    });
    await waiter;
  }

  #eachListener(tell: (server: TcpServer) => void): void {
    for (const { listener } of this.#listeners) tell(listener);
  }

  #places(): readonly (ListenOptions & { fd?: number })[] {
    const { host, port = 0, path, fd, reusePort } = this.#options;
    if (fd !== undefined) return fd.map((each) => ({ fd: each }));
    if (path !== undefined) return [{ path }];
    const hosts = host === undefined || typeof host === 'string' ? [host] : host;
    return hosts.map((each) => ({
      port,
      ...(each !== undefined && { host: each }),
      ...(reusePort === true && { reusePort }),
    }));
  }

  async #listenOn(place: ListenOptions & { fd?: number }): Promise<void> {
    const { backlog } = this.#options;
    const servers = this.#createServers();
    const server = servers.listener;
    const listening = new Future<void>({ loop: this.#loop });
    server.once('listening', () => listening.setResult());
    server.once('error', (error) => {
      if (!listening.done()) listening.setException(fromHostError(error));
    });
    this.#listeners.add(servers);
    server.listen({ ...place, ...(backlog !== undefined && { backlog }) });
    await listening;
    const address = server.address();
    if (typeof address === 'string') this.#addresses.push(address);
    else if (address !== null)
      this.#addresses.push(addressOf(address.address, address.port) as SocketAddress);
  }

  #createServers(): NodeServers {
    const { http2 = false } = this.#options;
    const servers = createServers({
      limits: this.#limits,
      tls: this.#tls,
      http2,
      connected: (socket) => this.#connected(socket),
      session: (session, socket) => this.#speaksHttp2(session, socket),
    });
    const { http1 } = servers;
    for (const server of [http1, servers.http2] as readonly (Server | undefined)[]) {
      server?.on('request', (request, response) => this.#requested(request, response, false));
      server?.on('checkContinue', (request, response) => this.#requested(request, response, true));
    }
    http1.on('upgrade', (request, socket, head) => this.#upgrading(request, socket, head));
    http1.on('connect', (request: IncomingMessage, socket: Duplex) =>
      this.#refuse(socket, request.socket, 501, 'CONNECT'),
    );
    servers.http2?.on('connect', (request: Http2ServerRequest, response: Http2ServerResponse) => {
      response.writeHead(501).end();
      request.stream.close();
      this.#tell(501, 'CONNECT', request.socket);
    });
    http1.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const { status, reason } = refusalOf(error);
      this.#refuse(socket, socket as Socket, status, reason);
    });
    return servers;
  }

  #connected(socket: Socket): void {
    if (this.#stopped) {
      socket.destroy();
      return;
    }
    this.#connections.set(socket, new NodeConnection(socket, this.#onExchange));
    socket.on('close', () => {
      this.#connections.delete(socket);
      this.#checkClosed();
    });
  }

  #speaksHttp2(session: ServerHttp2Session, socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    connection.becomeHttp2(session);
    this.#http2.add(session, connection);
  }

  #late(exchange: NodeExchange): void {
    const { connection } = exchange;
    exchange.expire();
    this.#options.onRefused?.({
      status: 408,
      reason: 'the request took too long to arrive',
      remoteAddress: connection.remoteAddress,
    });
  }

  #requested(request: IncomingMessage, response: ServerResponse, waits: boolean): void {
    const { session } = (request as unknown as Partial<Http2ServerRequest>).stream ?? {};
    if (session !== undefined) this.#http2.requested(session as ServerHttp2Session);
    if (!this.#isGood(request, response)) return;
    this.#add(request, () => response, waits, undefined);
  }

  #upgrading(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const response = (): ServerResponse => answerOn(request, socket as Socket);
    // Nobody reads from it, so nobody would notice that the client is gone.
    const look = (): void => {};
    const gone = (): void => void socket.destroy();
    socket.on('readable', look).on('end', gone);
    const leave = (): void => {
      socket.off('readable', look).off('end', gone);
      // It is its new owner's.
      this.#connections.delete(request.socket);
    };
    if (this.#isGood(request, response))
      this.#add(request, response, false, { socket, head, request, leave });
  }

  #add(
    request: IncomingMessage,
    response: () => ServerResponse,
    waits: boolean,
    leaving: Leaving | undefined,
  ): void {
    const connection = this.#connectionOf(request);
    if (connection === undefined) return;
    const exchange = new NodeExchange({
      loop: this.#loop,
      request,
      response,
      connection,
      maxBodySize: this.#limits.maxBodySize,
      onTooLarge: (reason) => this.#tell(413, reason, request.socket),
      waits,
      leaving,
      isLast: () => this.#stopped,
      whenEnded: connection.next,
    });
    connection.add(exchange);
  }

  // A session of HTTP/2 has a socket of its own, which stands for the connection.
  #connectionOf(request: NodeRequest): NodeConnection | undefined {
    if (!isHttp2(request)) return this.#connections.get(request.socket);
    const session = request.stream.session as ServerHttp2Session | undefined;
    return session === undefined ? undefined : this.#http2.connectionOf(session);
  }

  #isGood(request: IncomingMessage, response: ServerResponse | (() => ServerResponse)): boolean {
    const refusal = badHead(request, this.#limits);
    if (refusal === undefined) return true;
    const answer = typeof response === 'function' ? response() : response;
    const last = isHttp2(request) ? {} : { connection: 'close' };
    answer.writeHead(refusal.status, { ...last, 'content-length': '0' }).end();
    this.#tell(refusal.status, refusal.reason, request.socket);
    return false;
  }

  #refuse(output: Duplex, socket: Socket, status: number, reason: string): void {
    this.#tell(refuse(output, status), reason, socket);
  }

  #tell(status: number, reason: string, socket: Socket): void {
    this.#options.onRefused?.({
      status,
      reason,
      remoteAddress: addressOf(socket.remoteAddress, socket.remotePort),
    });
  }

  #checkClosed(): void {
    if (!this.#stopped || this.#connections.size > 0) return;
    this.#release?.();
    if (!this.#closed.done() && !this.#loop.isClosed()) this.#closed.setResult();
  }
}

/** A response for a request that wanted to leave HTTP, and stays; the last of its connection. */
function answerOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => {
    response.detachSocket(socket);
    socket.end();
  });
  return response;
}
