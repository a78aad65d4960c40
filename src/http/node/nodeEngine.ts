// The engine on top of node:http: for the host's own sockets, for other systems, Bun and Deno, and where llhttp is not
// there.
//
// 1. The host parses and frames; what it would let pass and the contract does not (more fields than allowed, CONNECT, a
//    body that is announced as too large) is refused here.
// 2. The listening sockets are resources of the loop. They keep the process alive while the loop works, not at rest.
// 3. After `stop` every response is the last of its connection; connections that are idle go at once, busy ones with
//    their response.

import { createServer, ServerResponse } from 'node:http';
import type { IncomingMessage, Server, ServerOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { Future, getRunningLoop } from '../../asyncio.ts';
import type { EventLoop, SocketAddress } from '../../asyncio.ts';
import { addResource, fromHostError } from '../../lowlevel.ts';
import { completeLimits } from '../engine/limits.ts';
import type { Engine, EngineLimits, EngineOptions, EngineServer, OnExchange } from '../engine/exchange.ts';
import { addressOf, NodeConnection } from './nodeConnection.ts';
import { NodeExchange } from './nodeExchange.ts';
import type { Leaving } from './nodeExchange.ts';
import { refuse, refusalOf } from './nodeRefusal.ts';

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
  readonly #listeners: Set<Server> = new Set();
  readonly #connections: Map<Socket, NodeConnection> = new Map();
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
  }

  get addresses(): readonly SocketAddress[] {
    return this.#addresses;
  }

  get connections(): number {
    return this.#connections.size;
  }

  async listen(): Promise<void> {
    const { host, path } = this.#options;
    const hosts = path !== undefined || host === undefined || typeof host === 'string' ? [host] : host;
    this.#release = addResource(this.#loop, {
      description: 'HTTP server of node:http',
      close: () => {
        this.stop();
        this.abortAll();
      },
      rest: () => this.#eachListener((server) => server.unref()),
      resume: () => this.#eachListener((server) => server.ref()),
      isClosing: () => this.#stopped,
    });
    try {
      for (const each of hosts) await this.#listenOn(each as string | undefined);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#eachListener((server) => server.close(() => {}));
    for (const [socket, connection] of this.#connections) if (!connection.isBusy) socket.destroy();
    this.#checkClosed();
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

  #eachListener(tell: (server: Server) => void): void {
    for (const server of this.#listeners) tell(server);
  }

  async #listenOn(host: string | undefined): Promise<void> {
    const { port = 0, path, backlog, reusePort } = this.#options;
    const server = this.#createServer();
    const listening = new Future<void>({ loop: this.#loop });
    server.once('listening', () => listening.setResult());
    server.once('error', (error) => {
      if (!listening.done()) listening.setException(fromHostError(error));
    });
    this.#listeners.add(server);
    server.listen(
      path === undefined
        ? {
            port,
            ...(host !== undefined && { host }),
            ...(backlog !== undefined && { backlog }),
            ...(reusePort === true && { reusePort }),
          }
        : { path, ...(backlog !== undefined && { backlog }) },
    );
    await listening;
    const address = server.address();
    if (typeof address === 'string') this.#addresses.push(address);
    else if (address !== null)
      this.#addresses.push(addressOf(address.address, address.port) as SocketAddress);
  }

  #createServer(): Server {
    const {
      maxHeadSize,
      headTimeout,
      requestTimeout,
      keepAliveTimeout,
      maxConnections,
      maxRequestsPerConnection,
    } = this.#limits;
    const options: ServerOptions = {
      maxHeaderSize: finite(maxHeadSize, 2 ** 30),
      headersTimeout: finite(headTimeout, 0),
      requestTimeout: finite(requestTimeout, 0),
      keepAliveTimeout: finite(keepAliveTimeout, 0),
      connectionsCheckingInterval: checkEvery(headTimeout, requestTimeout),
      requireHostHeader: true,
      insecureHTTPParser: false,
      noDelay: true,
    };
    const server = createServer(options);
    // The host would leave out what is beyond it without a word.
    server.maxHeadersCount = 0;
    if (Number.isFinite(maxConnections)) server.maxConnections = maxConnections;
    if (Number.isFinite(maxRequestsPerConnection)) server.maxRequestsPerSocket = maxRequestsPerConnection;
    server.on('connection', (socket: Socket) => this.#connected(socket));
    server.on('request', (request, response) => this.#requested(request, response, false));
    server.on('checkContinue', (request, response) => this.#requested(request, response, true));
    server.on('upgrade', (request, socket, head) => this.#upgrading(request, socket, head));
    server.on('connect', (request: IncomingMessage, socket: Duplex) =>
      this.#refuse(socket, request.socket, 501, 'CONNECT'),
    );
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const { status, reason } = refusalOf(error);
      this.#refuse(socket, socket as Socket, status, reason);
    });
    return server;
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

  #requested(request: IncomingMessage, response: ServerResponse, waits: boolean): void {
    if (!this.#isGood(request, response)) return;
    this.#add(request, () => response, waits, undefined);
  }

  #upgrading(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const response = (): ServerResponse => answerOn(request, socket as Socket);
    // What leaves HTTP is its new owner's.
    const leave = (): void => void this.#connections.delete(request.socket);
    if (this.#isGood(request, response))
      this.#add(request, response, false, { socket, head, request, leave });
  }

  #add(
    request: IncomingMessage,
    response: () => ServerResponse,
    waits: boolean,
    leaving: Leaving | undefined,
  ): void {
    const connection = this.#connections.get(request.socket);
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

  #isGood(request: IncomingMessage, response: ServerResponse | (() => ServerResponse)): boolean {
    const { maxFields, maxBodySize } = this.#limits;
    const fields = request.rawHeaders.length / 2;
    const size = Number(request.headers['content-length'] ?? 0);
    const refusal =
      fields > maxFields
        ? { status: 431, reason: `${fields} header fields, ${maxFields} at most` }
        : size > maxBodySize
          ? { status: 413, reason: `a body of ${size} bytes, ${maxBodySize} at most` }
          : undefined;
    if (refusal === undefined) return true;
    const answer = typeof response === 'function' ? response() : response;
    answer.writeHead(refusal.status, { connection: 'close', 'content-length': '0' }).end();
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

/** What the host takes for a limit that is switched off. */
function finite(value: number, off: number): number {
  return Number.isFinite(value) ? value : off;
}

/** How often the host looks at its connections: it sees a limit that has passed no sooner. */
function checkEvery(...times: readonly number[]): number {
  return Math.max(10, Math.min(1000, ...times.map((time) => time / 4)));
}
